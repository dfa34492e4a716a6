//! Reports of failures.

use std::fmt::Write;

use anyhow::Error;
use serde::Serialize;
use toolsmith_codegen::{Diagnostic, Diagnostics};

use super::style::{DIMMED, ERROR, NAME, SUCCESS, WARNING, paint};

/// A failure in JSON output.
#[derive(Debug, Serialize)]
pub(crate) struct FailureReport {
    /// The problems, each with its place.
    pub(crate) problems: Vec<Problem>,
}

/// A problem in JSON output.
#[derive(Debug, Serialize)]
pub(crate) struct Problem {
    /// The file or address.
    #[serde(skip_serializing_if = "Option::is_none")]
    file: Option<String>,
    /// A JSON pointer or a line.
    #[serde(skip_serializing_if = "Option::is_none")]
    place: Option<String>,
    /// The tool.
    #[serde(skip_serializing_if = "Option::is_none")]
    tool: Option<String>,
    /// The problem.
    what: String,
    /// The reason.
    #[serde(skip_serializing_if = "Option::is_none")]
    because: Option<String>,
    /// The remedy.
    #[serde(skip_serializing_if = "Option::is_none")]
    help: Option<String>,
}

/// Renders a failure as text: the problem, its place, the reason and the remedy.
pub(crate) fn render_failure(error: &Error) -> String {
    let blocks: Vec<String> = match error.downcast_ref::<Diagnostics>() {
        Some(diagnostics) => diagnostics.iter().map(render_diagnostic).collect(),
        None => vec![render_chain(error)],
    };
    blocks.join("\n")
}

/// Returns a failure for JSON output.
pub(crate) fn describe(error: &Error) -> FailureReport {
    let problems = match error.downcast_ref::<Diagnostics>() {
        Some(diagnostics) => diagnostics.iter().map(describe_diagnostic).collect(),
        None => vec![Problem {
            file: None,
            place: None,
            tool: None,
            what: error.to_string(),
            because: causes(error),
            help: None,
        }],
    };
    FailureReport { problems }
}

fn describe_diagnostic(diagnostic: &Diagnostic) -> Problem {
    let not_empty = |text: &String| (!text.is_empty()).then(|| text.clone());
    Problem {
        file: not_empty(&diagnostic.location.file),
        place: not_empty(&diagnostic.location.pointer),
        tool: diagnostic.location.tool.clone(),
        what: diagnostic.what.clone(),
        because: diagnostic.why.clone(),
        help: diagnostic.help.clone(),
    }
}

fn render_diagnostic(diagnostic: &Diagnostic) -> String {
    render_as(&paint(ERROR, "error"), diagnostic)
}

/// Renders a note on a part of a catalog that was normalized.
pub(crate) fn render_remark(diagnostic: &Diagnostic) -> String {
    render_as(&paint(WARNING, "note"), diagnostic)
}

fn render_as(label: &str, diagnostic: &Diagnostic) -> String {
    let mut text = format!("{label}: {}\n", diagnostic.what);
    let location = diagnostic.location.to_string();
    part(&mut text, &paint(DIMMED, "-->"), &paint(NAME, &location));
    if let Some(why) = &diagnostic.why {
        part(&mut text, &paint(DIMMED, "because:"), why);
    }
    if let Some(help) = &diagnostic.help {
        part(&mut text, &paint(SUCCESS, "help:"), help);
    }
    text
}

fn render_chain(error: &Error) -> String {
    let mut text = format!("{}: {error}\n", paint(ERROR, "error"));
    if let Some(causes) = causes(error) {
        part(&mut text, &paint(DIMMED, "because:"), &causes);
    }
    text
}

fn causes(error: &Error) -> Option<String> {
    let causes: Vec<String> = error.chain().skip(1).map(ToString::to_string).collect();
    (!causes.is_empty()).then(|| causes.join(": "))
}

fn part(text: &mut String, label: &str, what: &str) {
    // Writing to a string does not fail.
    let _infallible = writeln!(text, "  {label} {what}");
}
