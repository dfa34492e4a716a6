//! Arguments that no value satisfies.

use super::*;
use crate::generate;
use crate::options::Options;

/// Returns `pointer: reason` of the required argument `v` that no value satisfies.
fn uncallable(schema: &str, is_required: bool) -> Option<String> {
    let required = if is_required { r#"["v"]"# } else { "[]" };
    let tool = format!(
        r#"{{"name": "create_things", "resource": "things", "method": "create",
            "body_schema": {{"type": "object", "properties": {{"v": {schema}}}, "required": {required}}}}}"#
    );
    let lowered = lower(&[tool], None);
    let tool = &lowered.report.tools[0];
    assert_eq!(
        tool.unsatisfiable.is_empty(),
        is_possible(schema),
        "{schema}"
    );
    let argument = tool.uncallable()?;
    Some(format!("{}: {}", argument.pointer, argument.reason))
}

fn is_possible(schema: &str) -> bool {
    !schema.contains("integer") || schema.contains("null")
}

#[test]
fn a_required_argument_without_values_makes_a_tool_uncallable() {
    let schema = r#"{"type": "string", "anyOf": [{"type": "integer"}, {"type": "boolean"}]}"#;
    assert_eq!(
        uncallable(schema, true).as_deref(),
        Some("/body_schema/properties/v: no value is valid: `anyOf` contradicts `type`")
    );
    assert_eq!(uncallable(schema, false), None);
    assert_eq!(uncallable(r#"{"type": "string"}"#, true), None);
    let equal = r#"{"oneOf": [{"type": "integer"}, {"type": "integer"}]}"#;
    assert_eq!(
        uncallable(equal, true).as_deref(),
        Some("/body_schema/properties/v: no value is valid: `oneOf` excludes everything")
    );
}

#[test]
fn a_union_overrules_the_type_null_next_to_it() {
    let schema = r#"{"type": "null", "anyOf": [{"type": "integer"}, {"type": "string"}]}"#;
    assert_eq!(uncallable(schema, true), None);
    let lowered = lower(
        &[tool("things", "create", "", &format!(r#""v": {schema}"#))],
        None,
    );
    let described = describe(&lowered);
    assert!(described.contains("(`type` is not checked)"), "{described}");
    assert!(!described.contains("v: Option<()>"), "{described}");
}

#[test]
fn an_object_that_no_value_satisfies_is_reported_at_its_root() {
    let tool = r#"{"name": "create_things", "resource": "things", "method": "create",
        "body_schema": {"type": "object", "allOf": [
            {"properties": {"v": {"type": "string"}}, "required": ["v"]},
            {"properties": {"v": {"type": "integer"}}}
        ]}}"#;
    let lowered = lower(&[tool.to_owned()], None);
    assert!(lowered.report.tools[0].uncallable().is_some());
}

#[test]
fn arguments_that_cannot_be_an_object_make_a_tool_uncallable() {
    const REASON: &str =
        "arguments are an object, and the schema allows none; correct it with `set` in the overlay";
    for (schema, is_callable) in [
        (r#"{"type": "string"}"#, false),
        (r#"{"type": ["string", "null"]}"#, false),
        (r#"{"type": "array", "items": {"type": "string"}}"#, false),
        (r#"{"enum": ["a", 1]}"#, false),
        (
            r##"{"anyOf": [{"type": "string"}, {"$ref": "#/$defs/N"}], "$defs": {"N": {"type": "integer"}}}"##,
            false,
        ),
        (r#"{"not": {"type": "object"}}"#, false),
        (r#"{"type": ["string", "object"]}"#, true),
        (
            r#"{"anyOf": [{"type": "string"}, {"properties": {"a": {}}}]}"#,
            true,
        ),
        (r#"{"minLength": 1}"#, true),
        (r#"{"type": "object"}"#, true),
        ("{}", true),
        ("null", true),
    ] {
        let tool = format!(r#"[{{"name": "t", "inputSchema": {schema}}}]"#);
        let input = CatalogInput::new(
            "x",
            CatalogSource::Functions,
            SourceText::new("x.json", tool),
        );
        let generated = generate(&[input], &Options::default()).unwrap();
        let found = generated.reports[0].tools[0].uncallable();
        let found = found.map(|found| (found.pointer.as_str(), found.reason.as_str()));
        let expected = (!is_callable).then_some(("/inputSchema", REASON));
        assert_eq!(found, expected, "{schema}");
    }
    // A body may be any value, and a call may be without a query.
    for (key, count) in [("body_schema", 0), ("query_schema", 1)] {
        let tool = format!(
            r#"{{"name": "a", "resource": "a", "method": "create", "{key}": {{"type": "string"}}}}"#
        );
        let lowered = lower(&[tool], None);
        let tool = &lowered.report.tools[0];
        assert_eq!(tool.unsatisfiable.len(), count, "{key}");
        assert!(tool.uncallable().is_none(), "{key}");
    }
}
