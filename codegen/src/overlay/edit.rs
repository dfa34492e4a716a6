//! Edits of the snapshot, made before the tools are parsed.

use std::borrow::Cow;
use std::collections::BTreeMap;

use super::change::{Action, Change};
use crate::catalog::load_tools;
use crate::diag::{Diagnostic, Diagnostics, SourceLocation};
use crate::options::CatalogKind;
use crate::source::{Json, Layout, child, compact, parse_embedded, quoted, tokens};

/// Applies the actions that edit the document. Returns an error, with the name of the tool, for every
/// change that refers to something that does not exist, or has no effect. Unknown tools are reported by
/// [`apply_overlay`](super::apply::apply_overlay).
pub(super) fn edit_tools(
    changes: &[Change],
    kind: CatalogKind,
    file: &str,
    json: &mut Json,
) -> Vec<(String, Diagnostics)> {
    let has_edit = |change: &&Change| change.actions.iter().any(is_edit);
    let edits: Vec<&Change> = changes.iter().filter(has_edit).collect();
    if edits.is_empty() {
        return Vec::new();
    }
    let tools: BTreeMap<String, String> = load_tools(kind, file, json)
        .tools
        .into_iter()
        .map(|tool| (tool.name.into_owned(), tool.pointer))
        .collect();
    let mut problems = Vec::new();
    for change in edits {
        let pointer = tools.get(&change.tool);
        let Some(tool) = pointer.and_then(|pointer| find(json, &path_of(pointer))) else {
            continue;
        };
        for action in change.actions.iter().filter(|action| is_edit(action)) {
            if let Err(found) = edit(kind, change, action, tool) {
                problems.push((change.tool.clone(), found));
            }
        }
    }
    problems
}

/// Returns `true` if an action edits the document.
pub(super) fn is_edit(action: &Action) -> bool {
    matches!(
        action,
        Action::Set(_) | Action::Remove | Action::Values(_) | Action::Record(_)
    )
}

fn edit(
    kind: CatalogKind,
    change: &Change,
    action: &Action,
    tool: &mut Json,
) -> Result<(), Diagnostics> {
    let at = change.at.as_deref().unwrap_or_default();
    match action {
        Action::Set(value) => set(change, at, value, tool),
        Action::Remove => remove(change, at, tool),
        Action::Values(values) => set(change, &child(at, "enum"), values, tool),
        Action::Record(record) => {
            let key = match kind {
                CatalogKind::Truto => "/response_schema",
                CatalogKind::Mcp | CatalogKind::Functions => "/outputSchema",
            };
            set(change, key, record, tool)
        }
        _ => Ok(()),
    }
}

fn set(change: &Change, at: &str, value: &Json, tool: &mut Json) -> Result<(), Diagnostics> {
    let path = path_of(at);
    let known = pointers(tool);
    let missing = || nothing_there(change, at, &known);
    let (last, parents) = path.split_last().ok_or_else(missing)?;
    let before = match find(tool, parents).ok_or_else(missing)? {
        Json::Object(members) => members.insert(last.clone(), value.clone()),
        Json::Array(elements) => {
            let index: Option<usize> = last.parse().ok();
            let slot = index.and_then(|index| elements.get_mut(index));
            Some(std::mem::replace(slot.ok_or_else(missing)?, value.clone()))
        }
        _ => return Err(missing()),
    };
    // Another order of the properties is a change.
    let is_same = |before: &Json| {
        let text = |json| compact(&Layout::as_written(json));
        before == value && text(before) == text(value)
    };
    if before.as_ref().is_some_and(is_same) {
        return Err(useless(change, at));
    }
    Ok(())
}

fn remove(change: &Change, at: &str, tool: &mut Json) -> Result<(), Diagnostics> {
    let path = path_of(at);
    let known = pointers(tool);
    let missing = || nothing_there(change, at, &known);
    let (last, parents) = path.split_last().ok_or_else(missing)?;
    match find(tool, parents).ok_or_else(missing)? {
        Json::Object(members) => {
            members.remove(last).ok_or_else(missing)?;
        }
        Json::Array(elements) => {
            let index = last.parse::<usize>().ok();
            let existing = index.filter(|index| *index < elements.len());
            elements.remove(existing.ok_or_else(missing)?);
        }
        _ => return Err(missing()),
    }
    // A removed property is no longer required.
    if let Some((keyword, schema)) = parents.split_last()
        && keyword == "properties"
        && let Some(Json::Object(members)) = find(tool, schema)
        && let Some(Json::Array(required)) = members.get_mut("required")
    {
        required.retain(|name| name.as_str() != Some(last));
    }
    Ok(())
}

/// Returns the value at a path. A schema in a string is replaced with the parsed schema.
fn find<'json>(json: &'json mut Json, path: &[String]) -> Option<&'json mut Json> {
    if let Json::String(text) = json
        && let Ok(tree) = parse_embedded(&SourceLocation::default(), text)
        && !path.is_empty()
    {
        *json = tree;
    }
    let Some((first, rest)) = path.split_first() else {
        return Some(json);
    };
    let inner = match json {
        Json::Object(members) => members.get_mut(first)?,
        Json::Array(elements) => elements.get_mut(first.parse::<usize>().ok()?)?,
        _ => return None,
    };
    find(inner, rest)
}

/// Returns the reference tokens of a JSON pointer.
fn path_of(pointer: &str) -> Vec<String> {
    tokens(pointer).map(Cow::into_owned).collect()
}

/// Returns every pointer into a tool, for suggestions.
fn pointers(tool: &Json) -> Vec<String> {
    fn collect(json: &Json, pointer: &str, found: &mut Vec<String>) {
        if let Json::Object(members) = json {
            for (key, value) in members {
                let pointer = child(pointer, key);
                collect(value, &pointer, found);
                found.push(pointer);
            }
        }
    }
    let mut found = Vec::new();
    collect(tool, "", &mut found);
    found
}

fn nothing_there(change: &Change, at: &str, known: &[String]) -> Diagnostics {
    let what = format!("the tool has nothing at {}", quoted(at));
    let problem = Diagnostic::new(change.location.clone(), what);
    let otherwise = "correct the pointer, or remove the change";
    problem
        .suggest(at, known.iter().map(String::as_str), otherwise)
        .into()
}

fn useless(change: &Change, at: &str) -> Diagnostics {
    let what = format!("the change at {} changes nothing", quoted(at));
    Diagnostic::new(change.location.clone(), what)
        .because("the snapshot already has this value")
        .help("remove it")
        .into()
}
