//! Runs the examples without credentials and compares what they print.

mod agent;
mod chat_service;

use std::process::Command;

use crate::artifacts;

/// Returns the command that runs an example without credentials.
#[track_caller]
pub(crate) fn command(example: &str, arguments: &[&str]) -> Command {
    const CREDENTIALS: [&str; 7] = [
        "TRUTO_API_TOKEN",
        "TRUTO_API_KEY",
        "OPENAI_API_KEY",
        "OPENAI_BASE_URL",
        "ANTHROPIC_API_KEY",
        "ANTHROPIC_BASE_URL",
        "CHAT_CUSTOMERS",
    ];
    let mut command = Command::new(artifacts::program(example));
    command.current_dir(artifacts::root()).args(arguments);
    for name in CREDENTIALS {
        command.env_remove(name);
    }
    command
}

/// Runs an example and returns its output.
#[track_caller]
pub(crate) fn run(example: &str, arguments: &[&str]) -> String {
    let output = command(example, arguments).output().unwrap();
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{example} failed:\n{errors}");
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn rotate_key_shows_that_the_new_key_works() {
    let text = run("rotate_key", &[]);
    insta::assert_snapshot!(text, @r"
    found    key_102  live_…fee  (Checkout worker)
    rotated  key_102  live_…7df
    checked  key_102  is active and authenticates
             the old value is refused
    ");
}

#[test]
fn usage_report_prints_the_busiest_days() {
    let text = run("usage_report", &[]);
    insta::assert_snapshot!(text, @r"
    ## Acme / Checkout: busiest days

    | day        | requests |  share |            |
    |:-----------|---------:|-------:|:-----------|
    | 2026-05-21 |   35,216 |  6.8 % | ██████████ |
    | 2026-05-22 |   21,606 |  4.1 % | ███████    |
    | 2026-06-10 |   17,922 |  3.4 % | ██████     |
    | 2026-06-11 |   17,375 |  3.3 % | █████      |
    | 2026-06-04 |   16,428 |  3.1 % | █████      |
    | 2026-06-09 |   16,382 |  3.1 % | █████      |
    | 2026-05-27 |   16,287 |  3.1 % | █████      |
    | 2026-05-13 |   16,034 |  3.0 % | █████      |
    | 2026-05-28 |   15,534 |  3.0 % | █████      |
    | 2026-06-02 |   15,386 |  2.9 % | █████      |

    517,533 requests on 42 days.
    ");
}

#[test]
fn many_calls_continues_where_it_stopped() {
    let folder = tempfile::TempDir::new().unwrap();
    let file = folder.path().join("done.txt");
    let arguments = [file.to_str().unwrap()];
    let printed = run("many_calls", &arguments);
    assert_eq!(printed, "40 created, 0 failed, 0 were done before\n");
    let done = std::fs::read_to_string(&file).unwrap();
    let ten: Vec<&str> = done.lines().take(10).collect();
    std::fs::write(&file, ten.join("\n") + "\n").unwrap();
    let printed = run("many_calls", &arguments);
    assert_eq!(printed, "30 created, 0 failed, 10 were done before\n");
}

/// Returns the lines of a file, sorted.
fn lines(folder: &std::path::Path, file: &str) -> Vec<String> {
    let text = std::fs::read_to_string(folder.join(file)).unwrap_or_default();
    let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
    lines.sort();
    lines
}

#[test]
fn nightly_rotation_rotates_all_accounts_except_the_disconnected_one() {
    let folder = tempfile::TempDir::new().unwrap();
    let path = folder.path();
    let printed = run("nightly_rotation", &[path.to_str().unwrap()]);
    assert_eq!(
        printed,
        "299 accounts rotated, 1 failed, 0 interrupted, 0 done before\n"
    );
    let report = std::fs::read_to_string(path.join("report.md")).unwrap();
    insta::assert_snapshot!(report, @r"
    # 299 accounts rotated, 1 failed, 0 interrupted, 0 done before

    | account | problem |
    |---|---|
    | customer_117 | has to be reconnected |
    ");
    let csv = lines(path, "report.csv");
    assert_eq!(
        (csv.len(), csv[1].as_str()),
        (301, "customer_001,rotated,1")
    );
    assert_eq!(csv[117], "customer_117,reconnect,0");
    let links = lines(path, "reconnect.txt");
    assert_eq!(links.len(), 1, "{links:?}");
    assert!(links[0].starts_with("customer_117 https://app.truto.one/connect-account?link_token="));
    // The next run does the one that is left.
    let printed = run("nightly_rotation", &[path.to_str().unwrap()]);
    assert_eq!(
        printed,
        "0 accounts rotated, 1 failed, 0 interrupted, 299 done before\n"
    );
    assert_eq!(lines(path, "journal.txt").len(), 299);
}

#[cfg(unix)]
#[test]
fn nightly_rotation_continues_after_an_interruption() {
    let folder = tempfile::TempDir::new().unwrap();
    let path = folder.path();
    let child = command("nightly_rotation", &[path.to_str().unwrap()])
        .stdout(std::process::Stdio::piped())
        .stderr(std::process::Stdio::null())
        .spawn()
        .unwrap();
    let is_begun = || lines(path, "journal.txt").len() >= 10;
    let until = std::time::Instant::now() + std::time::Duration::from_secs(60);
    while !is_begun() && std::time::Instant::now() < until {
        std::thread::sleep(std::time::Duration::from_millis(5));
    }
    let kill = Command::new("kill")
        .args(["-INT", &child.id().to_string()])
        .status();
    assert!(kill.unwrap().success());
    let ended = child.wait_with_output().unwrap();
    let printed = String::from_utf8(ended.stdout).unwrap();
    assert!(ended.status.success(), "{printed}");
    let done = lines(path, "journal.txt").len();
    assert!((10..299).contains(&done), "{done} accounts: {printed}");
    assert!(
        printed.starts_with(&format!("{done} accounts rotated, ")),
        "{printed}"
    );
    // The second run does the rest, and no account twice.
    let printed = run("nightly_rotation", &[path.to_str().unwrap()]);
    let rest = 299 - done;
    let expected =
        format!("{rest} accounts rotated, 1 failed, 0 interrupted, {done} done before\n");
    assert_eq!(printed, expected);
    let mut journal = lines(path, "journal.txt");
    journal.dedup();
    assert_eq!(journal.len(), 299);
}

#[test]
fn mcp_per_customer_shows_that_customers_are_apart() {
    let text = run("mcp_per_customer", &[]);
    insta::assert_snapshot!(text, @r"
    acme-token: 46 tools
      ✓ list_all_the_auth_api_projects: 3 records
      ✓ create_a_the_auth_api_project
      ✓ list_all_the_auth_api_projects: 4 records
      ✓ list_all_the_auth_api_projects: 4 records
      ✓ list_all_the_auth_api_projects: 4 records
    bolt-token: 19 tools
      ✓ list_all_the_auth_api_projects: 4 records
      ✗ create_a_the_auth_api_project: not allowed: the policy blocks this tool
      ✓ list_all_the_auth_api_projects: 4 records
      ✓ list_all_the_auth_api_projects: 4 records
      ✗ list_all_the_auth_api_projects: not allowed: the limit of 3 calls in 3600 s for this user has been reached
    stranger: no session

    audit
      acme ia_acme list_all_the_auth_api_projects allowed
      acme ia_acme create_a_the_auth_api_project allowed
      acme ia_acme list_all_the_auth_api_projects allowed
      acme ia_acme list_all_the_auth_api_projects allowed
      acme ia_acme list_all_the_auth_api_projects allowed
      bolt ia_bolt list_all_the_auth_api_projects allowed
      bolt ia_bolt create_a_the_auth_api_project denied
      bolt ia_bolt list_all_the_auth_api_projects allowed
      bolt ia_bolt list_all_the_auth_api_projects allowed
      bolt ia_bolt list_all_the_auth_api_projects denied
    ");
}

#[test]
fn the_guide_shows_the_code_of_mcp_per_customer() {
    let read = |path: &str| std::fs::read_to_string(artifacts::root().join(path)).unwrap();
    let (page, example) = (
        read("docs/guide/mcp.md"),
        read("examples/mcp_per_customer.rs"),
    );
    let (_, block) = page.split_once("<!-- excerpt -->\n\n```rust\n").unwrap();
    let (block, _) = block.split_once("\n```").unwrap();
    for item in block.split("\n\n") {
        assert!(
            example.contains(item),
            "the example has no such code:\n{item}"
        );
    }
}

#[test]
fn debug_webhook_says_what_failed() {
    let text = run("debug_webhook", &["api-key.updated"]);
    insta::assert_snapshot!(without_port(&text), @r"
    Audit trail (whk_2) -> http://127.0.0.1:PORT/hooks/broken-audit
      ping: failed with 500. The address responded with 500 Internal Server Error, not with 200.
    ");
}

/// Replaces the port of the server, which differs from run to run.
fn without_port(text: &str) -> String {
    let Some((before, after)) = text.split_once("127.0.0.1:") else {
        panic!("no address in:\n{text}");
    };
    let rest = after.trim_start_matches(|character: char| character.is_ascii_digit());
    format!("{before}127.0.0.1:PORT{rest}")
}
