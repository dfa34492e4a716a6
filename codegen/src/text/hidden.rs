//! Hidden characters in texts.

use std::collections::BTreeMap;

use toolsmith_pattern::hidden::{find, name, replace};

use super::places::{Role, Text};
use crate::report::{TextFinding, TextFindingKind};

/// The kinds of characters that a message lists.
const MAX_LISTED: usize = 8;

/// Returns the hidden characters of a text.
pub(super) fn check(tool: &str, text: &Text<'_>) -> Option<TextFinding> {
    let hidden = find(text.content);
    if hidden.is_empty() {
        return None;
    }
    let mut counts: BTreeMap<char, usize> = BTreeMap::new();
    for one in &hidden {
        *counts.entry(one.character).or_default() += 1;
    }
    let more = counts.len().saturating_sub(MAX_LISTED);
    let listed = counts.iter().take(MAX_LISTED);
    let mut listed: Vec<String> = listed
        .map(|(character, count)| match count {
            1 => name(*character),
            count => format!("{} ({count} times)", name(*character)),
        })
        .collect();
    if more > 0 {
        listed.push(format!("{more} more"));
    }
    let place = match (text.role, text.pointer.as_str()) {
        (Role::Name, "/name") => "the name of the tool".to_owned(),
        (Role::Name, pointer) => format!("the name at `{}`", written_out(pointer)),
        (_, pointer) => format!("the text at `{}`", written_out(pointer)),
    };
    Some(TextFinding {
        tool: tool.to_owned(),
        pointer: text.pointer.clone(),
        kind: TextFindingKind::HiddenCharacters,
        cause: format!("hidden characters in {place}: {}", listed.join(", ")),
        excerpt: excerpt(text.content, hidden.first().map_or(0, |one| one.offset)),
    })
}

/// Returns the text around an offset with its hidden characters written out.
fn excerpt(text: &str, offset: usize) -> String {
    const AROUND: usize = 20;
    let (before, after) = text.split_at_checked(offset).unwrap_or((text, ""));
    let start = before.char_indices().rev().nth(AROUND);
    let start = start.map_or(0, |(start, _)| start);
    let before = before.get(start..).unwrap_or_default();
    let after: String = after.chars().take(AROUND).collect();
    written_out(&format!("{before}{after}"))
}

/// Returns a text as a string of TOML.
pub(super) fn toml_string(text: &str) -> String {
    let hidden = find(text);
    let is_hidden = |offset: usize| hidden.iter().any(|one| one.offset == offset);
    let mut out = "\"".to_owned();
    for (offset, character) in text.char_indices() {
        match character {
            '"' | '\\' => out.extend(['\\', character]),
            _ if character.is_control() || is_hidden(offset) => out.push_str(&escaped(character)),
            _ => out.push(character),
        }
    }
    out.push('"');
    out
}

fn escaped(character: char) -> String {
    match u32::from(character) {
        code @ 0..=0xFFFF => format!("\\u{code:04X}"),
        code => format!("\\U{code:08X}"),
    }
}

/// Returns a text with its hidden characters and line breaks as escapes: `\u200B`, `\U000E0041`.
pub(super) fn written_out(text: &str) -> String {
    let shown = replace(text, |character, out| out.push_str(&escaped(character)));
    let is_break =
        |character: char| character.is_control() || matches!(character, '\u{2028}' | '\u{2029}');
    if !shown.contains(is_break) {
        return shown.into_owned();
    }
    let characters = shown.chars().map(|character| match character {
        character if is_break(character) => escaped(character),
        character => character.to_string(),
    });
    characters.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_written_as_toml_and_on_one_line() {
        for (text, written, toml) in [
            ("a b", "a b", r#""a b""#),
            (
                "a\u{200b}\u{e0041}",
                r"a\u200B\U000E0041",
                r#""a\u200B\U000E0041""#,
            ),
            (
                "a\"\\\r\n\u{0}",
                r#"a"\\u000D\u000A\u0000"#,
                r#""a\"\\\u000D\u000A\u0000""#,
            ),
        ] {
            assert_eq!(written_out(text), written);
            assert_eq!(toml_string(text), toml);
            let document: toml::Table = format!("key = {toml}").parse().unwrap();
            assert_eq!(document["key"].as_str(), Some(text));
        }
    }
}
