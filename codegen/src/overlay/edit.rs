//! Edits of the snapshot, made before the tools are parsed.

use std::borrow::Cow;
use std::collections::BTreeMap;

use super::change::{Action, Change};
use super::find::help_with_key;
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
        Action::Set(_) | Action::Remove if at == "/name" => {
            let what = format!("`{}` does not change the name of a tool", action.key());
            let problem = Diagnostic::new(change.location.clone(), what);
            let help = "a call sends this name; `rename` or `move` changes the name of the method";
            Err(problem.help(help).into())
        }
        Action::Set(value) => {
            if SCHEMA_PLACES.contains(&at) {
                check_text(change, value)?;
            }
            set(change, at, value, tool)
        }
        Action::Remove => remove(change, at, tool),
        Action::Values(values) => set(change, &child(at, "enum"), values, tool),
        Action::Record(record) => {
            let key = match kind {
                CatalogKind::Truto => "/response_schema",
                CatalogKind::Mcp | CatalogKind::Functions => "/outputSchema",
            };
            check_text(change, record)?;
            set(change, key, record, tool)
        }
        _ => Ok(()),
    }
}

/// The places of schemas in a tool, each of which may be a string.
const SCHEMA_PLACES: [&str; 5] = [
    "/inputSchema",
    "/outputSchema",
    "/query_schema",
    "/body_schema",
    "/response_schema",
];

/// Checks that a schema in a string can be parsed.
fn check_text(change: &Change, schema: &Json) -> Result<(), Diagnostics> {
    let mut problems = Diagnostics::default();
    if let Json::String(text) = schema
        && let Err(found) = parse_embedded(&change.location, text)
    {
        for problem in &found {
            let mut problem = problem.clone();
            problem.location = change.location.clone();
            problems.push(problem.help("correct the text of the schema in the overlay"));
        }
    }
    problems.finish()
}

fn set(change: &Change, at: &str, value: &Json, tool: &mut Json) -> Result<(), Diagnostics> {
    let path = path_of(at);
    // A schema in a string is parsed on the way.
    let _ = find(tool, &path);
    let known = Known::of(tool);
    let missing = || known.nothing_there(change, at);
    let (last, parents) = path.split_last().ok_or_else(missing)?;
    let before = match find(tool, parents).ok_or_else(missing)? {
        Json::Object(members) => members.insert(last.clone(), value.clone()),
        Json::Array(elements) => {
            let slot = index_of(last).and_then(|index| elements.get_mut(index));
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
        let what = format!("the change at {}", quoted(at));
        let why = "the snapshot already has this value";
        return Err(change.useless(&what, why).into());
    }
    Ok(())
}

fn remove(change: &Change, at: &str, tool: &mut Json) -> Result<(), Diagnostics> {
    let path = path_of(at);
    // A schema in a string is parsed on the way.
    let _ = find(tool, &path);
    let known = Known::of(tool);
    let missing = || known.nothing_there(change, at);
    let (last, parents) = path.split_last().ok_or_else(missing)?;
    match find(tool, parents).ok_or_else(missing)? {
        Json::Object(members) => {
            members.remove(last).ok_or_else(missing)?;
        }
        Json::Array(elements) => {
            let existing = index_of(last).filter(|index| *index < elements.len());
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
        Json::Array(elements) => elements.get_mut(index_of(first)?)?,
        _ => return None,
    };
    find(inner, rest)
}

/// Returns the index that a reference token names: digits without leading zeros.
fn index_of(token: &str) -> Option<usize> {
    let index: usize = token.parse().ok()?;
    (index.to_string() == token).then_some(index)
}

/// Returns the reference tokens of a JSON pointer.
fn path_of(pointer: &str) -> Vec<String> {
    tokens(pointer).map(Cow::into_owned).collect()
}

/// The places in a tool, for suggestions.
#[derive(Default)]
struct Known {
    /// Every pointer into the tool.
    pointers: Vec<String>,
    /// The pointer and the value of each `$ref`, without the keyword.
    references: Vec<(String, String)>,
}

/// The number of references that a suggestion follows.
const MAX_REFERENCES: usize = 16;

impl Known {
    fn of(tool: &Json) -> Self {
        let mut known = Self::default();
        known.collect(tool, "");
        known
    }

    fn collect(&mut self, json: &Json, pointer: &str) {
        if let Json::Object(members) = json {
            for (key, value) in members {
                if let ("$ref", Json::String(text)) = (key.as_str(), value) {
                    self.references.push((pointer.to_owned(), text.clone()));
                }
                let pointer = child(pointer, key);
                self.collect(value, &pointer);
                self.pointers.push(pointer);
            }
        }
    }

    fn nothing_there(&self, change: &Change, at: &str) -> Diagnostics {
        let what = format!("the tool has nothing at {}", quoted(at));
        let problem = Diagnostic::new(change.location.clone(), what);
        if let Some((place, _, _)) = self.reference_on(at) {
            let there = match self.behind_references(at) {
                Some(there) => format!("point to `{there}`"),
                None => "point into that one, such as `…/$defs/Name`".to_owned(),
            };
            let help =
                format!("`{place}` refers to another schema: {there}, or replace the reference");
            return problem.help(help).into();
        }
        let has_key = |key: &str| self.pointers.iter().any(|known| known == key);
        let is_direct = has_key("/inputSchema") || has_key("/outputSchema");
        if let Some(help) = help_with_key(at).filter(|_| is_direct) {
            return problem.help(help).into();
        }
        let pointers = self.pointers.iter().map(String::as_str);
        let otherwise = "correct the pointer, or remove the change";
        problem.suggest(at, pointers, otherwise).into()
    }

    /// Returns the first reference that a pointer passes: its place, its value, and the rest of the pointer.
    fn reference_on<'k>(&'k self, at: &'k str) -> Option<(&'k str, &'k str, &'k str)> {
        let mut references = self.references.iter();
        references.find_map(|(place, text)| {
            let rest = at.strip_prefix(place.as_str())?;
            rest.starts_with('/')
                .then_some((place.as_str(), text.as_str(), rest))
        })
    }

    /// Follows references to the place at which a value is, or may be added. References from the root
    /// of their part are followed: `#/$defs/Name`.
    fn behind_references(&self, at: &str) -> Option<String> {
        let mut at = at.to_owned();
        for _ in 0..MAX_REFERENCES {
            let (place, text, rest) = self.reference_on(&at)?;
            let part = place.split('/').nth(1)?;
            let next = format!("/{part}{}{rest}", text.strip_prefix('#')?);
            let (around, _) = next.rsplit_once('/')?;
            let mut known = self.pointers.iter();
            if known.any(|known| *known == next || known == around) {
                return Some(next);
            }
            at = next;
        }
        None
    }
}
