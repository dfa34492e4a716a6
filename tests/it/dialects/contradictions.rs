//! No list offers a value that the tool refuses.

use serde_json::{Value as Json, json};
use toolsmith_runtime::dialect::{Definition, Dialect, NoteKind, ToolList};
use toolsmith_tests::corpus::Source;
use toolsmith_tests::dialects::judge_source;

pub(super) fn list(dialect: Dialect, schema: Json) -> ToolList {
    dialect
        .list_of([Definition::new("case", "A case.", schema)])
        .unwrap()
}

pub(super) fn arguments(definition: &Json) -> Json {
    let function = definition.get("function").unwrap_or(definition);
    let keys = [
        "parameters",
        "input_schema",
        "parametersJsonSchema",
        "inputSchema",
    ];
    let found = keys.iter().find_map(|key| function.get(*key));
    found.cloned().unwrap_or_else(|| json!({"properties": {}}))
}

/// Schemas for which no value is valid.
fn contradictions() -> Vec<Json> {
    [contradictions_of_values(), contradictions_of_parts()].concat()
}

fn contradictions_of_values() -> Vec<Json> {
    vec![
        json!(false),
        json!({"type": "string", "anyOf": [{"type": "integer"}, {"type": "boolean"}]}),
        json!({"type": "object", "anyOf": [{"type": "string"}, {"type": "integer"}]}),
        json!({"type": "string", "anyOf": [{"const": 1}, {"const": 2}]}),
        json!({"type": "string", "enum": [1, 2]}),
        json!({"type": "integer", "enum": ["1", "2"]}),
        json!({"type": "boolean", "enum": ["true", "false"]}),
        json!({"type": "array", "enum": ["a", "b"]}),
        json!({"type": "array", "items": {"type": "string"}, "enum": ["a", "b"]}),
        json!({"type": "number", "const": "5"}),
        json!({"type": "null", "enum": ["a", "b"]}),
        json!({"type": "integer", "minimum": 10, "maximum": 5}),
        json!({"type": "integer", "exclusiveMinimum": 1, "exclusiveMaximum": 2}),
        json!({"type": "number", "minimum": 1, "exclusiveMaximum": 1}),
        json!({"type": "integer", "minimum": 1, "maximum": 4, "multipleOf": 5}),
        json!({"type": "string", "minLength": 5, "maxLength": 2}),
        json!({"type": "array", "items": {"type": "string"}, "minItems": 3, "maxItems": 2}),
        json!({"type": "array", "items": {"type": "string", "enum": [1]}, "minItems": 1}),
        json!({"type": "object", "minProperties": 2, "maxProperties": 1}),
        json!({"type": "object", "properties": {"a": {"type": "string", "enum": [1]}}, "required": ["a"]}),
        json!({"allOf": [{"type": "string"}, {"type": "integer"}]}),
        json!({"allOf": [{"enum": ["a", "b"]}, {"enum": ["c"]}]}),
        json!({"allOf": [{"minimum": 5}, {"type": "integer", "maximum": 4}]}),
        json!({"enum": ["a", "b"], "const": "c"}),
        json!({"enum": ["a", "b"], "not": {"type": "string"}}),
        json!({"enum": [1, 2], "minimum": 3}),
        json!({"anyOf": [{"type": "string", "enum": [1]}, false]}),
        json!({"not": {}}),
        json!({"not": true}),
        json!({"type": "string", "not": {"type": ["string", "null"]}}),
        json!({"enum": ["abc", "ab"], "pattern": "^x"}),
        json!({"enum": [1, 2, 3], "multipleOf": 4}),
        json!({"enum": [[1, 1], [2, 2]], "uniqueItems": true}),
        json!({"const": {"a": 1}, "properties": {"a": {"type": "string"}}}),
        json!({"if": true, "then": false}),
        json!({"if": false, "else": {"type": "string", "enum": [1]}}),
    ]
}

/// Contradictions in the elements of arrays and the properties of objects.
fn contradictions_of_parts() -> Vec<Json> {
    vec![
        json!({"type": "array", "prefixItems": [{"type": "string"}], "items": false, "minItems": 2}),
        json!({"type": "array", "prefixItems": [{}, false], "minItems": 2}),
        json!({"type": "array", "items": {"type": "string"}, "contains": {"type": "integer"}}),
        json!({"type": "array", "contains": {"type": "string"}, "minContains": 3, "maxItems": 2}),
        json!({"type": "array", "contains": {}, "minContains": 2, "maxContains": 1}),
        json!({"type": "array", "items": {"type": "boolean"}, "uniqueItems": true, "minItems": 3}),
        json!({"type": "array", "items": {"enum": ["a", "b"]}, "uniqueItems": true, "minItems": 3}),
        json!({"type": "object", "properties": {"a": {}}, "additionalProperties": false, "minProperties": 2}),
        json!({"type": "object", "additionalProperties": {"enum": [1], "type": "string"}, "minProperties": 1}),
        json!({"type": "object", "properties": {"a": {}, "b": {}}, "required": ["a", "b"], "maxProperties": 1}),
        json!({"type": "object", "properties": {"a": {}}, "required": ["a", "b"], "additionalProperties": false}),
        json!({"properties": {"a": {}}, "required": ["a", "b"], "additionalProperties": false}),
        json!({"type": "object", "properties": {"abc": {}}, "required": ["abc"], "propertyNames": {"maxLength": 2}}),
        json!({"type": "object", "properties": {"abc": {}}, "required": ["abc"], "propertyNames": {"pattern": "^x"}}),
        json!({"type": "object", "properties": {"a": {"type": "boolean"}}, "required": ["a"], "patternProperties": {"^a": {"type": "string"}}}),
        json!({"type": "object", "properties": {"a": {}}, "required": ["a"], "patternProperties": {"a$": false}}),
        json!({"type": "object", "properties": {"a": {}, "b": false}, "required": ["a"], "dependentRequired": {"a": ["b"]}}),
        json!({"type": "object", "properties": {"a": {}}, "required": ["a"], "dependentSchemas": {"a": false}}),
        json!({"type": "object", "properties": {"a": {}}, "required": ["a"], "not": {"required": ["a"]}}),
        json!({"allOf": [
            {"type": "object", "properties": {"a": {}}, "additionalProperties": false},
            {"type": "object", "properties": {"b": {}}, "required": ["b"]},
        ]}),
        json!({"allOf": [{"type": "array", "prefixItems": [{"type": "string"}]}, {"items": {"type": "integer"}, "minItems": 1}]}),
        json!({"$ref": "#/$defs/endless"}),
        json!({"$ref": "#/$defs/never"}),
    ]
}

/// Definitions that no value satisfies.
fn definitions() -> Json {
    json!({
        "never": {"type": "string", "enum": [1]},
        "endless": {
            "type": "object",
            "properties": {"next": {"$ref": "#/$defs/endless"}},
            "required": ["next"],
        },
    })
}

#[test]
fn a_tool_that_no_arguments_satisfy_is_noted_and_not_listed() {
    for contradiction in contradictions() {
        let schema = json!({
            "type": "object",
            "properties": {"v": contradiction, "other": {"type": "string"}},
            "required": ["v"],
            "$defs": definitions(),
        });
        for dialect in Dialect::ALL {
            let list = list(dialect, schema.clone());
            assert!(
                list.definitions().is_empty(),
                "{dialect:?} {contradiction} {list:?}"
            );
            let notes: Vec<_> = list.notes().iter().collect();
            assert_eq!(notes.len(), 1, "{dialect:?} {contradiction} {notes:?}");
            assert_eq!(notes[0].kind, NoteKind::Uncallable);
            let places = ["/properties/v", "/$defs/never", "/$defs/endless"];
            let mut places = places.iter();
            let is_at_place = places.any(|place| notes[0].pointer.starts_with(place));
            assert!(is_at_place, "{contradiction} {:?}", notes[0]);
        }
    }
}

#[test]
fn an_optional_argument_without_a_valid_value_is_not_offered() {
    for contradiction in contradictions() {
        let schema = json!({
            "type": "object",
            "properties": {"v": contradiction, "other": {"type": "string"}},
            "$defs": definitions(),
        });
        for dialect in Dialect::ALL {
            let list = list(dialect, schema.clone());
            let written = arguments(&list.definitions()[0]);
            let offered = &written["properties"]["v"];
            let is_refused = offered.is_null() || offered["not"] == json!({});
            assert!(is_refused, "{dialect:?} {contradiction} {offered}");
            assert!(written["properties"]["other"].is_object());
        }
    }
}

#[test]
fn only_valid_values_branches_defaults_and_examples_are_offered() {
    let schema = json!({"type": "object", "properties": {
        "values": {"type": "string", "enum": ["a", 1, null, "long"], "maxLength": 2, "default": "x", "examples": [7]},
        "branches": {"type": "string", "anyOf": [{"type": "integer"}, {"minLength": 1, "description": "Text."}]},
        "mixed": {"type": ["string", "integer"], "minimum": 5, "maximum": 4},
        "list": {"type": "object", "anyOf": [{"type": "array", "items": {}}, {"type": "object", "properties": {"a": {"type": "string"}}, "required": ["a"]}]},
    }, "required": ["values", "branches", "mixed", "list"]});
    for dialect in Dialect::ALL {
        let list = list(dialect, schema.clone());
        let written = arguments(&list.definitions()[0]);
        let properties = &written["properties"];
        assert_eq!(properties["values"]["enum"], json!(["a"]), "{dialect:?}");
        let words = properties["values"]["description"]
            .as_str()
            .unwrap_or_default();
        assert!(
            !words.contains("default") && !words.contains("example"),
            "{dialect:?} {words}"
        );
        assert_eq!(properties["values"].get("default"), None, "{dialect:?}");
        let text = properties.to_string();
        assert!(!text.contains("\"integer\""), "{dialect:?} {text}");
        assert!(
            !properties["list"].to_string().contains("\"array\""),
            "{dialect:?} {text}"
        );
    }
}

#[test]
fn a_part_of_an_intersection_offers_only_what_all_parts_allow() {
    let schema = json!({"type": "object", "properties": {
        "closed": {"allOf": [
            {"type": "object", "properties": {"a": {"type": "string"}}, "additionalProperties": false},
            {"type": "object", "properties": {"b": {"type": "string"}}},
        ]},
        "typed": {"allOf": [
            {"type": "object", "properties": {"a": {"type": ["string", "integer"]}}},
            {"type": "object", "additionalProperties": {"type": "integer"}},
        ]},
        "words": {"type": "string", "enum": ["ab", "xy"], "pattern": "^x", "default": "ab"},
        "day": {"type": "string", "format": "date", "default": "now"},
    }, "required": ["closed", "typed", "words", "day"]});
    for dialect in Dialect::ALL {
        let list = list(dialect, schema.clone());
        let written = arguments(&list.definitions()[0]);
        let properties = &written["properties"];
        let closed = &properties["closed"]["properties"];
        assert!(closed["a"].is_object(), "{dialect:?} {written}");
        let offered = &closed["b"];
        let is_refused = offered.is_null() || offered["not"] == json!({});
        assert!(is_refused, "{dialect:?} {written}");
        let typed = properties["typed"]["properties"]["a"].to_string();
        assert!(!typed.contains("\"string\""), "{dialect:?} {written}");
        assert_eq!(properties["words"]["enum"], json!(["xy"]), "{dialect:?}");
        for name in ["words", "day"] {
            let text = properties[name].to_string();
            assert!(!text.contains("default"), "{dialect:?} {text}");
        }
    }
}

#[test]
fn a_part_without_a_valid_value_leaves_a_schema_that_providers_take() {
    let never = json!({"type": "string", "enum": [1]});
    let text = json!({"type": "string"});
    let parts = [
        json!({"type": "array", "prefixItems": [never, text]}),
        json!({"type": "array", "prefixItems": [text, never], "items": text}),
        json!({"type": "array", "prefixItems": [text], "items": never}),
        json!({"type": "array", "items": never}),
        json!({"type": "object", "properties": {"a": never}}),
        json!({"type": "object", "properties": {"a": never}, "additionalProperties": false}),
        json!({"type": ["object", "null"], "properties": {"a": never}}),
        json!({"anyOf": [text, {"type": "object", "properties": {"a": never}}]}),
    ];
    for part in parts {
        let schema = json!({"type": "object", "properties": {"v": part}, "required": ["v"]});
        let tools = json!({"tools": [{"name": "case", "inputSchema": schema}]});
        let source = Source::new("parts", &tools);
        for dialect in Dialect::ALL {
            let (broken, _) = judge_source(dialect, &source);
            assert_eq!(broken, [""; 0], "{dialect:?} {part}");
        }
    }
}

/// A list of itself can be empty.
#[test]
fn a_recursive_schema_that_ends_is_offered() {
    for next in [
        json!({"type": "array", "items": {"$ref": "#/$defs/node"}}),
        json!({"anyOf": [{"$ref": "#/$defs/node"}, {"type": "null"}]}),
        json!({"type": "object", "additionalProperties": {"$ref": "#/$defs/node"}}),
        json!({"anyOf": [{"$ref": "#/$defs/node"}, {"$ref": "#/$defs/leaf"}]}),
    ] {
        let schema = json!({
            "type": "object", "properties": {"v": {"$ref": "#/$defs/node"}}, "required": ["v"],
            "$defs": {
                "node": {"type": "object", "properties": {"next": next}, "required": ["next"]},
                "leaf": {"type": "object", "properties": {"v": {"type": "string"}}, "required": ["v"]},
            },
        });
        for dialect in Dialect::ALL {
            let list = list(dialect, schema.clone());
            assert_eq!(list.definitions().len(), 1, "{dialect:?} {schema}");
        }
    }
}

/// Some converters write the type of the whole as null.
#[test]
fn a_null_type_next_to_a_union_means_the_union() {
    let union = json!({"anyOf": [{"type": "integer"}, {"type": "string"}], "type": "null"});
    let schema = json!({"type": "object", "properties": {"v": union}, "required": ["v"]});
    for dialect in Dialect::ALL {
        let list = list(dialect, schema.clone());
        let text = arguments(&list.definitions()[0])["properties"]["v"].to_string();
        assert!(
            text.contains("integer") && text.contains("string"),
            "{dialect:?} {text}"
        );
        assert!(!text.contains("null"), "{dialect:?} {text}");
    }
}

/// PHP writes an empty object as an empty array.
#[test]
fn a_required_argument_is_in_the_list_that_names_it() {
    for any in [json!([]), json!({}), json!(true), json!(null)] {
        let schema = json!({
            "type": "object",
            "properties": {
                "any": any, "list": {"type": "array", "items": []},
                "map": {"type": "object", "additionalProperties": []},
                "union": {"anyOf": [{"type": "string"}, []]},
            },
            "required": ["any", "unknown"],
        });
        for dialect in Dialect::ALL {
            let list = list(dialect, schema.clone());
            let written = arguments(&list.definitions()[0]);
            for name in ["any", "list", "map", "union", "unknown"] {
                assert!(
                    written["properties"][name].is_object(),
                    "{dialect:?} {name} {written}"
                );
            }
            let required = written["required"].as_array().unwrap();
            assert!(required.contains(&json!("any")) && required.contains(&json!("unknown")));
        }
    }
}

#[test]
fn null_is_offered_where_nullable_means_the_whole() {
    let schema = json!({
        "type": "object",
        "properties": {
            "a": {"allOf": [{"$ref": "#/$defs/text"}], "nullable": true},
            "b": {"$ref": "#/$defs/text", "nullable": true},
            "c": {"anyOf": [{"$ref": "#/$defs/text"}, {"type": "integer"}], "nullable": true},
        },
        "required": ["a", "b", "c"],
        "$defs": {"text": {"type": "string"}},
    });
    let list = list(Dialect::OpenAiChatStrict, schema);
    let written = arguments(&list.definitions()[0]);
    for name in ["a", "b", "c"] {
        let text = written["properties"][name].to_string();
        assert!(text.contains("\"null\""), "{name} {text}");
    }
}
