//! Warnings about texts that models read.

use serde::Serialize;
use toolsmith_codegen::report::{Report, TextFinding};

use crate::screen::lines::push_line;
use crate::screen::style::{HEADING, NAME, WARNING, paint};

/// A text that a person should read before a model does.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct TextWarning {
    /// The tool. Empty for the instructions of an MCP server.
    pub(crate) tool: String,
    /// A JSON pointer into the tool.
    pub(crate) pointer: String,
    /// The kind, as the overlay action `allow` takes it: `text-instructs`.
    id: &'static str,
    /// The cause.
    why: String,
    /// The words that led to it, with hidden characters written out.
    excerpt: String,
}

impl TextWarning {
    /// Returns the warnings of a catalog.
    pub(crate) fn collect(report: &Report) -> Vec<Self> {
        report.text_warnings.iter().map(Self::of).collect()
    }

    /// Returns the warnings about a tool.
    pub(crate) fn of_tool(report: &Report, tool: &str) -> Vec<Self> {
        let warnings = report.text_warnings.iter();
        warnings
            .filter(|warning| warning.tool == tool)
            .map(Self::of)
            .collect()
    }

    fn of(finding: &TextFinding) -> Self {
        Self {
            tool: finding.tool.clone(),
            pointer: finding.pointer.clone(),
            id: finding.kind.as_str(),
            why: finding.cause.clone(),
            excerpt: finding.excerpt.clone(),
        }
    }

    /// Returns the cause, the words, and the identifier that `allow` takes.
    pub(crate) fn describe(&self) -> String {
        let cause = paint(WARNING, &self.why);
        format!("{cause}: {:?} ({})", self.excerpt, self.id)
    }
}

/// Renders the warnings of a catalog.
pub(crate) fn render_warnings(text: &mut String, catalog: &str, warnings: &[TextWarning]) {
    if warnings.is_empty() {
        return;
    }
    push_line(text, "");
    let heading = format!("Texts of {catalog} to read before a model does");
    push_line(text, &paint(HEADING, &heading));
    for warning in warnings {
        let tool = match warning.tool.as_str() {
            "" => "(server)",
            tool => tool,
        };
        let place = format!("  {}  {}", paint(NAME, tool), warning.pointer);
        push_line(text, &place);
        push_line(text, &format!("    {}", warning.describe()));
    }
}
