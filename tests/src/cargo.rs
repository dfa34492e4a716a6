//! Cargo, where a test needs it.

use std::process::Command;

/// A command of the cargo that runs this test, in the environment that it was started in itself.
///
/// A test is told about its package by variables, and build scripts look at some of them: a cargo
/// that was handed them would build what depends on those scripts anew, TLS and all above it, and
/// so would the next one without them.
#[must_use]
pub fn cargo() -> Command {
    let mut command = Command::new(env!("CARGO"));
    for (name, _) in std::env::vars_os() {
        let is_of_test = name.to_str().is_some_and(|name| {
            name.starts_with("CARGO_PKG_") || name.starts_with("CARGO_MANIFEST_")
        });
        if is_of_test {
            command.env_remove(name);
        }
    }
    command
}
