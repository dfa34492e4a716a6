//! Each example runs without credentials and shows what it promises.

use std::path::Path;
use std::process::Command;

/// Runs an example and gives what it prints.
#[track_caller]
fn run(example: &str, arguments: &[&str]) -> String {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let output = Command::new(env!("CARGO"))
        .current_dir(root)
        .args([
            "run",
            "--quiet",
            "--package",
            "generated",
            "--example",
            example,
            "--",
        ])
        .args(arguments)
        .env_remove("TRUTO_API_TOKEN")
        .env_remove("TRUTO_API_KEY")
        .output()
        .expect("cargo runs");
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{example} failed:\n{errors}");
    String::from_utf8(output.stdout).expect("examples print text")
}

#[test]
fn rotate_key_shows_that_the_new_key_works() {
    let text = run("rotate_key", &[]);
    insta::assert_snapshot!(text, @"");
}

#[test]
fn usage_report_prints_the_busiest_days() {
    let text = run("usage_report", &[]);
    insta::assert_snapshot!(text, @"");
}

#[test]
fn debug_webhook_says_what_failed() {
    let text = run("debug_webhook", &["api-key.updated"]);
    let without_port = text.replace(|letter: char| letter.is_ascii_digit(), "0");
    insta::assert_snapshot!(without_port, @"");
}
