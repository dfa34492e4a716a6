//! The size of lists, and the time that they take.

use std::time::{Duration, Instant};

use serde_json::{Map, Value as Json, json};

use super::{holding, list, written};
use crate::Dialect;

fn reference(index: usize) -> Json {
    json!({"$ref": format!("#/$defs/n{index}")})
}

/// Returns definitions of which each refers to all.
fn mutual(count: usize, definition: impl Fn(usize, Vec<Json>) -> Json) -> Json {
    let definitions = (0..count).map(|index| {
        let all = (0..count).map(reference).collect();
        (format!("n{index}"), definition(index, all))
    });
    definitions.collect::<Map<_, _>>().into()
}

fn leaf(index: usize) -> Json {
    let name = format!("x{index}");
    json!({"type": "object", "properties": {name.clone(): {"type": "string"}}, "required": [name]})
}

/// Schemas in which the number of paths is exponential.
fn schemas(count: usize) -> Vec<Json> {
    let union = |index: usize, mut all: Vec<Json>| {
        all.push(leaf(index));
        json!({"anyOf": all})
    };
    let typed = |index: usize, all: Vec<Json>| {
        let mut union = union(index, all);
        union["type"] = json!("object");
        union
    };
    let with_property = |index: usize, all: Vec<Json>| {
        let mut union = union(index, all);
        union["properties"] = json!({"p": {"type": "string"}});
        union
    };
    let object = |_: usize, all: Vec<Json>| {
        let properties = all.into_iter().enumerate();
        let properties = properties.map(|(index, schema)| (format!("c{index}"), schema));
        json!({"type": "object", "properties": properties.collect::<Map<_, _>>()})
    };
    let doubled = |index: usize, _: Vec<Json>| {
        let next = |text: &str| {
            let mut next = reference((index + 1).min(count - 1));
            next["description"] = json!(text);
            next
        };
        let properties = json!({"l": next("left"), "r": next("right")});
        json!({"type": "object", "properties": properties, "required": if index + 1 < count { json!(["l"]) } else { json!([]) }})
    };
    let mut root = reference(0);
    root["$defs"] = mutual(count, union);
    let valued = json!({"allOf": [reference(0)], "default": 5, "enum": [5, {"x0": "a"}]});
    vec![
        root,
        holding(&reference(0), &mutual(count, union)),
        holding(&reference(0), &mutual(count, typed)),
        holding(&reference(0), &mutual(count, with_property)),
        holding(&reference(0), &mutual(count, object)),
        holding(&reference(0), &mutual(count, doubled)),
        holding(&valued, &mutual(count, union)),
    ]
}

#[test]
fn a_list_is_at_most_a_few_times_as_long_as_the_schema() {
    for count in [4, 12, 24] {
        for schema in schemas(count) {
            let start = Instant::now();
            for dialect in Dialect::ALL {
                let list = list(dialect, &schema);
                let (length, size) = (schema.to_string().len(), list.size());
                assert!(
                    size <= 16_500 + 5 * length,
                    "{dialect:?} {count} {size} of {length}: {schema}"
                );
                let sent = json!({"v": {"y": 1}});
                let encoded = list.encode("tool", &sent).unwrap();
                assert_eq!(list.resolve("tool", &encoded).unwrap().arguments, sent);
            }
            assert!(
                start.elapsed() < Duration::from_secs(60),
                "{count} {schema}"
            );
        }
    }
}

#[test]
fn a_schema_that_is_cut_off_is_described() {
    let definitions = mutual(12, |_, all| {
        let properties = all.into_iter().enumerate();
        let properties = properties.map(|(index, schema)| (format!("c{index}"), schema));
        json!({"type": "object", "properties": properties.collect::<Map<_, _>>()})
    });
    let written = written(Dialect::Gemini, &holding(&reference(0), &definitions));
    let text = written.to_string();
    assert!(
        text.contains("JSON text of type object; with properties c0, c1"),
        "{text}"
    );
}

/// Anthropic publishes a limit of 16 arguments with a union.
#[test]
fn a_strict_list_of_anthropic_has_few_unions() {
    let definitions = json!({"A": {"type": "object", "properties": {"a": {"type": "string"}}}});
    let of = |count: usize, schema: &dyn Fn(usize) -> Json| {
        let properties = (0..count).map(|index| (format!("p{index}"), schema(index)));
        let properties: Map<_, _> = properties.collect();
        json!({"type": "object", "properties": properties, "required": properties.keys().collect::<Vec<_>>(), "$defs": definitions})
    };
    let described =
        |index: usize| json!({"$ref": "#/$defs/A", "description": format!("use {index}")});
    let nullable = |_: usize| json!({"anyOf": [{"$ref": "#/$defs/A"}, {"type": "null"}]});
    for (schema, is_strict) in [
        (of(17, &described), true),
        (of(16, &nullable), true),
        (of(17, &nullable), false),
    ] {
        let list = list(Dialect::AnthropicStrict, &schema);
        let definition = &list.definitions()[0];
        assert_eq!(
            definition.get("strict").is_some(),
            is_strict,
            "{definition}"
        );
        let text = definition.to_string();
        let unions = text.matches("\"anyOf\"").count();
        assert!(!is_strict || unions <= 16, "{unions} {text}");
        assert!(!is_strict || schema.to_string().contains("null") || text.contains("use 16"));
    }
}

#[test]
fn definitions_have_different_names() {
    let object = |name: &str| json!({"type": "object", "properties": {name: {"type": "string"}}, "required": [name]});
    let targets = ["X", "X_2", "Y/$defs/X", "Z/$defs/X"];
    let uses = targets
        .iter()
        .flat_map(|target| [*target, *target])
        .enumerate();
    let uses = uses.map(|(index, target)| {
        let reference = json!({"$ref": format!("#/$defs/{target}")});
        (format!("p{index}"), reference)
    });
    let schema = json!({"type": "object", "properties": uses.collect::<Map<_, _>>(), "$defs": {
        "X": object("one"), "X_2": object("two"),
        "Y": {"$defs": {"X": object("three")}}, "Z": {"$defs": {"X": object("four")}},
    }});
    for dialect in [Dialect::OpenAiChatStrict, Dialect::AnthropicStrict] {
        let text = written(dialect, &schema).to_string();
        for name in ["one", "two", "three", "four"] {
            assert_eq!(text.matches(&format!("[\"{name}\"]")).count(), 1, "{text}");
        }
    }
}

#[test]
fn many_patterns_are_compiled_once() {
    let number = 300;
    let patterns = (0..number).map(|index| (format!("^p{index}$"), json!({"type": "string"})));
    let properties = (0..number).map(|index| (format!("p{index}"), json!({"minLength": 1})));
    let schema = json!({"type": "object", "properties": properties.collect::<Map<_, _>>(),
        "patternProperties": patterns.collect::<Map<_, _>>()});
    let begun = Instant::now();
    let text = written(Dialect::OpenAiChatStrict, &schema).to_string();
    assert!(text.contains("p299"), "{text}");
    assert!(
        begun.elapsed() < Duration::from_secs(4),
        "{:?}",
        begun.elapsed()
    );
}
