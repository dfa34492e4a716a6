//! `tidy`: the rules of this repository that no lint knows, each finding with its place.

mod imports;
mod lengths;
mod manifests;
mod rules;
mod sources;
#[cfg(test)]
mod tests;
mod text;

use std::fmt::Write;

use anyhow::Result;
use serde::Serialize;

use crate::regen::Form;
use crate::screen::Screen;
use crate::screen::style::{GOOD, NAME, count, paint};
use crate::status::Status;
use crate::workspace::Workspace;

use self::sources::Sources;

/// One thing that is not as it should be; `tidy --json` prints a list of these.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub(crate) struct Finding {
    /// The file, from the root.
    pub(crate) file: String,
    /// The line, from 1.
    pub(crate) line: usize,
    /// What is not as it should be.
    pub(crate) message: String,
}

/// Runs the command.
///
/// # Errors
///
/// The files cannot be listed or read.
pub(crate) fn run(form: Form, workspace: &Workspace, screen: Screen) -> Result<Status> {
    let sources = Sources::read(workspace)?;
    let findings = inspect(&sources);
    match form {
        Form::Json => screen.print_json(&findings)?,
        Form::Text => screen.print(&render(&findings, sources.files.len()))?,
    }
    Ok(match findings.as_slice() {
        [] => Status::Fine,
        _ => Status::Findings,
    })
}

/// Everything that is not as it should be, by file and line.
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
        let _infallible = writeln!(text, "{}: {}", paint(NAME, &place), finding.message);
    }
    let total = match findings.len() {
        0 => format!("{} {} tidy", paint(GOOD, "ok:"), count(files, "file")),
        number => format!("\n{} in {}", count(number, "finding"), count(files, "file")),
    };
    text + &total + "\n"
}
