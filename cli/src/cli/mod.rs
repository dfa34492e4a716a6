//! Parsing of the command line, dispatch to the commands, and reports of failures.

pub(crate) mod arguments;
pub(crate) mod completions;
pub(crate) mod help;

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use anyhow::{Error, Result};
use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::{ArgMatches, CommandFactory as _, FromArgMatches as _};
use serde::Serialize;
use toolsmith_codegen::options::UnreadableTools;

use self::arguments::{Arguments, Command};
use crate::context::Context;
use crate::fetch::FetchUnavailable;
#[cfg(feature = "page")]
use crate::page;
use crate::program::Program;
use crate::project::pin;
use crate::screen::{ColorWhen, FailureReport, Format, Screen, describe, render_failure};
use crate::status::Status;
use crate::system::environment::Environment;
use crate::workspace::Workspace;
use crate::{add, diff, digest, explain, generate, graph, init, list, login};
use crate::{regen, remove, upgrade};

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
        let format = Format::of_flag(arguments.iter().any(|argument| argument == "--json"));
        let matches = match self.parser(program).try_get_matches_from(arguments) {
            Ok(matches) => matches,
            Err(error) => return report_usage(error, format, screen),
        };
        let when = matches.get_one::<ColorWhen>("color");
        let screen = screen.colored(when.copied().unwrap_or(ColorWhen::Auto));
        match self.dispatch(&matches, program, environment, screen) {
            Ok(status) => status,
            Err(error) if error.is::<FetchUnavailable>() && program == Program::CargoXtask => {
                Status::FetchUnavailable
            }
            Err(error) => report_failure(&error, format_of(&matches), screen),
        }
    }

    fn parser(&self, program: Program) -> clap::Command {
        let parser = help::complete(Arguments::command(), program).bin_name(program.name());
        let added = self.added.iter().map(|(command, _)| command.clone());
        help::group(parser.subcommands(added))
    }

    fn dispatch(
        &self,
        matches: &ArgMatches,
        program: Program,
        environment: Environment,
        screen: Screen,
    ) -> Result<Status> {
        let root = matches.get_one::<PathBuf>("root").map(PathBuf::as_path);
        let (name, inner) = matches.subcommand().unwrap_or(("", matches));
        let mut added = self.added.iter();
        let added = added.find(|(command, _)| command.get_name() == name);
        let command = match added {
            Some(_) => None,
            None => Some(Arguments::from_arg_matches(matches)?.command),
        };
        let workspace = match &command {
            Some(Command::Init(_) | Command::Completions(_) | Command::Generate(_)) => {
                Workspace::find_or_here(root, program, &environment)?
            }
            _ => Workspace::find(root, program, &environment)?,
        };
        let context = Context {
            unreadable: if matches.get_flag("skip_unreadable") {
                UnreadableTools::Skipped
            } else {
                UnreadableTools::Refused
            },
            program,
            workspace,
            environment,
            screen,
        };
        match (command, added) {
            (Some(command), _) => self.run_command(command, root, context),
            (None, Some((_, run))) => run(inner, &context),
            (None, None) => Ok(Status::Failed),
        }
    }

    fn run_command(
        &self,
        command: Command,
        root: Option<&Path>,
        context: Context,
    ) -> Result<Status> {
        let context_ref = &context;
        match command {
            Command::Init(arguments) => {
                let start = root.unwrap_or(Path::new("."));
                init::run(&arguments.into(), start, context)
            }
            Command::Add(arguments) => add::run(&arguments.into(), context_ref),
            Command::Login(arguments) => login::run(&arguments, context_ref),
            Command::Remove(arguments) => remove::run(&arguments, context_ref),
            Command::Regen(arguments) => {
                pin::require(context_ref)?;
                regen::run(&arguments.into(), context_ref)
            }
            Command::Check(arguments) => {
                pin::require(context_ref)?;
                regen::run(&arguments.into(), context_ref)
            }
            Command::Upgrade(arguments) => upgrade::run(&arguments, context_ref),
            Command::Generate(arguments) => generate::run(&arguments.into(), context_ref),
            Command::Completions(arguments) => {
                let parser = self.parser(Program::Toolsmith);
                completions::run(&arguments, parser, context.screen)
            }
            command => run_reading(command, context_ref),
        }
    }
}

/// Runs a command that shows something, and may write it elsewhere.
fn run_reading(command: Command, context: &Context) -> Result<Status> {
    match &command {
        // It writes into the generated code.
        Command::Digest { out: None, .. } => pin::require(context)?,
        _ => pin::remark(context)?,
    }
    match command {
        Command::List { catalogs, json } => list::run(&catalogs, Format::of_flag(json), context),
        Command::Explain { tool, json } => explain::run(&tool, Format::of_flag(json), context),
        Command::Diff(arguments) => diff::run(&arguments.into(), context),
        Command::Graph {
            catalogs,
            out,
            json,
        } => graph::run(&catalogs, out, Format::of_flag(json), context),
        #[cfg(feature = "page")]
        Command::Page {
            catalogs,
            out,
            since,
            json,
        } => {
            let request = page::Request {
                catalogs,
                out,
                since,
                format: Format::of_flag(json),
            };
            page::run(&request, context)
        }
        #[cfg(not(feature = "page"))]
        Command::Page { .. } if context.program == Program::CargoXtask => {
            Ok(Status::PageUnavailable)
        }
        #[cfg(not(feature = "page"))]
        Command::Page { .. } => anyhow::bail!(
            "this build of toolsmith has no command `page`; build it with the feature `page`"
        ),
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
            digest::run(&request, context)
        }
        // The other commands are run before.
        _ => Ok(Status::Failed),
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
fn report_usage(error: clap::Error, format: Format, screen: Screen) -> Status {
    let error = without_secrets(error);
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
            if format == Format::Json {
                let text = error.render().to_string();
                let text = text.trim_start_matches("error: ").split("\n\n").next();
                let words: Vec<&str> = text.unwrap_or_default().split_whitespace().collect();
                let error = anyhow::anyhow!("{}", words.join(" "));
                print_failure(&error, screen);
            }
            Status::Failed
        }
    }
}

/// Removes the value of an option that may contain a secret, such as a token in the place of the name
/// of a variable.
fn without_secrets(mut error: clap::Error) -> clap::Error {
    let argument = error.get(ContextKind::InvalidArg).map(ToString::to_string);
    let is_secret = argument.is_some_and(|it| it.contains("url") || it.contains("env"));
    if error.kind() == ErrorKind::ValueValidation && is_secret {
        let hidden = ContextValue::String("…".to_owned());
        error.insert(ContextKind::InvalidValue, hidden);
    }
    error
}

fn report_failure(error: &Error, format: Format, screen: Screen) -> Status {
    screen.note(render_failure(error).trim_end());
    if format == Format::Json {
        print_failure(error, screen);
    }
    Status::Failed
}

fn print_failure(error: &Error, screen: Screen) {
    let failure = Failure {
        exit_status: Status::Failed.code(),
        error: describe(error),
    };
    // Standard error has the same report.
    let _unread = screen.print_json(&failure);
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
