//! One schema for each feature that a dialect has to express differently.

use serde_json::{Value as Json, json};
use toolsmith_runtime::dialect::{Definition, Dialect, NoteKind, ResolveError, ToolList};
use toolsmith_tests::dialects::{arguments_schema, problems};

fn list(dialect: Dialect, schema: &Json) -> ToolList {
    let tool = Definition::new("case", "A case.", schema.clone());
    dialect.list_of([tool]).unwrap()
}

/// Asserts for every dialect that its rules are kept and that each value survives the round trip.
#[track_caller]
fn check(schema: &Json, values: &[Json]) {
    for dialect in Dialect::ALL {
        let list = list(dialect, schema);
        assert_eq!(
            problems(dialect, list.definitions()),
            Vec::<String>::new(),
            "{}",
            list.definitions()[0]
        );
        let written = arguments_schema(&list.definitions()[0]);
        let validator = jsonschema::validator_for(&written).unwrap();
        for value in values {
            let encoded = list.encode("case", value).unwrap();
            assert!(
                validator.is_valid(&encoded),
                "{dialect:?} {encoded} {written}"
            );
            let back = list.resolve_text("case", &encoded.to_string()).unwrap();
            assert_eq!(back.arguments, *value, "{dialect:?} {encoded} {written}");
        }
    }
}

#[test]
fn absent_null_and_a_value_are_distinct() {
    let schema = json!({"type": "object", "properties": {"limit": {"type": ["integer", "null"]}}});
    check(
        &schema,
        &[json!({}), json!({"limit": null}), json!({"limit": 3})],
    );
    let list = list(Dialect::OpenAiChatStrict, &schema);
    let absent = json!({"limit": null});
    assert_eq!(list.resolve("case", &absent).unwrap().arguments, json!({}));
    let null = json!({"limit": {"exactly": null}});
    assert_eq!(
        list.resolve("case", &null).unwrap().arguments,
        json!({"limit": null})
    );
}

#[test]
fn writes_maps_as_arrays_of_pairs() {
    let schema = json!({"type": "object", "properties": {
        "labels": {"type": "object", "additionalProperties": {"type": "string"}},
        "nested": {"type": "object", "additionalProperties": {"type": "object", "additionalProperties": {"type": "integer"}}},
        "named": {"type": "object", "properties": {"a": {"type": "string"}}, "additionalProperties": {"type": "boolean"}},
    }});
    check(
        &schema,
        &[
            json!({"labels": {"a": "b", "c": "d"}, "nested": {"x": {"y": 1}}}),
            json!({"named": {"a": "b", "more": true}}),
            json!({"labels": {}, "named": {}}),
        ],
    );
}

#[test]
fn open_values_are_strings_of_json() {
    let schema = json!({"type": "object", "properties": {"any": {}, "free": {"type": "object"}, "list": {"type": "array"}}});
    check(
        &schema,
        &[
            json!({"any": "text", "free": {"a": [1]}, "list": [1, "2", null]}),
            json!({"any": {"b": 0.1}}),
            json!({"any": "7"}),
            json!({"any": 7}),
            json!({"any": null}),
        ],
    );
}

#[test]
fn trees_recurse_or_end_in_a_string() {
    let schema = json!({
        "type": "object",
        "properties": {"root": {"$ref": "#/$defs/node"}},
        "required": ["root"],
        "$defs": {"node": {
            "type": "object",
            "properties": {"name": {"type": "string"}, "children": {"type": "array", "items": {"$ref": "#/$defs/node"}}},
            "required": ["name", "children"],
            "additionalProperties": false,
        }},
    });
    let leaf = |name: &str| json!({"name": name, "children": []});
    check(
        &schema,
        &[
            json!({"root": {"name": "a", "children": [leaf("b"), {"name": "c", "children": [leaf("d")]}]}}),
        ],
    );
}

#[test]
fn flattens_a_union_at_the_root() {
    let schema = json!({"oneOf": [
        {"type": "object", "properties": {"kind": {"const": "card"}, "number": {"type": "string"}}, "required": ["kind", "number"]},
        {"type": "object", "properties": {"kind": {"const": "bank"}, "iban": {"type": "string"}}, "required": ["kind", "iban"]},
    ]});
    check(
        &schema,
        &[
            json!({"kind": "card", "number": "1"}),
            json!({"kind": "bank", "iban": "2"}),
        ],
    );
    let list = list(Dialect::Anthropic, &schema);
    let written = arguments_schema(&list.definitions()[0]);
    assert_eq!(
        written["properties"]["kind"]["enum"],
        json!(["card", "bank"])
    );
    assert_eq!(written["required"], json!(["kind"]));
    assert_eq!(
        written["description"],
        r#"provide exactly one of: (kind "card", number) or (kind "bank", iban)"#
    );
    assert!(
        list.notes()
            .iter()
            .any(|note| note.kind == NoteKind::Flattened && note.keyword == "oneOf")
    );
}

#[test]
fn arguments_that_are_not_an_object_are_wrapped() {
    check(
        &json!({"type": "array", "items": {"type": "integer"}}),
        &[json!([]), json!([1, 2])],
    );
    check(
        &json!({"anyOf": [{"type": "string"}, {"type": "integer"}]}),
        &[json!("a"), json!(1)],
    );
}

#[test]
fn nested_unions_choose_their_branch() {
    let schema = json!({"type": "object", "properties": {
        "value": {"anyOf": [{"type": "string"}, {"type": "object", "additionalProperties": {"type": "integer"}}, {"type": "null"}]},
        "filter": {"oneOf": [
            {"type": "object", "properties": {"and": {"type": "array", "items": {"type": "string"}}, "note": {"type": "string"}}, "required": ["and"], "additionalProperties": false},
            {"type": "object", "properties": {"not": {"type": "string"}, "note": {"type": "string"}}, "required": ["not"], "additionalProperties": false},
        ]},
        "pair": {"type": "array", "items": [{"type": "string"}, {"type": "integer"}], "additionalItems": false},
    }});
    check(
        &schema,
        &[
            json!({"value": "a", "filter": {"and": ["b"]}, "pair": ["c", 1]}),
            json!({"value": {"k": 1}, "filter": {"not": "b", "note": "n"}}),
            json!({"value": null}),
        ],
    );
}

#[test]
fn common_mistakes_in_schemas_are_corrected() {
    let schema = json!({"type": "dict", "properties": {
        "name": {"type": "str", "required": true},
        "count": {"type": "int", "minimum": 0, "exclusiveMinimum": true},
        "note": {"type": "string", "nullable": true},
        "kind": {"enum": ["a", 1, null]},
    }});
    check(
        &schema,
        &[
            json!({"name": "n", "count": 1, "note": null, "kind": null}),
            json!({"name": "n", "kind": 1}),
        ],
    );
    check(
        &json!({"city": {"type": "string"}, "days": {"type": "integer"}}),
        &[json!({"city": "Oslo", "days": 2})],
    );
}

#[test]
fn unsupported_keywords_are_described() {
    let schema = json!({"type": "object", "properties": {
        "count": {"type": "integer", "description": "How many.", "minimum": 1, "maximum": 100, "default": 20},
        "name": {"type": "string", "minLength": 2, "pattern": "^a"},
    }});
    let list = list(Dialect::AnthropicStrict, &schema);
    let written = arguments_schema(&list.definitions()[0]);
    assert_eq!(
        written["properties"]["count"]["description"],
        "How many. (between 1 and 100; default 20)"
    );
    assert_eq!(
        written["properties"]["name"]["description"],
        "at least 2 characters; matches ^a"
    );
}

#[test]
fn names_are_adapted_independently() {
    let long = "a".repeat(200);
    let other = format!("{long}b");
    let names = [
        "drive.files/list",
        "drive_files_list",
        &long,
        &other,
        "büro",
        "",
    ];
    let schema = json!({"type": "object", "properties": {"filter[status]": {"type": "string"}, "filter_status_": {"type": "string"}, "$top": {"type": "integer"}}});
    for dialect in Dialect::ALL {
        let tools = names.map(|name| Definition::new(name, "", schema.clone()));
        let list = dialect.list_of(tools.clone()).unwrap();
        assert_eq!(problems(dialect, list.definitions()), Vec::<String>::new());
        for name in names {
            let arguments = json!({"filter[status]": "a", "filter_status_": "b", "$top": 3});
            let provider_name = list.name_of(name).unwrap();
            let encoded = list.encode(name, &arguments).unwrap();
            let back = list.resolve(provider_name, &encoded).unwrap();
            assert_eq!((back.tool.as_str(), back.arguments), (name, arguments));
            // The name does not depend on the other tools.
            let alone = dialect
                .list_of(tools.iter().filter(|tool| tool.name == name).cloned())
                .unwrap();
            assert_eq!(alone.name_of(name), Some(provider_name));
        }
    }
}

#[test]
fn long_descriptions_continue_at_the_arguments() {
    let long = "One sentence of a few words. ".repeat(60);
    let tool = Definition::new("case", &long, json!({"type": "object"}));
    let list = Dialect::OpenAiChat.list_of([tool]).unwrap();
    let function = &list.definitions()[0]["function"];
    let rest = function["parameters"]["description"].as_str().unwrap();
    let whole = format!("{} {rest}", function["description"].as_str().unwrap());
    assert_eq!(whole, long.trim_end());
    assert_eq!(
        problems(Dialect::OpenAiChat, list.definitions()),
        Vec::<String>::new()
    );
}

#[test]
fn invalid_calls_are_reported() {
    let list = list(Dialect::OpenAiChat, &json!({"type": "object"}));
    let unknown = list.resolve("cases", &json!({})).unwrap_err();
    assert_eq!(
        unknown.to_string(),
        "there is no tool `cases`; did you mean `case`?"
    );
    assert_eq!(list.resolve_text("case", "").unwrap().arguments, json!({}));
    assert!(matches!(
        list.resolve_text("case", "{"),
        Err(ResolveError::NotJson { .. })
    ));
}

/// Cycles, depth, breadth and dangling references stay bounded and within the rules.
#[test]
fn hostile_schemas_terminate() {
    for schema in hostile_schemas() {
        for dialect in Dialect::ALL {
            let list = list(dialect, &schema);
            let size = list.size();
            assert!(size < 3_000_000, "{dialect:?} {size}");
            let broken = problems(dialect, list.definitions());
            let start: String = schema.to_string().chars().take(300).collect();
            assert!(
                broken.is_empty(),
                "{dialect:?} {start} {:#?}",
                &broken[..broken.len().min(5)]
            );
            for value in [
                json!({}),
                json!(null),
                json!({"a": {"a": null}, "exactly": 1}),
                json!({"exactly": {}}),
            ] {
                let Some(encoded) = list.encode("case", &value) else {
                    let mut notes = list.notes().iter();
                    assert!(notes.any(|note| note.kind == NoteKind::Uncallable));
                    continue;
                };
                assert_eq!(
                    list.resolve("case", &encoded).unwrap().arguments,
                    value,
                    "{dialect:?} {start}"
                );
            }
        }
    }
}

fn hostile_schemas() -> Vec<Json> {
    let mut deep = json!({"type": "string"});
    for _ in 0..100 {
        deep = json!({"type": "object", "properties": {"a": deep}, "required": ["a"]});
    }
    let doubling: serde_json::Map<String, Json> = (0..40)
        .map(|index| {
            let next = json!({"$ref": format!("#/$defs/d{}", index + 1)});
            (
                format!("d{index}"),
                json!({"type": "object", "properties": {"a": next, "b": next}}),
            )
        })
        .collect();
    let many: Vec<String> = (0..5_000)
        .map(|index| format!("value number {index}"))
        .collect();
    let wide: serde_json::Map<String, Json> = (0..6_000)
        .map(|index| (format!("p{index}"), json!({"type": "string"})))
        .collect();
    vec![
        json!({"type": "object", "properties": {"deep": deep}}),
        json!({"$ref": "#"}),
        json!({"$ref": "#/$defs/a", "$defs": {"a": {"$ref": "#/$defs/b"}, "b": {"$ref": "#/$defs/a"}}}),
        json!({"allOf": [{"$ref": "#"}, {"type": "object"}]}),
        json!({"type": "object", "properties": {"a": {"$ref": "#/nowhere"}, "b": {"$ref": "http://example.com/x"}, "c": {"$ref": 7}}}),
        json!({"$ref": "#/$defs/d0", "$defs": doubling}),
        json!({"type": "object", "properties": {"e": {"enum": many}}}),
        json!({"type": "object", "properties": wide}),
        json!({"type": "object", "properties": {"a": {"anyOf": [false, {"not": {}}]}, "b": false, "c": {"items": false}}}),
        json!({"allOf": [{"type": "string"}, {"type": "object"}]}),
        json!({"type": [], "enum": [], "required": "x", "properties": [], "anyOf": [], "pattern": "("}),
        json!(true),
        json!(false),
        json!(null),
        json!(7),
    ]
}
