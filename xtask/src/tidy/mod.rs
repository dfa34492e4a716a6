//! `tidy`: checks the rules of this repository that no lint covers.

mod cycles;
mod edges;
mod finding;
mod imports;
mod layers;
mod lengths;
mod library_layers;
mod manifests;
mod modules;
mod order;
mod prose;
mod rules;
mod sources;
#[cfg(test)]
mod tests;
mod text;

use std::fmt::Write;

use anstyle::{AnsiColor, Style};
use anyhow::Result;
use clap::{Arg, ArgAction, ArgMatches, Command};
use toolsmith::{Context, Status};

use self::finding::Finding;
use self::sources::{SourceFile, Sources, read_files};

/// The style of places.
const PLACE: Style = AnsiColor::Cyan.on_default();

/// The style of success.
const SUCCESS: Style = AnsiColor::Green.on_default();

/// More prose findings than this are only counted, unless paths are given.
const MAX_LISTED_PROSE: usize = 100;

const HELP: &str = "\
Examples:
  cargo xtask tidy
  cargo xtask tidy --json
  cargo xtask tidy --prose              count avoided phrases by folder
  cargo xtask tidy --prose cli README   list those below these paths

Exit status:
  0  no findings
  1  at least one finding
  3  failure";

/// Returns the definition of the command.
pub(crate) fn command() -> Command {
    Command::new("tidy")
        .about("Check the rules of this repository: layers, lengths, headers, plain English")
        .after_help(HELP)
        .arg(
            Arg::new("paths")
                .value_name("PATH")
                .num_args(0..)
                .help("Report only files whose path begins with one of these"),
        )
        .arg(flag(
            "prose",
            "Check only the plain English of comments, strings and documents",
        ))
        .arg(flag("json", "Print JSON"))
}

/// Runs the command.
///
/// # Errors
///
/// Returns an error if the files cannot be listed or read.
pub(crate) fn run(matches: &ArgMatches, context: &Context) -> Result<Status> {
    let is_prose = matches.get_flag("prose");
    let (mut findings, files) = if is_prose {
        let files = read_files(context.root())?;
        (inspect_prose(&files), files.len())
    } else {
        let sources = Sources::read(context.root())?;
        (inspect(&sources), sources.files.len())
    };
    let paths: Vec<&String> = matches.get_many("paths").into_iter().flatten().collect();
    if !paths.is_empty() {
        findings.retain(|finding| paths.iter().any(|path| finding.file.starts_with(*path)));
    }
    let text = if is_prose && paths.is_empty() && findings.len() > MAX_LISTED_PROSE {
        render_counts(&findings)
    } else {
        render(&findings, files)
    };
    if matches.get_flag("json") {
        context.screen().print_json(&findings)?;
    } else {
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
    layers::check(sources, &mut findings);
    cycles::check(sources, &mut findings);
    manifests::check(sources, &mut findings);
    lengths::check(sources, &mut findings);
    text::check(sources, &mut findings);
    prose::check(&sources.files, &mut findings);
    findings.sort();
    findings.dedup();
    findings
}

/// Returns every finding about prose, by file and line.
fn inspect_prose(files: &[SourceFile]) -> Vec<Finding> {
    let mut findings = Vec::new();
    prose::check(files, &mut findings);
    findings.sort();
    findings.dedup();
    findings
}

fn flag(name: &'static str, help: &'static str) -> Arg {
    Arg::new(name)
        .long(name)
        .help(help)
        .action(ArgAction::SetTrue)
}

fn render_counts(findings: &[Finding]) -> String {
    let mut text = String::new();
    for (folder, number) in prose::count(findings) {
        // Writing to a string does not fail.
        let _infallible = writeln!(text, "{number:>6}  {PLACE}{folder}{PLACE:#}");
    }
    let total = count(findings.len(), "finding");
    format!("{text}\n{total}; pass a path to list them\n")
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
