//! One change as one line of text.

use super::result::ChangeResult;
use super::words::mark_words;
use crate::text::escaped::{visible, visible_name};

/// Maximum number of characters of a value in a line.
const MAX_VALUE_LENGTH: usize = 60;

/// The parts of the line of a change.
pub(super) struct Line {
    /// The place, empty for the tool as a whole.
    pub(super) place: String,
    /// The values: `"day" -> "hour"`.
    pub(super) values: String,
    /// The change of the code: `ListKeys::limit: Option<u64> -> Option<i64>`.
    pub(super) code: String,
}

/// Adds the description of a change in words, and its level.
pub(crate) fn described(change: ChangeResult) -> ChangeResult {
    let summary = change.kind.summary().trim_end_matches('.');
    let what = match describe(&change).values.as_str() {
        "" => summary.to_owned(),
        values => format!("{summary}: {values}"),
    };
    let level = change.find_level();
    ChangeResult {
        level,
        what,
        ..change
    }
}

/// Describes a change.
pub(super) fn describe(change: &ChangeResult) -> Line {
    let place = match change.place.as_str() {
        "tool" | "catalog" => String::new(),
        place => visible_name(place).into_owned(),
    };
    let code = change.rust.as_ref().map(|rust| {
        let values = arrow(
            rust.before.as_deref(),
            rust.after.as_deref(),
            "new",
            "removed",
        );
        format!("{}: {values}", visible_name(&rust.item.to_string()))
    });
    Line {
        place,
        values: match (&change.before, &change.after) {
            (None, None) => String::new(),
            (before, after) if change.is_text() => {
                let text = |text: &Option<String>| visible(text.as_deref().unwrap_or_default());
                mark_words(&text(before), &text(after))
            }
            (before, after) => arrow(before.as_deref(), after.as_deref(), "added", "removed"),
        },
        code: code.unwrap_or_default(),
    }
}

fn arrow(before: Option<&str>, after: Option<&str>, added: &str, removed: &str) -> String {
    match (before.map(short), after.map(short)) {
        (Some(before), Some(after)) => format!("{before} -> {after}"),
        (Some(before), None) => format!("{removed} {before}"),
        (None, Some(after)) => format!("{added} {after}"),
        (None, None) => String::new(),
    }
}

fn short(text: &str) -> String {
    let line = visible(&text.split_whitespace().collect::<Vec<_>>().join(" "));
    match line.char_indices().nth(MAX_VALUE_LENGTH) {
        Some((end, _)) => format!("{}…", line.get(..end).unwrap_or_default()),
        None => line,
    }
}
