//! Removed tools whose code stays for one release.

use super::*;
use crate::model::{Api, Operation, StructFields};

const SNAPSHOT: &str = include_str!("../../../../catalogs/the_auth_api.json");
const OVERLAY: &str = include_str!("../../../../catalogs/the_auth_api.overlay.toml");

/// The Auth API with these tools and these tombstones.
fn the_auth_api(overlay: Option<&str>, tools: &[String], gone: &[String]) -> CatalogInput {
    let list = |tools: &[String]| format!("{{\"result\": [{}]}}", tools.join(","));
    let gone: Vec<String> = gone
        .iter()
        .map(|tool| tool.replacen('{', r#"{"gone": {"since": "2026-11-30"},"#, 1))
        .collect();
    let mut input = input(&list(tools));
    input.overlay = overlay.map(|text| document("demo.overlay.toml", text));
    input.tombstones = (!gone.is_empty()).then(|| document("demo.tombstones.json", &list(&gone)));
    input
}

/// Returns the tools of the snapshot as text.
fn tools() -> Vec<String> {
    let start = SNAPSHOT.find("\n    {").unwrap();
    let end = SNAPSHOT.rfind("\n    }").unwrap();
    let tools = SNAPSHOT[start..end].split("\n    },");
    tools.map(|tool| format!("{tool}\n    }}")).collect()
}

fn lower_with(input: CatalogInput, lock: &str) -> Lowered {
    let input = CatalogInput {
        lock: Some(document("demo.lock.toml", lock)),
        ..input
    };
    lower_input(&input).unwrap_or_else(|problems| panic!("{problems}"))
}

fn only_removed(api: &Api) -> &Operation {
    let mut gone = api
        .operations()
        .filter(|operation| operation.removal.is_some());
    let only = gone.next().expect("one tool is gone");
    assert_eq!(gone.next(), None);
    only
}

/// Returns the types without their documentation and their module, which is private.
fn types(api: &Api) -> Vec<String> {
    let mut structs = api.structs.clone();
    let mut choices = api.choices.clone();
    for item in &mut structs {
        item.docs.clear();
        item.home = api.module.clone();
        match &mut item.fields {
            StructFields::Request { fields, .. } => {
                for field in fields.iter_mut() {
                    field.docs.clear();
                }
            }
            StructFields::Response { fields, .. } => {
                for field in fields.iter_mut() {
                    field.docs.clear();
                }
            }
        }
    }
    for item in &mut choices {
        item.docs.clear();
        item.home = api.module.clone();
    }
    let structs = structs.iter().map(|item| format!("{item:?}"));
    let choices = choices.iter().map(|item| format!("{item:?}"));
    structs.chain(choices).collect()
}

#[test]
fn a_tombstone_keeps_the_code_of_its_tool() {
    let tools = tools();
    assert_eq!(tools.len(), 46);
    let whole = lower_input(&the_auth_api(Some(OVERLAY), &tools, &[])).unwrap();
    for index in 0..tools.len() {
        let mut rest = tools.clone();
        let gone = rest.remove(index);
        let after = lower_with(the_auth_api(Some(OVERLAY), &rest, &[gone]), &whole.lock);
        let gone = only_removed(&after.api);
        let mut before = whole.api.operations();
        let before = before.find(|before| before.tool.name == gone.tool.name);
        let before = before.unwrap();
        let code = |operation: &Operation| {
            let Operation {
                method,
                request,
                response,
                effect,
                ..
            } = operation.clone();
            (method, request, response, effect)
        };
        assert_eq!(code(gone), code(before));
        assert_eq!(types(&after.api), types(&whole.api), "{}", gone.tool.name);
        assert_eq!(after.lock, whole.lock, "{}", gone.tool.name);
        let note = gone.deprecated.as_deref().unwrap();
        assert!(note.contains("since 2026-11-30"), "{note}");
        assert_eq!(after.report.tombstones.len(), 1);
        assert_eq!(after.report.tools.len(), 45);
    }
}

#[test]
fn a_tombstone_changes_no_other_code() {
    let tools = tools();
    let whole = lower_input(&the_auth_api(None, &tools, &[])).unwrap();
    for index in 0..tools.len() {
        let mut rest = tools.clone();
        let gone = rest.remove(index);
        // The other tools change meanwhile: each type that a tool shares with it has another member.
        let rest: Vec<String> = rest
            .iter()
            .map(|tool| {
                tool.replace(
                    r#""createdAt": {"#,
                    r#""changedAt": {"type": "string"}, "createdAt": {"#,
                )
            })
            .collect();
        let without = lower_with(the_auth_api(None, &rest, &[]), &whole.lock).api;
        let with = lower_with(the_auth_api(None, &rest, &[gone]), &whole.lock).api;
        let name = &only_removed(&with).tool.name;
        let live = with.without_removed();
        // Identifiers are named after resources, and a resource stays as long as its last tool.
        let names = |api: &Api| -> Vec<_> {
            let resources = api.resources.iter();
            resources.map(|resource| resource.handle.clone()).collect()
        };
        if names(&with) != names(&without) {
            continue;
        }
        assert_eq!(live.resources, without.resources, "{name}");
        assert_eq!(live.operations, without.operations, "{name}");
        let with = types(&with);
        for item in types(&without) {
            assert!(with.contains(&item), "{name}: {item}");
        }
    }
}

#[test]
fn a_tool_that_is_back_has_no_tombstone() {
    let tools = tools();
    let whole = lower_input(&the_auth_api(None, &tools, &[])).unwrap();
    let back = lower_with(the_auth_api(None, &tools, &tools[..3]), &whole.lock);
    assert_eq!(back.api, whole.api);
    assert_eq!(back.lock, whole.lock);
}

#[test]
fn a_new_tool_takes_the_method_of_a_tool_that_is_gone() {
    let list = tool("keys", "list", "", "");
    let before = lower(std::slice::from_ref(&list), None);
    let gone = list.replacen('{', r#"{"gone": {"since": "2026-11-30"},"#, 1);
    let find = r#"{"name": "find", "resource": "keys", "method": "List", "query_schema": {}}"#;
    let input = CatalogInput {
        tombstones: Some(document("t.json", &format!("[{gone}]"))),
        ..input(&format!("[{find}]"))
    };
    let after = lower_with(input, &before.lock);
    let operations: Vec<_> = after.api.operations().collect();
    assert_eq!(operations.len(), 1);
    assert_eq!(operations[0].tool.name, "find");
    assert_eq!(operations[0].method.plain(), "list");
}

#[test]
fn a_tombstone_without_its_day_is_an_error() {
    let input = CatalogInput {
        tombstones: Some(document(
            "t.json",
            &format!("[{}]", tool("keys", "list", "", "")),
        )),
        ..input(&format!("[{}]", tool("keys", "get", "", "")))
    };
    let problems = lower_input(&input).unwrap_err().to_string();
    assert!(problems.contains("t.json#/0/gone"), "{problems}");
}

#[test]
fn a_type_of_tools_that_are_gone_is_that_of_the_last_one() {
    let filter = |fields: &str| {
        format!(
            r#""filter": {{"type": "object", "properties": {{"word": {{"type": "string"}}{fields}}}}}"#
        )
    };
    let live = tool("users", "get", "", "");
    let pair = [
        tool("notes", "find", "", &filter("")),
        tool("users", "list", "", &filter("")),
    ];
    let before = lower(&[&pair[..], std::slice::from_ref(&live)].concat(), None);
    // The order of names is that of neither pair of days.
    for days in [["2026-01-01", "2026-06-01"], ["2026-06-01", "2026-01-01"]] {
        let newer = usize::from(days[1] > days[0]);
        let fields = |index: usize| match index {
            index if index == newer => filter(r#", "limit": {"type": "integer"}"#),
            _ => filter(""),
        };
        let gone = [
            tool("notes", "find", "", &fields(0)),
            tool("users", "list", "", &fields(1)),
        ];
        let marked = gone.iter().zip(days).map(|(tool, day)| {
            tool.replacen('{', &format!(r#"{{"gone": {{"since": "{day}"}},"#), 1)
        });
        let marked: Vec<String> = marked.collect();
        let input = CatalogInput {
            tombstones: Some(document("t.json", &format!("[{}]", marked.join(",")))),
            ..input(&format!("[{live}]"))
        };
        let after = lower_with(input, &before.lock);
        assert!(types(&after.api).concat().contains("limit"), "{days:?}");
    }
}
