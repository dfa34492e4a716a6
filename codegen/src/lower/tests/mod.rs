//! Tests of lowering, one aspect each.

mod checks;
mod circles;
mod contradictions;
mod lookalikes;
mod null;
mod order;
mod paths;
mod renamed_types;
mod secrets;
mod selection;
mod tombstones;

use super::{Lowered, lower_input};
use crate::options::{
    AccountSettings, CatalogInput, CatalogSource, Identifiers, Selection, SourceText,
    UnreadableTools,
};
use crate::report::Precision;

fn document(file: &str, text: &str) -> SourceText {
    SourceText {
        file: file.to_owned(),
        text: text.to_owned(),
    }
}

fn input(tools: &str) -> CatalogInput {
    CatalogInput {
        name: "demo".to_owned(),
        snapshot: document("demo.json", tools),
        overlay: None,
        lock: None,
        tombstones: None,
        source: CatalogSource::Truto(AccountSettings::default()),
        identifiers: Identifiers::Typed,
        unreadable: UnreadableTools::Refused,
        selection: Selection::default(),
    }
}

/// Returns a tool of `resource` with `method` and these query and body properties.
fn tool(resource: &str, method: &str, query: &str, body: &str) -> String {
    format!(
        r#"{{"name": "{method}_{resource}", "resource": "{resource}", "method": "{method}",
            "query_schema": {{"type": "object", "properties": {{{query}}}}},
            "body_schema": {{"type": "object", "properties": {{{body}}}}}}}"#
    )
}

#[track_caller]
fn lower(tools: &[String], lock: Option<&str>) -> Lowered {
    let mut input = input(&format!("[{}]", tools.join(",")));
    input.lock = lock.map(|lock| document("demo.lock.toml", lock));
    lower_input(&input).unwrap_or_else(|problems| panic!("{problems}"))
}

/// Returns `call -> response` and the arguments of each tool.
fn describe(lowered: &Lowered) -> String {
    let mut text = String::new();
    for tool in &lowered.report.tools {
        text.extend([format!("{} -> {}\n", tool.call(), tool.returns)]);
        for place in &tool.places {
            text.extend([format!("  {}: {}", place.name, place.rust)]);
            if let Precision::Loosened(reason) | Precision::Unchecked(reason) = &place.precision {
                text.extend([format!("  ({reason})")]);
            }
            text.push('\n');
        }
    }
    text
}

#[test]
fn collects_arguments_from_query_body_and_path() {
    let update = tool(
        "projects",
        "update",
        r#""dryRun": {"type": "boolean", "required": true}"#,
        r#""name": {"type": "string"}, "dryRun": {"type": "boolean"}"#,
    );
    let list = tool(
        "projects",
        "list",
        r#""limit": {"type": "integer", "minimum": 1}"#,
        "",
    );
    insta::assert_snapshot!(describe(&lower(&[update, list], None)), @r"
    projects().list(ListProjects) -> Listing<Json>
      limit: Option<u64>
      : Json  (the catalog has no schema for it)
    projects().update(UpdateProject) -> Json
      id: ProjectId
      dry_run: bool
      name: Option<String>
      : Json  (the catalog has no schema for it)
    ");
}

#[test]
fn merges_equal_types_and_names_others_after_their_resource() {
    let grouping = r#""dateGrouping": {"enum": ["day", "week"]}"#;
    let status = r#""status": {"enum": ["live", "paused"]}"#;
    let other_status = r#""status": {"enum": ["pending", "accepted"]}"#;
    let tools = [
        tool("key_totals", "list", grouping, ""),
        tool("project_totals", "list", grouping, ""),
        tool("webhooks", "list", status, ""),
        tool("invitations", "list", other_status, ""),
    ];
    insta::assert_snapshot!(describe(&lower(&tools, None)), @r"
    invitations().list(ListInvitations) -> Listing<Json>
      status: Option<InvitationStatus>
      : Json  (the catalog has no schema for it)
    key_totals().list(ListKeyTotals) -> Listing<Json>
      date_grouping: Option<DateGrouping>
      : Json  (the catalog has no schema for it)
    project_totals().list(ListProjectTotals) -> Listing<Json>
      date_grouping: Option<DateGrouping>
      : Json  (the catalog has no schema for it)
    webhooks().list(ListWebhooks) -> Listing<Json>
      status: Option<WebhookStatus>
      : Json  (the catalog has no schema for it)
    ");
}

#[test]
fn keeps_names_on_regeneration() {
    let status = r#""status": {"enum": ["live", "paused"]}"#;
    let other_status = r#""status": {"enum": ["pending", "accepted"]}"#;
    let webhooks = tool("webhooks", "list", status, "");
    let before = lower(std::slice::from_ref(&webhooks), None);
    assert!(describe(&before).contains("status: Option<Status>"));

    let invitations = tool("invitations", "list", other_status, "");
    let after = lower(&[webhooks, invitations], Some(&before.lock));
    let text = describe(&after);
    assert!(text.contains("status: Option<Status>"), "{text}");
    assert!(text.contains("status: Option<InvitationStatus>"), "{text}");
    assert_eq!(
        after.lock,
        lower(
            &[
                tool("webhooks", "list", status, ""),
                tool("invitations", "list", other_status, "")
            ],
            Some(&after.lock)
        )
        .lock
    );
}

#[test]
fn keeps_the_name_of_an_enum_with_a_new_value() {
    let grouping = |values: &str| format!(r#""dateGrouping": {{"enum": [{values}]}}"#);
    let tools = |values: &str| {
        let grouping = grouping(values);
        [
            tool("key_totals", "list", &grouping, ""),
            tool("project_totals", "list", &grouping, ""),
        ]
    };
    let before = lower(&tools(r#""day", "week""#), None);
    let after = lower(&tools(r#""day", "hour", "week""#), Some(&before.lock));
    assert_eq!(after.api.choices.len(), 1);
    assert_eq!(after.api.choices[0].name.as_str(), "DateGrouping");
}

/// Lowers two tools with an overlay.
fn overlaid(overlay: &str) -> Result<Lowered, crate::diag::Diagnostics> {
    let status = r#""status": {"enum": ["a", "b"]}"#;
    let tools = [
        tool("keys", "list", status, ""),
        tool("users", "list", "", ""),
    ];
    let mut input = input(&format!("[{}]", tools.join(",")));
    input.overlay = Some(document("demo.overlay.toml", overlay));
    lower_input(&input)
}

#[test]
fn renames_types_and_resources_from_the_overlay() {
    let lowered = overlaid(
        r#"
        [[change]]
        tool = "list_keys"
        at = "/query_schema/properties/status"
        type = "KeyState"
        reason = "it is more than a status"

        [[change]]
        resource = "users"
        rename = "people"
        reason = "they are"
        "#,
    );
    let lowered = lowered.unwrap_or_else(|problems| panic!("{problems}"));
    assert_eq!(lowered.api.choices[0].name.as_str(), "KeyState");
    assert_eq!(lowered.report.tools[1].call(), "people().list(ListUsers)");
    assert_eq!(lowered.report.tools[1].resource, "users");
}

#[test]
fn rejects_a_name_for_a_missing_item() {
    let said = |change: &str| {
        let overlay = format!("[[change]]\nreason = \"why\"\n{change}");
        overlaid(&overlay).unwrap_err().to_string()
    };
    let found = said("resource = \"user\"\nrename = \"people\"");
    assert!(found.contains("did you mean `users`?"), "{found}");
    let found = said("resource = \"users\"\nrename = \"users\"");
    assert!(
        found.contains("the resource already has this name"),
        "{found}"
    );
    let found = said("tool = \"list_keys\"\nat = \"/query_schema\"\ntype = \"Query\"");
    assert!(found.contains("there is no named type at"), "{found}");
}

#[test]
fn rejects_an_edited_lock_with_impossible_names() {
    let status = r#""status": {"enum": ["live", "paused"]}, "kind": {"type": "string"}"#;
    let tools = tool("webhooks", "list", status, "");
    let mut input = input(&format!("[{tools}]"));
    let lock = lower_input(&input).unwrap().lock;
    let mut said = |from: &str, to: &str| {
        assert!(lock.contains(from), "{lock}");
        input.lock = Some(document("demo.lock.toml", &lock.replacen(from, to, 1)));
        lower_input(&input).map(|_| ()).unwrap_err().to_string()
    };
    for (from, to, expected) in [
        (
            "kind = \"kind\"",
            "kind = \"status\"",
            "the argument `status` cannot be called `status`",
        ),
        (
            "kind = \"kind\"",
            "kind = \"not a name\"",
            "the argument `kind` cannot be called",
        ),
        (
            "live = \"Live\"",
            "live = \"Paused\"",
            "the member of `Status` `paused` cannot be called",
        ),
        (
            "method = \"list\"",
            "method = \"1\"",
            "the method of `list_webhooks` cannot be called `1`",
        ),
        (
            "accessor = \"webhooks\"",
            "accessor = \"client\"",
            "the resource `webhooks` cannot be",
        ),
    ] {
        let found = said(from, to);
        assert!(found.contains(expected), "{found}");
        assert!(found.contains("demo.lock.toml"), "{found}");
    }
}

#[test]
fn names_the_fields_of_an_enum_that_becomes_an_object() {
    let status = r#""status": {"enum": ["self", "type"]}"#;
    let before = lower(&[tool("webhooks", "list", status, "")], None);
    assert!(before.lock.contains("type = \"Type\""), "{}", before.lock);
    let status = r#""status": {"type": "object", "properties": {"type": {"type": "string"}}}"#;
    let after = lower(&[tool("webhooks", "list", status, "")], Some(&before.lock));
    assert!(after.lock.contains("type = \"r#type\""), "{}", after.lock);
    assert!(!after.lock.contains("Self_"), "{}", after.lock);
    assert_eq!(after.api.structs[0].name.as_str(), "Status");
}

#[test]
fn rejects_a_taken_or_reserved_overlay_name() {
    let said = |change: &str| {
        let overlay = format!("[[change]]\ntool = \"list_keys\"\nreason = \"why\"\n{change}");
        overlaid(&overlay).unwrap_err().to_string()
    };
    let at = "at = \"/query_schema/properties/status\"";
    let found = said(&format!("{at}\nrename = \"clone\""));
    assert!(
        found.contains("the argument `status` cannot be called `clone`"),
        "{found}"
    );
    assert!(found.contains("demo.overlay.toml"), "{found}");
    // A name is given as it is written, or not at all.
    for name in ["self", "crate", "super"] {
        let found = said(&format!("{at}\nrename = \"{name}\""));
        assert!(
            found.contains(&format!("cannot be called `{name}`")),
            "{found}"
        );
    }
}

#[test]
fn names_an_identifier_from_the_overlay() {
    let keys = tool("keys", "list", r#""slug": {"type": "string"}"#, "");
    let mut input = input(&format!("[{keys}]"));
    let overlay = r#"
        [[change]]
        tool = "list_keys"
        at = "/query_schema/properties/slug"
        identifier = "Slug"
        reason = "it reads better than other strings"
    "#;
    input.overlay = Some(document("demo.overlay.toml", overlay));
    let lowered = lower_input(&input).unwrap_or_else(|problems| panic!("{problems}"));
    let text = describe(&lowered);
    assert!(text.contains("slug: Option<Slug>"), "{text}");
    input.lock = Some(document("demo.lock.toml", &lowered.lock));
    assert_eq!(lower_input(&input).unwrap().lock, lowered.lock);
}

#[test]
fn reports_and_ignores_a_contradictory_default() {
    let query = r#"
        "a": {"type": "string", "default": "x", "maxLength": 1},
        "b": {"enum": ["x", "y"], "default": "z"},
        "c": {"type": "integer", "minimum": 1, "default": 0},
        "d": {"type": "array", "items": {"type": "integer"}, "default": ["x"]},
        "e": {"type": "array", "items": {"type": "integer"}, "default": [1]},
        "f": {"type": "boolean", "default": "true"},
        "g": {"anyOf": [{"type": "string"}, {"type": "integer"}], "default": 1},
        "h": {"type": "string", "default": null}"#;
    let lowered = lower(&[tool("things", "list", query, "")], None);
    let places = lowered.report.tools[0].places.iter();
    let ignored = places.filter_map(|place| Some((place.name.as_str(), place.ignored.as_deref()?)));
    let said =
        |default: &str| format!("the default {default} contradicts the schema and is ignored");
    assert_eq!(
        ignored.collect::<Vec<_>>(),
        [
            ("b", said("\"z\"").as_str()),
            ("c", said("0").as_str()),
            ("d", said("[\"x\"]").as_str()),
            ("f", said("\"true\"").as_str()),
        ]
    );
}

#[test]
fn makes_an_enum_of_values_of_any_kind() {
    let query = r#"
        "flag": {"enum": [true]}, "big": {"enum": [18446744073709551615, 1]},
        "sized": {"type": "integer", "enum": [1.0, 2]}, "none": {"type": "string", "enum": [1]}"#;
    let text = describe(&lower(&[tool("things", "list", query, "")], None));
    for line in [
        "flag: Option<Flag>\n",
        "big: Option<Big>\n",
        "sized: Option<ThingSized>\n",
        "none: Option<Json>  (its `enum` has no value of its type)\n",
    ] {
        assert!(text.contains(line), "{text}");
    }
}

#[test]
fn reports_checks_at_their_place() {
    let query = r#""tags": {"type": "array", "maxItems": 3, "items": {"type": "string", "format": "hostname"}}"#;
    let lowered = lower(&[tool("things", "list", query, "")], None);
    let places = lowered.report.tools[0].places.iter();
    let checks: Vec<_> = places
        .map(|place| (place.pointer.as_str(), place.checks.join(", ")))
        .filter(|(_, checks)| !checks.is_empty())
        .collect();
    assert_eq!(
        checks,
        [
            ("/query_schema/properties/tags", "maxItems 3".to_owned()),
            (
                "/query_schema/properties/tags/items",
                "format hostname".to_owned()
            ),
        ]
    );
}
