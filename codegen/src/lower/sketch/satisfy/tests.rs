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
            r#"{"oneOf": [{"type": "string"}, {"type": "string"}]}"#,
            ": `oneOf` excludes everything",
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
        (
            r#"{"type": "integer", "minimum": 10, "maximum": 5}"#,
            ": `maximum` contradicts `minimum`",
        ),
        (
            r#"{"type": "string", "minLength": "3", "maxLength": 2}"#,
            ": `maxLength` contradicts `minLength`",
        ),
        (
            r#"{"type": "integer", "exclusiveMinimum": 4, "maximum": 4.5, "description": "A count."}"#,
            ": `exclusiveMinimum` contradicts `maximum`",
        ),
        (
            r#"{"type": "string", "minLength": 5, "maxLength": 2}"#,
            ": `maxLength` contradicts `minLength`",
        ),
        (
            r#"{"type": "object", "required": ["a"], "properties": {"a": false, "b": {}}}"#,
            ": `properties` contradicts `required`",
        ),
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
            r#"{"type": "string", "not": {"type": "string"}}"#,
            ": `not` contradicts `type`",
        ),
        (
            r#"{"enum": ["a"], "not": {"enum": ["a", "b"]}}"#,
            ": `enum` contradicts `not`",
        ),
        (
            r#"{"enum": ["a", "b"], "pattern": "^x"}"#,
            ": `enum` contradicts `pattern`",
        ),
        (
            r#"{"enum": [1, 2], "multipleOf": 4}"#,
            ": `enum` contradicts `multipleOf`",
        ),
        (
            r#"{"type": "integer", "minimum": 1, "maximum": 4, "multipleOf": 5}"#,
            ": `maximum`, `minimum`, `multipleOf` contradict each other",
        ),
        (
            r#"{"const": {"a": 1}, "properties": {"a": {"type": "string"}}}"#,
            ": `const` contradicts `properties`",
        ),
        (
            r#"{"enum": [["a"]], "items": {"type": "integer"}}"#,
            ": `enum` contradicts `items`",
        ),
        (r#"{"if": true, "then": false}"#, ""),
        (
            r#"{"if": {"type": "string", "enum": [1]}, "else": {"type": "string"}, "type": "integer"}"#,
            "",
        ),
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
            r#"{"type": "object", "required": ["abc"], "propertyNames": {"maxLength": 2}}"#,
            "",
        ),
        (
            r#"{"type": "object", "required": ["abc"], "propertyNames": {"enum": ["a"]}}"#,
            "",
        ),
        (
            r#"{"type": "object", "required": ["a"], "properties": {"a": {"type": "boolean"}}, "patternProperties": {"^a": {"type": "string"}}}"#,
            "",
        ),
        (
            r#"{"type": "object", "required": ["b"], "patternProperties": {"^a": {}}, "additionalProperties": false}"#,
            "",
        ),
        (
            r#"{"type": "object", "required": ["b"], "additionalProperties": {"type": "string", "enum": [1]}}"#,
            "",
        ),
        (
            r#"{"type": "object", "minProperties": 2, "properties": {"a": {}}, "additionalProperties": false}"#,
            "",
        ),
        (
            r#"{"type": "object", "minProperties": 1, "properties": {"a": {}}, "allOf": [{"additionalProperties": false}]}"#,
            "",
        ),
        (
            r#"{"type": "string", "minProperties": 1, "properties": {"a": {}}, "additionalProperties": false, "enum": [1]}"#,
            ": `enum` contradicts `type`",
        ),
        (
            r#"{"type": "object", "required": ["a"], "properties": {"b": false}, "dependentRequired": {"a": ["b"]}}"#,
            "",
        ),
        (
            r#"{"type": "object", "required": ["a"], "dependentSchemas": {"a": false}}"#,
            "",
        ),
        (
            r#"{"type": "object", "required": ["a", "b"], "not": {"required": ["a"]}}"#,
            "",
        ),
        (
            r#"{"type": "array", "minItems": 2, "prefixItems": [{}], "items": false}"#,
            "",
        ),
        (
            r#"{"type": "array", "minItems": 2, "prefixItems": [{}, false]}"#,
            "",
        ),
        (r#"{"type": "array", "minItems": 1, "items": [false]}"#, ""),
        (
            r#"{"type": "array", "items": {"type": "string"}, "contains": {"type": "integer"}}"#,
            "",
        ),
        (
            r#"{"type": "array", "contains": {}, "minContains": 3, "maxItems": 2}"#,
            "",
        ),
        (
            r#"{"type": "array", "contains": {}, "minContains": 2, "maxContains": 1}"#,
            "",
        ),
        (
            r#"{"type": "array", "minItems": 3, "items": {"type": "boolean"}, "uniqueItems": true}"#,
            "",
        ),
        (
            r#"{"type": "array", "minItems": 3, "items": {"enum": ["a", "b"]}, "uniqueItems": true}"#,
            "",
        ),
        (
            r##"{"$ref": "#/$defs/A", "$defs": {"A": {"type": "object", "required": ["next"], "properties": {"next": {"$ref": "#/$defs/A"}}}}}"##,
            "",
        ),
        (
            r##"{"type": "object", "required": ["next"], "properties": {"next": {"$ref": "#", "description": "Next."}}}"##,
            "",
        ),
        (
            r##"{"$ref": "#/$defs/A", "$defs": {
            "A": {"type": "object", "required": ["b"], "properties": {"b": {"allOf": [{"$ref": "#/$defs/B"}]}}},
            "B": {"type": "array", "minItems": 1, "items": {"$ref": "#/$defs/A"}}
        }}"##,
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
        r##"{"type": "object", "properties": {"v": {"$ref": "#num"}}, "required": ["v"], "$defs": {"N": {"$anchor": "num", "type": "integer"}}}"##,
        r#"{"type": "string", "const": null, "enum": []}"#,
        "{}",
        r#"{"type": "object", "properties": {"name": {"type": "string"}, "color": {"type": "string"}}, "minProperties": 1, "additionalProperties": false}"#,
        r#"{"type": "object", "allOf": [{"minProperties": 1}], "additionalProperties": false, "properties": {"a": {}}}"#,
        r#"{"type": "object", "allOf": [{"additionalProperties": false, "properties": {"a": {}, "b": {}}}], "minProperties": 2}"#,
        r#"{"type": "object", "minProperties": 1, "additionalProperties": false, "patternProperties": {"^x-": {}}, "properties": {}}"#,
        r#"{"type": "object", "minProperties": 1, "additionalProperties": {"type": "string", "enum": [1]}, "properties": {"a": {}}}"#,
        r#"{"type": "null", "anyOf": [{"type": "integer"}, {"type": "string"}]}"#,
        r#"{"type": "string", "enum": [1], "nullable": true}"#,
        r#"{"type": "integer", "enum": [5.0]}"#,
        r#"{"enum": [1, "a"], "allOf": [{"enum": [1.0]}]}"#,
        r#"{"const": 9007199254740993, "exclusiveMinimum": 9007199254740992}"#,
        r#"{"type": "integer", "exclusiveMinimum": 9007199254740992, "maximum": 9007199254740993}"#,
        r#"{"minimum": 10, "maximum": 5}"#,
        r#"{"type": "number", "exclusiveMinimum": 4, "maximum": 4.5}"#,
        r#"{"type": "money", "minimum": 3}"#,
        r#"{"type": "array", "items": false}"#,
        r#"{"type": "object", "properties": {"a": false}}"#,
        r##"{"$ref": "#/$defs/A", "$defs": {"A": {"anyOf": [{"$ref": "#/$defs/A"}, {"const": 1}]}}}"##,
        r#"{"type": "object", "required": ["a"], "additionalProperties": false, "patternProperties": {"a": {}}}"#,
        r#"{"type": "object", "required": ["a"], "additionalProperties": false, "patternProperties": {"\\p{L}": {}}}"#,
        r##"{"$ref": "#/$defs/A", "$defs": {"A": {"type": "object", "required": ["next"], "properties": {
            "next": {"type": "array", "items": {"$ref": "#/$defs/A"}}}}}}"##,
        r##"{"$ref": "#/$defs/A", "$defs": {"A": {"type": "object", "required": ["next"], "properties": {
            "next": {"anyOf": [{"type": "null"}, {"$ref": "#/$defs/A"}]}}}}}"##,
        r##"{"type": "object", "required": ["a"], "properties": {"a": {}}, "dependentSchemas": {"a": {"$ref": "#"}}}"##,
        r#"{"type": "array", "contains": {"type": "string"}, "minContains": 0, "items": {"type": "integer"}}"#,
        r#"{"type": "array", "prefixItems": [{"type": "string"}], "items": {"type": "integer"}, "contains": {"type": "string"}}"#,
        r#"{"type": "array", "minItems": 2, "items": {"type": ["boolean", "null"]}, "uniqueItems": true}"#,
        r#"{"type": "integer", "minimum": 1, "maximum": 5, "multipleOf": 5}"#,
        r#"{"type": "number", "minimum": 1, "maximum": 4, "multipleOf": 0.1}"#,
        r#"{"enum": [0.3], "multipleOf": 0.1}"#,
        r#"{"type": "string", "not": {"type": "string", "maxLength": 2}}"#,
        r#"{"type": "object", "required": ["a"], "not": {"required": ["a", "b"]}}"#,
        r#"{"if": {"type": "string"}, "then": false}"#,
        r#"{"type": "string", "oneOf": [{"format": "uuid"}, {"type": "null"}]}"#,
        r#"{"type": "object", "anyOf": [{"type": "array"}, {"properties": {"a": {}}}]}"#,
    ] {
        assert_eq!(reason(schema), None, "{schema}");
    }
}
