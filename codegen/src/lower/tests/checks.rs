//! What no type says is checked.

use super::*;

/// The outcome of the arguments that are written so, and what is checked of each.
#[track_caller]
fn check(query: &str, expected: &[(&str, &str)]) {
    let lowered = lower(&[tool("things", "list", query, "")], None);
    let places = lowered.report.tools[0].places.iter();
    let checks: Vec<(&str, String)> = places
        .map(|place| (place.name.as_str(), place.checks.join(", ")))
        .filter(|(_, checks)| !checks.is_empty())
        .collect();
    let checks: Vec<(&str, &str)> = checks
        .iter()
        .map(|(name, checks)| (*name, checks.as_str()))
        .collect();
    assert_eq!(checks, expected);
}

#[test]
fn an_argument_that_may_not_be_there_is_refused() {
    check(r#""gone": false, "any": true"#, &[("gone", "false")]);
}

#[test]
fn a_length_that_is_written_as_text_is_one() {
    check(
        r#""tags": {"type": "ARRAY", "items": {"type": "STRING"}, "minItems": "1", "maxItems": "x"}"#,
        &[("tags", "minItems 1")],
    );
}
