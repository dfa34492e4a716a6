//! `tidy`: checks the rules of this repository that no lint covers.

mod imports;
mod lengths;
mod manifests;
mod rules;
mod sources;
#[cfg(test)]
mod tests;
mod text;

use std::fmt::Write;

use anstyle::{AnsiColor, Style};
use anyhow::Result;
use clap::{Arg, ArgAction, ArgMatches, Command};
use serde::Serialize;
use toolsmith::{Context, Status};

use self::sources::Sources;

/// The style of places.
const PLACE: Style = AnsiColor::Cyan.on_default();

/// The style of success.
const SUCCESS: Style = AnsiColor::Green.on_default();

const HELP: &str = "\
Examples:
  cargo xtask tidy
  cargo xtask tidy --json

Exit status:
  0  no findings
  1  at least one finding
  3  failure";

/// A place that breaks a rule; `tidy --json` prints a list of these.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub(crate) struct Finding {
    /// The file, from the root.
    pub(crate) file: String,
    /// The line, from 1.
    pub(crate) line: usize,
    /// The broken rule.
    pub(crate) message: String,
}

/// Returns the definition of the command.
pub(crate) fn command() -> Command {
    Command::new("tidy")
        .about("Check the rules of this repository: layers, lengths, headers")
        .after_help(HELP)
        .arg(
            Arg::new("json")
                .long("json")
                .help("Print JSON")
                .action(ArgAction::SetTrue),
        )
}

/// Runs the command.
///
/// # Errors
///
/// Returns an error if the files cannot be listed or read.
pub(crate) fn run(matches: &ArgMatches, context: &Context) -> Result<Status> {
    let sources = Sources::read(context.root())?;
    let findings = inspect(&sources);
    if matches.get_flag("json") {
        context.screen().print_json(&findings)?;
    } else {
        let text = render(&findings, sources.files.len());
        context.screen().print(&text)?;
    }
    Ok(match findings.as_slice() {
        [] => Status::Success,
        _ => Status::Findings,
    })
}

/// Returns every finding, by file and line.
fn inspect(sources: &Sources) -> Vec<Finding> {
    let mut findings = Vec::new();
    imports::check(sources, &mut findings);
    manifests::check(sources, &mut findings);
    lengths::check(sources, &mut findings);
    text::check(sources, &mut findings);
    findings.sort();
    findings.dedup();
    findings
}

fn render(findings: &[Finding], files: usize) -> String {
    let mut text = String::new();
    for finding in findings {
        let place = format!("{}:{}", finding.file, finding.line);
        // Writing to a string does not fail.
        let _infallible = writeln!(text, "{PLACE}{place}{PLACE:#}: {}", finding.message);
    }
    let files = count(files, "file");
    let total = match findings.len() {
        0 => format!("{SUCCESS}ok:{SUCCESS:#} {files} tidy"),
        number => format!("\n{} in {files}", count(number, "finding")),
    };
    text + &total + "\n"
}

/// `1 file`, `2 files`.
fn count(number: usize, noun: &str) -> String {
    match number {
        1 => format!("1 {noun}"),
        number => format!("{number} {noun}s"),
    }
}
