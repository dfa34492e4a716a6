//! Converts one line of text to inline Markdown.

use std::borrow::Cow;

use super::word::{Next, push_word};
use crate::emit::tokens::literal::is_visible;

/// Returns text as one line of Markdown.
pub(crate) fn sentence(text: &str) -> String {
    atoms(&clean(text)).join(" ")
}

/// Returns text as a code span, or `the empty string`. Text with characters or spaces that a reader would not
/// see is a literal: `"a "`.
pub(crate) fn code(text: &str) -> String {
    if text.is_empty() {
        return "the empty string".to_owned();
    }
    let mut text = Cow::Borrowed(text);
    if clean(&text) != text {
        text = Cow::Owned(format!("\"{}\"", text.escape_debug()));
    }
    let longest_run = text
        .split(|character| character != '`')
        .map(str::len)
        .max()
        .unwrap_or(0);
    let ticks = "`".repeat(longest_run + 1);
    if longest_run == 0 {
        format!("{ticks}{text}{ticks}")
    } else {
        format!("{ticks} {text} {ticks}")
    }
}

/// Removes invisible characters, and replaces each run of whitespace by one space.
pub(crate) fn clean(text: &str) -> String {
    let spaces_are_single = text
        .bytes()
        .zip(text.bytes().skip(1))
        .all(|pair| pair != (b' ', b' '));
    let is_plain = |byte: u8| matches!(byte, b' '..=b'~');
    if spaces_are_single && text.trim().len() == text.len() && text.bytes().all(is_plain) {
        return text.to_owned();
    }
    let mut cleaned = String::with_capacity(text.len());
    for character in text.chars() {
        if character.is_whitespace() {
            if !cleaned.is_empty() && !cleaned.ends_with(' ') {
                cleaned.push(' ');
            }
        } else if is_visible(character) {
            cleaned.push(character);
        }
    }
    if cleaned.ends_with(' ') {
        cleaned.pop();
    }
    cleaned
}

/// Converts a cleaned line to Markdown, split where it may be wrapped.
pub(super) fn atoms(line: &str) -> Vec<String> {
    let mut atoms = Vec::new();
    let mut atom = String::new();
    let mut rest = line;
    while let Some(first) = rest.chars().next() {
        let length = match first {
            ' ' => {
                atoms.push(std::mem::take(&mut atom));
                1
            }
            '`' => push_ticks(&mut atom, rest),
            _ => {
                let end = rest.find([' ', '`']).unwrap_or(rest.len());
                let (word, tail) = rest.split_at(end);
                let next = if tail.starts_with('`') {
                    Next::Code
                } else {
                    Next::Other
                };
                push_word(&mut atom, word, next);
                end
            }
        };
        rest = rest.get(length..).unwrap_or_default();
    }
    if !atom.is_empty() {
        atoms.push(atom);
    }
    atoms
}

/// Appends a code span, or escaped backticks if the span is not closed. Returns the length that it
/// has read.
fn push_ticks(atom: &mut String, rest: &str) -> usize {
    let after = rest.trim_start_matches('`');
    let count = rest.len() - after.len();
    let ticks = rest.get(..count).unwrap_or_default();
    match closing(after, count) {
        Some(end) if !atom.ends_with('`') => {
            let code = after.get(..end).unwrap_or_default();
            atom.push_str(ticks);
            atom.push_str(code);
            atom.push_str(ticks);
            count + end + count
        }
        _ => {
            atom.push_str(&"\\`".repeat(count));
            count
        }
    }
}

/// Returns the start of the run of exactly `count` backticks that closes a code span.
fn closing(text: &str, count: usize) -> Option<usize> {
    let mut from = 0;
    while let Some(start) = text.get(from..)?.find('`').map(|start| from + start) {
        let run = text.get(start..)?;
        let length = run.len() - run.trim_start_matches('`').len();
        if length == count {
            return Some(start);
        }
        from = start + length;
    }
    None
}
