//! Tests of capabilities, of the MCP server of an account, and of several catalogs at once.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;

use toolsmith_testkit::fake_truto::{AccountState, FakeTruto, Fault, FaultKind};

use crate::project::{Project, changed};

const TOOLS: &str = "/integrated-account/ia_551/tools";

#[test]
fn a_deprecated_method_is_marked_in_the_generated_code() {
    let server = FakeTruto::start().unwrap();
    server.set_account(AccountState {
        status: "needs_reauth".to_owned(),
        deprecated: vec!["create_a_the_auth_api_webhooks_ping".to_owned()],
        ..AccountState::default()
    });
    let project = Project::settled();
    let before = project.written();
    let ended = project.run_against(&server, &["regen"]).with_status(0);
    for part in [
        "create_a_the_auth_api_webhooks_ping",
        "deprecated",
        "account `ia_551` has to be reconnected",
        "POST /link-token",
    ] {
        assert!(ended.out.contains(part), "no {part} in {}", ended.out);
    }
    let after = project.written();
    let marked = changed(&before, &after).into_iter().filter(|path| {
        let text = String::from_utf8_lossy(&after[path]).into_owned();
        text.contains("deprecated(note = \"the platform deprecates this method\")")
    });
    assert_eq!(marked.count(), 1);
    project.run(&["regen", "--check"]).with_status(0);
    let ended = project
        .run_against(&server, &["regen", "--json"])
        .with_status(0);
    let notes = &ended.json()["catalogs"][0]["notes"];
    assert_eq!(notes.as_array().unwrap().len(), 1, "{notes}");
}

#[test]
fn a_platform_that_lists_tools_no_longer_changes_no_file() {
    let server = FakeTruto::start().unwrap();
    server.set_fault(Fault::new(FaultKind::Status(410)).times(0).path(TOOLS));
    let project = Project::settled();
    let before = project.written();
    for arguments in [
        &["regen"][..],
        &["regen", "--fetch"],
        &["regen", "--check", "--fetch"],
    ] {
        let ended = project.run_against(&server, arguments).with_status(0);
        let note = "note: the_auth_api: the platform no longer lists tools at";
        assert!(ended.out.contains(note), "{}", ended.out);
        assert!(!format!("{ended:?}").contains("s3cr3t-canary"));
        assert_eq!(changed(&before, &project.written()), [""; 0]);
    }
    assert_eq!(server.mcp_servers(), 0);
}

#[test]
fn several_catalogs_fail_together_and_change_nothing() {
    let server = FakeTruto::start().unwrap();
    let project = Project::settled();
    let mut config = project.text("toolsmith.toml");
    config.push_str(
        "\n[catalog.second]\nkind = \"truto\"\naccount = { env = \"SECOND_ACCOUNT_ID\" }\n\
         \n[catalog.third]\nkind = \"mcp\"\nurl = \"http://127.0.0.1:1/mcp/path-s3cr3t-canary\"\n",
    );
    project.put("toolsmith.toml", config.as_bytes());
    let before = project.written();
    let variables = [
        ("TRUTO_API_TOKEN", server.token()),
        ("THE_AUTH_API_ACCOUNT_ID", server.account_id()),
        ("SECOND_ACCOUNT_ID", "ia_999"),
        ("TRUTO_API_BASE_URL", server.base_url()),
    ];
    let ended = project
        .run_with(&variables, &["regen", "--fetch"])
        .with_status(3);
    for part in [
        "cannot fetch `second`: account `ia_999` does not exist",
        "cannot fetch `third`: ",
        "http://127.0.0.1:1",
    ] {
        assert!(ended.err.contains(part), "no {part} in {}", ended.err);
    }
    // No progress without a terminal, and no path of a URL.
    for part in ["\r", "\u{1b}", "fetching", "s3cr3t-canary", "/mcp"] {
        assert!(!ended.err.contains(part), "{part:?} in {}", ended.err);
    }
    assert_eq!(changed(&before, &project.written()), [""; 0]);
}

/// `script` gives the command a terminal.
#[cfg(target_os = "linux")]
#[test]
fn a_terminal_shows_a_line_for_each_catalog_while_it_is_fetched() {
    let server = FakeTruto::start().unwrap();
    let project = Project::settled();
    let mut config = project.text("toolsmith.toml");
    config.push_str("\n[catalog.second]\nkind = \"truto\"\nintegration = \"the_auth_api\"\n");
    project.put("toolsmith.toml", config.as_bytes());
    server.set_fault(Fault::new(FaultKind::SlowHeaders(900)).times(2));
    let command = format!(
        "'{}' --root '{}' regen --fetch",
        env!("CARGO_BIN_EXE_toolsmith"),
        project.path("").display()
    );
    let output = std::process::Command::new("script")
        .args(["-qec", &command, "/dev/null"])
        .env("TOOLSMITH_CALLED_AS", "cargo xtask")
        .env("TERM", "xterm")
        .env("TRUTO_API_TOKEN", server.token())
        .env("THE_AUTH_API_ACCOUNT_ID", server.account_id())
        .env("TRUTO_API_BASE_URL", server.base_url())
        .output()
        .unwrap();
    let shown = String::from_utf8_lossy(&output.stdout);
    for catalog in ["the_auth_api", "second"] {
        let line = format!("fetching {catalog} from {}", server.base_url());
        assert!(shown.contains(&line), "no {line:?} in {shown}");
    }
    assert!(!shown.contains("s3cr3t-canary"), "{shown}");
}

/// Creates an MCP server of the account. Returns its URL, which is a secret.
fn create_server(server: &FakeTruto) -> String {
    let address = server.base_url().trim_start_matches("http://").to_owned();
    let mut stream = TcpStream::connect(&address).unwrap();
    let body = "{\"name\": \"x\"}";
    let request = format!(
        "POST /integrated-account/ia_551/mcp HTTP/1.1\r\nhost: {address}\r\nauthorization: Bearer {}\r\n\
         content-length: {}\r\nconnection: close\r\n\r\n{body}",
        server.token(),
        body.len()
    );
    stream.write_all(request.as_bytes()).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    let (_, body) = answer.split_once("\r\n\r\n").unwrap();
    let body: serde_json::Value = serde_json::from_str(body).unwrap();
    body["url"].as_str().unwrap().to_owned()
}

#[test]
fn a_url_in_a_variable_is_a_secret() {
    let server = FakeTruto::start().unwrap();
    let url = create_server(&server);
    assert!(url.contains("s3cr3t-canary"));
    let project = Project::settled();
    let mut config = project.text("toolsmith.toml");
    config.push_str("\n[catalog.remote]\nkind = \"mcp\"\nurl = { env = \"REMOTE_MCP_URL\" }\n");
    project.put("toolsmith.toml", config.as_bytes());
    let unset = project.run(&["regen", "remote", "--fetch"]).with_status(3);
    assert!(
        unset.err.contains("REMOTE_MCP_URL is not set"),
        "{}",
        unset.err
    );
    let variables = [("REMOTE_MCP_URL", url.as_str())];
    let ended = project
        .run_with(&variables, &["regen", "remote", "--fetch"])
        .with_status(0);
    let mut texts = format!("{ended:?}");
    for (path, bytes) in project.written() {
        let text = String::from_utf8_lossy(&bytes).into_owned();
        assert!(!text.contains("s3cr3t-canary"), "{path}");
        texts.push_str(&text);
    }
    assert!(!format!("{ended:?}").contains("s3cr3t-canary"), "{ended:?}");
    assert!(texts.contains("McpEndpoint::http_from(\"REMOTE_MCP_URL\")"));
    // A secret that is wrong, and one that is not a URL.
    for wrong in [url.replace("0001", "0002"), "s3cr3t-canary".to_owned()] {
        let variables = [("REMOTE_MCP_URL", wrong.as_str())];
        let ended = project
            .run_with(&variables, &["regen", "remote", "--fetch"])
            .with_status(3);
        assert!(ended.err.contains("cannot fetch `remote`"), "{}", ended.err);
        assert!(!ended.err.contains("s3cr3t-canary"), "{}", ended.err);
    }
}
