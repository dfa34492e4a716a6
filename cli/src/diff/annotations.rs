//! Changes as annotations of GitHub: workflow commands, one a line.

use std::fmt::Write as _;

use toolsmith_codegen::diff::Grade;

use super::describe::describe;
use super::result::{ChangeResult, DiffResult};
use super::visible::visible;

/// Renders one annotation for each change.
pub(crate) fn render_annotations(result: &DiffResult) -> String {
    let mut text = String::new();
    for (catalog, change) in result.changes() {
        let location = change
            .location
            .as_ref()
            .map_or_else(String::new, |location| {
                format!("file={},line={},", property(&location.file), location.line)
            });
        let title = property(&format!("{}: {}", change.grade, change.id));
        let message = data(&message(&catalog.name, change));
        let level = level(change);
        // Writing to a string never fails.
        let _ = writeln!(text, "::{level} {location}title={title}::{message}");
    }
    text
}

fn level(change: &ChangeResult) -> &'static str {
    match change.grade {
        _ if change.accepted.is_some() => "notice",
        Grade::Compile | Grade::Wire => "error",
        Grade::Behaviour => "warning",
        _ if change.reviewed_text => "warning",
        Grade::Additive | Grade::Docs => "notice",
    }
}

/// Returns the message of a change: its tool, its place and its values.
pub(super) fn message(catalog: &str, change: &ChangeResult) -> String {
    let line = describe(change);
    let tool = if change.tool.is_empty() {
        catalog
    } else {
        &visible(&change.tool)
    };
    let summary = change.summary.trim_end_matches('.');
    let parts = [tool, &line.place, summary, &line.values, &line.code];
    let parts = parts.into_iter().filter(|part| !part.is_empty());
    parts.collect::<Vec<_>>().join("; ")
}

/// Escapes the message of a workflow command.
fn data(text: &str) -> String {
    text.replace('%', "%25")
        .replace('\r', "%0D")
        .replace('\n', "%0A")
}

/// Escapes a property of a workflow command.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}
