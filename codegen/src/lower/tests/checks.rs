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

/// Returns the loosened and unchecked places of a tool with this schema of its body.
fn inexact(schema: &str) -> Vec<(String, String)> {
    let tool = format!(
        r#"{{"name": "make", "resource": "things", "method": "create", "query_schema": {{}}, "body_schema": {schema}}}"#
    );
    let lowered = lower(&[tool], None);
    let places = lowered.report.tools[0].places.iter();
    let found = places.filter_map(|place| match &place.precision {
        Precision::Loosened(reason) | Precision::Unchecked(reason) => {
            let inner = place.pointer.strip_prefix("/body_schema")?;
            Some((inner.to_owned(), reason.clone()))
        }
        Precision::Exact => None,
    });
    found.collect()
}

/// Keywords of a body, a place, and what the report says about it.
const INEXACT: &[(&str, &str, &str)] = &[
    (
        r##""properties": {"b": {"type": "string"}}, "not": {"$ref": "#/$defs/R", "required": ["b"]}"##,
        "",
        "`$ref` is not checked",
    ),
    (
        r##""properties": {"b": {"type": "string"}}, "if": {"$ref": "#/$defs/R"}, "then": {"required": ["b"]}"##,
        "",
        "`$ref` is not checked",
    ),
    (
        r##""properties": {"v": {"not": {"$ref": "#/$defs/R"}}}"##,
        "/properties/v",
        "the schema does not specify a type, and `$ref` is not checked",
    ),
    (
        r##""properties": {"v": {"if": {"$ref": "#/$defs/R"}, "then": false}}"##,
        "/properties/v",
        "the schema does not specify a type, and `$ref` is not checked",
    ),
    (
        r#""properties": {"v": {"not": {"type": "object", "unevaluatedProperties": false}}}"#,
        "/properties/v",
        "the schema does not specify a type, and `unevaluatedProperties` is not checked",
    ),
    (
        r#""properties": {"v": {"extends": {"minimum": 1}, "not": {"unevaluatedItems": false}}}"#,
        "/properties/v",
        "the schema does not specify a type, and `extends`, `unevaluatedItems` are not checked",
    ),
    (
        r#""properties": {"v": {}}"#,
        "/properties/v",
        "the schema does not specify a type",
    ),
    (
        r##""$ref": "#/$defs/x""##,
        "",
        "`#/$defs/x` refers to a schema that does not exist",
    ),
    (
        r#""$ref": "https://example.com/x.json", "properties": {"b": {"type": "string"}}"#,
        "",
        "`https://example.com/x.json` refers to a schema that does not exist",
    ),
    (
        r##""allOf": [{"$ref": "#/$defs/x"}]"##,
        "",
        "`$ref` is not checked",
    ),
    (r#""required": 5"#, "", "`required` is not checked"),
    (r#""required": [5]"#, "", "`required` is not checked"),
    (r#""required": "a""#, "", "`required` is not checked"),
    (
        r#""disallow": "string", "properties": {"b": {"type": "string"}}"#,
        "",
        "`disallow` is not checked",
    ),
];

#[test]
fn reports_what_is_not_checked_at_each_place() {
    let node =
        r##""$defs": {"R": {"type": "object", "properties": {"r": {"$ref": "#/$defs/R"}}}}"##;
    for (schema, place, expected) in INEXACT {
        let found = inexact(&format!(r#"{{"type": "object", {schema}, {node}}}"#));
        let expected = ((*place).to_owned(), (*expected).to_owned());
        assert!(found.contains(&expected), "{schema}: {found:?}");
    }
    let found = inexact(r##"{"$ref": "#"}"##);
    let expected = "`#` leads only to other references";
    assert_eq!(found[0], (String::new(), expected.to_owned()));
    let sound = r#"{"type": "object", "properties": {"b": {"type": "string"}}, "not": {"required": ["b"]}}"#;
    assert!(inexact(sound).iter().all(|(place, _)| !place.is_empty()));
}
