//! Patterns with lookaheads at their start: each lookahead becomes a separate check.

use super::pattern::translate_pattern;
use crate::model::{Check, JsonType};

/// Returns the checks that express `pattern`, or `None` if it cannot be expressed.
pub(super) fn read_pattern(pattern: &str) -> Option<Vec<Check>> {
    if let Some(pattern) = translate_pattern(pattern) {
        return Some(vec![Check::Pattern(pattern)]);
    }
    let mut rest = pattern.strip_prefix('^')?;
    let mut checks = Vec::new();
    while let Some((is_wanted, look)) = strip_look(rest) {
        let (inner, after) = split_group(look)?;
        let found = Check::Pattern(translate_pattern(&format!("^(?:{inner})"))?);
        checks.push(if is_wanted {
            found
        } else {
            // A pattern does not constrain values that are not strings.
            Check::Not(vec![Check::Type(vec![JsonType::String]), found])
        });
        rest = after;
    }
    // A repeated lookahead, or a second branch without lookaheads, has another meaning.
    let is_whole = !rest.starts_with(['*', '+', '?', '{']) && !has_branches(rest);
    if checks.is_empty() || !is_whole {
        return None;
    }
    if !rest.is_empty() {
        checks.push(Check::Pattern(translate_pattern(&format!("^{rest}"))?));
    }
    Some(checks)
}

/// Strips the start of a lookahead and returns whether it is positive, and the rest.
fn strip_look(pattern: &str) -> Option<(bool, &str)> {
    let wanted = pattern.strip_prefix("(?=").map(|rest| (true, rest));
    wanted.or_else(|| pattern.strip_prefix("(?!").map(|rest| (false, rest)))
}

/// Splits `pattern` after the group that is open at its start: the group's content and the rest.
fn split_group(pattern: &str) -> Option<(&str, &str)> {
    let end = outer_letters(pattern, 1).find(|(_, letter, depth)| (*letter, *depth) == (')', 0));
    let (inner, rest) = pattern.split_at_checked(end?.0)?;
    Some((inner, rest.strip_prefix(')')?))
}

fn has_branches(pattern: &str) -> bool {
    outer_letters(pattern, 0).any(|(_, letter, depth)| (letter, depth) == ('|', 0))
}

/// Returns the characters that are neither escaped nor in a class, each with its offset and the
/// number of groups open after it. `open` groups are open at the start.
fn outer_letters(pattern: &str, open: usize) -> impl Iterator<Item = (usize, char, usize)> {
    let (mut depth, mut is_escaped, mut is_in_class) = (open, false, false);
    pattern.char_indices().filter_map(move |(place, letter)| {
        let was_escaped = std::mem::replace(&mut is_escaped, false);
        match letter {
            _ if was_escaped => return None,
            '\\' => is_escaped = true,
            ']' => is_in_class = false,
            _ if is_in_class => return None,
            '[' => is_in_class = true,
            '(' => depth += 1,
            ')' => depth = depth.saturating_sub(1),
            _ => {}
        }
        Some((place, letter, depth))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(pattern: &str, expected: Option<&[&str]>) {
        let said = read_pattern(pattern).map(|checks| {
            let texts = checks.iter().map(|check| match check {
                Check::Pattern(pattern) => pattern.clone(),
                Check::Not(inner) => match inner.as_slice() {
                    [Check::Type(_), Check::Pattern(pattern)] => format!("not {pattern}"),
                    other => format!("{other:?}"),
                },
                other => format!("{other:?}"),
            });
            texts.collect::<Vec<_>>()
        });
        let said = said.as_deref().map(|texts| {
            let texts = texts.iter().map(String::as_str);
            texts.collect::<Vec<_>>()
        });
        assert_eq!(said.as_deref(), expected);
    }

    #[test]
    fn checks_each_lookahead_separately() {
        check("^a|b$", Some(&["^a|b$"]));
        check(
            r"^(?!\.)(?!.*\.\.)[a-z.]+@x$",
            Some(&[r"not ^(?:\.)", r"not ^(?:.*\.\.)", r"^[a-z.]+@x$"]),
        );
        check(
            r"^(?=.*[)\]])(?=.*(?:a|\))).{8,}$",
            Some(&[r"^(?:.*[)\]])", r"^(?:.*(?:a|\)))", "^.{8,}$"]),
        );
        check(r"^(?!^[-+.]*$)", Some(&[r"not ^(?:^[\-+.]*$)"]));
        check(r"^(?!a)b|c$", None);
        check(r"^(?!a)*b", None);
        check(r"^a(?!b)c$", None);
        check(r"^(?!(a)\1)b", None);
        check(r"^(?!a", None);
    }
}
