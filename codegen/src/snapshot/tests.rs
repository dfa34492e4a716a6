//! Properties of the canonical form, on random catalogs.

use proptest::prelude::*;

use super::*;
use crate::catalog::tests::{SNAPSHOT, document, parse};
use crate::options::CatalogKind;
use crate::source::{Json, Layout, Members, compact, parse_json};

/// Generates any JSON, with keywords of schemas among its keys.
fn any_json() -> impl Strategy<Value = Json> {
    let text = prop_oneof![
        any::<String>(),
        prop::sample::select(vec!["string", "object", "dict", "null", "a/b", "~", ""])
            .prop_map(str::to_owned),
    ];
    let key = prop_oneof![
        any::<String>(),
        prop::sample::select(vec![
            "type",
            "properties",
            "required",
            "items",
            "enum",
            "const",
            "anyOf",
            "oneOf",
            "additionalProperties",
            "minimum",
            "exclusiveMinimum",
            "nullable",
            "description",
            "$defs",
            "allOf",
            "default",
            "format",
        ])
        .prop_map(str::to_owned),
    ];
    let leaf = prop_oneof![
        Just(Json::Null),
        any::<bool>().prop_map(Json::Bool),
        any::<i64>().prop_map(|number| Json::Number(number.into())),
        text.prop_map(Json::String),
    ];
    leaf.prop_recursive(6, 60, 6, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..5).prop_map(Json::Array),
            prop::collection::btree_map(key.clone(), inner, 0..6)
                .prop_map(|members| Json::Object(members.into_iter().collect())),
        ]
    })
}

/// Generates a tool with any values under its keys.
fn any_tool(name: String) -> impl Strategy<Value = Json> {
    let parts = prop::collection::vec(prop::option::of(any_json()), 5);
    parts.prop_map(move |parts| {
        let text = |text: &str| Json::String(text.to_owned());
        let keys = [
            "query_schema",
            "body_schema",
            "response_schema",
            "tags",
            "other",
        ];
        let given = keys.into_iter().zip(parts);
        let mut members: Members = given
            .filter_map(|(key, value)| Some((key.to_owned(), value?)))
            .collect();
        members.insert("name".to_owned(), text(&name));
        members.insert("resource".to_owned(), text("r"));
        members.insert("method".to_owned(), text("m"));
        Json::Object(members)
    })
}

fn any_tools() -> impl Strategy<Value = Vec<Json>> {
    let tools = |count: usize| {
        let tools: Vec<_> = (0..count)
            .map(|index| any_tool(format!("t{index}")))
            .collect();
        tools
    };
    (0_usize..4).prop_flat_map(tools)
}

/// Returns the value with the members of every object in reverse order.
fn reversed(json: &Json) -> Layout<'_> {
    match json {
        Json::Array(elements) => Layout::List(elements.iter().map(reversed).collect()),
        Json::Object(members) => {
            let members = members.iter().rev();
            Layout::Map(
                members
                    .map(|(key, value)| (key.as_str(), reversed(value)))
                    .collect(),
            )
        }
        scalar => Layout::Scalar(scalar),
    }
}

fn canonical(text: &str) -> String {
    canonicalize(CatalogKind::Truto, &document("x.json", text))
        .unwrap()
        .text
}

#[test]
fn the_first_snapshot_is_canonical() {
    let canonical = canonicalize(CatalogKind::Truto, &document("x.json", SNAPSHOT))
        .unwrap()
        .text;
    assert!(
        canonical == SNAPSHOT,
        "convert the snapshot to canonical form"
    );
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn parsing_reverses_writing(json in any_json()) {
        prop_assert_eq!(&parse_json("x.json", &compact(&Layout::from(&json))).ok(), &Some(json));
    }

    #[test]
    fn parses_or_rejects_any_text(text in any::<String>()) {
        let _ = parse(&text, Some(&text));
    }

    #[test]
    fn parses_or_rejects_any_tool(tools in any_tools()) {
        let _ = parse(&compact(&Layout::from(&Json::Array(tools))), None);
    }

    #[test]
    fn the_canonical_form_depends_only_on_the_content(mut tools in any_tools()) {
        let first = canonical(&compact(&Layout::from(&Json::Array(tools.clone()))));
        prop_assert_eq!(&canonical(&first), &first);
        tools.reverse();
        let shuffled = Json::Array(tools);
        prop_assert_eq!(&canonical(&compact(&reversed(&shuffled))), &first);
        let before = document("x.json", &first);
        let after = document("y.json", &compact(&reversed(&shuffled)));
        prop_assert_eq!(compare(CatalogKind::Truto, &before, &after).unwrap(), vec![]);
    }
}
