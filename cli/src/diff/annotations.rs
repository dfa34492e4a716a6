//! Changes as annotations of GitHub: workflow commands, one a line.

use std::fmt::Write as _;

use super::describe::describe;
use super::group::group_all;
use super::level::Level;
use super::result::{ChangeResult, DiffResult};
use crate::text::escaped::visible;

/// Renders one annotation for each change. GitHub shows the first ten of each level, so a change that
/// several tools have is one.
pub(crate) fn render_annotations(result: &DiffResult) -> String {
    let mut text = String::new();
    let catalogs = result.catalogs.iter();
    let groups = catalogs.flat_map(|catalog| {
        let groups = group_all(&catalog.changes).into_iter();
        groups.map(|group| (catalog.name.as_str(), group))
    });
    for (catalog, group) in groups {
        let change = group.change;
        let location = change
            .location
            .as_ref()
            .map_or_else(String::new, |location| {
                format!("file={},line={},", property(&location.file), location.line)
            });
        let heading = if change.is_refused() {
            "error"
        } else {
            change.grade.as_str()
        };
        let title = property(&format!("{heading}: {}", change.id));
        let tools = match change.tool.as_str() {
            "" => catalog.to_owned(),
            _ => group.tools(),
        };
        let message = data(&message(&tools, change));
        let level = level(change);
        // Writing to a string never fails.
        let _ = writeln!(text, "::{level} {location}title={title}::{message}");
    }
    for entry in &result.stale_entries {
        let file = property(&entry.location.file);
        let (line, message) = (entry.location.line, data(&visible(&entry.complaint)));
        let _ = writeln!(
            text,
            "::error file={file},line={line},title=accepted change::{message}"
        );
    }
    text
}

fn level(change: &ChangeResult) -> &'static str {
    match change.level {
        _ if change.accepted.is_some() => "notice",
        Level::Error => "error",
        Level::Warning => "warning",
        Level::Note if change.reviewed_text => "warning",
        Level::Note => "notice",
    }
}

/// Returns the message of a change: its tools, its kind in words, its place and its values.
pub(super) fn message(tools: &str, change: &ChangeResult) -> String {
    let line = describe(change);
    let summary = change.kind.summary().trim_end_matches('.');
    let accepted = change.accepted.as_ref();
    let accepted = accepted.map(|reason| format!("accepted: {}", visible(reason)));
    let parts = [
        summary,
        &line.place,
        &line.values,
        &line.code,
        accepted.as_deref().unwrap_or_default(),
    ];
    let parts = parts.into_iter().filter(|part| !part.is_empty());
    format!("{tools}: {}", parts.collect::<Vec<_>>().join("; "))
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commands_cannot_be_forged() {
        for (text, message, property_text) in [
            ("100%", "100%25", "100%25"),
            (
                "a\r\n::error::b",
                "a%0D%0A::error::b",
                "a%0D%0A%3A%3Aerror%3A%3Ab",
            ),
            ("a,file=b", "a,file=b", "a%2Cfile=b"),
            ("%0A", "%250A", "%250A"),
        ] {
            assert_eq!(data(text), message);
            assert_eq!(property(text), property_text);
        }
    }
}
