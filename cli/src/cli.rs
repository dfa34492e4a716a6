//! Parsing of the command line, dispatch to the commands, and reports of failures.

use std::ffi::OsString;
use std::path::PathBuf;

use anyhow::{Error, Result};
use clap::error::ErrorKind;
use clap::{ArgMatches, CommandFactory as _, FromArgMatches as _};
use serde::Serialize;
use toolsmith_codegen::options::UnreadableTools;

use crate::arguments::{Arguments, Command};
use crate::context::Context;
use crate::digest;
use crate::environment::Environment;
use crate::explain;
use crate::fetch::FetchUnavailable;
use crate::generate;
use crate::graph;
use crate::help;
use crate::list;
use crate::login;
use crate::program::Program;
use crate::regen;
use crate::screen::{FailureReport, Format, Screen, describe, render_failure};
use crate::status::Status;
use crate::workspace::Workspace;

/// The function of a command that a program adds.
type Run = fn(&ArgMatches, &Context) -> Result<Status>;

/// The command line of a program.
#[derive(Debug)]
pub struct Cli {
    program: Program,
    added: Vec<(clap::Command, Run)>,
}

/// The document that `--json` prints if a command fails.
#[derive(Serialize)]
struct Failure {
    exit_status: u8,
    error: FailureReport,
}

impl Cli {
    /// Creates the command line of `program`.
    #[must_use]
    pub fn new(program: Program) -> Self {
        Self {
            program,
            added: Vec::new(),
        }
    }

    /// Adds a subcommand. If it has a flag `--json`, a failure is also printed as JSON.
    #[must_use]
    pub fn with_command(mut self, command: clap::Command, run: Run) -> Self {
        self.added.push((command, run));
        self
    }

    /// Runs the command that `arguments` name. The first argument is the program.
    pub fn run(&self, arguments: impl IntoIterator<Item = OsString>) -> Status {
        let environment = Environment::of_process();
        let screen = Screen::of_process();
        let program = self.program.called_as(&environment);
        let mut arguments: Vec<OsString> = arguments.into_iter().collect();
        if program == Program::CargoToolsmith
            && arguments.get(1).is_some_and(|it| it == "toolsmith")
        {
            // Cargo passes the name of the subcommand.
            arguments.remove(1);
        }
        let matches = match self.parser(program).try_get_matches_from(arguments) {
            Ok(matches) => matches,
            Err(error) => return report_usage(&error, screen),
        };
        match self.dispatch(&matches, program, environment, screen) {
            Ok(status) => status,
            Err(error) if error.is::<FetchUnavailable>() && program == Program::CargoXtask => {
                Status::FetchUnavailable
            }
            Err(error) => report_failure(&error, format_of(&matches), screen),
        }
    }

    fn parser(&self, program: Program) -> clap::Command {
        let parser = help::add(Arguments::command(), program).bin_name(program.name());
        parser.subcommands(self.added.iter().map(|(command, _)| command.clone()))
    }

    fn dispatch(
        &self,
        matches: &ArgMatches,
        program: Program,
        environment: Environment,
        screen: Screen,
    ) -> Result<Status> {
        let root = matches.get_one::<PathBuf>("root").map(PathBuf::as_path);
        let context = Context {
            unreadable: if matches.get_flag("skip_unreadable") {
                UnreadableTools::Skipped
            } else {
                UnreadableTools::Refused
            },
            program,
            workspace: Workspace::find(root, &environment)?,
            environment,
            screen,
        };
        if let Some((name, matches)) = matches.subcommand() {
            let mut added = self.added.iter();
            if let Some((_, run)) = added.find(|(command, _)| command.get_name() == name) {
                return run(matches, &context);
            }
        }
        match Arguments::from_arg_matches(matches)?.command {
            Command::Regen(arguments) => regen::run(&arguments.into(), &context),
            Command::Login(arguments) => login::run(&arguments, &context),
            Command::Generate(arguments) => generate::run(&arguments.into(), &context),
            Command::List { catalogs, json } => {
                list::run(&catalogs, Format::of_flag(json), &context)
            }
            Command::Explain { tool, json } => explain::run(&tool, Format::of_flag(json), &context),
            Command::Graph { catalogs, out } => graph::run(&catalogs, out, &context),
            Command::Digest {
                catalogs,
                out,
                json,
            } => {
                let request = digest::Request {
                    catalogs,
                    out,
                    format: Format::of_flag(json),
                };
                digest::run(&request, &context)
            }
        }
    }
}

/// Returns the output format that a subcommand was asked for.
fn format_of(matches: &ArgMatches) -> Format {
    let json = matches
        .subcommand()
        .and_then(|(_, matches)| matches.try_get_one::<bool>("json").ok().flatten());
    Format::of_flag(json.is_some_and(|json| *json))
}

/// Prints help as a result and a usage error as a failure.
fn report_usage(error: &clap::Error, screen: Screen) -> Status {
    let text = error.render().ansi().to_string();
    match error.kind() {
        ErrorKind::DisplayHelp
        | ErrorKind::DisplayVersion
        | ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand => {
            // There is no other stream to report the failure on.
            let _unread = screen.print(&text);
            Status::Success
        }
        _ => {
            screen.note(text.trim_end());
            Status::Failed
        }
    }
}

fn report_failure(error: &Error, format: Format, screen: Screen) -> Status {
    screen.note(render_failure(error).trim_end());
    if format == Format::Json {
        let failure = Failure {
            exit_status: Status::Failed.code(),
            error: describe(error),
        };
        // Standard error has the same report.
        let _unread = screen.print_json(&failure);
    }
    Status::Failed
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_command_line_is_valid() {
        Cli::new(Program::Toolsmith)
            .parser(Program::Toolsmith)
            .debug_assert();
    }

    #[test]
    fn offline_conflicts_with_fetch() {
        let parser = Cli::new(Program::Toolsmith).parser(Program::Toolsmith);
        let parsed = parser.try_get_matches_from(["toolsmith", "regen", "--offline", "--fetch"]);
        assert_eq!(parsed.unwrap_err().kind(), ErrorKind::ArgumentConflict);
    }
}
