//! Toolboxes of several catalogs.

use std::io;
use std::sync::{Arc, Mutex};

use serde_json::{Value as Json, json};

use super::super::{Audit, AuditEntry, JoinError, Policy, ReplyOutcome, Toolbox};
use super::Echo;
use super::tools::{CATALOG, OTHER};
use crate::functions::Client;
use crate::tools::{CatalogSpec, ToolFilter};

fn part(catalog: &'static CatalogSpec) -> Toolbox {
    Client::new(catalog, Echo).toolbox()
}

fn joined() -> Toolbox {
    Toolbox::join([part(&CATALOG), part(&OTHER)]).unwrap()
}

fn names(toolbox: &Toolbox) -> Vec<&'static str> {
    toolbox.tools().map(|tool| tool.name).collect()
}

#[test]
fn only_tools_with_the_same_name_get_the_name_of_their_catalog() {
    let expected = [
        "count",
        "delete_many",
        "label_all",
        "list_all",
        "lists_ping",
        "others_ping",
    ];
    assert_eq!(names(&joined()), expected);
    let other_order = Toolbox::join([part(&OTHER), part(&CATALOG)]).unwrap();
    assert_eq!(names(&other_order), expected);
    let named = Toolbox::join([part(&CATALOG).named("a"), part(&OTHER).prefixed("b")]).unwrap();
    let expected = [
        "b_count",
        "b_ping",
        "delete_many",
        "label_all",
        "list_all",
        "ping",
    ];
    assert_eq!(names(&named), expected);
    assert_eq!(named.catalogs().collect::<Vec<_>>(), ["a", "others"]);
    // What cannot be called collides with nothing.
    let apart = [
        part(&CATALOG),
        part(&OTHER).filter(!ToolFilter::by_name(["ping"])),
    ];
    let apart = Toolbox::join(apart).unwrap();
    assert!(names(&apart).contains(&"ping"), "{apart:?}");
    // A joined toolbox can be joined.
    let again = Toolbox::join([joined(), part(&CATALOG).prefixed("more")]).unwrap();
    assert_eq!(names(&again).len(), 10);
}

#[test]
fn a_collision_that_no_prefix_solves_is_refused_and_names_both() {
    for (parts, expected) in [
        (
            [part(&CATALOG), part(&CATALOG)],
            "the tools `delete_many` of the catalog `lists` and `delete_many` of the catalog `lists` would both be called `lists_delete_many`; give one of the toolboxes another name with `named`, or a prefix with `prefixed`",
        ),
        (
            [
                Toolbox::join([part(&CATALOG), part(&OTHER).prefixed("lists")]).unwrap(),
                part(&OTHER),
            ],
            "the tools `ping` of the catalog `others` and `ping` of the catalog `lists` would both be called `lists_ping`; give one of the toolboxes another name with `named`, or a prefix with `prefixed`",
        ),
    ] {
        let mut expected = expected.to_owned();
        let error = Toolbox::join(parts).unwrap_err();
        let JoinError::SameName { first, .. } = &error else {
            panic!("{error}");
        };
        if first.catalog == "lists" {
            expected = expected.replace(
                "`ping` of the catalog `others` and `ping` of the catalog `lists`",
                "`ping` of the catalog `lists` and `ping` of the catalog `others`",
            );
        }
        assert_eq!(error.to_string(), expected);
    }
}

#[test]
fn a_policy_of_one_of_the_toolboxes_is_refused() {
    let with_policy = part(&CATALOG).policy(Policy::new().max_calls(1));
    let error = Toolbox::join([with_policy, part(&OTHER)]).unwrap_err();
    let expected = JoinError::Settings {
        catalog: "lists".to_owned(),
        setting: "policy",
    };
    assert_eq!(error, expected);
    assert_eq!(names(&Toolbox::join([]).unwrap()).len(), 0);
}

#[tokio::test]
async fn calls_reach_their_catalog_under_its_own_names() {
    let toolbox = joined();
    for (name, arguments) in [
        ("lists_ping", json!({})),
        ("others_ping", json!({})),
        ("count", json!({})),
        ("label_all", json!({"ids": ["a"]})),
    ] {
        let reply = toolbox.call(name, &arguments).await;
        let ReplyOutcome::Succeeded(response) = reply.outcome() else {
            panic!("{name}: {reply}");
        };
        let done = match name {
            "label_all" => json!({"ids": ["a"]}),
            _ => arguments,
        };
        assert_eq!(*response, done, "{name}");
        assert_eq!(reply.tool().map(|tool| tool.name), Some(name));
    }
    let dry = joined().policy(Policy::new().dry_run(ToolFilter::all()));
    let reply = dry.call("others_ping", "{}").await;
    assert!(
        reply.text().starts_with("others_ping: this is a dry run"),
        "{reply}"
    );
    assert!(reply.text().contains(r#""name":"ping""#), "{reply}");
    let reply = toolbox.call("ping", "{}").await;
    let expected = "there is no tool \"ping\"; did you mean `lists_ping` or `others_ping`?";
    assert_eq!(reply.text(), expected);
    let reply = toolbox.call("label_all", json!({"ids": 5, "tag": 1})).await;
    assert!(
        matches!(reply.outcome(), ReplyOutcome::Refused(_)),
        "{reply}"
    );
}

#[tokio::test]
async fn filters_select_by_catalog_and_by_either_name() {
    for (filter, expected) in [
        (ToolFilter::catalog("others"), vec!["count", "others_ping"]),
        (
            ToolFilter::by_name(["ping"]),
            vec!["lists_ping", "others_ping"],
        ),
        (ToolFilter::by_name(["lists_ping"]), vec!["lists_ping"]),
        (
            ToolFilter::catalog("lists").and(ToolFilter::by_name(["ping"])),
            vec!["lists_ping"],
        ),
        (
            ToolFilter::reads().and(!ToolFilter::catalog("lists")),
            vec!["count", "others_ping"],
        ),
    ] {
        let policy = Policy::new().allow(filter.clone());
        assert_eq!(names(&joined().policy(policy)), expected, "{filter:?}");
        assert_eq!(names(&joined().filter(filter)), expected);
    }
    let read_only = Client::new(&CATALOG, Echo).read_only().toolbox();
    let toolbox = Toolbox::join([read_only, part(&OTHER).filter(ToolFilter::none())]).unwrap();
    assert_eq!(names(&toolbox), ["list_all", "ping"]);
    for (name, expected) in [
        (
            "delete_many",
            "this tool is destructive, and this client may not call destructive tools",
        ),
        ("count", "this tool is not available here"),
    ] {
        let reply = toolbox.call(name, json!({"ids": []})).await;
        assert!(reply.text().contains(expected), "{reply}");
    }
}

/// Remembers the tool, the catalog, the decision and the outcome of each entry.
#[derive(Clone, Default)]
struct Seen(Arc<Mutex<Vec<String>>>);

impl Audit for Seen {
    fn record(&self, entry: &AuditEntry<'_>) -> io::Result<()> {
        let AuditEntry {
            name,
            stage,
            decision,
            outcome,
            ..
        } = entry;
        let catalog = entry.catalog.unwrap_or("-");
        let line = format!("{stage} {catalog}/{name} {decision} {}", outcome.as_str());
        self.0.lock().unwrap().push(line);
        Ok(())
    }
}

#[tokio::test]
async fn one_policy_counts_and_one_audit_records_all_catalogs() {
    let seen = Seen::default();
    let policy = Policy::new()
        .max_calls(3)
        .max_calls_for(ToolFilter::catalog("others"), 1)
        .require_approval(ToolFilter::mutating());
    let toolbox = joined().policy(policy).audit(seen.clone());
    let calls: [(&str, Json); 7] = [
        ("lists_ping", json!({})),
        ("others_ping", json!({})),
        ("others_ping", json!({})),
        ("label_all", json!({"ids": ["a"]})),
        ("nothing", json!({})),
        ("count", json!({})),
        ("list_all", json!({})),
    ];
    for (name, arguments) in calls {
        toolbox.call(name, arguments).await;
    }
    let seen = seen.0.lock().unwrap().clone();
    let expected = [
        "end lists/lists_ping allowed succeeded",
        "end others/others_ping allowed succeeded",
        "end others/others_ping denied none",
        "end lists/label_all approval_required none",
        "end -/nothing unknown none",
        "end others/count allowed succeeded",
        "end lists/list_all denied none",
    ];
    assert_eq!(seen, expected);
}
