//! Installs the client, builds the server, and compares what the client prints.

#![allow(
    clippy::disallowed_methods,
    reason = "a test prepares the folder of its client"
)]

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use tempfile::TempDir;
use toolsmith_tests::cargo::cargo;
use toolsmith_tests::golden::assert_golden;

/// The client and its version.
const PACKAGE: &str = "@modelcontextprotocol/sdk@1.32";

#[test]
fn the_official_client_is_served() {
    let directory = TempDir::new().unwrap();
    if !install(directory.path()) {
        println!("skipped: npm cannot install {PACKAGE} here");
        return;
    }
    let client = directory.path().join("client.mjs");
    std::fs::write(&client, include_str!("client.mjs")).unwrap();
    let mut command = Command::new("node");
    command.arg(&client).arg(example()).env_remove("MCP_TOKEN");
    for variable in ["TRUTO_API_TOKEN", "TRUTO_API_KEY"] {
        command.env_remove(variable);
    }
    let output = command.output().unwrap();
    let printed = text(&output);
    assert!(output.status.success(), "{printed}");
    let expected = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/mcp_server/client.out");
    assert_golden(&expected, &printed);
}

fn install(directory: &Path) -> bool {
    std::fs::write(directory.join("package.json"), "{\"private\": true}").unwrap();
    let installed = Command::new("npm")
        .args(["install", "--no-audit", "--no-fund", PACKAGE])
        .current_dir(directory)
        .output();
    installed.is_ok_and(|output| output.status.success())
}

/// Builds the example and gives its path.
fn example() -> PathBuf {
    let output = cargo()
        .current_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join(".."))
        .args(["build", "--workspace", "--example", "mcp_server"])
        .args([
            "--features",
            "generated/mcp-server",
            "--message-format",
            "json",
        ])
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", text(&output));
    let messages = String::from_utf8(output.stdout).unwrap();
    let mut messages = messages
        .lines()
        .filter_map(|line| serde_json::from_str::<serde_json::Value>(line).ok())
        .filter(|message| message["target"]["name"] == "mcp_server");
    let built = messages.find_map(|message| message["executable"].as_str().map(PathBuf::from));
    built.expect("cargo says what it built")
}

/// What a program printed; behind it what it complained of, if it failed.
fn text(output: &Output) -> String {
    let out = String::from_utf8_lossy(&output.stdout);
    if output.status.success() {
        return out.into_owned();
    }
    format!("{out}\n{}", String::from_utf8_lossy(&output.stderr))
}
