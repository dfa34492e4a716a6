//! A list has every tool, argument and value that the check of the tool accepts.

use serde_json::{Value as Json, json};
use toolsmith_runtime::dialect::{ArgumentPart, ArgumentParts, Definition, Dialect, NoteKind};

use super::contradictions::{arguments, list};

/// Schemas for which the check of a tool accepts some values, although they look contradictory.
fn harmless() -> Vec<Json> {
    vec![
        json!({"const": "2026-13-01", "format": "date"}),
        json!({"type": "string", "format": "time", "enum": ["09:00", "17:00"]}),
        json!({"format": "date", "enum": ["today"]}),
        json!({"format": "uri", "const": ""}),
        json!({"type": "string", "format": "date-time", "anyOf": [{"const": "now"}, {"const": "later"}]}),
        json!({"const": 9_007_199_254_740_993_u64, "exclusiveMinimum": 9_007_199_254_740_992_u64}),
        json!({"const": 9_007_199_254_740_993_u64, "multipleOf": 3}),
        json!({"const": 9_007_199_254_740_993_u64, "not": {"multipleOf": 2}}),
        json!({"type": "integer", "exclusiveMinimum": 9_007_199_254_740_992_u64, "maximum": 9_007_199_254_740_993_u64}),
        json!({"const": 123_456_789_012.7, "multipleOf": 0.1}),
        json!({"not": {"enum": []}}),
        json!({"not": {"enum": null}}),
        json!({"not": {"type": []}}),
        json!({"not": {"minLength": "5"}}),
        json!({"enum": ["a"], "not": {"minLength": "5"}}),
        json!({"not": {"required": "a"}}),
        json!({"not": {"allOf": [{"minLength": "5"}]}}),
        json!({"if": {"enum": []}, "then": false}),
    ]
}

#[test]
fn a_tool_whose_check_accepts_some_arguments_is_listed() {
    for schema in harmless() {
        let schema = json!({"type": "object", "properties": {"v": schema}, "required": ["v"]});
        for dialect in Dialect::ALL {
            let list = list(dialect, schema.clone());
            assert_eq!(list.definitions().len(), 1, "{dialect:?} {schema}");
            let written = arguments(&list.definitions()[0]);
            let offered = &written["properties"]["v"];
            let is_offered = offered.is_object() && offered["not"] != json!({});
            assert!(is_offered, "{dialect:?} {schema} {written}");
            if let Some(values) = schema["properties"]["v"].get("enum") {
                for value in values.as_array().into_iter().flatten() {
                    let text = written.to_string();
                    assert!(text.contains(&value.to_string()), "{dialect:?} {text}");
                }
            }
        }
    }
}

#[test]
fn arguments_without_a_type_whose_object_is_refused_are_not_listed() {
    for schema in [
        json!({"properties": {"a": {}}, "required": ["a", "b"], "additionalProperties": false}),
        json!({"properties": {"a": false}, "required": ["a"]}),
        json!({"properties": {"a": {}}, "minProperties": 2, "maxProperties": 1}),
    ] {
        for dialect in Dialect::ALL {
            let list = list(dialect, schema.clone());
            assert!(list.definitions().is_empty(), "{dialect:?} {schema}");
            assert_eq!(list.notes().len(), 1, "{dialect:?} {schema}");
            assert_eq!(list.notes()[0].kind, NoteKind::Uncallable);
        }
    }
}

/// The query, the body and the path are separate on the wire.
fn parts() -> Vec<(Json, Json)> {
    let query = json!({"type": "object", "properties": {"expand": {"type": "string"}}});
    let with = |key: &str, value: Json| {
        let mut query = query.clone();
        query[key] = value;
        query
    };
    let closed = json!({"type": "object", "properties": {"name": {"$ref": "#/$defs/N"}}, "additionalProperties": false});
    let defined = |mut body: Json| {
        body["$defs"] = json!({"N": {"type": "string"}, "B": closed});
        body
    };
    let bodies = [
        defined(closed.clone()),
        defined(json!({"allOf": [closed]})),
        defined(json!({"$ref": "#/$defs/B"})),
        defined(
            json!({"type": "object", "properties": {"name": {"$ref": "#/$defs/N"}}, "unevaluatedProperties": false}),
        ),
        defined(json!({"type": "object", "anyOf": [{"$ref": "#/$defs/B"}, closed]})),
        defined(
            json!({"type": "object", "oneOf": [{"$ref": "#/$defs/B"}, {"properties": {"x": {}}, "required": ["x"], "additionalProperties": false}]}),
        ),
        defined(json!({"type": "object", "properties": {"name": {}}, "maxProperties": 1})),
        defined(
            json!({"type": "object", "properties": {"name": {}}, "propertyNames": {"enum": ["name"]}}),
        ),
        defined(
            json!({"type": "object", "properties": {"name": {}}, "patternProperties": {"^[ei]": false}}),
        ),
        defined(
            json!({"type": "object", "properties": {"name": {}}, "additionalProperties": {"type": "integer"}, "minProperties": 1}),
        ),
    ];
    let queries = [
        query.clone(),
        with("additionalProperties", json!(false)),
        json!({"allOf": [with("additionalProperties", json!(false))]}),
    ];
    let pairs = bodies.iter().flat_map(|body| {
        let each = queries.iter();
        each.map(move |query| (query.clone(), body.clone()))
    });
    let with_body_only = bodies.iter().map(|body| (Json::Null, body.clone()));
    let with_query_only = queries.iter().map(|query| (query.clone(), Json::Null));
    pairs.chain(with_body_only).chain(with_query_only).collect()
}

#[test]
fn a_part_of_the_arguments_does_not_refuse_those_of_another() {
    let argument = |name| ArgumentPart {
        name,
        is_in_path: name == "id",
        is_whole_body: name == "payload",
        is_required: true,
    };
    for (query, body) in parts() {
        let mut expected = vec!["id"];
        expected.extend((!query.is_null()).then_some("expand"));
        expected.extend((!body.is_null()).then_some("name"));
        let arguments_of_tool: Vec<_> = expected.iter().map(|name| argument(*name)).collect();
        let text = |schema: &Json| {
            if schema.is_null() {
                String::new()
            } else {
                schema.to_string()
            }
        };
        let definition = || {
            Definition::of_parts(
                "case",
                "A case.",
                ArgumentParts {
                    query_schema: &text(&query),
                    body_schema: &text(&body),
                    has_resource: true,
                    arguments: &arguments_of_tool,
                },
            )
        };
        for dialect in Dialect::ALL {
            let list = dialect.list_of([definition()]).unwrap();
            assert_eq!(list.definitions().len(), 1, "{dialect:?} {query} {body}");
            let written = arguments(&list.definitions()[0]);
            for name in &expected {
                let offered = written["properties"].get(*name);
                let is_offered = offered.is_some_and(|offered| offered["not"] != json!({}));
                let in_branch = written.get("anyOf").is_some() || written.get("oneOf").is_some();
                assert!(is_offered || in_branch, "{dialect:?} {name} {written}");
            }
            if dialect == Dialect::Mcp {
                let all = json!({"id": "1", "expand": "a", "name": "b"});
                let mut values = all.as_object().unwrap().clone();
                values.retain(|name, _| expected.contains(&name.as_str()));
                let validator = jsonschema::validator_for(&written).unwrap();
                assert!(validator.is_valid(&Json::Object(values)), "{written}");
            }
        }
    }
}

#[test]
fn a_closed_part_closes_the_joined_arguments() {
    let closed = r#"{"type": "object", "properties": {"name": {}}, "minProperties": 1, "additionalProperties": false}"#;
    let definition = Definition::of_parts(
        "case",
        "A case.",
        ArgumentParts {
            query_schema: r#"{"type": "object", "properties": {"expand": {}}}"#,
            body_schema: closed,
            has_resource: true,
            arguments: &[],
        },
    );
    let list = Dialect::Mcp.list_of([definition]).unwrap();
    let written = arguments(&list.definitions()[0]);
    assert_eq!(written["additionalProperties"], json!(false), "{written}");
    assert_eq!(written["properties"], json!({"expand": {}, "name": {}}));
}
