//! Properties of the canonical form, on random catalogs.

use std::collections::BTreeMap;
use std::path::Path;

use proptest::prelude::*;
use rayon::iter::{IntoParallelRefIterator as _, ParallelIterator as _};
use toolsmith_dialect::json_type::JsonType;

use super::*;
use crate::catalog::tests::{SNAPSHOT, document, parse};
use crate::catalog::{RawTool, load_tools, parse_tool};
use crate::options::{CatalogKind, UnreadableTools};
use crate::schema::{Holds, holds};
use crate::source::{Json, Layout, Members, child, compact, parse_json};

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

#[test]
fn unreadable_tools_stay_in_the_snapshot() {
    let text = r#"[7, {"name": "b", "resource": "r", "method": "m", "body_schema": 5},
        {"name": "a", "resource": "r", "method": "m"}, {"resource": "r"},
        {"name": "a", "resource": "s", "method": "m"}, null]"#;
    let update = |text: &str| {
        let document = document("x.json", text);
        update(
            CatalogKind::Truto,
            UnreadableTools::Skipped,
            None,
            &document,
        )
        .unwrap()
    };
    assert!(canonicalize(CatalogKind::Truto, &document("x.json", text)).is_err());
    let snapshot = update(text);
    let json = parse_json("x.json", &snapshot.text).unwrap();
    assert_eq!(
        compact(&Layout::from(&json)),
        r#"{"result":[{"method":"m","name":"a","resource":"r"},{"body_schema":5,"method":"m","name":"b","resource":"r"},7,null,{"method":"m","name":"a","resource":"s"},{"resource":"r"}]}"#
    );
    assert_eq!(update(&snapshot.text).text, snapshot.text);
    let nothing = update_all(r"[7, null]");
    assert_eq!(nothing.unwrap_err().iter().count(), 2);
}

#[test]
fn an_entry_that_is_not_json_costs_only_itself() {
    let good = r#"{"name": "a", "resource": "r", "method": "m"}"#;
    let deep = format!("{}{}", "[".repeat(300), "]".repeat(300));
    for (broken, reason) in [
        (
            r#"{"name": "b", "x": 1, "x": 2}"#.to_owned(),
            "duplicate key, first with 1, then with 2 (at `/x`)",
        ),
        (
            r#"{"name": "b", "x": 1e999}"#.to_owned(),
            "number out of range",
        ),
        (
            r#"{"name": "b", "x": "\ud800"}"#.to_owned(),
            "unpaired surrogate or invalid `\\u` escape in a string",
        ),
        (
            format!(r#"{{"name": "b", "x": {deep}}}"#),
            "nested too deeply",
        ),
    ] {
        for list in [
            format!("[{broken}, {good}]"),
            format!(r#"{{"limit": 1, "result": [{broken}, {good}]}}"#),
        ] {
            assert!(
                canonicalize(CatalogKind::Truto, &document("x.json", &list)).is_err(),
                "{list}"
            );
            let snapshot = update_all(&list).unwrap();
            assert_eq!(snapshot.text, canonical(&format!("[{good}]")));
            let [skipped] = snapshot.unreadable.as_slice() else {
                panic!("one entry: {list}");
            };
            assert_eq!(
                (skipped.name.as_str(), skipped.reason.as_str()),
                ("b", reason)
            );
            assert!(skipped.pointer.ends_with("/0"), "{}", skipped.pointer);
        }
    }
    let function = r#"{"jsonrpc": "2.0", "result": {"tools": [{"name": "a"}, {"name": 1e999}]}}"#;
    let function = document("x.json", function);
    let snapshot = update(CatalogKind::Mcp, UnreadableTools::Skipped, None, &function).unwrap();
    assert_eq!(snapshot.unreadable[0].pointer, "/result/tools/1");
    assert!(update_all("[1").is_err());
}

fn update_all(text: &str) -> Result<Snapshot, crate::Diagnostics> {
    let document = document("x.json", text);
    update(
        CatalogKind::Truto,
        UnreadableTools::Skipped,
        None,
        &document,
    )
}

/// The names in every `properties` and `required` of a schema, in order, by pointer.
type Orders = BTreeMap<String, Vec<String>>;

fn orders(json: &Json, pointer: &str, found: &mut Orders) {
    let Json::Object(members) = json else {
        return;
    };
    for (keyword, value) in members {
        let pointer = child(pointer, keyword);
        match (keyword.as_str(), holds(keyword), value) {
            ("required", _, Json::Array(names)) => {
                let names = names.iter().filter_map(Json::as_str).map(str::to_owned);
                found.insert(pointer, names.collect());
            }
            (_, Holds::SchemaMap, Json::Object(schemas)) => {
                if keyword == "properties" {
                    let schemas = schemas.in_order().into_iter();
                    let names = schemas.map(|(name, _)| name.clone());
                    found.insert(pointer.clone(), names.collect());
                }
                for (name, schema) in schemas {
                    orders(schema, &child(&pointer, name), found);
                }
            }
            (_, Holds::Schema, Json::Array(schemas)) => {
                for (index, schema) in schemas.iter().enumerate() {
                    orders(schema, &child(&pointer, &index.to_string()), found);
                }
            }
            (_, Holds::Schema, schema) => orders(schema, &pointer, found),
            _ => {}
        }
    }
}

/// Checks that the tools of a file keep their order in the snapshot and in the compiled schemas. Returns
/// their number.
#[expect(
    clippy::disallowed_methods,
    reason = "the corpus is outside the project"
)]
fn check_orders(path: &Path) -> usize {
    let Ok(text) = std::fs::read_to_string(path) else {
        return 0;
    };
    let file = path.display().to_string();
    let document = document(&file, &text);
    let Ok(kind) = crate::snapshot::recognize(&document) else {
        return 0;
    };
    let snapshot = canonicalize(kind, &document).unwrap();
    let json = parse_json(&file, &text).unwrap();
    let copy = parse_json(&file, &snapshot.text).unwrap();
    let tools = load_tools(kind, &file, &json).tools;
    let copies = load_tools(kind, &file, &copy).tools;
    let copies: BTreeMap<&str, &RawTool<'_>> =
        copies.iter().map(|copy| (&*copy.name, copy)).collect();
    for tool in &tools {
        let copy = parse_tool(kind, &file, copies[&*tool.name]).unwrap();
        let tool = parse_tool(kind, &file, tool).unwrap();
        for (part, copy) in [
            (&tool.query, &copy.query),
            (&tool.body, &copy.body),
            (&tool.response, &copy.response),
        ] {
            if part.text.is_empty() {
                continue;
            }
            let compiled = parse_json(&file, &copy.text).unwrap();
            let [mut expected, mut found] = [Orders::new(), Orders::new()];
            orders(&part.json, "", &mut expected);
            orders(&compiled, "", &mut found);
            assert_eq!(found, expected, "{file}: {}", tool.name);
            let schema = copy.schema.as_ref().unwrap();
            if schema.branches.is_empty() && schema.types == [JsonType::Object] {
                let fields: Vec<String> = schema.properties.keys().cloned().collect();
                let own = expected.get("/properties").cloned();
                assert_eq!(fields, own.unwrap_or_default(), "{file}: {}", tool.name);
            }
        }
    }
    tools.len()
}

/// The corpus is a folder next to the workspace. Without it, there is nothing to check. Several of its files
/// use a name more than once; a catalog holds the first tool of a name.
#[test]
fn every_tool_of_the_corpus_keeps_its_order() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/corpus");
    let Ok(folder) = std::fs::read_dir(folder) else {
        return;
    };
    let paths: Vec<_> = folder.map(|entry| entry.unwrap().path()).collect();
    let tools: usize = paths.par_iter().map(|path| check_orders(path)).sum();
    assert!(tools == 0 || tools > 4600, "{tools} tools");
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
    fn an_update_depends_only_on_the_content(mut tools in any_tools()) {
        let first = canonical(&compact(&Layout::from(&Json::Array(tools.clone()))));
        prop_assert_eq!(&canonical(&first), &first);
        tools.reverse();
        let shuffled = Json::Array(tools);
        let before = document("x.json", &first);
        let after = document("y.json", &compact(&reversed(&shuffled)));
        let unreadable = UnreadableTools::Refused;
        let updated = update(CatalogKind::Truto, unreadable, Some(&before), &after).unwrap();
        prop_assert_eq!(&updated.text, &first);
        let back = canonical(&after.text);
        prop_assert_eq!(&canonical(&back), &back);
    }
}
