//! Tests of shared types that split, and of the change that keeps them shared.

use serde_json::{Value as Json, json};

use crate::project::{Project, changed};

const SNAPSHOT: &str = "catalogs/the_auth_api.json";
const OVERLAY: &str = "catalogs/the_auth_api.overlay.toml";
const LOCK: &str = "catalogs/the_auth_api.lock.toml";
const API_KEYS: &str = "list_all_the_auth_api_analytics_api_key_totals";
const PROJECTS: &str = "list_all_the_auth_api_analytics_project_totals";
const GROUPING: &str = "/query_schema/properties/dateGrouping";

/// Adds the value `hour` to the grouping of one tool in the snapshot.
fn add_hour(project: &Project, tool: &str) {
    let mut snapshot: Json = serde_json::from_str(&project.text(SNAPSHOT)).unwrap();
    let mut tools = snapshot["result"].as_array_mut().unwrap().iter_mut();
    let tool = tools.find(|known| known["name"] == tool).unwrap();
    let values = tool.pointer_mut(GROUPING).unwrap()["enum"].as_array_mut();
    values.unwrap().push(json!("hour"));
    project.put(SNAPSHOT, snapshot.to_string().as_bytes());
}

#[test]
fn a_split_type_is_reported_once_and_then_up_to_date() {
    for (changed_tool, kept) in [(API_KEYS, PROJECTS), (PROJECTS, API_KEYS)] {
        let project = Project::settled();
        add_hour(&project, changed_tool);
        let first = project.run(&["regen", "--offline"]).with_status(0);
        for line in [
            "Types of the_auth_api that are no longer shared",
            "  DateGrouping keeps 1 place",
            "takes 1 place, which adds \"hour\"",
            "no longer compile",
            &format!("    {kept}#{GROUPING}"),
            &format!("    {changed_tool}#{GROUPING}"),
            &format!("    share = [\"{changed_tool}#{GROUPING}\"]"),
        ] {
            assert!(first.out.contains(line), "{line}: {}", first.out);
        }
        let written = project.written();
        let second = project.run(&["regen", "--offline"]).with_status(0);
        assert!(!second.out.contains("no longer shared"), "{}", second.out);
        assert_eq!(changed(&written, &project.written()), [""; 0]);
        project.run(&["regen", "--check"]).with_status(0);
    }
}

#[test]
fn the_printed_change_keeps_the_type_shared() {
    let project = Project::settled();
    let lock = project.text(LOCK);
    add_hour(&project, PROJECTS);
    let first = project.run(&["regen", "--offline"]).with_status(0);
    let change = first.out.split("    [[change]]\n").nth(1).unwrap();
    let change = change.split_inclusive('\n').take(4).collect::<String>();
    let overlay = format!("{}\n[[change]]\n{change}", project.text(OVERLAY));
    project.put(OVERLAY, overlay.as_bytes());
    // With the lock from before, as the summary advises, and with the one after the split.
    for lock in [lock, project.text(LOCK)] {
        project.put(LOCK, lock.as_bytes());
        let shared = project.run(&["regen", "--offline"]).with_status(0);
        assert!(!shared.out.contains("no longer shared"), "{}", shared.out);
        project.run(&["regen", "--check"]).with_status(0);
        let types = project.text("generated/src/the_auth_api/types.rs");
        assert!(types.contains("pub enum DateGrouping"), "{types}");
        assert!(types.contains("Hour"), "{types}");
    }
}

#[test]
fn reports_splits_as_json() {
    let project = Project::settled();
    add_hour(&project, PROJECTS);
    let facts = project
        .run(&["regen", "--check", "--json"])
        .with_status(1)
        .json();
    assert_eq!(
        facts["catalogs"][0]["splits"],
        json!([{
            "name": "DateGrouping",
            "kept": [format!("{API_KEYS}#{GROUPING}")],
            "parts": [{
                "name": "AnalyticsProjectTotalDateGrouping",
                "places": [format!("{PROJECTS}#{GROUPING}")],
                "added": ["hour"],
                "removed": [],
            }],
        }])
    );
}

#[test]
fn the_documentation_describes_every_action() {
    let docs = include_str!("../../../docs/overlay.md");
    let actions = include_str!("../../../codegen/src/overlay/action.rs");
    let keys: Vec<&str> = actions
        .lines()
        .filter_map(|line| line.trim().strip_prefix("pub(super) const "))
        .filter_map(|line| line.split_once(": &str = \"")?.1.strip_suffix("\";"))
        .collect();
    assert!(keys.len() > 12, "{keys:?}");
    for key in keys {
        assert!(
            docs.contains(&format!("\n### `{key}`\n")),
            "{key} has no section"
        );
        assert!(
            docs.contains(&format!("| [`{key}`](#{key}) |")),
            "{key} is not in the table"
        );
    }
}
