//! Catalogs that say the same in other words: there is no change.

use super::*;

/// Returns the source, and a catalog whose one tool takes arguments of this schema and returns a record of
/// it.
fn catalog(schema: &str) -> (CatalogSource, String) {
    let text = format!(
        r#"[{{"name": "find_key", "description": "Finds.", "inputSchema": {schema}, "outputSchema": {schema}}}]"#
    );
    (CatalogSource::Functions, text)
}

#[track_caller]
fn check_same(source: &CatalogSource, one: &str, other: &str) {
    for (before, after) in [(one, other), (other, one)] {
        let found = changes(source, before, after);
        assert_eq!(found, Vec::<String>::new(), "{before} -> {after}");
    }
}

/// Objects with one property `a`, written in two ways.
const SCHEMAS: &[(&str, &str)] = &[
    // Types.
    (r#"{"type": "string"}"#, r#"{"type": ["string"]}"#),
    (r#"{"type": "string"}"#, r#"{"type": "STRING"}"#),
    (r#"{"const": "x"}"#, r#"{"enum": ["x"]}"#),
    (
        r#"{"enum": ["x", "y"]}"#,
        r#"{"type": "string", "enum": ["y", "x"]}"#,
    ),
    (
        r#"{"enum": ["x", "y"]}"#,
        r#"{"anyOf": [{"const": "x"}, {"const": "y"}]}"#,
    ),
    // Null.
    (
        r#"{"type": ["string", "null"]}"#,
        r#"{"type": ["null", "string"]}"#,
    ),
    (
        r#"{"type": ["string", "null"]}"#,
        r#"{"type": "string", "nullable": true}"#,
    ),
    (
        r#"{"type": ["string", "null"]}"#,
        r#"{"anyOf": [{"type": "string"}, {"type": "null"}]}"#,
    ),
    (
        r#"{"type": ["string", "null"]}"#,
        r#"{"oneOf": [{"type": "null"}, {"type": "string"}]}"#,
    ),
    (
        r#"{"enum": ["x", "y", null]}"#,
        r#"{"enum": ["x", "y"], "nullable": true}"#,
    ),
    // Compositions.
    (
        r#"{"type": "string"}"#,
        r#"{"allOf": [{"type": "string"}]}"#,
    ),
    (
        r#"{"type": "string"}"#,
        r#"{"anyOf": [{"type": "string"}]}"#,
    ),
    (
        r#"{"type": "string", "maxLength": 5}"#,
        r#"{"allOf": [{"type": "string"}, {"maxLength": 5}]}"#,
    ),
    (
        r#"{"anyOf": [{"type": "string"}, {"type": "integer"}]}"#,
        r#"{"anyOf": [{"type": "integer"}, {"type": "string"}]}"#,
    ),
    (
        r#"{"anyOf": [{"type": "string"}, {"type": "integer"}]}"#,
        r#"{"oneOf": [{"type": "string"}, {"type": "integer"}]}"#,
    ),
    (
        r#"{"anyOf": [{"type": "string"}, {"type": "integer"}]}"#,
        r#"{"type": ["string", "integer"]}"#,
    ),
    // Bounds.
    (
        r#"{"type": "integer", "minimum": 1}"#,
        r#"{"type": "integer", "minimum": 1.0}"#,
    ),
    (
        r#"{"type": "string", "maxLength": 5}"#,
        r#"{"type": "string", "max_length": 5}"#,
    ),
    (
        r#"{"type": "number", "exclusiveMinimum": 1}"#,
        r#"{"type": "number", "minimum": 1, "exclusiveMinimum": true}"#,
    ),
    (
        r#"{"type": "string", "minLength": 0}"#,
        r#"{"type": "string"}"#,
    ),
    (
        r#"{"type": "string", "pattern": ""}"#,
        r#"{"type": "string"}"#,
    ),
    // Order.
    (
        r#"{"type": "object", "properties": {"b": {"type": "string"}, "c": {"type": "string"}}, "required": ["b", "c"], "additionalProperties": false}"#,
        r#"{"additionalProperties": false, "required": ["c", "b"], "properties": {"c": {"type": "string"}, "b": {"type": "string"}}, "type": "object"}"#,
    ),
    // Words that say nothing.
    (
        r#"{"type": "string", "description": "A name."}"#,
        r#"{"type": "string", "description": " A\n  name. "}"#,
    ),
    (
        r#"{"type": "string"}"#,
        r#"{"type": "string", "description": ""}"#,
    ),
    (
        r#"{"type": "string"}"#,
        r#"{"type": "string", "$comment": "x", "$id": "a"}"#,
    ),
    (
        r#"{"type": "array", "items": {"type": "string"}}"#,
        r#"{"type": "array", "items": {"type": "string"}, "uniqueItems": false}"#,
    ),
];

#[test]
fn the_same_schema_in_other_words_is_no_change() {
    for (one, other) in SCHEMAS {
        let root = |schema: &str| {
            catalog(&format!(
                r#"{{"type": "object", "properties": {{"a": {schema}}}}}"#
            ))
        };
        let ((source, one), (_, other)) = (root(one), root(other));
        check_same(&source, &one, &other);
    }
}

#[test]
fn references_and_their_targets_are_no_change() {
    let point = r#"{"type": "object", "properties": {"x": {"type": "number"}, "unit": {"enum": ["m", "km"]}}, "required": ["x"]}"#;
    let with = |definitions: &str, properties: &str| {
        catalog(&format!(
            r#"{{"type": "object", {definitions} "properties": {{{properties}}}}}"#
        ))
    };
    let inline = with("", &format!(r#""a": {point}, "b": {point}"#));
    for (definitions, reference) in [
        (r#""$defs": {"Point": POINT},"#, "#/$defs/Point"),
        (r#""definitions": {"Point": POINT},"#, "#/definitions/Point"),
        (
            r#""$defs": {"Point": POINT, "Unused": {"type": "string"}},"#,
            "#/$defs/Point",
        ),
    ] {
        let definitions = definitions.replace("POINT", point);
        let reference = format!(r#"{{"$ref": "{reference}"}}"#);
        let referred = with(
            &definitions,
            &format!(r#""a": {reference}, "b": {reference}"#),
        );
        check_same(&inline.0, &inline.1, &referred.1);
        let composed = format!(r#"{{"allOf": [{reference}]}}"#);
        let composed = with(
            &definitions,
            &format!(r#""a": {composed}, "b": {composed}"#),
        );
        check_same(&inline.0, &referred.1, &composed.1);
    }
}

#[test]
fn the_same_list_in_other_words_is_no_change() {
    let truto = CatalogSource::Truto(AccountSettings::default());
    let a = r#"{"name": "a", "resource": "keys", "method": "list", "description": "A.", "query_schema": {"type": "object", "properties": {"x": {"type": "string"}}, "required": ["x"]}}"#;
    let b = r#"{"name": "b", "resource": "keys", "method": "get", "description": "B."}"#;
    let texts = [
        format!("[{a}, {b}]"),
        format!("[{b}, {a}]"),
        format!(r#"{{"result": [{a}, {b}]}}"#),
        format!(r#"{{"results": [{b}, {a}], "next_cursor": null}}"#),
        format!(
            "[{b}, {}]",
            r#"{"method": "list", "description": "A.", "resource": "keys", "name": "a", "tags": [], "query_schema": "{\"properties\": {\"x\": {\"type\": \"string\"}}, \"required\": [\"x\"]}"}"#
        ),
        format!(
            "[{b}, {}]",
            r#"{"name": "a", "resource": "keys", "method": "list", "description": "A. ", "deprecated": false, "query_schema": {"x": {"type": "string", "required": true}}}"#
        ),
    ];
    for other in &texts {
        check_same(&truto, &texts[0], other);
    }
}

#[test]
fn an_argument_that_moves_to_the_body_has_no_new_text() {
    let argument = r#""name": {"type": "string", "description": "The name."}"#;
    let tool = |query: &str, body: &str| {
        format!(
            r#"[{{"name": "create_key", "resource": "keys", "method": "create", "description": "Creates.",
            "query_schema": {{"type": "object", "properties": {{{query}}}}},
            "body_schema": {{"type": "object", "properties": {{{body}}}}}}}]"#
        )
    };
    let source = CatalogSource::Truto(AccountSettings::default());
    for (before, after) in [
        ((argument, ""), ("", argument)),
        (("", argument), (argument, "")),
    ] {
        let (before, after) = (tool(before.0, before.1), tool(after.0, after.1));
        let found = changes(&source, &before, &after);
        assert!(!found.is_empty());
        let is_text = |line: &&String| line.contains("text");
        assert_eq!(found.iter().find(is_text), None, "{found:?}");
    }
}
