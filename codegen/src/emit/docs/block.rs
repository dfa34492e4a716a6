//! Converts text to wrapped lines of Markdown: paragraphs and flat lists.

use super::inline::{atoms, clean};

/// The width of a line of documentation. The comment of a field then has fewer than 100 columns.
const WIDTH: usize = 92;

/// Converts text of a catalog. Blank lines separate paragraphs; the first and last lines are not
/// blank.
pub(super) fn to_markdown(lines: &[String]) -> Vec<String> {
    let mut rendered: Vec<String> = Vec::new();
    let mut indent = 0;
    for line in lines.iter().flat_map(|entry| split(entry)) {
        let line = clean(line);
        if line.is_empty() {
            indent = 0;
            if rendered.last().is_some_and(|last| !last.is_empty()) {
                rendered.push(String::new());
            }
            continue;
        }
        let (marker, content) = split_marker(&line);
        let first = match marker {
            "" => " ".repeat(indent),
            marker => {
                indent = marker.len() + 1;
                format!("{marker} ")
            }
        };
        wrap(first, indent, &protect_start(content), &mut rendered);
    }
    if rendered.last().is_some_and(String::is_empty) {
        rendered.pop();
    }
    rendered
}

/// Splits an entry into lines.
fn split(entry: &str) -> impl Iterator<Item = &str> {
    entry.split(['\n', '\u{2028}', '\u{2029}', '\u{85}', '\u{b}', '\u{c}'])
}

/// Splits a line into the marker of a list item and the rest: `("-", "one")`.
fn split_marker(line: &str) -> (&str, &str) {
    match line.split_once(' ') {
        Some((marker, content)) if is_marker(marker) && !is_rule(line) => (marker, content),
        _ => ("", line),
    }
}

fn is_marker(word: &str) -> bool {
    let number = word.strip_suffix(['.', ')']).unwrap_or_default();
    let is_number = |number: &str| number.bytes().all(|byte| byte.is_ascii_digit());
    matches!(word, "-" | "*" | "+") || (1..=9).contains(&number.len()) && is_number(number)
}

/// Returns `true` if a line would underline a heading, or be a thematic break or part of a table: `---`, `* * *`, `|:-|`.
fn is_rule(line: &str) -> bool {
    line.chars()
        .all(|character| matches!(character, '-' | '=' | '*' | '_' | '+' | '|' | ':' | ' '))
}

/// Splits a line into atoms, and escapes its start if it would begin anything but a paragraph.
fn protect_start(line: &str) -> Vec<String> {
    let mut atoms = atoms(line);
    let first_word = line.split(' ').next().unwrap_or_default();
    if let Some(first) = atoms.first_mut() {
        if is_rule(line) && !first.starts_with('\\') {
            first.insert(0, '\\');
        } else if is_marker(first_word) {
            first.insert(first_word.len() - 1, '\\');
        }
    }
    atoms
}

/// Appends atoms as lines. The first line begins with `first`, the others are indented.
fn wrap(first: String, indent: usize, atoms: &[String], rendered: &mut Vec<String>) {
    let mut line = first;
    let mut is_start = true;
    for atom in atoms {
        let width = line.chars().count() + 1 + atom.chars().count();
        if !is_start && width > WIDTH && !is_marker(atom) && !is_rule(atom) {
            rendered.push(std::mem::replace(&mut line, " ".repeat(indent)));
            is_start = true;
        }
        if !is_start {
            line.push(' ');
        }
        line.push_str(atom);
        is_start = false;
    }
    rendered.push(line);
}
