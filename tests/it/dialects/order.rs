//! The order of properties, which does not depend on the features of `serde_json`: the package
//! `tests/grammar` runs these tests with `preserve_order`.

use serde_json::json;
use toolsmith_runtime::dialect::{Definition, Dialect, OrderedJson};

const ANSWER: &str = r##"{
    "type": "object",
    "properties": {
        "reasoning": {"type": "string", "pattern": "^\\d{4}$", "description": "First."},
        "answer": {"type": "object", "properties": {"z": {"type": "integer"}, "a": {"type": "string"}}, "required": ["z", "a"]},
        "kind": {"oneOf": [{"$ref": "#/$defs/two"}, {"$ref": "#/$defs/one"}]},
        "any": {"default": {"y": 1, "b": [2.5, 1e30]}},
        "b": {"allOf": [{"$ref": "#/$defs/two"}, {"properties": {"last": {}, "y": {"type": "string"}}}]}
    },
    "required": ["reasoning", "kind", "answer"],
    "$defs": {
        "two": {"type": "object", "properties": {"y": {"type": "string"}, "tag": {"const": "two"}, "x": {}}, "required": ["tag", "y"]},
        "one": {"type": "object", "properties": {"y": {"type": "string"}, "tag": {"const": "one"}}, "required": ["y", "tag"]}
    }
}"##;

fn definition() -> Definition<'static> {
    let schema: OrderedJson = ANSWER.parse().unwrap();
    Definition::new("answer", "Answers.", schema)
}

/// Returns the places of names in a text, which have to ascend.
#[track_caller]
fn assert_order(text: &str, names: &[&str]) {
    let place = |name: &&str| text.find(&format!("\"{name}\":"));
    let places: Vec<Option<usize>> = names.iter().map(place).collect();
    assert!(!places.contains(&None), "{names:?}: {text}");
    assert!(
        places.is_sorted_by(|one, other| one < other),
        "{names:?}: {text}"
    );
}

#[test]
fn every_dialect_has_the_order_of_the_author() {
    for dialect in Dialect::ALL {
        let list = dialect.list_of([definition()]).unwrap();
        let text = serde_json::to_string(&list).unwrap();
        assert_eq!(text, format!("[{}]", list.definitions()[0]), "{dialect:?}");
        let properties = &text[text.find("\"properties\"").unwrap()..];
        let names = ["reasoning", "answer", "z", "a", "kind", "any", "b"];
        assert_order(properties, &names);
        let required =
            if dialect.as_str().starts_with("openai") && dialect.as_str().ends_with("strict") {
                r#""required":["reasoning","answer","kind","any","b"]"#
            } else {
                r#""required":["reasoning","kind","answer"]"#
            };
        assert!(text.contains(required), "{dialect:?}: {text}");
        let ordering = r#""propertyOrdering":["reasoning","answer","kind","any","b"]"#;
        assert_eq!(
            text.contains(ordering),
            dialect.as_str().starts_with("gemini"),
            "{text}"
        );
        assert!(
            text.contains("0-9") || text.contains(r"\\d"),
            "the pattern is kept: {text}"
        );
    }
}

#[test]
fn lists_are_the_same_bytes_in_every_build() {
    let mut texts = String::new();
    for dialect in Dialect::ALL {
        let list = dialect.list_of([definition()]).unwrap();
        let text = format!("{}\n{}\n", dialect.as_str(), list.definitions()[0]);
        texts.push_str(&text);
    }
    assert_eq!(texts, include_str!("ordered.txt"));
}

#[test]
fn merged_properties_follow_in_the_order_of_appearance() {
    let list = Dialect::Mcp.list_of([definition()]).unwrap();
    let text = list.definitions()[0].to_string();
    let merged = &text[text.find("\"b\":").unwrap()..];
    assert_order(merged, &["y", "tag", "x", "last"]);
}

#[test]
fn a_request_keeps_the_order() {
    for dialect in Dialect::ALL {
        let list = dialect.list_of([definition()]).unwrap();
        let request = list.add_to(json!({"model": "any"}));
        let definition = list.definition_of("answer").unwrap();
        let text = serde_json::to_string(&request).unwrap();
        let tools = if dialect.as_str().starts_with("gemini") {
            format!(r#""tools":[{{"functionDeclarations":[{definition}]}}]"#)
        } else {
            format!(r#""tools":[{definition}]"#)
        };
        assert!(text.contains(&tools), "{text}");
        assert_eq!(request["model"], "any");
    }
}
