//! Changes of what programs send that no compiler reports.

use serde_json::{Value, json};
use toolsmith_testkit::fake_truto::{CatalogChange, FakeTruto};

use super::repository::{SNAPSHOT, edit_json};
use crate::project::{Project, changed};

const PING: &str = "create_a_the_auth_api_webhooks_ping";
const ACCESS_KEY: &str = "create_a_the_auth_api_access_key";
const NOTES: &str = r#"{"tools": [{"name": "find_note", "description": "Finds a note.",
    "inputSchema": {"type": "object", "properties": {"region": {"type": "string", "x-mcp-header": "Region"}},
    "required": ["region"]}}]}"#;

/// Sends the arguments of the ping elsewhere. The overlay places the tool, so its Rust name stays.
fn change_route(project: &Project) {
    edit_json(project, PING, |tool| {
        tool["resource"] = "webhook_pings".into();
    });
}

/// Moves an argument from the body to the query.
fn change_location(project: &Project) {
    edit_json(project, ACCESS_KEY, |tool| {
        let properties = tool["body_schema"]["properties"].as_object_mut().unwrap();
        let moved = properties.remove("projectId").unwrap();
        tool["query_schema"]["properties"]["projectId"] = moved;
    });
}

/// Replaces the only argument of a constructor by another one of the same type.
fn swap_arguments(project: &Project) {
    edit_json(project, ACCESS_KEY, |tool| {
        let body = &mut tool["body_schema"];
        body["properties"].as_object_mut().unwrap().remove("name");
        body["properties"]["purpose"] =
            json!({"type": "string", "minLength": 1, "description": "What the key is for."});
        body["required"] = json!(["purpose"]);
        tool["required"] = json!(["purpose"]);
    });
}

fn change_header(project: &Project) {
    project.put(
        "catalogs/notes.json",
        NOTES.replace("\"Region\"", "\"Zone\"").as_bytes(),
    );
}

/// A project without git that has a catalog of an MCP server as well.
fn project() -> Project {
    let project = Project::settled();
    let mut config = project.text("toolsmith.toml");
    config.push_str("\n[catalog.notes]\nkind = \"mcp\"\ncommand = \"notes\"\n");
    project.put("toolsmith.toml", config.as_bytes());
    project.put("catalogs/notes.json", NOTES.as_bytes());
    project.run(&["regen", "--offline"]).with_status(0);
    project
}

type Edit = fn(&Project);

const CHANGES: [(&str, &str, &str, Edit); 4] = [
    (
        "tool-route-changed",
        PING,
        "webhooks_ping/create -> webhook_pings/create",
        change_route,
    ),
    (
        "arg-location-changed",
        ACCESS_KEY,
        "body -> query",
        change_location,
    ),
    (
        "arg-required-swapped",
        ACCESS_KEY,
        "name -> purpose",
        swap_arguments,
    ),
    (
        "arg-header-changed",
        "find_note",
        "\"Region\" -> \"Zone\"",
        change_header,
    ),
];

#[test]
fn an_edit_of_the_snapshot_does_not_pass_unseen() {
    for (kind, tool, values, edit) in CHANGES {
        let project = project();
        edit(&project);
        let before = project.written();
        let ended = project.run(&["regen", "--offline"]).with_status(1);
        let command = format!("cargo xtask regen --offline --accept-wire={tool}");
        for part in [kind, tool, values, "nothing was written", &command] {
            assert!(
                ended.out.contains(part),
                "{kind}: no {part} in {}",
                ended.out
            );
        }
        let ended = project.run(&["check"]).with_status(1);
        for part in [kind, values] {
            assert!(
                ended.out.contains(part),
                "{kind}: no {part} in {}",
                ended.out
            );
        }
        let result = project
            .run(&["regen", "--offline", "--json"])
            .with_status(1)
            .json();
        assert_eq!(result["wire_refused"], true);
        let silent = result["catalogs"].as_array().unwrap().iter();
        let silent: Vec<&Value> = silent
            .flat_map(|catalog| catalog["silent"].as_array().unwrap())
            .collect();
        assert_eq!(silent.len(), 1, "{kind}: {silent:?}");
        assert_eq!(
            (&silent[0]["id"], &silent[0]["tool"]),
            (&kind.into(), &tool.into())
        );
        // Other commands that write the code refuse as well.
        project.put("functions.json", br#"[{"name": "a"}]"#);
        let file = project.path("functions.json");
        let add = ["add", "functions", "more", "--file", file.to_str().unwrap()];
        for command in [&add[..], &["upgrade"]] {
            let ended = project.run(command).with_status(3);
            assert!(ended.err.contains(kind), "{kind}: {}", ended.err);
        }
        assert_eq!(changed(&before, &project.written()), [""; 0], "{kind}");

        let accept = format!("--accept-wire={tool}");
        let ended = project.run(&["regen", "--offline", &accept]).with_status(0);
        assert!(
            ended.out.contains("accepted: --accept-wire"),
            "{}",
            ended.out
        );
        project.run(&["check"]).with_status(0);
        let ended = project.run(&["regen", "--offline"]).with_status(0);
        assert!(!ended.out.contains(kind), "{}", ended.out);
    }
}

#[test]
fn consent_is_for_all_or_for_names() {
    let project = project();
    change_route(&project);
    swap_arguments(&project);
    let regen = |consent: &str| project.run(&["regen", "--offline", consent]);
    let before = project.written();
    // One of two.
    let ended = regen(&format!("--accept-wire={PING}")).with_status(1);
    let rest = format!("--accept-wire={ACCESS_KEY}");
    assert!(ended.out.contains(&rest), "{}", ended.out);
    let ended = regen("--accept-wire=arg-location-changed").with_status(3);
    assert!(
        ended
            .err
            .contains("`arg-location-changed`, which has no silent change")
    );
    assert_eq!(changed(&before, &project.written()), [""; 0]);
    let names = format!("--accept-wire=tool-route-changed,{ACCESS_KEY}");
    regen(&names).with_status(0);
    change_header(&project);
    regen("--accept-wire").with_status(0);
    project.run(&["check"]).with_status(0);
}

#[test]
fn the_file_of_accepted_changes_gives_consent() {
    let project = project();
    change_route(&project);
    let entry = |until: &str| {
        format!(
            "[[accept]]\nid = \"tool-route-changed\"\ntool = \"{PING}\"\nreason = \"moved\"\nuntil = \"{until}\"\n"
        )
    };
    let file = "toolsmith.accept.toml";
    project.put(file, entry("2020-01-01").as_bytes());
    project.run(&["regen", "--offline"]).with_status(1);
    project.put(file, entry("2999-01-01").as_bytes());
    let ended = project.run(&["regen", "--offline"]).with_status(0);
    assert!(ended.out.contains("accepted: moved"), "{}", ended.out);
}

#[test]
fn a_fetch_is_refused_and_graded() {
    let server = FakeTruto::start().unwrap();
    let change = json!({"tool": PING, "pointer": "/resource", "value": "webhook_pings"});
    let change: CatalogChange = serde_json::from_value(change).unwrap();
    server.change_catalog(&[change]).unwrap();
    let project = Project::settled();
    let before = project.written();
    let ended = project
        .run_against(&server, &["regen", "--fetch"])
        .with_status(1);
    for part in [
        "Changes from the account: the_auth_api",
        "wire: callers compile and send or read something else",
        "silent: no compiler and no server reports it",
        &format!("cargo xtask regen --fetch --accept-wire={PING}"),
    ] {
        assert!(ended.out.contains(part), "no {part} in {}", ended.out);
    }
    // Without the generated code, the snapshot is what the fetched catalog is compared with.
    std::fs::remove_dir_all(project.path("generated/src")).unwrap();
    project.run_against(&server, &["regen"]).with_status(1);
    project.run(&["regen", "--offline"]).with_status(0);
    assert_eq!(changed(&before, &project.written()), [""; 0]);
    let ended = project
        .run_against(&server, &["check", "--fetch"])
        .with_status(2);
    assert!(ended.out.contains("tool-route-changed"), "{}", ended.out);
    project
        .run_against(&server, &["regen", "--accept-wire"])
        .with_status(0);
    assert!(project.text(SNAPSHOT).contains("webhook_pings"));
}

#[test]
fn the_words_and_the_order_are_those_of_diff() {
    let server = FakeTruto::start().unwrap();
    let changes = json!([
        {"tool": "list_all_the_auth_api_projects", "pointer": "/description", "value": "List projects."},
        {"tool": "list_all_the_auth_api_projects", "pointer": "/query_schema/properties/limit/maximum", "value": 50},
        {"tool": "list_all_the_auth_api_invitations", "pointer": "/query_schema/properties/status/enum/-", "value": "expired"},
    ]);
    let changes: Vec<CatalogChange> = serde_json::from_value(changes).unwrap();
    server.change_catalog(&changes).unwrap();
    let project = Project::settled();
    let old = project.path("old.json");
    project.put("old.json", project.text(SNAPSHOT).as_bytes());
    let check = project
        .run_against(&server, &["check", "--fetch"])
        .with_status(2);
    let diff = project.run_against(&server, &["diff", old.to_str().unwrap(), "live"]);
    let body = |text: &str| -> Vec<String> {
        let lines = text
            .lines()
            .skip_while(|line| *line != "  review: text that a model reads");
        let lines = lines.take_while(|line| line.is_empty() || line.starts_with("  "));
        lines
            .filter(|line| !line.is_empty())
            .map(str::to_owned)
            .collect()
    };
    let expected = body(&diff.with_status(0).out);
    assert!(expected.len() >= 6, "{expected:?}");
    assert_eq!(body(&check.out), expected);
    assert_eq!(
        body(&project.run_against(&server, &["regen"]).with_status(0).out),
        expected
    );
}
