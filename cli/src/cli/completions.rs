//! `completions`: the completions of a shell.

use anyhow::Result;
use clap::Args;
use clap_complete::Shell;
use serde::Serialize;

use crate::screen::{Format, Screen};
use crate::status::Status;

/// The arguments of `completions`.
#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// The shell
    #[arg(value_name = "SHELL")]
    shell: Shell,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

/// The document that `completions --json` prints. Keys are never removed or renamed.
#[derive(Debug, Serialize)]
struct Completions {
    exit_status: u8,
    shell: String,
    script: String,
}

/// Prints the completions of `parser`, which completes the program `toolsmith`.
///
/// # Errors
///
/// Returns an error if standard output cannot be written.
pub(crate) fn run(
    arguments: &Arguments,
    mut parser: clap::Command,
    screen: Screen,
) -> Result<Status> {
    let mut script = Vec::new();
    clap_complete::generate(arguments.shell, &mut parser, "toolsmith", &mut script);
    let script = String::from_utf8_lossy(&script).into_owned();
    match Format::of_flag(arguments.json) {
        Format::Text => screen.print(&script)?,
        Format::Json => screen.print_json(&Completions {
            exit_status: Status::Success.code(),
            shell: arguments.shell.to_string(),
            script,
        })?,
    }
    Ok(Status::Success)
}
