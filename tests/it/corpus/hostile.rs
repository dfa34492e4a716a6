//! Catalogs that try to inject code or to exhaust the generator.

use serde_json::{Value as Json, json};
use toolsmith_tests::corpus::Source;

/// Strings that would be code if they were not escaped.
const TEXTS: &[&str] = &[
    "*/ pub fn evil() {} /*",
    "\"); } pub fn evil() { panic!(\"",
    "\"#; pub fn evil() {} //",
    "]\npub fn evil() {}\n#[doc = \"",
    "```\nassert!(evil());\n```",
    "[`evil`](std::process::exit)",
    "#![feature(evil)]",
    "include!(\"/etc/passwd\")",
    "../../evil",
    "\u{202e}evil\u{2066}",
    "r#evil",
    "evil\u{0}evil",
    "'evil",
    "{{evil}}",
    "$crate::evil!()",
    "\\u{41}\\\"evil",
];

/// Generates from these tools.
fn generate(tools: &Json) -> Result<Vec<(String, String)>, String> {
    let source = Source::new("hostile", &json!({"tools": tools}));
    let output = source.generate()?;
    Ok(output.files.0.into_iter().collect())
}

#[test]
fn text_never_becomes_code() {
    let properties: serde_json::Map<String, Json> = TEXTS
        .iter()
        .map(|text| {
            (
                (*text).to_owned(),
                json!({"type": "string", "description": text, "default": text, "pattern": text}),
            )
        })
        .collect();
    let tools: Vec<Json> = TEXTS
        .iter()
        .enumerate()
        .map(|(index, text)| {
            json!({
                "name": format!("tool {index} {text}"),
                "description": text,
                "inputSchema": {
                    "type": "object",
                    "title": text,
                    "description": text,
                    "properties": {
                        "all": {"type": "object", "properties": properties, "required": TEXTS},
                        "one": {"enum": TEXTS, "title": text},
                        "mixed": {"enum": [text, 1, null, true, [text], {(*text): text}]},
                        "union": {"oneOf": [
                            {"type": "object", "title": text, "properties": {"kind": {"const": text}}, "required": ["kind"]},
                            {"type": "object", "properties": {"kind": {"const": "other"}, (*text): {}}, "required": ["kind", text]},
                            {"type": "array", "items": {"enum": [text]}},
                        ]},
                        "named": {"$ref": format!("#/$defs/{}", text.replace('~', "~0").replace('/', "~1").replace('%', "%25"))},
                        "checked": {"type": "object", "patternProperties": {(*text): {"const": text}}, "dependentRequired": {(*text): [text]}, "not": {"const": {(*text): text}}},
                    },
                    "$defs": {(*text): {"type": "object", "title": text, "properties": {(*text): {"$ref": "#"}}}},
                },
                "outputSchema": {"type": "object", "properties": properties, "title": text},
            })
        })
        .collect();
    let source = Source::new("hostile", &json!({"tools": tools}));
    let refused = source.generate().unwrap_err();
    let found = refused.matches("error: hidden characters in ").count();
    assert!(found > tools.len(), "{refused}");
    let output = source.generate_with_hidden_characters().unwrap();
    for (path, text) in output.files.0 {
        assert!(!path.contains("..") && !path.starts_with('/'), "{path}");
        let file = syn::parse_file(&text).unwrap_or_else(|error| panic!("{path}: {error}"));
        let hidden = ['\u{202e}', '\u{2066}', '\u{0}'];
        assert!(!text.contains(hidden), "{path} holds what cannot be seen");
        for item in &file.items {
            let is_evil = match item {
                syn::Item::Fn(_) | syn::Item::ExternCrate(_) | syn::Item::ForeignMod(_) => true,
                syn::Item::Macro(item) => {
                    let known = ["objects", "choices", "unions", "ids"];
                    !known.iter().any(|name| item.mac.path.is_ident(name))
                }
                _ => false,
            };
            assert!(!is_evil, "{path}: an item that nothing asks for");
        }
    }
}

#[test]
fn cyclic_references_terminate() {
    let defs = json!({
        "itself": {"$ref": "#/$defs/itself"},
        "ping": {"$ref": "#/$defs/pong"},
        "pong": {"$ref": "#/$defs/ping"},
        "either": {"anyOf": [{"$ref": "#/$defs/either"}, {"$ref": "#/$defs/list"}]},
        "list": {"type": "array", "items": {"$ref": "#/$defs/list"}},
        "all": {"allOf": [{"$ref": "#/$defs/all"}, {"type": "object"}]},
        "needs": {"type": "object", "properties": {"next": {"$ref": "#/$defs/needs"}}, "required": ["next"]},
        "tree": {"type": "object", "properties": {
            "left": {"$ref": "#/$defs/tree"}, "leaf": {"anyOf": [{"$ref": "#/$defs/tree"}, {"type": "string"}]},
            "pair": {"prefixItems": [{"$ref": "#/$defs/tree"}, {"type": "string"}], "items": false, "minItems": 2},
            "not": {"not": {"$ref": "#/$defs/tree"}},
        }},
    });
    let names = defs
        .as_object()
        .unwrap()
        .keys()
        .cloned()
        .collect::<Vec<_>>();
    let properties: serde_json::Map<String, Json> = names
        .iter()
        .map(|name| (name.clone(), json!({"$ref": format!("#/$defs/{name}")})))
        .collect();
    let schema = json!({"type": "object", "properties": properties, "$defs": defs});
    generate(&json!([{"name": "circles", "inputSchema": schema, "outputSchema": schema}])).unwrap();
}

#[test]
fn shared_definitions_are_not_duplicated() {
    // Each definition refers to the next twice: inlined, the last would appear 2^40 times.
    let name = |index: usize| format!("level{index}");
    let mut defs = serde_json::Map::new();
    for index in 0..40 {
        let next = json!({"$ref": format!("#/$defs/{}", name(index + 1))});
        let both = json!({"type": "object", "properties": {"a": next, "b": next}});
        let any = json!({"oneOf": [both, next], "not": {"properties": {"c": next, "d": next}}});
        defs.insert(name(index), if index % 2 == 0 { both } else { any });
    }
    defs.insert(name(40), json!({"type": "string"}));
    let schema =
        json!({"type": "object", "properties": {"a": {"$ref": "#/$defs/level0"}}, "$defs": defs});
    let files = generate(&json!([{"name": "doubling", "inputSchema": schema}])).unwrap();
    let size: usize = files.iter().map(|(_, text)| text.len()).sum();
    assert!(size < 400_000, "{size} bytes");
}

#[test]
fn deep_and_large_schemas_are_accepted_or_refused() {
    let mut deep = json!({"type": "string"});
    for _ in 0..30 {
        deep = json!({"type": "object", "properties": {"a": {"anyOf": [deep, {"type": "array", "items": {"type": "string"}}]}}});
    }
    generate(&json!([{"name": "deep", "inputSchema": deep}])).unwrap();
    let values: Vec<String> = (0..600).map(|index| format!("value {index}")).collect();
    let properties: serde_json::Map<String, Json> = (0..205)
        .map(|index| (format!("property {index}"), json!({"enum": values})))
        .collect();
    let wide = json!({"type": "object", "properties": properties});
    generate(&json!([{"name": "wide", "inputSchema": wide, "outputSchema": wide}])).unwrap();
    let nested = format!("{}{}", "[".repeat(10_000), "]".repeat(10_000));
    let mut input = Source::new("deep", &json!({})).input();
    for text in [
        nested.as_str(),
        "[{\"name\": \"a\", \"name\": \"b\"}]",
        "[{\"name\": 1e400}]",
        "[{\"name\": \"\\ud800\"}]",
    ] {
        text.clone_into(&mut input.snapshot.text);
        let options = toolsmith_codegen::Options::default();
        assert!(
            toolsmith_codegen::generate(std::slice::from_ref(&input), &options).is_err(),
            "{text:.40}"
        );
    }
}
