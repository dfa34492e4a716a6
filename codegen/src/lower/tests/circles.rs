//! Recursive types.

use super::*;

/// Lowers a tool with these definitions, each of which is an argument too.
fn lower_definitions(definitions: &str, names: &[&str]) -> Lowered {
    let properties = names
        .iter()
        .map(|name| format!(r##""{name}": {{"$ref": "#/$defs/{name}"}}"##));
    let properties = properties.collect::<Vec<_>>().join(",");
    let tool = format!(
        r#"{{"name": "send", "resource": "things", "method": "send",
            "body_schema": {{"type": "object", "properties": {{{properties}}}, "$defs": {{{definitions}}}}}}}"#
    );
    lower(&[tool], None)
}

/// Returns the variants of each union, with the first one in brackets.
fn unions(lowered: &Lowered) -> Vec<String> {
    let unions = lowered.api.unions.iter();
    let unions = unions.map(|union| {
        let variants = union.variants.iter().enumerate();
        let variants = variants.map(|(index, variant)| {
            let name = variant.name.as_str();
            if index == union.blank {
                format!("[{name}]")
            } else {
                name.to_owned()
            }
        });
        format!("{}: {}", union.name, variants.collect::<Vec<_>>().join(" "))
    });
    unions.collect()
}

#[test]
fn starts_a_union_with_a_variant_that_does_not_contain_it() {
    let definitions = r##"
        "Filter": {"anyOf": [
            {"type": "object", "required": ["not"], "properties": {"not": {"$ref": "#/$defs/Filter"}}},
            {"type": "array", "prefixItems": [{"$ref": "#/$defs/Filter"}], "items": false, "minItems": 1},
            {"type": "string"}
        ]}"##;
    let lowered = lower_definitions(definitions, &["Filter"]);
    assert_eq!(unions(&lowered), ["Filter: Object Tuple [Text]"]);
}

#[test]
fn drops_a_branch_that_is_the_union_itself() {
    let definitions = r##"
        "One": {"anyOf": [{"type": "string"}, {"$ref": "#/$defs/One"}, {"$ref": "#/$defs/Other"}]},
        "Other": {"oneOf": [{"type": "integer"}, {"$ref": "#/$defs/One"}]},
        "Nothing": {"anyOf": [{"$ref": "#/$defs/Nothing"}, {"$ref": "#/$defs/Nothing"}]}"##;
    let lowered = lower_definitions(definitions, &["One", "Other", "Nothing"]);
    assert_eq!(
        unions(&lowered),
        ["One: [Text] Integer", "Other: [Integer] Text"]
    );
    let text = describe(&lowered);
    assert!(
        text.contains("(the schema consists only of a reference to itself)"),
        "{text}"
    );
}

#[test]
fn types_a_recursive_all_of() {
    let definitions = r##"
        "Base": {"type": "object", "properties": {"owner": {"$ref": "#/$defs/User"}}},
        "User": {"allOf": [
            {"$ref": "#/$defs/Base"},
            {"properties": {"friends": {"type": "array", "items": {"$ref": "#/$defs/User"}}}}
        ]}"##;
    let lowered = lower_definitions(definitions, &["User"]);
    let text = describe(&lowered);
    for field in ["owner: Option<User>", "friends: Option<Vec<User>>"] {
        assert!(text.contains(field), "{text}");
    }
}

#[test]
fn does_not_expand_optional_recursion_into_checks() {
    let definitions = r##"
        "Node": {"type": "object", "properties": {
            "value": {"type": "integer"},
            "left": {"anyOf": [{"$ref": "#/$defs/Node"}, {"type": "null"}], "default": null},
            "right": {"oneOf": [{"type": "null"}, {"$ref": "#/$defs/Node", "title": "Right"}]}
        }},
        "Tree": {"anyOf": [{"$ref": "#/$defs/Node"}, {"type": "null"}], "default": null}"##;
    let lowered = lower_definitions(definitions, &["Node", "Tree"]);
    let places = lowered.report.tools[0].places.iter();
    for place in places.filter(|place| place.pointer.starts_with("/body_schema")) {
        assert_eq!(place.precision, Precision::Exact, "{}", place.pointer);
        assert!(
            place.checks.is_empty(),
            "{}: {:?}",
            place.pointer,
            place.checks
        );
    }
}

#[test]
fn searches_mutually_recursive_types_in_bounded_time() {
    const TYPES: usize = 15;
    let names: Vec<String> = (0..TYPES).map(|index| format!("T{index}x")).collect();
    let properties: Vec<String> = names
        .iter()
        .map(|name| format!(r##""{name}": {{"$ref": "#/$defs/{name}"}}"##))
        .collect();
    let properties = properties.join(",");
    let definitions: Vec<String> = names
        .iter()
        .map(|name| {
            let own =
                format!(r#""own{name}": {{"type": "string"}}, "accountId": {{"type": "string"}}"#);
            format!(r#""{name}": {{"type": "object", "properties": {{{own}, {properties}}}}}"#)
        })
        .collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let lowered = lower_definitions(&definitions.join(","), &names);
    let operation = lowered.api.operations().next();
    let takes = operation.map(|operation| &operation.tool.takes);
    let pointers: Vec<&str> = takes
        .into_iter()
        .flatten()
        .map(|id| id.pointer.as_str())
        .collect();
    assert!(pointers.contains(&"/T14x/accountId"), "{pointers:?}");
}

/// Unions of references with properties next to them are inlined, and each reference leads to such a union.
#[test]
fn inlines_references_in_bounded_time() {
    const KINDS: usize = 12;
    let names: Vec<String> = (0..KINDS).map(|index| format!("K{index}")).collect();
    let references: Vec<String> = names
        .iter()
        .map(|name| format!(r##"{{"$ref": "#/$defs/{name}"}}"##))
        .collect();
    let union = format!(
        r#"{{"type": "object", "properties": {{"loc": {{"type": "string"}}}}, "oneOf": [{}]}}"#,
        references.join(",")
    );
    let kinds: Vec<String> = names
        .iter()
        .map(|name| {
            format!(
                r#""{name}": {{"type": "object", "required": ["kind"], "properties":
                {{"kind": {{"const": "{name}"}}, "left": {union}, "right": {union}}}}}"#
            )
        })
        .collect();
    let around = r##""T0": {"anyOf": [{"$ref": "#/$defs/T0"}, {"$ref": "#/$defs/T1"}, {"type": "object"}]},
        "T1": {"anyOf": [{"$ref": "#/$defs/T0"}, {"$ref": "#/$defs/T1"}, {"type": "object"}]},
        "Both": {"type": "object", "properties": {"a": {}}, "anyOf": [{"$ref": "#/$defs/T0"}, {"$ref": "#/$defs/T1"}]}"##;
    let root = format!(r#""Root": {union}"#);
    let definitions = [kinds.join(","), around.to_owned(), root].join(",");
    let lowered = lower_definitions(&definitions, &["Root", "Both"]);
    assert!(lowered.api.structs.len() < 20 * KINDS);
}
