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

#[test]
fn uses_the_path_as_the_last_resort_for_a_name() {
    let query = r#"
        "type": {"enum": ["a"]},
        "order": {"type": "object", "properties": {"type": {"enum": ["b"]}}},
        "orderType": {"enum": ["c"]},
        "refund": {"type": "object", "properties": {"type": {"enum": ["d"]}}},
        "return": {"type": "object", "properties": {"type": {"enum": ["e"]}}}"#;
    let lowered = lower(&[tool("order_types", "list", query, "")], None);
    let names = lowered
        .api
        .choices
        .iter()
        .map(|choice| choice.name.as_str());
    let names: Vec<&str> = names.collect();
    let repeats = |name: &&&str| name.contains("TypeType") || name.contains("OrderOrder");
    assert_eq!(names.iter().filter(repeats).count(), 0, "{names:?}");
    assert_eq!(names.len(), 5, "{names:?}");
    assert!(names.contains(&"ListOrderTypesReturnType"), "{names:?}");
}
