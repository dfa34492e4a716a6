//! The values that lists offer.

use serde_json::{Value as Json, json};

use super::{holding, list, written};
use crate::{Dialect, NoteKind};

/// Schemas, with values of which a list has to offer each.
fn satisfiable() -> Vec<(Json, Vec<Json>)> {
    let one = |name: &str| json!({"type": "object", "properties": {name: {"type": "integer"}}, "required": [name]});
    let tagged = |tag: &str, value: &str, name: &str| json!({"type": "object", "properties": {tag: {"const": value}, name: {"type": "integer"}}, "required": [tag, name]});
    vec![
        (
            json!({"allOf": [{"oneOf": [one("a"), one("b")]}, {"oneOf": [one("c"), one("d")]}]}),
            vec![json!({"a": 1, "c": 1}), json!({"b": 1, "d": 1})],
        ),
        (
            json!({"allOf": [
                {"oneOf": [tagged("k", "a", "x"), tagged("k", "b", "y")]},
                {"oneOf": [tagged("m", "p", "u"), tagged("m", "q", "w")]},
            ]}),
            vec![json!({"k": "a", "x": 1, "m": "q", "w": 1})],
        ),
        (
            json!({"type": "object", "enum": [{"a": 1}, {"a": 2, "b": true}]}),
            vec![json!({"a": 1}), json!({"a": 2, "b": true})],
        ),
        (
            json!({"const": {"a": {"b": "x"}}}),
            vec![json!({"a": {"b": "x"}})],
        ),
        (
            json!({"type": "object", "oneOf": [{"required": ["y"]}, {"required": ["z"]}]}),
            vec![json!({"y": 1}), json!({"z": 1})],
        ),
    ]
}

#[test]
fn a_list_offers_what_the_schema_accepts() {
    for (schema, values) in satisfiable() {
        for (schema, values) in [
            (schema.clone(), values.clone()),
            (
                holding(&schema, &json!({})),
                values.iter().map(|value| json!({"v": value})).collect(),
            ),
        ] {
            for dialect in Dialect::ALL {
                let list = list(dialect, &schema);
                let mut written = written(dialect, &schema);
                // Gemini has its own word for null, which these values do not need.
                if dialect == Dialect::Gemini {
                    let text = written.to_string().replace(r#","format":"enum""#, "");
                    written = serde_json::from_str(&text).unwrap();
                }
                let validator = jsonschema::validator_for(&written).unwrap();
                for value in &values {
                    let encoded = list.encode("tool", value).unwrap();
                    assert!(
                        validator.is_valid(&encoded),
                        "{dialect:?} {encoded} {written}"
                    );
                    let resolved = list.resolve("tool", &encoded).unwrap();
                    assert_eq!(resolved.arguments, *value, "{dialect:?}");
                }
            }
        }
    }
}

#[test]
fn a_tool_that_no_arguments_satisfy_is_not_listed() {
    let requires =
        |name: &str| json!({"properties": {name: {"type": "integer"}}, "required": [name]});
    let of = |name: &str, value: &str| json!({"properties": {name: {"const": value}}, "required": [name]});
    for schema in [
        json!({"type": "object", "properties": {"n": {}}, "additionalProperties": false, "oneOf": [requires("a"), requires("b")]}),
        json!({"type": "object", "properties": {"k": {"const": "c"}}, "required": ["k"], "oneOf": [of("k", "a"), of("k", "b")]}),
        json!({"type": "string", "format": "uuid", "maxLength": 10}),
        json!({"type": "string", "format": "date", "minLength": 11}),
        json!({"type": "integer", "minimum": "5", "maximum": "4"}),
        json!({"anyOf": [{"not": {}}, false]}),
    ] {
        let schema = holding(&schema, &json!({}));
        for dialect in Dialect::ALL {
            let list = list(dialect, &schema);
            assert!(list.definitions().is_empty(), "{dialect:?} {schema}");
            assert_eq!(list.notes()[0].kind, NoteKind::Uncallable);
        }
    }
}

#[test]
fn a_property_whose_name_matches_a_pattern_follows_both() {
    let schema = json!({"type": "object", "properties": {"x1": {"type": "string"}}, "required": ["x1"], "patternProperties": {"^x": {"enum": ["a", 1]}}});
    for dialect in Dialect::ALL {
        let property = property(dialect, &schema);
        let is_kept = property.get("patternProperties").is_some();
        assert!(
            is_kept || property["properties"]["x1"]["enum"] == json!(["a"]),
            "{dialect:?} {property}"
        );
    }
}

#[test]
fn parts_without_a_valid_value_are_refused() {
    let never = json!({"type": "string", "enum": [1]});
    let map = json!({"type": "object", "additionalProperties": never});
    let array = json!({"type": "array", "items": never});
    for dialect in [Dialect::GeminiJsonSchema, Dialect::Mcp] {
        let validator = |schema| jsonschema::validator_for(&property(dialect, schema)).unwrap();
        assert!(validator(&map).is_valid(&json!({})));
        assert!(!validator(&map).is_valid(&json!({"a": 1})));
        assert!(validator(&array).is_valid(&json!([])));
        assert!(!validator(&array).is_valid(&json!([1])));
    }
}

#[test]
fn a_property_is_not_given_twice() {
    let schema = json!({"type": "object", "properties": {"a": {"type": "string"}}, "additionalProperties": {"type": "integer"}});
    let list = list(Dialect::Gemini, &schema);
    let pairs = json!([{"key": "a", "value": 1}, {"key": "b", "value": 2}]);
    for text in [
        format!(r#"{{"a": "x", "additional_properties": {pairs}}}"#),
        format!(r#"{{"additional_properties": {pairs}, "a": "x"}}"#),
    ] {
        let error = list.resolve_text("tool", &text).unwrap_err();
        let text = error.to_string();
        assert!(text.contains("/additional_properties/0/key"), "{text}");
    }
}

/// Returns the schema that a list has for the property `v`.
fn property(dialect: Dialect, schema: &Json) -> Json {
    written(dialect, &holding(schema, &json!({})))["properties"]["v"].clone()
}

#[test]
fn a_bound_as_a_string_is_a_bound() {
    let schema = json!({"type": "integer", "minimum": "5", "maximum": "9"});
    for dialect in Dialect::ALL {
        let text = property(dialect, &schema).to_string();
        let is_listed = text.contains(r#""minimum":5"#) || text.contains("between 5 and 9");
        assert!(is_listed, "{dialect:?} {text}");
    }
    let text = property(Dialect::Mcp, &json!({"type": "string", "maxLength": "3"}));
    assert_eq!(text["maxLength"], json!(3));
}

#[test]
fn a_required_property_without_a_schema_has_that_of_the_others() {
    for schema in [
        json!({"type": "object", "required": ["x1"], "additionalProperties": {"type": "integer"}}),
        json!({"type": "object", "required": ["x1"], "patternProperties": {"^x": {"type": "integer"}}, "additionalProperties": false}),
    ] {
        for dialect in Dialect::ALL {
            let property = property(dialect, &schema);
            assert_eq!(
                property["properties"]["x1"]["type"], "integer",
                "{dialect:?} {property}"
            );
        }
    }
}

#[test]
fn null_is_offered_where_an_older_keyword_allows_it() {
    for schema in [
        json!({"type": "string", "x-nullable": true}),
        json!({"type": "string", "nullable": true}),
    ] {
        let property = property(Dialect::OpenAiChatStrict, &schema);
        assert_eq!(property["type"], json!(["string", "null"]));
    }
}

#[test]
fn keywords_in_other_forms_are_read() {
    let definitions = json!({"a b": {"type": "integer"}});
    let schema = holding(&json!({"$ref": "#/$defs/a%20b"}), &definitions);
    let tuple =
        json!({"type": "array", "prefixItems": [{"type": "string"}], "unevaluatedItems": false});
    let pattern = json!({"type": "string", "pattern": "^a{1000000}$"});
    for dialect in Dialect::ALL {
        let written = written(dialect, &schema);
        assert_eq!(
            written["properties"]["v"]["type"], "integer",
            "{dialect:?} {written}"
        );
        let never = property(
            dialect,
            &json!({"anyOf": [{"not": {}}, {"type": "string"}]}),
        );
        assert!(
            !never.to_string().contains("\"not\""),
            "{dialect:?} {never}"
        );
        assert!(never.to_string().contains("string"), "{dialect:?} {never}");
        let long = property(dialect, &pattern);
        assert!(long.get("pattern").is_none(), "{dialect:?} {long}");
        assert!(
            long.to_string().contains("matches ^a{1000000}$"),
            "{dialect:?} {long}"
        );
        let tuple = property(dialect, &tuple).to_string();
        let is_fixed = tuple.contains("a tuple of 1")
            || tuple.contains(r#""items":false"#)
            || tuple.contains(r#""items":{"not":{}}"#)
            || tuple.contains("no value is valid");
        assert!(is_fixed, "{dialect:?} {tuple}");
    }
}
