//! The words that say what a list cannot.

use serde_json::{Value as Json, json};

use super::{holding, written};
use crate::Dialect;

/// Rules, and their words.
fn rules() -> Vec<(Json, &'static str)> {
    let kind = |value: &str| json!({"properties": {"kind": {"const": value}}});
    vec![
        (
            json!({"if": kind("a"), "then": {"required": ["b"]}}),
            r#"if `kind` is "a", then `b` is required"#,
        ),
        (
            json!({"if": {"required": ["b"]}, "then": {"required": ["c", "kind"]}, "else": kind("x")}),
            r#"if `b` is given, then `c` and `kind` are required, otherwise `kind` is "x""#,
        ),
        (
            json!({"if": kind("a"), "else": {"properties": {"c": {"minimum": 5}}}}),
            r#"unless `kind` is "a", `c` is at least 5"#,
        ),
        (
            json!({"dependencies": {"b": ["c"], "c": {"required": ["kind"]}}}),
            "if `b` is given, then `c` is required; if `c` is given, then `kind` is required",
        ),
        (
            json!({"dependentRequired": {"b": ["c", "kind"]}}),
            "if `b` is given, then `c` and `kind` are required",
        ),
        (
            json!({"not": {"required": ["b", "c"]}}),
            "not allowed: `b` and `c` are given",
        ),
        (
            json!({"propertyNames": {"type": "string", "maxLength": 4}}),
            "each name of a property: at most 4 characters",
        ),
        (
            json!({"not": {"properties": {"b": {"patternProperties": {"x": {}}}}}}),
            r#"not allowed: it matches {"properties":{"b":{"patternProperties":{"x":{}}}}}"#,
        ),
    ]
}

#[test]
fn a_rule_that_a_list_does_not_have_is_described() {
    for (rule, words) in rules() {
        let mut object = json!({"type": "object", "properties": {
            "kind": {"type": "string"}, "b": {"type": "string"}, "c": {"type": "integer"},
        }});
        object
            .as_object_mut()
            .unwrap()
            .extend(rule.as_object().unwrap().clone());
        for schema in [object.clone(), holding(&object, &json!({}))] {
            for dialect in Dialect::ALL {
                let written = written(dialect, &schema);
                let described = |schema: &Json| {
                    schema["description"]
                        .as_str()
                        .unwrap_or_default()
                        .to_owned()
                };
                let text = format!(
                    "{} {}",
                    described(&written),
                    described(&written["properties"]["v"])
                );
                let is_kept = rule.as_object().unwrap().keys().any(|keyword| {
                    let kept = written.to_string();
                    keyword != "dependencies" && kept.contains(&format!("\"{keyword}\":"))
                        || keyword == "dependencies" && kept.contains("\"dependentRequired\":")
                });
                assert!(is_kept || text.contains(words), "{dialect:?} {written}");
            }
        }
    }
}

#[test]
fn branches_in_words_name_the_values_that_tell_them_apart() {
    let branch = |kind: &str, name: &str| json!({"type": "object", "properties": {"kind": {"const": kind}, name: {}}, "required": ["kind", name]});
    let schema = json!({"oneOf": [branch("card", "number"), branch("bank", "iban")]});
    for dialect in Dialect::ALL
        .into_iter()
        .filter(|dialect| *dialect != Dialect::Mcp)
    {
        let written = written(dialect, &schema);
        assert_eq!(
            written["description"],
            r#"provide exactly one of: (kind "card", number) or (kind "bank", iban)"#,
            "{dialect:?}"
        );
    }
}

#[test]
fn a_union_whose_branches_are_not_kept_is_described() {
    let schema = json!({"type": "object", "properties": {"a": {}, "b": {}}, "oneOf": [{"required": ["a"]}, {"required": ["b"]}]});
    for keyword in ["oneOf", "anyOf"] {
        let text = schema.to_string().replace("oneOf", keyword);
        let schema = holding(&serde_json::from_str(&text).unwrap(), &json!({}));
        let written = written(Dialect::GeminiJsonSchema, &schema);
        let property = &written["properties"]["v"];
        assert!(property.get(keyword).is_none(), "{property}");
        let text = property["description"].as_str().unwrap();
        assert!(text.ends_with("one of: (a) or (b)"), "{text}");
    }
}

/// Branches of a `oneOf`, and whether a value may follow several.
fn branches() -> Vec<(Json, bool)> {
    let object = |properties: Json, required: Json| json!({"type": "object", "properties": properties, "required": required});
    let text = json!({"type": "string"});
    let named = |name: &str| object(json!({name: text}), json!([name]));
    let tagged = |value: &str| {
        object(
            json!({"kind": {"const": value}, "v": text}),
            json!(["kind"]),
        )
    };
    vec![
        (
            json!([{"type": "string"}, {"type": "integer"}, {"type": "null"}]),
            false,
        ),
        (json!([{"type": "integer"}, {"type": "number"}]), false),
        (json!([{"enum": ["a", "b"]}, {"enum": ["c"]}]), false),
        (json!([named("a"), named("b")]), false),
        (json!([tagged("a"), tagged("b")]), false),
        (json!([named("a"), {"type": "array", "items": text}]), false),
        (
            json!([named("a"), object(json!({"b": text}), json!([]))]),
            false,
        ),
        (
            json!([
                object(json!({"a": text}), json!([])),
                object(json!({"b": text}), json!([]))
            ]),
            true,
        ),
        (
            json!([
                named("a"),
                object(json!({"a": text, "b": text}), json!(["a"]))
            ]),
            true,
        ),
        (
            json!([tagged("a"), object(json!({"kind": text}), json!(["kind"]))]),
            true,
        ),
        (
            json!([{"type": "array", "items": text}, {"type": "array", "items": {"type": "integer"}}]),
            true,
        ),
        (
            json!([{"anyOf": [named("a"), text]}, {"anyOf": [named("b"), {"type": "integer"}]}]),
            false,
        ),
        (json!([{"anyOf": [named("a"), text]}, named("a")]), true),
    ]
}

#[test]
fn branches_of_one_of_that_overlap_are_described() {
    for (branches, overlaps) in branches() {
        let schema = holding(&json!({"oneOf": branches}), &json!({}));
        for dialect in Dialect::ALL {
            let property = written(dialect, &schema)["properties"]["v"].to_string();
            let is_kept = property.contains(r#""oneOf""#);
            let is_described = property.contains("exactly one of these forms must fit");
            assert!(
                is_kept || is_described == overlaps,
                "{dialect:?} {branches} {property}"
            );
        }
    }
    let schema = json!({"type": "object", "oneOf": [
        {"properties": {"a": {"type": "string"}}},
        {"properties": {"a": {"type": "string", "minLength": 3}}},
    ]});
    for dialect in Dialect::ALL {
        let text = written(dialect, &schema).to_string();
        assert!(text.contains("oneOf"), "{dialect:?} {text}");
    }
}
