//! Strings for models: quoted, bounded, on one line.

use std::time::Duration;

use toolsmith_dialect::sentence;

use crate::single_line;

/// The number of characters of a quotation.
const MAX_QUOTED_CHARACTERS: usize = 300;

/// Returns the first characters of a string.
pub(in crate::agent) fn first_characters(text: &str, count: usize) -> &str {
    match text.char_indices().nth(count) {
        Some((end, _)) => text.get(..end).unwrap_or_default(),
        None => text,
    }
}

/// Returns the first characters of a string, followed by `…` if there are more.
pub(in crate::agent) fn truncate(text: &str, count: usize) -> String {
    let shown = first_characters(text, count);
    let end = if shown.len() < text.len() { "…" } else { "" };
    format!("{shown}{end}")
}

/// Quotes a string from outside: on one line, truncated, and in quotation marks, so that a model
/// can tell it from an instruction.
pub(in crate::agent) fn quote(text: &str) -> String {
    let characters = text.trim().chars().map(|character| match character {
        '"' => '\'',
        character if single_line::breaks(character) => ' ',
        character => character,
    });
    let line: String = characters.collect();
    format!("\"{}\"", truncate(&line, MAX_QUOTED_CHARACTERS))
}

/// Quotes a message from outside, as [`quote`] does, without the full stop at its end: a sentence of ours goes
/// on after it.
pub(in crate::agent) fn quote_message(text: &str) -> String {
    quote(sentence::clause(text))
}

/// Returns a duration in whole seconds, rounded up, so that a call after this time is not refused
/// again.
pub(in crate::agent) fn seconds(duration: Duration) -> String {
    let rest = u64::from(duration.subsec_nanos() > 0);
    format!("{} s", duration.as_secs().saturating_add(rest))
}

/// Returns the string with its first character in upper case.
pub(in crate::agent) fn capitalize(text: &str) -> String {
    let mut characters = text.chars();
    let first = characters.next().map(char::to_uppercase);
    first.into_iter().flatten().chain(characters).collect()
}
