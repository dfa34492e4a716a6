//! Installs the client, and compares its output with the expected output.

use std::path::Path;
use std::process::{Command, Output};

use tempfile::TempDir;
use toolsmith_testkit::golden::assert_golden;

use crate::artifacts;

/// The npm package of the client, with its version.
const PACKAGE: &str = "@modelcontextprotocol/sdk@1.32";

#[test]
#[ignore = "installs the client with npm"]
fn the_official_client_is_served() {
    let directory = TempDir::new().unwrap();
    install(directory.path());
    let client = directory.path().join("client.mjs");
    std::fs::write(&client, include_str!("client.mjs")).unwrap();
    let mut command = Command::new("node");
    command
        .arg(&client)
        .arg(artifacts::program("mcp_server"))
        .env_remove("MCP_TOKEN");
    for variable in ["TRUTO_API_TOKEN", "TRUTO_API_KEY"] {
        command.env_remove(variable);
    }
    let output = command.output().unwrap();
    let printed = text(&output);
    assert!(output.status.success(), "{printed}");
    let expected = Path::new(env!("CARGO_MANIFEST_DIR")).join("it/mcp_server/client.out");
    assert_golden(&expected, &printed);
}

fn install(directory: &Path) {
    std::fs::write(directory.join("package.json"), "{\"private\": true}").unwrap();
    let installed = Command::new("npm")
        .args(["install", "--no-audit", "--no-fund", PACKAGE])
        .current_dir(directory)
        .output()
        .unwrap();
    assert!(installed.status.success(), "{}", text(&installed));
}

/// Returns the standard output of a program, followed by its standard error if it failed.
fn text(output: &Output) -> String {
    let out = String::from_utf8_lossy(&output.stdout);
    if output.status.success() {
        return out.into_owned();
    }
    format!("{out}\n{}", String::from_utf8_lossy(&output.stderr))
}
