//! Why a command could not do its work.

use std::fmt::Write;

use anyhow::Error;
use serde::Serialize;
use toolsmith_codegen::{Diagnostic, Diagnostics};

use super::style::{CARE, ERROR, GOOD, NAME, QUIET, paint};

/// A failure for programs.
#[derive(Debug, Serialize)]
pub(crate) struct FailureFacts {
    /// The problems, each with its place.
    pub(crate) problems: Vec<ProblemFacts>,
}

/// One problem for programs.
#[derive(Debug, Serialize)]
pub(crate) struct ProblemFacts {
    /// The file or address.
    #[serde(skip_serializing_if = "Option::is_none")]
    file: Option<String>,
    /// A JSON pointer or a line.
    #[serde(skip_serializing_if = "Option::is_none")]
    place: Option<String>,
    /// The tool.
    #[serde(skip_serializing_if = "Option::is_none")]
    tool: Option<String>,
    /// What is wrong.
    what: String,
    /// Why.
    #[serde(skip_serializing_if = "Option::is_none")]
    because: Option<String>,
    /// What to do about it.
    #[serde(skip_serializing_if = "Option::is_none")]
    help: Option<String>,
}

/// A failure as a person reads it: what, where, why, and what to do.
pub(crate) fn render_failure(error: &Error) -> String {
    let blocks: Vec<String> = match error.downcast_ref::<Diagnostics>() {
        Some(diagnostics) => diagnostics.iter().map(render_diagnostic).collect(),
        None => vec![render_chain(error)],
    };
    blocks.join("\n")
}

/// The same for programs.
pub(crate) fn describe(error: &Error) -> FailureFacts {
    let problems = match error.downcast_ref::<Diagnostics>() {
        Some(diagnostics) => diagnostics.iter().map(describe_diagnostic).collect(),
        None => vec![ProblemFacts {
            file: None,
            place: None,
            tool: None,
            what: error.to_string(),
            because: causes(error),
            help: None,
        }],
    };
    FailureFacts { problems }
}

fn describe_diagnostic(diagnostic: &Diagnostic) -> ProblemFacts {
    let said = |text: &String| (!text.is_empty()).then(|| text.clone());
    ProblemFacts {
        file: said(&diagnostic.location.file),
        place: said(&diagnostic.location.pointer),
        tool: diagnostic.location.tool.clone(),
        what: diagnostic.what.clone(),
        because: diagnostic.why.clone(),
        help: diagnostic.help.clone(),
    }
}

fn render_diagnostic(diagnostic: &Diagnostic) -> String {
    render_as(&paint(ERROR, "error"), diagnostic)
}

/// Something that was read otherwise than it stands there, as a person reads it.
pub(crate) fn render_remark(diagnostic: &Diagnostic) -> String {
    render_as(&paint(CARE, "note"), diagnostic)
}

fn render_as(label: &str, diagnostic: &Diagnostic) -> String {
    let mut text = format!("{label}: {}\n", diagnostic.what);
    let location = diagnostic.location.to_string();
    part(&mut text, &paint(QUIET, "-->"), &paint(NAME, &location));
    if let Some(why) = &diagnostic.why {
        part(&mut text, &paint(QUIET, "because:"), why);
    }
    if let Some(help) = &diagnostic.help {
        part(&mut text, &paint(GOOD, "help:"), help);
    }
    text
}

fn render_chain(error: &Error) -> String {
    let mut text = format!("{}: {error}\n", paint(ERROR, "error"));
    if let Some(causes) = causes(error) {
        part(&mut text, &paint(QUIET, "because:"), &causes);
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
