//! Patterns as checks.

use regex::Regex;
use toolsmith_pattern::{Pattern, PatternTest};

use crate::model::{Check, JsonType};

/// Returns the checks that express `pattern`, or `None` if it cannot be expressed in linear time
/// and without Unicode tables, which the runtime does not carry.
pub(super) fn read_pattern(pattern: &str) -> Option<Vec<Check>> {
    let tests = Pattern::parse(pattern).ok()?.tests().ok()?;
    let checks = tests.into_iter().map(|test| match test {
        PatternTest::Matches(regex) => small(regex).map(Check::Pattern),
        // A pattern does not constrain values that are not strings.
        PatternTest::Excludes(regex) => small(regex).map(|regex| {
            let is_string = Check::Type(vec![JsonType::String]);
            Check::Not(vec![is_string, Check::Pattern(regex)])
        }),
    });
    checks.collect()
}

/// Translates a pattern of property names. Returns `None` if one expression cannot express it.
pub(super) fn translate_pattern(pattern: &str) -> Option<String> {
    let tests = Pattern::parse(pattern).ok()?.tests().ok()?;
    match <[PatternTest; 1]>::try_from(tests) {
        Ok([PatternTest::Matches(regex)]) => small(regex),
        _ => None,
    }
}

/// Returns the expression unless its repetitions make it too large to compile.
fn small(regex: String) -> Option<String> {
    Regex::new(&regex).is_ok().then_some(regex)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn leaves_out_what_the_runtime_cannot_run() {
        for (pattern, expected) in [
            (r"^\d{4}$", Some("^[0-9]{4}$")),
            ("[a&&b]", Some("[a&b]")),
            (r"\Aa", None),
            ("(?i)a", None),
            (r"\p{L}", None),
            ("^(?!a)b$", None),
            ("(a{1000}){1000}", None),
        ] {
            assert_eq!(translate_pattern(pattern).as_deref(), expected, "{pattern}");
        }
        let checks = read_pattern("^(?!a)b$").unwrap();
        assert_eq!(checks.len(), 2);
    }
}
