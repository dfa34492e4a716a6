//! Parsing of schemas, in the many ways in which people write them.

use super::*;
use crate::catalog::EmbeddedSchema;
use crate::catalog::tests::parse;

/// Describes a schema in short: `?` nullable, `!` required, `+` to be checked, `~` ignored.
fn describe(schema: &Schema) -> String {
    let mut words: Vec<String> = Vec::new();
    let types: Vec<String> = schema
        .types
        .iter()
        .map(|kind| format!("{kind:?}"))
        .collect();
    words.push(types.join("|").to_lowercase());
    if schema.nullable {
        words.push("?".to_owned());
    }
    if let Some(values) = &schema.values {
        let values = values
            .iter()
            .map(|value| crate::source::compact(&value.into()));
        words.push(format!("={}", values.collect::<Vec<_>>().join(",")));
    }
    words.extend(schema.format.clone());
    words.extend(
        schema
            .bounds
            .iter()
            .map(|(keyword, bound)| format!("{keyword:?} {bound}")),
    );
    if !schema.properties.is_empty() {
        let property = |(name, inner): (&String, &Schema)| {
            let mark = if schema.required.contains(name) {
                "!"
            } else {
                ""
            };
            format!("{name}{mark}: {}", describe(inner))
        };
        let properties: Vec<String> = schema.properties.iter().map(property).collect();
        words.push(format!("{{{}}}", properties.join(", ")));
    }
    match &schema.additional {
        Additional::Unspecified => {}
        Additional::Forbidden => words.push("closed".to_owned()),
        Additional::Allowed => words.push("open".to_owned()),
        Additional::Matching(inner) => words.push(format!("*: {}", describe(inner))),
    }
    words.extend(
        schema
            .items
            .iter()
            .map(|items| format!("[{}]", describe(items))),
    );
    if !schema.branches.is_empty() {
        let branches: Vec<String> = schema.branches.iter().map(describe).collect();
        words.push(format!("({})", branches.join(" / ")));
    }
    words.extend(match schema.form {
        SchemaForm::Keywords => None,
        SchemaForm::RejectsAll => Some("false".to_owned()),
        SchemaForm::Invalid => Some("invalid".to_owned()),
    });
    describe_further(schema, &mut words);
    words.extend(schema.unread.iter().map(|keyword| format!("~{keyword}")));
    words.retain(|word| !word.is_empty());
    words.join(" ")
}

/// Describes the remaining keywords.
fn describe_further(schema: &Schema, words: &mut Vec<String>) {
    if !schema.prefix.is_empty() {
        let first: Vec<String> = schema.prefix.iter().map(describe).collect();
        words.push(format!("<{}>", first.join(", ")));
    }
    words.extend(schema.is_closed_tuple.then(|| "end".to_owned()));
    words.extend(schema.all.iter().map(|all| format!("& {}", describe(all))));
    words.extend(schema.reference.iter().map(|reference| {
        let found = if reference.target.is_some() { "" } else { "?" };
        format!("->{}{found}", reference.text)
    }));
    words.extend(schema.pattern.iter().map(|pattern| format!("/{pattern}/")));
    words.extend(
        schema
            .untyped_keywords
            .keys()
            .map(|keyword| format!("+{keyword}")),
    );
}

/// Parses `schema` as the body of a tool.
#[track_caller]
fn body(schema: &str) -> EmbeddedSchema {
    let text =
        format!(r#"[{{"name": "t", "resource": "r", "method": "m", "body_schema": {schema}}}]"#);
    let mut catalog = parse(&text, None).unwrap();
    catalog.tools.pop().unwrap().body
}

#[track_caller]
fn check(schema: &str, expected: &str) {
    assert_eq!(
        describe(&body(schema).schema.unwrap()),
        expected,
        "{schema}"
    );
}

#[test]
fn understands_misspelled_types() {
    check(r#"{"type": ["string", "null", "string"]}"#, "string ?");
    check(r#"{"type": "Dict"}"#, "object");
    check(
        r#"{"type": ["float", "STR", "int", "bool", "list"]}"#,
        "number|string|integer|boolean|array",
    );
    check(r#"{"type": "any"}"#, "");
    check(r#"{"type": "money"}"#, "~type");
    check(r#"{"type": "null"}"#, "null ?");
    check(r#"{"type": 5}"#, "~type");
    check(r#"{"type": "string", "nullable": true}"#, "string ?");
}

#[test]
fn removes_null_from_enums() {
    check(r#"{"enum": ["a", null, "a"]}"#, r#"? ="a""#);
    check(r#"{"const": 5}"#, "=5");
    check(r#"{"enum": ["a", "b"], "const": "b"}"#, r#"="b""#);
    check(r#"{"enum": ["a"], "const": "b"}"#, "~enum");
    check(r#"{"enum": []}"#, "");
    check(r#"{"type": "string", "enum": {"a": 1}}"#, "string ~enum");
    check(r#"{"const": null}"#, "null ?");
    check(r#"{"type": ["string", "null"], "const": null}"#, "null ?");
    for keyword in ["const", "enum", "format", "nullable", "pattern"] {
        check(
            &format!(r#"{{"type": "string", "{keyword}": null}}"#),
            "string",
        );
    }
}

#[test]
fn parses_the_bounds_of_every_draft() {
    check(
        r#"{"minimum": 1, "exclusiveMinimum": true}"#,
        "ExclusiveMinimum 1",
    );
    check(
        r#"{"maximum": 1.5, "exclusiveMaximum": false}"#,
        "Maximum 1.5",
    );
    check(
        r#"{"exclusiveMaximum": 3, "maxLength": 5.0}"#,
        "ExclusiveMaximum 3 MaxLength 5",
    );
    check(
        r#"{"minLength": -1, "multipleOf": 0, "maximum": "high"}"#,
        "~maximum ~minLength ~multipleOf",
    );
    check(
        r#"{"minimum": "3", "maxLength": "5"}"#,
        "Minimum 3 MaxLength 5",
    );
    check(
        r#"{"multipleOf": 9007199254740992}"#,
        "MultipleOf 9007199254740992",
    );
    check(r#"{"multipleOf": 9007199254740993}"#, "~multipleOf");
    check(r#"{"multipleOf": "9007199254740993"}"#, "~multipleOf");
}

#[test]
fn drops_null_branches_and_merges_a_single_one() {
    check(
        r#"{"anyOf": [{"type": "string"}, {"type": "null"}]}"#,
        "string ?",
    );
    check(
        r#"{"oneOf": [{"const": null}, {"type": ["integer", "null"]}, {"type": "string"}]}"#,
        "? (integer / string)",
    );
    check(
        r#"{"type": "object", "properties": {"a": {}}, "anyOf": [{"properties": {"b": {}}, "required": ["b"]}]}"#,
        "object {a: , b!: }",
    );
    check(
        r#"{"type": "number", "anyOf": [{"type": "integer"}]}"#,
        "integer",
    );
    check(
        r#"{"type": "string", "anyOf": [{"type": "integer"}]}"#,
        "string +anyOf",
    );
    check(
        r#"{"properties": {"a": {}}, "oneOf": [{"additionalProperties": false}]}"#,
        "{a: } +oneOf",
    );
    check(r#"{"anyOf": [{"type": "null"}]}"#, "null ?");
    check(
        r#"{"anyOf": [true, {}], "oneOf": [{}, {}], "allOf": []}"#,
        "( / ) +oneOf",
    );
}

#[test]
fn parses_required_as_a_list_and_inside_properties() {
    check(
        r#"{"properties": {"a": {"required": true}, "b": {"required": false}, "c": true}, "required": ["c"]}"#,
        "{a!: , b: , c!: }",
    );
    check(
        r#"{"properties": {"a": {}}, "required": ["a", 5]}"#,
        "{a!: } ~required",
    );
    check(
        r#"{"properties": 5, "required": "a"}"#,
        "~properties ~required",
    );
}

#[test]
fn parses_subschemas() {
    check(
        r#"{"type": "array", "items": {"type": "string"}}"#,
        "array [string]",
    );
    check(
        r#"{"items": [{"type": "string"}, {}], "additionalItems": false}"#,
        "<string, > end",
    );
    check(
        r#"{"prefixItems": [{}], "items": {"type": "string"}}"#,
        "[string] <>",
    );
    check(
        r##"{"allOf": [{"$ref": "#/$defs/a%25"}], "$defs": {"a%": {"type": "string"}}}"##,
        "& ->#/$defs/a%25",
    );
    check(r#"{"additionalProperties": {"type": "int"}}"#, "*: integer");
    check(r#"{"additionalProperties": {}}"#, "open");
    check(
        r#"{"properties": {"a": false, "b": "text"}}"#,
        "{a: false, b: invalid}",
    );
}

#[test]
fn ignores_only_constraining_keywords() {
    check(
        r#"{"title": "T", "examples": [1], "$schema": "x", "x-any": 1, "readOnly": true, "$defs": {}, "madeUp": 1}"#,
        "",
    );
    check(
        r##"{"$ref": "#/x", "pattern": "a", "not": {}, "propertyNames": {"type": "string"}, "if": true}"##,
        "->#/x? /a/ +not",
    );
}

#[test]
fn parses_strings_and_bare_maps() {
    check(r#""{\"type\": \"string\"}""#, "string");
    check(
        r#""type: object\nproperties:\n  on: {type: string}\n  404: {}""#,
        "object {on: string, 404: }",
    );
    check(
        r#"{"type": {"type": "string"}, "id": {"required": true}}"#,
        "object {type: string, id!: }",
    );
    check(
        r#"{"items": {"type": "array"}, "name": {}, "required": ["name"]}"#,
        "object {items: array, name!: }",
    );
    check(
        r#"{"properties": {"type": "object"}, "id": {}}"#,
        "object {properties: object, id: }",
    );
    check(r#"{"description": "only a text"}"#, "");
    check(r#"{"items": {"type": "string"}}"#, "[string]");
    check("true", "");
    check("false", "false");
}

#[test]
fn pointers_lead_into_the_file() {
    let inner = |schema: &str, name: &str| {
        let schema = body(schema).schema.unwrap();
        let root = schema.pointer.clone();
        schema.properties[name].pointer.replace(&root, "…")
    };
    assert_eq!(
        inner(r#"{"properties": {"a/b": {}}}"#, "a/b"),
        "…/properties/a~1b"
    );
    assert_eq!(inner(r#"{"a": {}}"#, "a"), "…/a");
    assert_eq!(
        inner(r#"{"anyOf": [{"properties": {"a": {}}}]}"#, "a"),
        "…/anyOf/0/properties/a"
    );
}

#[test]
fn writes_schemas_in_canonical_form() {
    let text =
        r#"{"type":"object","properties":{"a":{"type":"string","default":{"b":1.0,"c":2}}}}"#;
    let schema = r#"{"a": {"default": {"c": 2, "b": 1.0}, "type": "string"}}"#;
    assert_eq!(body(schema).text, text);
    assert_eq!(body("null").text, "");
}

#[test]
fn parses_the_deepest_schemas() {
    // The depth limits of JSON in a file, and of JSON in a string.
    for depth in [124, 126] {
        let nested = |open: &str, close: &str, levels: usize| {
            format!("{}{{}}{}", open.repeat(levels), close.repeat(levels))
        };
        for schema in [
            nested(r#"{"items":"#, "}", depth),
            nested(r#"{"anyOf":[{"type":"object"},"#, "]}", depth / 2),
        ] {
            let is_text = depth > 124;
            let schema = if is_text {
                crate::source::quoted(&schema)
            } else {
                schema
            };
            assert!(body(&schema).schema.is_some());
        }
    }
}
