//! The command line: what may be asked, and who answers.

use std::ffi::OsString;
use std::path::PathBuf;

use anyhow::{Error, Result};
use clap::error::ErrorKind;
use clap::{Args, Parser, Subcommand};
use serde::Serialize;

use crate::digest;
use crate::environment::Environment;
use crate::explore;
use crate::generate;
use crate::graph;
use crate::help;
use crate::regen::{self, Fetching, Form, Loosened, Mode, Request};
use crate::screen::{FailureFacts, Screen, describe, render_failure};
use crate::status::Status;
use crate::tidy;
use crate::workspace::Workspace;

/// Turns catalogs of agent tools into a typed Rust crate.
#[derive(Debug, Parser)]
#[command(
    name = "xtask",
    bin_name = "cargo xtask",
    after_help = help::ALL,
    arg_required_else_help = true,
    disable_help_subcommand = true
)]
struct Arguments {
    /// The directory of toolsmith.toml [default: this project's]
    #[arg(long, global = true, value_name = "DIR")]
    root: Option<PathBuf>,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Write the generated crate anew from its catalogs
    #[command(after_help = help::REGEN)]
    Regen(RegenArguments),
    /// Write a crate of its own from the file of a catalog, or from an MCP server
    #[command(after_help = help::GENERATE)]
    Generate(generate::Arguments),
    /// Show the tools of the catalogs and the call that each became
    #[command(after_help = help::LIST)]
    List {
        /// The catalogs [default: all]
        #[arg(value_name = "CATALOG")]
        catalogs: Vec<String>,
        /// Print one JSON document
        #[arg(long)]
        json: bool,
    },
    /// Show how each place of a tool's schemas became Rust, and why
    #[command(after_help = help::EXPLAIN)]
    Explain {
        /// A tool's name, its place in Rust or its request type: `api_keys.list`, `ListApiKeys`
        #[arg(value_name = "TOOL")]
        tool: String,
        /// Print one JSON document
        #[arg(long)]
        json: bool,
    },
    /// Draw which tool gives an identifier that another needs, as Mermaid and SVG
    Graph {
        /// The catalogs [default: all]
        #[arg(value_name = "CATALOG")]
        catalogs: Vec<String>,
        /// Where the pictures go [default: target/graph]
        #[arg(long, value_name = "DIR")]
        out: Option<PathBuf>,
    },
    /// Write the catalogs in Markdown, for coding agents: an index and pages
    #[command(after_help = help::DIGEST)]
    Digest {
        /// The catalogs [default: all]
        #[arg(value_name = "CATALOG")]
        catalogs: Vec<String>,
        /// The directory that gets a folder for each catalog [default: generated/digest]
        #[arg(long, value_name = "DIR")]
        out: Option<PathBuf>,
        /// Print one JSON document
        #[arg(long)]
        json: bool,
    },
    /// Check the rules of this repository: layers, lengths, headers
    #[command(after_help = help::TIDY)]
    Tidy {
        /// Print one JSON document
        #[arg(long)]
        json: bool,
    },
}

#[derive(Debug, Args)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a flag of its own on the command line, and becomes an enum behind it"
)]
struct RegenArguments {
    /// The catalogs to fetch [default: all]; the crate is always written whole
    #[arg(value_name = "CATALOG")]
    catalogs: Vec<String>,
    /// Use the snapshots, whatever variables are set
    #[arg(long, conflicts_with = "fetch")]
    offline: bool,
    /// Fetch every catalog, and fail where that is not possible
    #[arg(long)]
    fetch: bool,
    /// Write nothing; show what would change, and exit with 1 if anything would
    #[arg(long)]
    check: bool,
    /// Write nothing and exit with 1 if a place of a schema had to become Json
    #[arg(long)]
    deny_loosened: bool,
    /// Print one JSON document
    #[arg(long)]
    json: bool,
}

/// What `--json` prints where a command could not do its work.
#[derive(Serialize)]
struct Failure {
    exit_status: u8,
    error: FailureFacts,
}

/// Runs the command that the arguments name.
pub(crate) fn run(
    arguments: impl IntoIterator<Item = OsString>,
    environment: &Environment,
    screen: Screen,
) -> Status {
    let arguments = match Arguments::try_parse_from(arguments) {
        Ok(arguments) => arguments,
        Err(error) => return explain_usage(&error, screen),
    };
    let form = form_of(&arguments.command);
    match dispatch(arguments, environment, screen) {
        Ok(status) => status,
        Err(error) => fail(&error, form, screen),
    }
}

fn dispatch(arguments: Arguments, environment: &Environment, screen: Screen) -> Result<Status> {
    let form = form_of(&arguments.command);
    let workspace = Workspace::find(arguments.root.as_deref(), environment)?;
    match arguments.command {
        Command::Regen(arguments) => {
            regen::run(&request(arguments), &workspace, environment, screen)
        }
        Command::Generate(arguments) => {
            generate::run(&arguments.into(), &workspace, environment, screen)
        }
        Command::List { catalogs, .. } => explore::list(&catalogs, form, &workspace, screen),
        Command::Explain { tool, .. } => explore::explain(&tool, form, &workspace, screen),
        Command::Graph { catalogs, out } => graph::run(&catalogs, out, &workspace, screen),
        Command::Digest { catalogs, out, .. } => {
            let request = digest::Request {
                catalogs,
                out,
                form,
            };
            digest::run(&request, &workspace, screen)
        }
        Command::Tidy { .. } => tidy::run(form, &workspace, screen),
    }
}

fn form_of(command: &Command) -> Form {
    let wants_json = match command {
        Command::Regen(arguments) => arguments.json,
        Command::Generate(arguments) => return arguments.form(),
        Command::Graph { .. } => false,
        Command::List { json, .. }
        | Command::Explain { json, .. }
        | Command::Digest { json, .. }
        | Command::Tidy { json } => *json,
    };
    if wants_json { Form::Json } else { Form::Text }
}

fn request(arguments: RegenArguments) -> Request {
    Request {
        fetching: match (arguments.offline, arguments.fetch) {
            (true, _) => Fetching::Never,
            (_, true) => Fetching::Always,
            _ => Fetching::IfPossible,
        },
        mode: if arguments.check {
            Mode::Check
        } else {
            Mode::Write
        },
        loosened: if arguments.deny_loosened {
            Loosened::Denied
        } else {
            Loosened::Allowed
        },
        form: if arguments.json {
            Form::Json
        } else {
            Form::Text
        },
        catalogs: arguments.catalogs,
    }
}

/// Help that was asked for, or needed, is a result; a slip is a failure.
fn explain_usage(error: &clap::Error, screen: Screen) -> Status {
    let text = error.render().ansi().to_string();
    match error.kind() {
        ErrorKind::DisplayHelp
        | ErrorKind::DisplayVersion
        | ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand => {
            // Nobody is left to tell.
            let _unread = screen.print(&text);
            Status::Fine
        }
        _ => {
            screen.note(text.trim_end());
            Status::Failed
        }
    }
}

fn fail(error: &Error, form: Form, screen: Screen) -> Status {
    screen.note(render_failure(error).trim_end());
    if form == Form::Json {
        let failure = Failure {
            exit_status: Status::Failed.code(),
            error: describe(error),
        };
        // The same stands on standard error.
        let _unread = screen.print_json(&failure);
    }
    Status::Failed
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn the_command_line_is_sound() {
        Arguments::command().debug_assert();
    }

    #[test]
    fn a_fetch_is_not_offline() {
        let parsed = Arguments::try_parse_from(["xtask", "regen", "--offline", "--fetch"]);
        assert_eq!(parsed.unwrap_err().kind(), ErrorKind::ArgumentConflict);
    }
}
