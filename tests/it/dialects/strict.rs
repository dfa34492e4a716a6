//! Keywords that strict dialects describe in words, and the first keys of unions.

use serde_json::{Value as Json, json};
use toolsmith_runtime::dialect::{Definition, Dialect, OrderedJson};

fn property(dialect: Dialect, schema: &Json) -> Json {
    let schema = json!({"type": "object", "properties": {"v": schema}, "required": ["v"]});
    let list = dialect
        .list_of([Definition::new("case", "A case.", schema)])
        .unwrap();
    let definition = &list.definitions()[0];
    let keys = [
        "parameters",
        "input_schema",
        "parametersJsonSchema",
        "inputSchema",
    ];
    let found = keys.iter().find_map(|key| definition.get(*key)).unwrap();
    found["properties"]["v"].clone()
}

#[test]
fn numbers_that_readers_round_are_words() {
    for (schema, keyword) in [
        (
            json!({"type": "integer", "maximum": 9_007_199_254_740_993_i64}),
            "maximum",
        ),
        (
            json!({"type": "integer", "minimum": -18_014_398_509_481_984_i64}),
            "minimum",
        ),
        (
            json!({"type": "number", "exclusiveMaximum": 1e300}),
            "exclusiveMaximum",
        ),
        (
            json!({"type": "number", "multipleOf": 0.123_456_789_012_345}),
            "multipleOf",
        ),
        (json!({"type": "number", "multipleOf": 1e-9}), "multipleOf"),
        (
            json!({"type": "integer", "enum": [1, 9_007_199_254_740_993_i64]}),
            "enum",
        ),
    ] {
        for dialect in [
            Dialect::OpenAiResponsesStrict,
            Dialect::AnthropicStrict,
            Dialect::Gemini,
            Dialect::GeminiJsonSchema,
        ] {
            let written = property(dialect, &schema);
            assert_eq!(written.get(keyword), None, "{dialect:?} {written}");
            assert!(written["description"].is_string(), "{dialect:?} {written}");
        }
        // Without strict decoding, any number is valid JSON Schema.
        assert_eq!(property(Dialect::Mcp, &schema)[keyword], schema[keyword]);
    }
    let money = json!({"type": "number", "multipleOf": 0.01, "minimum": 0});
    let written = property(Dialect::OpenAiResponsesStrict, &money);
    assert_eq!(
        (&written["multipleOf"], &written["minimum"]),
        (&json!(0.01), &json!(0))
    );
}

#[test]
fn patterns_are_written_as_all_engines_read_them_or_in_words() {
    for (pattern, is_kept) in [
        (r"^\d{4}$", true),
        (r"^[a-z_-]+$", true),
        (r"\x{e9}", true),
        (r"a^b", false),
        (r"^(?=a)b", false),
        (r"(a)\1", false),
        (r"\p{L}", false),
        (r"(?i)abc", false),
        ("(", false),
    ] {
        let schema = json!({"type": "string", "pattern": pattern});
        for dialect in [
            Dialect::OpenAiResponsesStrict,
            Dialect::Gemini,
            Dialect::OpenAiResponses,
            Dialect::Mcp,
        ] {
            let written = property(dialect, &schema);
            let is_in_words = written["description"] == format!("matches {pattern}");
            match written["pattern"].as_str() {
                Some(written) => {
                    assert!(
                        !written.contains("\\x{") && !written.contains("(?i"),
                        "{pattern} {written}"
                    );
                    assert!(
                        is_kept || pattern.contains('^'),
                        "{dialect:?} {pattern} {written}"
                    );
                }
                None => assert!(
                    is_in_words && !matches!(pattern, r"^\d{4}$"),
                    "{dialect:?} {pattern} {written}"
                ),
            }
        }
    }
}

#[test]
fn a_pattern_of_names_that_is_not_kept_opens_the_object() {
    let schema = json!({"type": "object", "patternProperties": {"^(?=x)": {"type": "string"}}, "additionalProperties": false});
    for dialect in Dialect::ALL
        .into_iter()
        .filter(|dialect| !dialect.as_str().contains("chat"))
    {
        let written = property(dialect, &schema);
        let is_closed = written["additionalProperties"] == false;
        assert!(!is_closed, "{dialect:?} {written}");
        assert!(
            written.to_string().contains("names match ^(?=x)"),
            "{dialect:?} {written}"
        );
    }
    let kept = json!({"type": "object", "patternProperties": {"^x": {"type": "string"}}, "additionalProperties": false});
    let written = property(Dialect::Mcp, &kept);
    assert_eq!(
        written["patternProperties"],
        json!({"^x": {"type": "string"}})
    );
    assert_eq!(written["additionalProperties"], false);
}

/// Returns the first keys of the objects in the union `v`.
fn first_keys(dialect: Dialect, union: &str) -> Vec<String> {
    let text =
        format!(r#"{{"type": "object", "properties": {{"v": {union}}}, "required": ["v"]}}"#);
    let schema: OrderedJson = text.parse().unwrap();
    let list = dialect
        .list_of([Definition::new("case", "A case.", schema)])
        .unwrap();
    let text = list.definitions()[0].to_string();
    let union = &text[text.find("\"anyOf\":").unwrap()..];
    union
        .split("\"properties\":{\"")
        .skip(1)
        .map(|rest| rest.split('"').next().unwrap().to_owned())
        .collect()
}

#[test]
fn the_branches_of_a_strict_union_begin_with_the_key_that_tells_them_apart() {
    let branch = |properties: &str, required: &str| {
        format!(r#"{{"type": "object", "properties": {{{properties}}}, "required": [{required}]}}"#)
    };
    let union = |one: String, other: String| format!(r#"{{"oneOf": [{one}, {other}]}}"#);
    let text = |name: &str| format!(r#""{name}": {{"type": "string"}}"#);
    let tag = |name: &str, value: &str| format!(r#""{name}": {{"enum": [{value}]}}"#);
    for (one, other, expected) in [
        // A tag at the end.
        (
            branch(
                &[text("account"), text("x"), tag("type", "\"a\"")].join(","),
                r#""account", "x", "type""#,
            ),
            branch(
                &[text("account"), text("y"), tag("type", "\"b\"")].join(","),
                r#""account", "y", "type""#,
            ),
            ["type", "type"],
        ),
        // No tag.
        (
            branch(&[text("name"), text("x")].join(","), r#""name", "x""#),
            branch(&[text("name"), text("y")].join(","), r#""name", "y""#),
            ["x", "y"],
        ),
        // Values of which one is in both.
        (
            branch(
                &[tag("kind", r#""a", "b""#), text("x")].join(","),
                r#""kind", "x""#,
            ),
            branch(
                &[tag("kind", r#""b", "c""#), text("y")].join(","),
                r#""kind", "y""#,
            ),
            ["x", "y"],
        ),
        // Keys that differ already.
        (
            branch(&[text("b"), text("a")].join(","), r#""b", "a""#),
            branch(
                &[text("a"), text("b"), text("c")].join(","),
                r#""a", "b", "c""#,
            ),
            ["b", "a"],
        ),
    ] {
        for dialect in [Dialect::OpenAiResponsesStrict, Dialect::AnthropicStrict] {
            let keys = first_keys(dialect, &union(one.clone(), other.clone()));
            assert_eq!(keys, expected, "{dialect:?} {one} {other}");
        }
    }
}

#[test]
fn rules_that_apply_together_stay_apart() {
    let part = |index: usize| {
        json!({
            "not": {"required": [format!("n{index}")]},
            "if": {"required": [format!("i{index}")]}, "then": {"required": [format!("t{index}")]},
            "contains": {"const": index}, "minContains": index,
            "oneOf": [{"required": [format!("a{index}")]}, {"required": [format!("b{index}")]}],
            "properties": {format!("p{index}"): {"type": "string"}},
            "unevaluatedProperties": {"type": "string", "minLength": index},
        })
    };
    let schema = json!({"allOf": [part(1), part(2)]});
    for dialect in [Dialect::Mcp, Dialect::Anthropic, Dialect::OpenAiResponses] {
        let text = property(dialect, &schema).to_string();
        for index in [1, 2] {
            for part in [
                format!(r#""not":{{"required":["n{index}"]"#),
                format!(r#""then":{{"required":["t{index}"]"#),
                format!(r#""minContains":{index}"#),
                format!(r#""minLength":{index}"#),
            ] {
                let is_written = text.contains(&part)
                    || text.contains(&part.replace("{\"required\"", "{\"properties\""));
                assert!(is_written, "{dialect:?} {part}: {text}");
            }
        }
    }
}

#[test]
fn branches_that_lost_what_tells_them_apart_are_any_of() {
    let apart = json!({"oneOf": [{"type": "string", "pattern": "^(?!x)"}, {"type": "string", "pattern": "^x"}]});
    let written = property(Dialect::Mcp, &apart);
    assert!(
        written.get("oneOf").is_none() && written["anyOf"].is_array(),
        "{written}"
    );
    let kept = json!({"oneOf": [{"type": "string", "minLength": 3}, {"type": "integer"}]});
    assert!(property(Dialect::Mcp, &kept)["oneOf"].is_array());
    let written = property(Dialect::GeminiJsonSchema, &kept);
    assert!(
        written["anyOf"].is_array(),
        "minLength is in words: {written}"
    );
}

#[test]
fn references_by_identifier_are_resolved() {
    let schema = json!({
        "$id": "https://example.com/schemas/root.json",
        "type": "object",
        "properties": {
            "absolute": {"$ref": "https://example.com/schemas/address.json"},
            "relative": {"$ref": "address.json"},
            "from_root": {"$ref": "/schemas/address.json"},
            "pointer": {"$ref": "https://example.com/schemas/root.json#/$defs/address/properties/city"},
            "anchor": {"$ref": "address.json#city"},
            "inner": {"$ref": "address.json#/properties/zip"},
            "plain": {"$ref": "#/$defs/address"},
        },
        "$defs": {"address": {
            "$id": "https://example.com/schemas/address.json",
            "type": "object",
            "properties": {
                "city": {"$anchor": "city", "type": "string"},
                "zip": {"$ref": "#/$defs/zip"},
            },
            "required": ["city"],
            "$defs": {"zip": {"type": "string", "maxLength": 5}},
        }},
    });
    for dialect in Dialect::ALL {
        let list = dialect
            .list_of([Definition::new("case", "A case.", schema.clone())])
            .unwrap();
        let text = list.definitions()[0].to_string();
        assert!(!text.contains("any JSON value"), "{dialect:?} {text}");
        assert!(
            !list.notes().iter().any(|note| note.keyword == "$ref"),
            "{dialect:?}"
        );
        assert!(
            text.contains("\"city\"") && !text.contains("example.com"),
            "{dialect:?} {text}"
        );
    }
}
