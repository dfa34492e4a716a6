//! Checks for what no type expresses.

use super::*;

/// Asserts the outcome of query properties and the checks of each argument.
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
fn rejects_an_argument_whose_schema_is_false() {
    check(r#""gone": false, "any": true"#, &[("gone", "false")]);
}

#[test]
fn reads_a_length_written_as_a_string() {
    check(
        r#""tags": {"type": "ARRAY", "items": {"type": "STRING"}, "minItems": "1", "maxItems": "x"}"#,
        &[("tags", "minItems 1")],
    );
}
