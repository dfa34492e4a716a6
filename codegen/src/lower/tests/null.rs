//! Null through references, compositions and aliases.

use super::*;

const DEFINITIONS: &str = r##""$defs": {
    "Id": {"type": "string"},
    "Owner": {"type": "object", "properties": {"a": {"type": "integer"}}, "required": ["a"]},
    "Maybe": {"anyOf": [{"$ref": "#/$defs/Owner"}, {"type": "null"}]},
    "Alias": {"$ref": "#/$defs/Maybe"},
    "Link": {"$ref": "#/$defs/Id", "maxLength": 3},
    "Nothing": {"type": "null"},
    "Color": {"enum": ["red", "green", null]},
    "Node": {"type": ["object", "null"], "properties": {"next": {"$ref": "#/$defs/Node"}}}
}"##;

/// Returns the types of a required property in a request and in a response.
fn types(schema: &str) -> (String, String) {
    let whole = format!(
        r#"{{"type": "object", "properties": {{"v": {schema}}}, "required": ["v"], {DEFINITIONS}}}"#
    );
    let tool = format!(
        r#"{{"name": "create_things", "resource": "things", "method": "create",
            "body_schema": {whole}, "response_schema": {whole}}}"#
    );
    let lowered = lower(&[tool], None);
    let places = &lowered.report.tools[0].places;
    let find = |part: &str| {
        let place = places
            .iter()
            .find(|place| place.pointer.starts_with(part) && place.name == "v");
        place.unwrap().rust.clone()
    };
    (find("/body_schema"), find("/response_schema"))
}

#[test]
fn places_allow_null_where_the_schema_does() {
    for schema in [
        r##"{"anyOf": [{"$ref": "#/$defs/Id"}, {"type": "null"}]}"##,
        r##"{"oneOf": [{"$ref": "#/$defs/Id"}, {"const": null}]}"##,
        r##"{"anyOf": [{"$ref": "#/$defs/Id"}, {"$ref": "#/$defs/Nothing"}]}"##,
        r##"{"anyOf": [{"$ref": "#/$defs/Link"}, {"enum": [null]}]}"##,
        r##"{"$ref": "#/$defs/Maybe"}"##,
        r##"{"$ref": "#/$defs/Alias"}"##,
        r##"{"$ref": "#/$defs/Alias", "description": "who"}"##,
        r##"{"allOf": [{"$ref": "#/$defs/Alias"}]}"##,
        r##"{"$ref": "#/$defs/Color"}"##,
        r##"{"$ref": "#/$defs/Node"}"##,
        r##"{"$ref": "#/$defs/Id", "nullable": true}"##,
        r##"{"allOf": [{"$ref": "#/$defs/Owner"}], "nullable": true}"##,
        r##"{"anyOf": [{"allOf": [{"$ref": "#/$defs/Owner"}], "description": "who"}, {"type": "null"}]}"##,
        r##"{"anyOf": [{"anyOf": [{"$ref": "#/$defs/Id"}, {"type": "null"}]}, {"type": "integer"}]}"##,
        r#"{"allOf": [{"type": ["string", "null"]}, {"enum": ["a", null]}]}"#,
        r##"{"type": ["array", "null"], "items": {"$ref": "#/$defs/Id"}}"##,
    ] {
        let (request, response) = types(schema);
        assert!(request.starts_with("Option<"), "{schema}: {request}");
        assert!(response.starts_with("Option<"), "{schema}: {response}");
    }
}

#[test]
fn requests_refuse_a_null_that_the_schema_only_names() {
    for schema in [
        r#"{"type": ["string", "null"], "enum": ["a", "b"]}"#,
        r#"{"type": "integer", "enum": [1, 2, null]}"#,
        r#"{"type": "string", "oneOf": [{"format": "uuid"}, {"type": "null"}]}"#,
        r##"{"$ref": "#/$defs/Color", "type": "string"}"##,
        r##"{"allOf": [{"$ref": "#/$defs/Maybe"}, {"type": "object"}]}"##,
    ] {
        let (request, _) = types(schema);
        assert!(!request.starts_with("Option<"), "{schema}: {request}");
    }
    let (_, response) = types(r#"{"type": "integer", "enum": [1, 2, null]}"#);
    assert!(response.starts_with("Option<"), "{response}");
}

#[test]
fn elements_allow_null_where_their_schema_does() {
    for (schema, expected) in [
        (
            r##"{"type": "array", "items": {"anyOf": [{"$ref": "#/$defs/Id"}, {"type": "null"}]}}"##,
            "Vec<Option<String>>",
        ),
        (
            r##"{"type": "object", "additionalProperties": {"$ref": "#/$defs/Link", "nullable": true}}"##,
            "BTreeMap<String, Option<String>>",
        ),
        (
            r##"{"type": "array", "prefixItems": [{"$ref": "#/$defs/Alias"}, {"$ref": "#/$defs/Id"}],
                "minItems": 2, "maxItems": 2}"##,
            "(Option<Owner>, String)",
        ),
    ] {
        let (request, _) = types(schema);
        let same = |text: &str| text.split(['<', '(', ',', ' ']).count();
        assert_eq!(same(&request), same(expected), "{schema}: {request}");
        assert!(request.contains("Option<"), "{schema}: {request}");
    }
}
