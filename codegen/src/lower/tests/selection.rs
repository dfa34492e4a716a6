//! The selection of the tools of a catalog.

use super::{document, input, lower_input};
use crate::options::{CatalogInput, Selection, ToolPattern};

/// Returns a catalog of four tools of two resources; one of them cannot be read.
fn catalog(include: &[&str], exclude: &[&str]) -> CatalogInput {
    let kind = r#"{"properties": {"kind": {"enum": ["a", "b"]}}}"#;
    let other = r#"{"properties": {"kind": {"enum": ["a", "c"]}}}"#;
    let tool = |name: &str, resource: &str, method: &str, query: &str| {
        format!(
            r#"{{"name": "{name}", "resource": "{resource}", "method": "{method}", "query_schema": {query}}}"#
        )
    };
    let tools = [
        tool("list_keys", "keys", "list", kind),
        tool("rotate_key", "keys", "rotate", other),
        tool("list_logs", "logs", "list", kind),
        tool("broken", "logs", "break", "7"),
    ];
    let patterns = |texts: &[&str]| {
        let parse = |text: &&str| ToolPattern::parse(text).unwrap();
        texts.iter().map(parse).collect()
    };
    CatalogInput {
        selection: Selection {
            include: patterns(include),
            exclude: patterns(exclude),
        },
        ..input(&format!("[{}]", tools.join(",")))
    }
}

#[track_caller]
fn tools(input: &CatalogInput) -> Vec<String> {
    let lowered = lower_input(input).unwrap_or_else(|problems| panic!("{problems}"));
    let tools = lowered.report.tools.iter();
    let names: Vec<String> = tools.map(|tool| tool.name.clone()).collect();
    assert_eq!(names.len() + lowered.report.excluded.len(), 4);
    names
}

#[track_caller]
fn refusal(input: &CatalogInput) -> String {
    lower_input(input).unwrap_err().to_string()
}

#[test]
fn an_excluded_tool_may_be_unreadable() {
    let found = tools(&catalog(&[], &["broken"]));
    assert_eq!(found, ["list_keys", "list_logs", "rotate_key"]);
    assert_eq!(tools(&catalog(&["keys"], &[])), ["list_keys", "rotate_key"]);
    assert_eq!(tools(&catalog(&["list_*"], &["logs"])), ["list_keys"]);
    let found = refusal(&catalog(&[], &["list_logs"]));
    assert!(found.contains("broken"), "{found}");
}

#[test]
fn corrections_of_excluded_tools_stay_valid() {
    let mut input = catalog(&["list_keys"], &[]);
    let at = "/query_schema/properties/kind";
    let change =
        |head: &str, action: &str| format!("[[change]]\n{head}\n{action}\nreason = \"why\"\n\n");
    let overlay = [
        change(
            &format!("tool = \"rotate_key\"\nat = \"{at}\""),
            "type = \"Turn\"",
        ),
        change("resource = \"logs\"", "rename = \"log_lines\""),
        change("tool = \"broken\"", "deprecated = \"it is broken\""),
        change(
            &format!("tool = \"list_keys\"\nat = \"{at}\""),
            &format!("share = [\"rotate_key#{at}\"]"),
        ),
    ];
    input.overlay = Some(document("demo.overlay.toml", &overlay.concat()));
    assert_eq!(tools(&input), ["list_keys"]);
}

#[test]
fn a_tool_is_selected_by_the_resource_that_the_overlay_gives_it() {
    let mut input = catalog(&["turning"], &["broken"]);
    let overlay = "[[change]]\ntool = \"rotate_key\"\nmove = \"turning.turn\"\nreason = \"why\"\n";
    input.overlay = Some(document("demo.overlay.toml", overlay));
    assert_eq!(tools(&input), ["rotate_key"]);
}

#[test]
fn excluded_tools_keep_their_names() {
    let all = lower_input(&catalog(&[], &["broken"])).unwrap();
    let mut input = catalog(&["list_logs"], &[]);
    input.lock = Some(document("demo.lock.toml", &all.lock));
    assert_eq!(lower_input(&input).unwrap().lock, all.lock);
}

#[test]
fn a_pattern_without_a_tool_is_an_error() {
    let found = refusal(&catalog(&["kys"], &["broken", "delete_*"]));
    assert!(
        found.contains("`include` lists \"kys\", which matches no tool"),
        "{found}"
    );
    assert!(found.contains("did you mean `keys`?"), "{found}");
    assert!(found.contains("`exclude` lists \"delete_*\""), "{found}");
    let found = refusal(&catalog(&["keys"], &["*_key*"]));
    assert!(found.contains("leave no tool of the catalog"), "{found}");
}
