//! Cases of types that the overlay names or keeps shared.

use serde_json::{Value as Json, json};

use crate::auth_api;
use crate::cases::{API_KEYS, GROUPING, PROJECTS, add_hour, find, list, run, settle, type_at};

/// A change that keeps the type at `at` of the first tool shared with others.
fn share(tool: &str, at: &str, others: &[String]) -> String {
    format!(
        "[[change]]\ntool = \"{tool}\"\nat = \"{at}\"\nshare = {others:?}\nreason = \"one enum\"\n"
    )
}

#[test]
fn the_overlay_keeps_an_enum_shared() {
    let mut tools = auth_api().tools;
    let before = settle(&tools, "", None);
    add_hour(&mut tools, PROJECTS);
    let split = settle(&tools, "", Some(&before.locks[0]));
    let overlay = share(API_KEYS, GROUPING, &[format!("{PROJECTS}#{GROUPING}")]);
    // The lock from before the split, the one after it, and none.
    for lock in [Some(&before.locks[0]), Some(&split.locks[0]), None] {
        let shared = settle(&tools, &overlay, lock.map(String::as_str));
        for tool in [API_KEYS, PROJECTS] {
            assert_eq!(
                type_at(&shared, &format!("{tool}#{GROUPING}")),
                "DateGrouping"
            );
        }
        assert_eq!(shared.reports[0].splits, []);
        let checks = |tool: &str| {
            let mut reports = shared.reports[0].tools.iter();
            let report = reports.find(|report| report.name == tool).unwrap();
            let mut places = report.places.iter();
            let place = places.find(|place| place.pointer == GROUPING).unwrap();
            place.checks.join(", ")
        };
        // The type has the hour, but the tool that does not list it still refuses it.
        assert_eq!(checks(API_KEYS), r#"enum "day", "week", "month""#);
        assert_eq!(checks(PROJECTS), "");
    }
    // What models see stays what the server takes.
    let shared = settle(&tools, &overlay, None);
    let registry: String = shared.files.0.values().map(String::as_str).collect();
    assert_eq!(
        registry.matches(r#""hour""#).count() + registry.matches(r#"\"hour\""#).count(),
        2
    );
}

#[test]
fn the_overlay_keeps_a_record_shared() {
    let get = |record: Json| {
        json!({
            "name": "get_key", "resource": "keys", "method": "get",
            "response_schema": {"type": "object", "required": ["id", "env"], "properties": record},
        })
    };
    let plain = json!({"id": {"type": "string"}, "env": {"enum": ["live"]}});
    let more = json!({
        "id": {"type": "string"}, "env": {"enum": ["live", "test"]},
        "owner": {"type": "object", "properties": {"name": {"type": "string"}}},
    });
    let mut list = list("keys", &json!({}), &plain);
    list["response_schema"]["required"] = json!(["id", "env"]);
    let before = settle(&[list.clone(), get(plain)], "", None);
    let tools = [list, get(more)];
    let split = settle(&tools, "", Some(&before.locks[0]));
    assert_eq!(type_at(&split, "get_key#/response_schema"), "KeyRecord");
    let overlay = share(
        "list_keys",
        "/response_schema",
        &["get_key#/response_schema".to_owned()],
    );
    for lock in [&before.locks[0], &split.locks[0]] {
        let shared = settle(&tools, &overlay, Some(lock));
        for tool in ["list_keys", "get_key"] {
            assert_eq!(type_at(&shared, &format!("{tool}#/response_schema")), "Key");
            let env = format!("{tool}#/response_schema/properties/env");
            assert_eq!(type_at(&shared, &env), "Env");
        }
    }
}

#[test]
fn sharings_of_a_record_and_of_its_parts_add_up() {
    let mut tools = auth_api().tools;
    let before = settle(&tools, "", None);
    let (get, create) = (
        "get_single_the_auth_api_api_key_by_id",
        "create_a_the_auth_api_api_key",
    );
    let record = find(&mut tools, get)
        .pointer_mut("/response_schema/properties")
        .unwrap();
    record["lastSeen"] = json!({"type": "string"});
    let values = record["env"]["enum"].as_array_mut().unwrap();
    values.push(json!("staging"));
    let [root, env] = ["/response_schema", "/response_schema/properties/env"];
    let [one, other] = [root, env].map(|at| share(create, at, &[format!("{get}#{at}")]));
    for overlay in [format!("{one}{other}"), format!("{other}{one}")] {
        let after = settle(&tools, &overlay, Some(&before.locks[0]));
        assert_eq!(after.reports[0].splits, []);
        for tool in [get, create] {
            assert_eq!(type_at(&after, &format!("{tool}#{root}")), "ApiKey");
            assert_eq!(type_at(&after, &format!("{tool}#{env}")), "Env");
        }
        let place = "create_a_the_auth_api_project#/body_schema/properties/env";
        assert_eq!(type_at(&after, place), "Env");
    }
}

#[test]
fn a_place_that_the_overlay_names_keeps_its_name() {
    let mut tools = auth_api().tools;
    let overlay = format!(
        "[[change]]\ntool = \"{PROJECTS}\"\nat = \"{GROUPING}\"\ntype = \"Grouping\"\nreason = \"short\"\n"
    );
    let before = settle(&tools, "", None);
    let named = settle(&tools, &overlay, Some(&before.locks[0]));
    add_hour(&mut tools, PROJECTS);
    let after = settle(&tools, &overlay, Some(&named.locks[0]));
    assert_eq!(
        type_at(&after, &format!("{PROJECTS}#{GROUPING}")),
        "Grouping"
    );
    // The name from before the overlay is not given to another type.
    let other = type_at(&after, &format!("{API_KEYS}#{GROUPING}"));
    assert_eq!(other, "AnalyticsApiKeyTotalDateGrouping");
}

#[test]
fn refuses_a_sharing_that_does_not_apply() {
    let tools = [
        list(
            "a",
            &json!({"kind": {"enum": ["x"]}, "name": {"type": "string"}}),
            &json!({}),
        ),
        list(
            "b",
            &json!({"kind": {"enum": ["x"]}, "other": {"enum": [1, 2]}}),
            &json!({}),
        ),
    ];
    let at = "/query_schema/properties/kind";
    for (others, expected) in [
        (
            "list_b#/query_schema/properties/kind",
            "`share` changes nothing",
        ),
        (
            "list_b#/query_schema/properties/kinds",
            "there is no named type at",
        ),
        (
            "list_a#/query_schema/properties/name",
            "there is no named type at",
        ),
        (
            "list_c#/query_schema/properties/kind",
            "there is no named type at",
        ),
        (
            "list_b#/query_schema/properties/other",
            "in more than values and properties",
        ),
        ("list_b", "invalid `share`"),
    ] {
        let overlay = share("list_a", at, &[others.to_owned()]);
        let problems = run(&tools, &overlay, None).unwrap_err();
        assert!(problems.contains(expected), "{others}: {problems}");
        assert!(problems.contains("demo.overlay.toml, line"), "{problems}");
    }
}
