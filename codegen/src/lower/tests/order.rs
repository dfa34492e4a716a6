//! The order of properties, from the catalog to the fields and the compiled schemas.

use super::*;
use crate::model::{Struct, StructFields};

/// Returns the wire names of fields, joined.
fn wires(fields: &[Field]) -> String {
    let wires: Vec<&str> = fields.iter().map(|field| field.wire.as_str()).collect();
    wires.join(" ")
}

/// Returns the names of a struct's fields, joined.
fn fields_of(item: &Struct) -> String {
    match &item.fields {
        StructFields::Request { fields, .. } => wires(fields),
        StructFields::Response { fields, .. } => {
            let wires: Vec<&str> = fields.iter().map(|field| field.wire.as_str()).collect();
            wires.join(" ")
        }
    }
}

/// Lowers a tool whose body has this schema, as text.
#[track_caller]
fn lower_body(schema: &str) -> Lowered {
    let schema = crate::source::quoted(schema);
    let tool = format!(
        r#"{{"name": "think", "resource": "thoughts", "method": "think", "body_schema": {schema}}}"#
    );
    lower(&[tool], None)
}

/// Checks the order of a tool's arguments.
#[track_caller]
fn check(schema: &str, expected: &str) {
    let lowered = lower_body(schema);
    let operation = &lowered.api.resources[0].operations[0];
    assert_eq!(wires(&operation.request.fields), expected, "{schema}");
}

#[test]
fn arguments_keep_the_order_of_the_author() {
    check(
        r#"{"properties": {"reasoning": {"type": "string"}, "answer": {"type": "string"}}, "required": ["answer"]}"#,
        "reasoning answer",
    );
    check(
        "type: object\nproperties:\n  reasoning: {type: string}\n  answer: {type: string}\n",
        "reasoning answer",
    );
    check(
        r#"{"z": {"type": "string"}, "a": {"type": "string", "required": true}}"#,
        "z a",
    );
    check(
        r#"{"properties": {"z": {}, "a": {}}, "required": ["undeclared", "a", "b"]}"#,
        "z a undeclared b",
    );
}

#[test]
fn merged_schemas_keep_the_order_of_first_appearance() {
    check(
        r##"{"type": "object", "allOf": [
            {"$ref": "#/$defs/Base"},
            {"properties": {"m": {"type": "string"}, "z": {"maxLength": 5}, "a": {"type": "string"}}}
        ], "properties": {"own": {"type": "string"}},
        "$defs": {"Base": {"properties": {"z": {"type": "string"}, "b": {"type": "string"}}}}}"##,
        "own z b m a",
    );
    // The members contradict each other in parts, so that `typify` merges them.
    check(
        r#"{"allOf": [
            {"type": "object", "properties": {"z": {"type": "string", "minLength": 1}, "kind": {"enum": ["a", "b"]}}},
            {"type": "object", "properties": {"y": {}, "kind": {"enum": ["b", "c"]}, "c": {}, "z": {"type": "string", "minLength": 2}}}
        ], "properties": {"own": {"type": "string"}}}"#,
        "own z kind y c",
    );
    check(
        r#"{"anyOf": [{"type": "null"}, {"properties": {"z": {}, "a": {}}}], "properties": {"m": {}}}"#,
        "m z a",
    );
}

#[test]
fn the_query_comes_before_the_body_and_an_undeclared_identifier_first() {
    let tool = tool(
        "things",
        "update",
        r#""verbose": {"type": "boolean"}, "dry": {"type": "boolean"}"#,
        r#""name": {"type": "string"}, "dry": {"type": "boolean"}, "age": {"type": "integer"}"#,
    );
    let lowered = lower(&[tool], None);
    let operation = &lowered.api.resources[0].operations[0];
    assert_eq!(wires(&operation.request.fields), "id verbose dry name age");
}

#[test]
fn types_keep_the_order_at_every_depth() {
    let point =
        r#"{"type": "object", "properties": {"y": {"type": "number"}, "x": {"type": "number"}}}"#;
    for schema in [
        format!(r#"{{"properties": {{"point": {point}}}}}"#),
        format!(r#"{{"properties": {{"point": {{"type": "array", "items": {point}}}}}}}"#),
        format!(
            r##"{{"properties": {{"point": {{"$ref": "#/$defs/P"}}}}, "$defs": {{"P": {point}}}}}"##
        ),
        format!(
            r#"{{"properties": {{"point": {{"type": "array", "prefixItems": [{point}], "minItems": 1, "maxItems": 1}}}}}}"#
        ),
        format!(r#"{{"properties": {{"point": {{"anyOf": [{{"type": "string"}}, {point}]}}}}}}"#),
        format!(
            r#"{{"properties": {{"point": {{"type": "object", "additionalProperties": {point}}}}}}}"#
        ),
    ] {
        let lowered = lower_body(&schema);
        let [item] = lowered.api.structs.as_slice() else {
            panic!("one struct: {schema}");
        };
        assert_eq!(fields_of(item), "y x", "{schema}");
        let text = &lowered.api.resources[0].operations[0].tool.body_schema;
        assert!(text.contains(r#"{"y":{"type":"number"},"x":"#), "{text}");
    }
}

#[test]
fn another_order_changes_neither_names_nor_constructors() {
    let catalog = |properties: [&str; 2], required: &str| {
        let properties = properties.join(", ");
        let tool = |method: &str| {
            format!(
                r#"{{"name": "{method}", "resource": "things", "method": "{method}", "body_schema":
                    {{"properties": {{{properties}}}, "required": [{required}]}}}}"#
            )
        };
        [tool("put"), tool("set")]
    };
    let reasoning = r#""reasoning": {"type": "object", "properties": {"z": {"type": "string"}, "a-b": {"type": "string"}, "a_b": {"type": "string"}}, "required": ["z", "a-b"]}"#;
    let answer = r#""answer": {"oneOf": [{"type": "object", "properties": {"q": {}, "p": {}}}, {"type": "object", "properties": {"s": {}, "r": {}}}]}"#;
    let before = lower(
        &catalog([reasoning, answer], r#""reasoning", "answer""#),
        None,
    );
    let turned = reasoning
        .replace(r#""z": {"type": "string"}, "#, "")
        .replace(
            r#""a_b": {"type": "string"}"#,
            r#""a_b": {"type": "string"}, "z": {"type": "string"}"#,
        )
        .replace(r#"["z", "a-b"]"#, r#"["a-b", "z"]"#);
    let answer = answer.replace(r#""q": {}, "p": {}"#, r#""p": {}, "q": {}"#);
    let after = catalog([&answer, &turned], r#""answer", "reasoning""#);
    let after = lower(&after, Some(&before.lock));
    assert_eq!(after.lock, before.lock);
    let constructor = |lowered: &Lowered| -> Vec<String> {
        let fields = &lowered.api.resources[0].operations[0].request.fields;
        let arguments = constructor_arguments(fields).into_iter();
        arguments.map(|field| field.wire.clone()).collect()
    };
    assert_eq!(constructor(&after), ["reasoning", "answer"]);
    assert_eq!(constructor(&after), constructor(&before));
    let operation = &after.api.resources[0].operations[0];
    assert_eq!(wires(&operation.request.fields), "answer reasoning");
}

#[test]
fn types_with_the_same_properties_in_another_order_are_one() {
    let z_first = r#""at": {"type": "object", "properties": {"z": {"type": "string"}, "a": {"type": "string"}}}"#;
    let a_first = r#""at": {"type": "object", "properties": {"a": {"type": "string"}, "z": {"type": "string"}}}"#;
    let tools = [
        tool("things", "put", "", z_first),
        tool("things", "set", "", a_first),
    ];
    let lowered = lower(&tools, None);
    assert_eq!(lowered.api.structs.len(), 1, "{:?}", lowered.api.structs);
}

#[test]
fn generated_code_and_compiled_schemas_keep_the_order() {
    let tool = r#"[{"name": "think", "parameters": {"type": "object", "properties": {
        "reasoning": {"type": "string"}, "note": {"type": "string"}, "answer": {"type": "string"}},
        "required": ["reasoning", "answer"]}}]"#;
    let mut input = input(tool);
    input.source = CatalogSource::Functions;
    let output = crate::generate(&[input], &crate::Options::default()).unwrap();
    let all: String = output.files.0.values().map(String::as_str).collect();
    let position = |text: &str| all.find(text).unwrap_or_else(|| panic!("{text}: {all}"));
    assert!(position("pub reasoning: String") < position("pub note: Option<String>"));
    assert!(position("pub note: Option<String>") < position("pub answer: String"));
    let _ = position("fn new(reasoning: impl Into<String>, answer: impl Into<String>)");
    let _ = position(
        r#""properties":{"reasoning":{"type":"string"},"note":{"type":"string"},"answer":{"type":"string"}},"required":["reasoning","answer"]"#,
    );
}
