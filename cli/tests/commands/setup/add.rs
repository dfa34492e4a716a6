//! Tests of `add` and `remove`.

use toolsmith_testkit::fake_mcp::FakeMcp;
use toolsmith_testkit::fake_truto::FakeTruto;

use super::fresh::Fresh;
use crate::project::changed;

const TOKEN: &str = "t0ken-4711";

/// An MCP server that runs while this value exists.
pub(super) struct ServedMcp {
    pub(super) server: FakeMcp,
    _runtime: tokio::runtime::Runtime,
}

impl ServedMcp {
    pub(super) fn start() -> Self {
        let runtime = tokio::runtime::Runtime::new().unwrap();
        Self {
            server: runtime.block_on(FakeMcp::start(TOKEN)).unwrap(),
            _runtime: runtime,
        }
    }
}

/// Adds a catalog and removes it, and checks the files after each.
#[track_caller]
fn add_and_remove(fresh: &Fresh, variables: &[(&str, &str)], arguments: &[&str]) -> String {
    let before = fresh.files();
    let added = fresh.run_in("", variables, arguments).with_status(0);
    let catalog = arguments[2];
    for part in ["cargo add", "#[tokio::main]", "let client = Client::"] {
        assert!(added.out.contains(part), "no {part} in {}", added.out);
    }
    fresh.run(&["check"]).with_status(0);
    let listed = fresh.run(&["list", catalog]).with_status(0);
    assert!(listed.out.contains(catalog), "{}", listed.out);
    fresh.run(&["remove", catalog]).with_status(0);
    assert_eq!(changed(&before, &fresh.files()), [""; 0], "{arguments:?}");
    added.out
}

#[test]
fn removing_an_added_catalog_restores_every_byte() {
    let mcp = ServedMcp::start();
    let truto = FakeTruto::start().unwrap();
    let url = mcp.server.url();
    let variables = [
        ("NOTES_TOKEN", TOKEN),
        ("TRUTO_API_TOKEN", truto.token()),
        ("AUTH_ACCOUNT_ID", truto.account_id()),
        ("TRUTO_API_BASE_URL", truto.base_url()),
    ];
    let commands: [&[&str]; 3] = [
        &["add", "functions", "rooms", "--file", "functions.json"],
        &[
            "add",
            "mcp",
            "notes",
            "--url",
            &url,
            "--token-env",
            "NOTES_TOKEN",
        ],
        &["add", "truto", "auth"],
    ];
    let plain = Fresh::project();
    let library = Fresh::package();
    library.put("src/lib.rs", "");
    let module = ["init", "--module", "src/tools", "--write"];
    library.run(&module).with_status(0);
    let windows = Fresh::project();
    for path in [
        "toolsmith.toml",
        "Cargo.toml",
        "crates/tools/Cargo.toml",
        "crates/tools/src/lib.rs",
    ] {
        let text = windows.text(path).replace('\n', "\r\n");
        windows.put(path, &text);
    }
    let commented = Fresh::project();
    let config = commented.text("toolsmith.toml");
    let mine = format!("# Mine.\n{config}\n\n# [catalog.example]\n# The end, with no line end.");
    commented.put("toolsmith.toml", &mine);
    for fresh in [plain, library, windows, commented] {
        for arguments in commands {
            add_and_remove(&fresh, &variables, arguments);
        }
        // The same next to another catalog, removed in the order of addition.
        fresh.run_in("", &variables, commands[0]).with_status(0);
        add_and_remove(&fresh, &variables, commands[1]);
        let before_second = fresh.text("toolsmith.toml");
        fresh.run_in("", &variables, commands[2]).with_status(0);
        fresh.run(&["remove", "rooms"]).with_status(0);
        let left = fresh.text("toolsmith.toml");
        assert!(left.contains("[catalog.auth]"), "{left}");
        assert!(!left.contains("rooms"), "{left}");
        assert!(before_second.contains("rooms"), "{before_second}");
    }
}

#[test]
fn a_catalog_never_takes_the_feature_of_a_person() {
    let fresh = Fresh::project();
    let manifest = fresh.text("crates/tools/Cargo.toml");
    let own = manifest.replace("default = []\n", "default = []\nrooms = []\n");
    fresh.put("crates/tools/Cargo.toml", &own);
    let before = fresh.files();
    let add = ["add", "functions", "rooms", "--file", "functions.json"];
    let refused = fresh.run(&add).with_status(3);
    let reason = "the name of an existing feature in crates/tools/Cargo.toml";
    assert!(refused.err.contains(reason), "{}", refused.err);
    assert_eq!(changed(&before, &fresh.files()), [""; 0]);
}

#[test]
fn removing_a_server_keeps_the_feature_of_the_runtime_that_a_person_wrote() {
    let mcp = ServedMcp::start();
    let url = mcp.server.url();
    let variables = [("NOTES_TOKEN", TOKEN)];
    let version = env!("CARGO_PKG_VERSION");
    for dependency in [
        format!("{{ version = \"{version}\" }} # mine"),
        format!("{{ version = \"{version}\", features = [\"mcp-client\"] }}"),
        format!("{{ features = [\n  \"gzip\", # smaller\n], version = \"{version}\" }}"),
    ] {
        let fresh = Fresh::package();
        fresh.put("src/lib.rs", "");
        fresh
            .run(&["init", "--module", "src/tools", "--write"])
            .with_status(0);
        let manifest = format!(
            "{}toolsmith-runtime = {dependency}\n",
            super::fresh::PACKAGE
        );
        fresh.put("Cargo.toml", &manifest);
        let add = [
            "add",
            "mcp",
            "notes",
            "--url",
            &url,
            "--token-env",
            "NOTES_TOKEN",
        ];
        add_and_remove(&fresh, &variables, &add);
        assert_eq!(fresh.text("Cargo.toml"), manifest);
    }
}

#[test]
fn writes_the_keys_that_the_options_name() {
    let truto = FakeTruto::start().unwrap();
    let variables = [
        ("OTHER_TOKEN", truto.token()),
        ("OTHER_ACCOUNT", truto.account_id()),
    ];
    let fresh = Fresh::project();
    let arguments = [
        "add",
        "truto",
        "auth",
        "--base-url",
        truto.base_url(),
        "--account-env",
        "OTHER_ACCOUNT",
        "--token-env",
        "OTHER_TOKEN",
        "--methods",
        "list,get",
    ];
    fresh.run_in("", &variables, &arguments).with_status(0);
    let config = fresh.text("toolsmith.toml");
    for line in [
        "account = { env = \"OTHER_ACCOUNT\" }",
        "token = { env = \"OTHER_TOKEN\" }",
        "methods = [\"list\", \"get\"]",
    ] {
        assert!(config.contains(line), "no {line} in {config}");
    }
}

#[test]
#[expect(clippy::too_many_lines, reason = "a table of commands")]
fn a_failure_changes_nothing_and_is_one_paragraph() {
    let fresh = Fresh::project();
    fresh.put("broken.json", "{\"tools\": [");
    fresh.put("catalogs/stale.json", "[]");
    fresh.put("crates/tools/src/mine/mod.rs", "// Mine.\n");
    fresh.put("../outside.json", super::fresh::FUNCTIONS);
    fresh
        .run(&["add", "functions", "rooms", "--file", "functions.json"])
        .with_status(0);
    let before = fresh.files();
    let silent = if cfg!(windows) { "where" } else { "false" };
    for (arguments, parts) in [
        (
            &["add", "mcp", "a", "--url", "http://127.0.0.1:9/mcp"][..],
            &["cannot fetch `a`", "http://127.0.0.1:9", "check the URL"][..],
        ),
        (
            &["add", "mcp", "a", "--url", "no-url"],
            &["has no scheme; begin it with `https://`"],
        ),
        (
            &["add", "mcp", "a", "--url", "https://me:s3cret@x.y/mcp"],
            &["contains credentials"],
        ),
        (
            &["add", "mcp", "a", "--command", "no-such-program-4711"],
            &["no-such-program-4711", "cannot start the program"],
        ),
        (
            &["add", "mcp", "a", "--command", silent],
            &["cannot fetch `a`"],
        ),
        (
            &[
                "add",
                "mcp",
                "a",
                "--url",
                "https://x.y/mcp",
                "--token-env",
                "s3cret-value",
            ],
            &["name an environment variable"],
        ),
        (
            &["add", "functions", "a", "--file", "none.json"],
            &["there is no file", "none.json"],
        ),
        (
            &["add", "functions", "a", "--file", "crates"],
            &["crates is a directory", "pass the file"],
        ),
        (
            &["add", "mcp", "a", "--url", "https://x.y/mcp?key=s3cret"],
            &["contains a query", "pass --url-env"],
        ),
        (
            &["add", "functions", "a", "--file", "broken.json"],
            &["broken.json"],
        ),
        (
            &["add", "functions", "a", "--file", "../outside.json"],
            &["outside of the project", "copy it"],
        ),
        (
            &["add", "functions", "rooms", "--file", "functions.json"],
            &["already has a catalog `rooms`", "remove rooms"],
        ),
        (
            &["add", "functions", "fn", "--file", "functions.json"],
            &["`fn` cannot be the name"],
        ),
        (
            &["add", "functions", "Rooms-2", "--file", "functions.json"],
            &["`Rooms-2` cannot be the name"],
        ),
        (
            &["add", "functions", "stale", "--file", "functions.json"],
            &["catalogs/stale.json exists"],
        ),
        (
            &["add", "functions", "mine", "--file", "functions.json"],
            &["crates/tools/src/mine/mod.rs was not generated"],
        ),
        (
            &["add", "truto", "auth"],
            &["TRUTO_API_TOKEN and AUTH_ACCOUNT_ID are not set"],
        ),
        (&["remove", "room"], &["did you mean `rooms`?"]),
    ] {
        let ended = fresh.run(arguments).with_status(3);
        for part in parts {
            assert!(ended.err.contains(part), "no {part} in {}", ended.err);
        }
        assert!(!ended.err.contains("s3cret"), "{}", ended.err);
        let start = ended.err.find("error: ").unwrap();
        let paragraph = &ended.err[start..];
        let paragraph = paragraph.split("\n\nFor more information").next().unwrap();
        assert!(!paragraph.trim_end().contains("\n\n"), "{}", ended.err);
        assert!(paragraph.trim_end().lines().count() <= 5, "{}", ended.err);
        assert_eq!(changed(&before, &fresh.files()), [""; 0], "{arguments:?}");
    }
}

#[test]
fn a_configuration_that_names_an_absent_file_is_one_error() {
    let fresh = Fresh::project();
    let mut config = fresh.text("toolsmith.toml");
    config.push_str("\n[catalog.rooms]\nkind = \"functions\"\nfile = \"none.json\"\n");
    fresh.put("toolsmith.toml", &config);
    let ended = fresh.run(&["regen"]).with_status(3);
    let expected = "cannot use `file = \"none.json\"` in toolsmith.toml";
    assert!(ended.err.contains(expected), "{}", ended.err);
    config.push_str("[catalog.rooms]\nkind = \"mcp\"\n");
    fresh.put("toolsmith.toml", &config);
    let ended = fresh.run(&["regen"]).with_status(3);
    assert!(ended.err.contains("duplicate key `rooms`"), "{}", ended.err);
}

#[cfg(unix)]
#[test]
fn a_server_that_ends_is_reported_with_its_last_lines() {
    let fresh = Fresh::project();
    let before = fresh.files();
    let script = "echo starting >&2; echo the port 4711 is taken >&2; exit 7";
    let add = ["add", "mcp", "a", "--command", "sh", "-c", script];
    let ended = fresh.run(&add).with_status(3);
    assert!(
        ended.err.contains("the port 4711 is taken"),
        "{}",
        ended.err
    );
    assert_eq!(changed(&before, &fresh.files()), [""; 0]);
}

#[cfg(unix)]
#[test]
fn a_read_only_folder_changes_nothing() {
    use std::os::unix::fs::PermissionsExt as _;
    let fresh = Fresh::project();
    let before = fresh.files();
    let set = |path: &str, mode| {
        let mode = std::fs::Permissions::from_mode(mode);
        std::fs::set_permissions(fresh.path(path), mode).unwrap();
    };
    for folder in ["crates/tools/src", ""] {
        set(folder, 0o555);
        let is_refused = std::fs::File::create(fresh.path(folder).join("probe")).is_err();
        let ended = fresh.run(&["add", "functions", "rooms", "--file", "functions.json"]);
        set(folder, 0o755);
        if !is_refused {
            // The root user may write to read-only folders.
            return;
        }
        assert_eq!(ended.status, 3, "{ended:?}");
        assert!(ended.err.contains("cannot"), "{}", ended.err);
        assert_eq!(changed(&before, &fresh.files()), [""; 0]);
    }
}

#[test]
fn an_overlay_stays_when_its_catalog_is_removed() {
    let fresh = Fresh::project();
    let add = ["add", "functions", "rooms", "--file", "functions.json"];
    fresh.run(&add).with_status(0);
    let change = "[[change]]\ntool = \"list_rooms\"\neffect = \"reads\"\nreason = \"it does\"\n";
    fresh.put("catalogs/rooms.overlay.toml", change);
    let removed = fresh.run(&["remove", "rooms"]).with_status(0);
    assert!(
        removed.out.contains("catalogs/rooms.overlay.toml"),
        "{}",
        removed.out
    );
    assert_eq!(fresh.text("catalogs/rooms.overlay.toml"), change);
}

#[test]
fn the_name_of_the_crate_is_in_the_lines_to_paste() {
    for (init, path) in [
        (
            &["init", "--crate-dir", "auth-tools"][..],
            "use auth_tools::rooms::{",
        ),
        (
            &["init", "--module", "src/tools", "--write"],
            "use app::tools::rooms::{",
        ),
    ] {
        let fresh = Fresh::package();
        fresh.put("src/lib.rs", "");
        fresh.run(init).with_status(0);
        let add = ["add", "functions", "rooms", "--file", "functions.json"];
        let added = fresh.run(&add).with_status(0);
        assert!(added.out.contains(path), "no {path} in {}", added.out);
    }
}

#[test]
fn a_program_with_the_module_declares_it_once() {
    let fresh = Fresh::package();
    fresh.run(&["init", "--module", "src/tools"]).with_status(0);
    let add = ["add", "functions", "rooms", "--file", "functions.json"];
    let added = fresh.run(&add).with_status(0).out;
    assert_eq!(added.matches("mod tools;").count(), 1, "{added}");
    assert!(added.contains("use crate::tools::rooms::{"), "{added}");
}
