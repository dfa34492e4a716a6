//! Translates the JavaScript regular expressions of JSON Schema for the `regex` crate.

use regex::Regex;

/// Translates a pattern for the `regex` crate. Returns `None` if it cannot be expressed: the crate
/// has no lookaround and no backreferences, so that matching takes linear time.
pub(super) fn translate_pattern(pattern: &str) -> Option<String> {
    let mut translated = String::with_capacity(pattern.len());
    let mut letters = pattern.chars().peekable();
    // The start of the class being read, if any.
    let mut class: Option<usize> = None;
    while let Some(letter) = letters.next() {
        match (letter, class) {
            // Matching without regard to case needs the same tables as `\p`.
            ('(', None) if ignores_case(letters.clone()) => return None,
            // Character properties need tables that the runtime does not carry.
            ('\\', _) if matches!(letters.peek(), Some('p' | 'P')) => return None,
            ('\\', _) => push_escape(letters.next()?, class.is_some(), &mut translated),
            ('[', None) => {
                translated.push('[');
                class = Some(translated.len());
                if letters.next_if_eq(&'^').is_some() {
                    translated.push('^');
                    class = Some(translated.len());
                }
            }
            (']', Some(start)) if translated.len() == start => {
                // `[]` matches nothing and `[^]` everything. In the `regex` crate the bracket would
                // be a member of the class.
                let everything = translated.ends_with('^');
                translated.truncate(start - if everything { 2 } else { 1 });
                translated.push_str(if everything { r"[\s\S]" } else { r"[a&&b]" });
                class = None;
            }
            (']', Some(_)) => {
                translated.push(']');
                class = None;
            }
            ('[' | '&' | '~', Some(_)) => translated.extend(['\\', letter]),
            ('-', Some(start)) if translated.len() == start || letters.peek() == Some(&']') => {
                translated.push_str(r"\-");
            }
            (letter, _) => translated.push(letter),
        }
    }
    Regex::new(&translated).is_ok().then_some(translated)
}

/// Returns `true` if the characters after a parenthesis are `?i`, alone or with other flags.
fn ignores_case(mut letters: std::iter::Peekable<std::str::Chars<'_>>) -> bool {
    letters.next() == Some('?')
        && letters
            .take_while(char::is_ascii_alphabetic)
            .any(|letter| letter == 'i')
}

/// Translates the escapes whose meaning differs: in JavaScript, character and digit classes are
/// ASCII.
fn push_escape(letter: char, is_in_class: bool, translated: &mut String) {
    match letter {
        'd' if is_in_class => translated.push_str("0-9"),
        'w' if is_in_class => translated.push_str("A-Za-z0-9_"),
        'd' => translated.push_str("[0-9]"),
        'D' => translated.push_str("[^0-9]"),
        'w' => translated.push_str("[A-Za-z0-9_]"),
        'W' => translated.push_str("[^A-Za-z0-9_]"),
        's' if is_in_class => translated.push_str(SPACES),
        's' => translated.extend(["[", SPACES, "]"]),
        'S' if !is_in_class => translated.extend(["[^", SPACES, "]"]),
        'b' if !is_in_class => translated.push_str(r"(?-u:\b)"),
        'Z' => translated.push_str(r"\z"),
        '/' | '\'' | '"' | ' ' | ',' | ':' | ';' | '=' | '!' | '@' | '%' | '`' | '<' | '>' => {
            translated.push(letter);
        }
        letter => translated.extend(['\\', letter]),
    }
}

/// White space as JavaScript defines it.
const SPACES: &str =
    r"\t\n\v\f\r \u{a0}\u{1680}\u{2000}-\u{200a}\u{2028}\u{2029}\u{202f}\u{205f}\u{3000}\u{feff}";

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(pattern: &str, expected: Option<&str>) {
        assert_eq!(translate_pattern(pattern).as_deref(), expected);
    }

    #[test]
    fn translates_patterns_without_changing_their_meaning() {
        check(r"^[\w.-]+/\d{2}$", Some(r"^[A-Za-z0-9_.\-]+/[0-9]{2}$"));
        check(r"^\/a\-b$", Some(r"^/a\-b$"));
        check("[[&&]", Some(r"[\[\&\&]"));
        check("[^]", Some(r"[\s\S]"));
        check(r"^(?!-)a$", None);
        check(r"(a)\1", None);
        check(r"^\p{Letter}+$", None);
        check("(", None);
        check("[", None);
    }
}
