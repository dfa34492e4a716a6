//! Schemas that allow nothing, and similar ones that allow something.

use super::find_contradiction;
use crate::source::parse_json;

fn reason(schema: &str) -> Option<String> {
    let json = parse_json("", schema).unwrap();
    find_contradiction(&json, &json)
}

#[test]
#[expect(clippy::too_many_lines, reason = "a table of schemas")]
fn names_the_keywords_that_contradict_each_other() {
    for (schema, expected) in [
        ("false", ""),
        (
            r#"{"type": "string", "anyOf": [{"type": "integer"}, {"const": 1}]}"#,
            ": `anyOf` contradicts `type`",
        ),
        (
            r#"{"type": "object", "anyOf": [{"type": "string"}]}"#,
            ": `anyOf` contradicts `type`",
        ),
        (
            r#"{"type": "string", "enum": [1, 2]}"#,
            ": `enum` contradicts `type`",
        ),
        (
            r#"{"type": "array", "items": {"type": "string"}, "enum": ["a"]}"#,
            ": `enum` contradicts `type`",
        ),
        (
            r#"{"type": "number", "const": "5"}"#,
            ": `const` contradicts `type`",
        ),
        (
            r#"{"type": "null", "enum": ["a"]}"#,
            ": `enum` contradicts `type`",
        ),
        (r#"{"type": "integer", "minimum": 10, "maximum": 5}"#, ""),
        (
            r#"{"type": "integer", "exclusiveMinimum": 4, "maximum": 4.5}"#,
            "",
        ),
        (r#"{"type": "string", "minLength": 5, "maxLength": 2}"#, ""),
        (
            r#"{"allOf": [{"type": "string"}, {"type": "integer"}]}"#,
            ": `allOf` excludes everything",
        ),
        (
            r#"{"allOf": [{"enum": ["a", "b"]}, {"enum": ["c"]}]}"#,
            ": `allOf` excludes everything",
        ),
        (
            r##"{"$ref": "#/$defs/S", "type": "integer", "$defs": {"S": {"type": "string"}}}"##,
            "",
        ),
        (
            r#"{"allOf": [{"const": 9007199254740992}, {"const": 9007199254740993}]}"#,
            ": `allOf` excludes everything",
        ),
        (r#"{"not": {}}"#, ": `not` excludes everything"),
        (
            r#"{"type": "object", "required": ["a"], "properties": {"a": false}}"#,
            "",
        ),
        (
            r#"{"type": "object", "required": ["a"], "additionalProperties": false}"#,
            "",
        ),
        (
            r#"{"type": "array", "minItems": 1, "items": {"allOf": [{"const": 1}, {"const": 2}]}}"#,
            "",
        ),
        (
            r#"{"type": "object", "maxProperties": 1, "required": ["a", "b"]}"#,
            "",
        ),
        (
            r#"{"type": "string", "oneOf": [{"type": "null"}, {"type": "array"}]}"#,
            ": `oneOf` contradicts `type`",
        ),
    ] {
        let found = reason(schema);
        let found = found
            .as_deref()
            .and_then(|text| text.strip_prefix("no value is valid"));
        assert!(
            found.is_some_and(|found| expected.is_empty() || found == expected),
            "{schema}: {found:?}"
        );
    }
}

#[test]
fn accepts_what_some_value_satisfies() {
    for schema in [
        "true",
        "{}",
        r#"{"type": "null", "anyOf": [{"type": "integer"}, {"type": "string"}]}"#,
        r#"{"type": "string", "enum": [1], "nullable": true}"#,
        r#"{"type": "integer", "enum": [5.0]}"#,
        r#"{"enum": [1, "a"], "allOf": [{"enum": [1.0]}]}"#,
        r#"{"const": 9007199254740993, "exclusiveMinimum": 9007199254740992}"#,
        r#"{"minimum": 10, "maximum": 5}"#,
        r#"{"type": "number", "exclusiveMinimum": 4, "maximum": 4.5}"#,
        r#"{"type": "money", "minimum": 3}"#,
        r#"{"type": "array", "items": false}"#,
        r#"{"type": "object", "properties": {"a": false}}"#,
        r##"{"$ref": "#/$defs/A", "$defs": {"A": {"anyOf": [{"$ref": "#/$defs/A"}, {"const": 1}]}}}"##,
        r#"{"type": "object", "required": ["a"], "additionalProperties": false, "patternProperties": {"a": {}}}"#,
        r#"{"type": "string", "oneOf": [{"format": "uuid"}, {"type": "null"}]}"#,
        r#"{"type": "object", "anyOf": [{"type": "array"}, {"properties": {"a": {}}}]}"#,
    ] {
        assert_eq!(reason(schema), None, "{schema}");
    }
}
