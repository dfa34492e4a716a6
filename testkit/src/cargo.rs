//! Runs cargo from a test.

use std::process::Command;

/// Returns a command for the cargo that runs this test, in the environment that cargo itself was
/// started in.
///
/// Cargo describes the tested package to a test in environment variables, and some build scripts
/// depend on them. If a nested cargo inherited them, it would rebuild everything above those build
/// scripts (TLS and HTTP), and the next cargo without them would rebuild it again.
#[must_use]
pub fn cargo() -> Command {
    let mut command = Command::new(env!("CARGO"));
    for (name, _) in std::env::vars_os() {
        let describes_package = name.to_str().is_some_and(|name| {
            name.starts_with("CARGO_PKG_") || name.starts_with("CARGO_MANIFEST_")
        });
        if describes_package {
            command.env_remove(name);
        }
    }
    command
}
