//! Cases of splits, merges and moves, one at a time.

use serde_json::{Value as Json, json};
use toolsmith_codegen::options::{AccountSettings, Identifiers, Selection, UnreadableTools};
use toolsmith_codegen::{CatalogInput, CatalogSource, GeneratedCrate, Options, SourceText};

use crate::{AUTH_API, auth_api};

pub(crate) const API_KEYS: &str = "list_all_the_auth_api_analytics_api_key_totals";
pub(crate) const PROJECTS: &str = "list_all_the_auth_api_analytics_project_totals";
pub(crate) const GROUPING: &str = "/query_schema/properties/dateGrouping";

/// Generates Truto tools, with an overlay and a lock.
pub(crate) fn run(
    tools: &[Json],
    overlay: &str,
    lock: Option<&str>,
) -> Result<GeneratedCrate, String> {
    let document = |file: &str, text: &str| SourceText {
        file: file.to_owned(),
        text: text.to_owned(),
    };
    let input = CatalogInput {
        name: "demo".to_owned(),
        snapshot: document("demo.json", &json!({"result": tools}).to_string()),
        overlay: Some(document("demo.overlay.toml", overlay)),
        lock: lock.map(|lock| document("demo.lock.toml", lock)),
        source: CatalogSource::Truto(AccountSettings::default()),
        tombstones: None,
        identifiers: Identifiers::Typed,
        unreadable: UnreadableTools::Refused,
        selection: Selection::default(),
    };
    let output = toolsmith_codegen::generate(&[input], &Options::default());
    output.map_err(|problems| problems.to_string())
}

/// Generates twice, and returns the first output, which the second one repeats.
#[track_caller]
pub(crate) fn settle(tools: &[Json], overlay: &str, lock: Option<&str>) -> GeneratedCrate {
    let first = run(tools, overlay, lock).unwrap();
    let again = run(tools, overlay, Some(&first.locks[0])).unwrap();
    assert_eq!(first.locks, again.locks);
    assert_eq!(first.files, again.files);
    first
}

/// Returns the type at a place, and checks that the place is in one entry.
#[track_caller]
pub(crate) fn type_at(output: &GeneratedCrate, place: &str) -> String {
    let lock: toml::Table = output.locks[0].parse().unwrap();
    let types = lock["types"].as_table().unwrap().iter();
    let has_place = |entry: &toml::Value| {
        let mut places = entry["places"].as_array().unwrap().iter();
        places.any(|known| known.as_str() == Some(place))
    };
    let names: Vec<&String> = types
        .filter(|(_, entry)| has_place(entry))
        .map(|(name, _)| name)
        .collect();
    assert_eq!(names.len(), 1, "{place}: {names:?}");
    names[0].clone()
}

pub(crate) fn find<'t>(tools: &'t mut [Json], name: &str) -> &'t mut Json {
    tools.iter_mut().find(|tool| tool["name"] == name).unwrap()
}

/// Adds a value to the grouping of a tool.
pub(crate) fn add_hour(tools: &mut [Json], name: &str) {
    let schema = find(tools, name).pointer_mut(GROUPING).unwrap();
    schema["enum"].as_array_mut().unwrap().push(json!("hour"));
}

/// A tool that lists `resource` with these properties in its query and its records.
pub(crate) fn list(resource: &str, query: &Json, record: &Json) -> Json {
    json!({
        "name": format!("list_{resource}"), "resource": resource, "method": "list",
        "query_schema": {"type": "object", "properties": query},
        "response_schema": {"type": "object", "properties": record},
    })
}

#[test]
fn the_unchanged_place_keeps_the_name_of_a_split_type() {
    for (changed, kept, new) in [
        (API_KEYS, PROJECTS, "AnalyticsApiKeyTotalDateGrouping"),
        (PROJECTS, API_KEYS, "AnalyticsProjectTotalDateGrouping"),
    ] {
        let mut tools = auth_api().tools;
        let before = settle(&tools, "", None);
        assert_eq!(
            type_at(&before, &format!("{kept}#{GROUPING}")),
            "DateGrouping"
        );
        add_hour(&mut tools, changed);
        let after = settle(&tools, "", Some(&before.locks[0]));
        assert_eq!(
            type_at(&after, &format!("{kept}#{GROUPING}")),
            "DateGrouping"
        );
        assert_eq!(type_at(&after, &format!("{changed}#{GROUPING}")), new);
        let [split] = after.reports[0].splits.as_slice() else {
            panic!("{:?}", after.reports[0].splits);
        };
        assert_eq!(split.name, "DateGrouping");
        let kept_places: Vec<String> = split.kept.iter().map(ToString::to_string).collect();
        assert_eq!(kept_places, [format!("{kept}#{GROUPING}")]);
        let [part] = split.parts.as_slice() else {
            panic!("{split:?}");
        };
        assert_eq!(
            (part.name.as_str(), part.added.as_slice()),
            (new, ["hour".to_owned()].as_slice())
        );
        let moved: Vec<String> = part.places.iter().map(ToString::to_string).collect();
        assert_eq!(moved, [format!("{changed}#{GROUPING}")]);
        // When the other tool follows, both types stay, and nothing is renamed.
        add_hour(&mut tools, kept);
        let merged = settle(&tools, "", Some(&after.locks[0]));
        assert_eq!(
            type_at(&merged, &format!("{kept}#{GROUPING}")),
            "DateGrouping"
        );
        assert_eq!(type_at(&merged, &format!("{changed}#{GROUPING}")), new);
        assert_eq!(merged.reports[0].splits, []);
    }
}

#[test]
fn one_unchanged_place_wins_over_many_changed_ones() {
    let kind = |values: &[&str]| json!({"kind": {"enum": values}});
    let resources = ["a", "b", "c", "d"];
    let tools = |changed: &[&str]| -> Vec<Json> {
        let tool = |resource: &&str| {
            let values: &[&str] = if changed.contains(resource) {
                &["x", "y", "z"]
            } else {
                &["x", "y"]
            };
            list(resource, &kind(values), &json!({}))
        };
        resources.iter().map(tool).collect()
    };
    let before = settle(&tools(&[]), "", None);
    for kept in resources {
        let changed: Vec<&str> = resources.into_iter().filter(|one| *one != kept).collect();
        let after = settle(&tools(&changed), "", Some(&before.locks[0]));
        for resource in resources {
            let name = type_at(
                &after,
                &format!("list_{resource}#/query_schema/properties/kind"),
            );
            assert_eq!(
                name == "Kind",
                resource == kept,
                "{resource} of {kept}: {name}"
            );
        }
    }
}

#[test]
fn a_record_splits_with_the_enum_inside() {
    let record = |values: &[&str]| json!({"id": {"type": "string"}, "env": {"enum": values}, "at": {"type": "string"}});
    let get = |values: &[&str]| {
        json!({
            "name": "get_key", "resource": "keys", "method": "get",
            "response_schema": {"type": "object", "properties": record(values)},
        })
    };
    let list = list("keys", &json!({}), &record(&["live"]));
    let before = settle(&[list.clone(), get(&["live"])], "", None);
    let after = settle(&[list, get(&["live", "test"])], "", Some(&before.locks[0]));
    assert_eq!(type_at(&after, "list_keys#/response_schema"), "Key");
    assert_eq!(
        type_at(&after, "list_keys#/response_schema/properties/env"),
        "Env"
    );
    assert_eq!(type_at(&after, "get_key#/response_schema"), "KeyRecord");
    assert_eq!(
        type_at(&after, "get_key#/response_schema/properties/env"),
        "KeyEnv"
    );
}

#[test]
fn a_part_that_leaves_a_type_joins_an_equal_one() {
    let tool = |resource: &str, values: &[&str]| {
        list(resource, &json!({"kind": {"enum": values}}), &json!({}))
    };
    let tools = [tool("a", &["x"]), tool("b", &["x"]), tool("c", &["y"])];
    let before = settle(&tools, "", None);
    let place = |resource: &str| format!("list_{resource}#/query_schema/properties/kind");
    let (shared, other) = (type_at(&before, &place("a")), type_at(&before, &place("c")));
    let tools = [tool("a", &["x"]), tool("b", &["y"]), tool("c", &["y"])];
    let after = settle(&tools, "", Some(&before.locks[0]));
    assert_eq!(type_at(&after, &place("a")), shared);
    assert_eq!(type_at(&after, &place("b")), other);
    assert_eq!(type_at(&after, &place("c")), other);
}

#[test]
fn an_earlier_tool_with_an_equal_type_changes_nothing() {
    let kind = |title: &str| json!({"kind": {"enum": ["x"], "description": title}});
    let late = list("late", &kind("Late."), &json!({}));
    let before = settle(std::slice::from_ref(&late), "", None);
    settle(
        &[late, list("early", &kind("Early."), &json!({}))],
        "",
        Some(&before.locks[0]),
    );
}

#[test]
fn an_old_lock_without_shapes_keeps_the_name_at_the_unchanged_place() {
    for (changed, kept) in [(API_KEYS, PROJECTS), (PROJECTS, API_KEYS)] {
        let mut tools = auth_api().tools;
        let lock = settle(&tools, "", None).locks[0].clone();
        let is_old = |line: &&str| !line.starts_with("shape = ");
        let old: Vec<&str> = lock.lines().filter(is_old).collect();
        assert!(old.len() < lock.lines().count());
        add_hour(&mut tools, changed);
        let after = settle(&tools, "", Some(&old.join("\n")));
        assert_eq!(
            type_at(&after, &format!("{kept}#{GROUPING}")),
            "DateGrouping"
        );
    }
}

#[test]
fn repairs_a_place_in_two_entries_of_an_old_lock() {
    let (one, other) = (
        format!("{API_KEYS}#{GROUPING}"),
        format!("{PROJECTS}#{GROUPING}"),
    );
    for new in ["AnalyticsProjectTotalDateGrouping", "ZDateGrouping"] {
        let mut tools = auth_api().tools;
        add_hour(&mut tools, PROJECTS);
        let lock = format!(
            "version = 1\n\n[types.DateGrouping]\nplaces = [\"{one}\", \"{other}\"]\n\n\
             [types.DateGrouping.names]\nday = \"Day\"\nmonth = \"Month\"\nweek = \"Week\"\n\n\
             [types.{new}]\nplaces = [\"{other}\"]\n\n\
             [types.{new}.names]\nday = \"Day\"\nhour = \"Hour\"\nmonth = \"Month\"\nweek = \"Week\"\n"
        );
        let after = settle(&tools, "", Some(&lock));
        assert_eq!(type_at(&after, &one), "DateGrouping");
        assert_eq!(type_at(&after, &other), new);
    }
}

#[test]
fn variants_keep_their_names_when_their_order_changes() {
    let variant = |tag: &str, fields: &[&str]| {
        let mut variant = json!({
            "type": "object", "required": ["type"], "properties": {"type": {"const": tag}},
        });
        for field in fields {
            variant["properties"][field] = json!({"type": "string"});
        }
        variant
    };
    let (text, image) = (variant("text", &["id"]), variant("image", &["id"]));
    let video = variant("video", &["id"]);
    let long = variant("text", &["id", "lang"]);
    let tools = |variants: Vec<Json>| {
        [list(
            "posts",
            &json!({}),
            &json!({"block": {"oneOf": variants}}),
        )]
    };
    let before = settle(&tools(vec![text.clone(), image.clone()]), "", None);
    let union = "list_posts#/response_schema/properties/block/oneOf";
    let name = |output: &GeneratedCrate, index: usize| type_at(output, &format!("{union}/{index}"));
    let names = [name(&before, 0), name(&before, 1)];
    for (variants, expected) in [
        (vec![image.clone(), text.clone()], [1, 0]),
        (vec![video.clone(), text.clone(), image.clone()], [1, 2]),
        (vec![video, image, long], [2, 1]),
    ] {
        let after = settle(&tools(variants), "", Some(&before.locks[0]));
        assert_eq!(expected.map(|index| name(&after, index)), names);
    }
}

#[test]
fn a_type_keeps_its_name_when_it_is_wrapped() {
    let kind = json!({"enum": ["x", "y"]});
    let tools = |kind: Json| [list("a", &json!({"kind": kind}), &json!({}))];
    let place = "list_a#/query_schema/properties/kind";
    let wrapped = [
        (json!({"anyOf": [{"type": "null"}, kind]}), ""),
        (json!({"anyOf": [kind, {"type": "null"}]}), ""),
        (json!({"type": "array", "items": kind}), "/items"),
        (kind.clone(), ""),
    ];
    let mut lock = settle(&tools(kind), "", None).locks[0].clone();
    for (schema, end) in wrapped {
        let after = settle(&tools(schema), "", Some(&lock));
        assert_eq!(type_at(&after, &format!("{place}{end}")), "Kind", "{end}");
        lock = after.locks[0].clone();
    }
}

#[test]
fn new_members_do_not_take_the_names_of_others() {
    let union = |tags: &[&str]| -> Vec<Json> {
        let variant = |tag: &&str| json!({"type": "object", "required": ["t"], "properties": {"t": {"const": tag}, "x": {"type": "string"}}});
        tags.iter().map(variant).collect()
    };
    let tools = |more: bool| {
        let mut record = json!({
            "id": {"type": "string"}, "block": {"oneOf": union(if more { &["a", "b", "unknown"] } else { &["a", "b"] })},
        });
        let mut query = json!({"note": {"type": ["string", "null"]}, "z": {"type": "string"}});
        if more {
            record["extra"] = json!({"type": "string"});
            query["note_null"] = json!({"type": "string"});
        }
        [list("posts", &query, &record)]
    };
    let before = settle(&tools(false), "", None);
    let after = settle(&tools(true), "", Some(&before.locks[0]));
    let text = |output: &GeneratedCrate| {
        let files: Vec<&str> = output.files.0.values().map(String::as_str).collect();
        files.concat()
    };
    let (before, after) = (text(&before), text(&after));
    for kept in [
        "pub extra: Extra",
        "fn note_null(mut self)",
        "    Unknown(Json)",
    ] {
        assert!(before.contains(kept), "{kept}: {before}");
        assert!(after.contains(kept), "{kept}: {after}");
    }
    for new in ["extra_field", "note_null_field", "UnknownValue"] {
        assert!(!before.contains(new), "{new}: {before}");
        assert!(after.contains(new), "{new}: {after}");
    }
}

#[test]
fn a_tool_with_another_name_keeps_what_it_is_called_in_rust() {
    let tool = |name: &str| json!({"name": name, "resource": "keys", "method": "list"});
    let (old, new) = (tool("list_old"), tool("list_new"));
    let call = |output: &GeneratedCrate, index: usize| output.reports[0].tools[index].call();
    let first = settle(std::slice::from_ref(&old), "", None);
    assert_eq!(call(&first, 0), "keys().list(ListKeys)");
    let second = settle(std::slice::from_ref(&new), "", Some(&first.locks[0]));
    assert_eq!(call(&second, 0), "keys().list(ListKeys)");
    // The first name returns as the name of another tool.
    let both = settle(&[old, new], "", Some(&second.locks[0]));
    assert_eq!(call(&both, 0), "keys().list(ListKeys)");
    assert_eq!(call(&both, 1), "keys().list_old(ListOld)");
}

#[test]
fn an_argument_with_another_spelling_keeps_its_name() {
    let tool = |argument: &str| {
        let schema = json!({"type": "object", "properties": {argument: {"type": "string"}}, "required": [argument]});
        json!({"name": "list_keys", "resource": "keys", "method": "list", "query_schema": schema})
    };
    let first = settle(&[tool("pageSize")], "", None);
    let second = settle(&[tool("page_size")], "", Some(&first.locks[0]));
    for (output, wire) in [(&first, "pageSize"), (&second, "page_size")] {
        let files: Vec<&str> = output.files.0.values().map(String::as_str).collect();
        let text = files.concat();
        assert!(
            text.contains("pub fn new(page_size: impl Into<String>)"),
            "{text}"
        );
        assert!(output.locks[0].contains(&format!("{wire} = \"page_size\"")));
    }
    assert!(!second.locks[0].contains("pageSize"), "{}", second.locks[0]);
}

#[test]
fn the_committed_lock_has_each_place_once() {
    let lock: toml::Table = include_str!("../../../catalogs/the_auth_api.lock.toml")
        .parse()
        .unwrap();
    let mut places: Vec<&str> = Vec::new();
    for (_, entry) in lock["types"].as_table().unwrap() {
        places.extend(
            entry["places"]
                .as_array()
                .unwrap()
                .iter()
                .map(|place| place.as_str().unwrap()),
        );
    }
    let count = places.len();
    places.sort_unstable();
    places.dedup();
    assert_eq!(places.len(), count);
    assert!(AUTH_API.contains("dateGrouping"));
}
