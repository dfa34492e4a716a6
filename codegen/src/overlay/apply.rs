//! Application of changes to parsed tools.

use std::collections::BTreeMap;

use toolsmith_dialect::json_type::JsonType;

use super::change::{Action, Change};
use super::edit::is_edit;
use super::find::{behind_references, find_schema, help_with_key, places};
use crate::catalog::{Allowance, Placement, Renaming, RenamingTarget, SchemaPlace, Sharing, Tool};
use crate::diag::{Diagnostic, Diagnostics};
use crate::ident::Ident;
use crate::schema::Schema;
use crate::source::{SchemaStep, SchemaSteps, quoted, split, split_first};

/// Applies all changes.
///
/// # Errors
/// Returns an error for every change that refers to something that does not exist, or has no effect.
pub(super) fn apply_overlay(changes: &[Change], tools: &mut [Tool]) -> Result<(), Diagnostics> {
    let mut problems = Diagnostics::default();
    let is_of_tool = |change: &&Change| change.resource.is_none() && !change.is_of_server();
    for change in changes.iter().filter(is_of_tool) {
        let Some(tool) = tools.iter_mut().find(|tool| tool.name == change.tool) else {
            let what = format!("the catalog has no tool {}", quoted(&change.tool));
            let problem = Diagnostic::new(change.location.clone(), what);
            let names = tools.iter().map(|tool| tool.name.as_str());
            let otherwise = "correct the name, or remove the change";
            problems.push(problem.suggest(&change.tool, names, otherwise));
            continue;
        };
        match apply_change(change, tool) {
            Ok(()) => tool.overlay.reasons.push(change.reason.clone()),
            Err(found) => problems.extend(found),
        }
    }
    check_placements(changes, tools, &mut problems);
    problems.finish()
}

fn apply_change(change: &Change, tool: &mut Tool) -> Result<(), Diagnostics> {
    let mut problems = Diagnostics::default();
    for action in change.actions.iter().filter(|action| !is_edit(action)) {
        let applied = match &change.at {
            Some(_) if matches!(action, Action::Allow(_)) => Ok(()),
            Some(at) => apply_at(change, at, action, tool),
            None => apply_to_tool(action, tool)
                .map_err(|why| change.useless(&format!("`{}`", action.key()), why).into()),
        };
        if let Err(found) = applied {
            problems.extend(found);
        }
    }
    problems.finish()
}

/// Applies an action to a tool. The error explains why it has no effect.
fn apply_to_tool(action: &Action, tool: &mut Tool) -> Result<(), String> {
    match action {
        Action::Move(to) if to.resource == tool.resource && to.method == tool.method => {
            Err("the tool is already there".to_owned())
        }
        // The overlay may confirm an effect that the catalog does not declare.
        Action::Effect(effect) if tool.effect == *effect && !tool.is_effect_assumed => {
            Err(why_effect(tool))
        }
        Action::Move(_) if tool.is_direct() => {
            Err("the catalog has no resources; `rename` changes the name of the method".to_owned())
        }
        Action::Move(placement) => set(&mut tool.overlay.placement, placement.clone()),
        Action::Request(name) => set(&mut tool.overlay.request, name.clone()),
        Action::Deprecated(note) => set(&mut tool.overlay.deprecated, note.clone()),
        Action::Effect(effect) => set(&mut tool.overlay.effect, *effect),
        Action::Audit(names) => match names.iter().find(|name| !has_field(tool, name)) {
            Some(name) => Err(format!("its records have no field {}", quoted(name))),
            None => set(&mut tool.overlay.audit_fields, names.clone()),
        },
        Action::Hide => set(&mut tool.overlay.hidden, ()),
        Action::Rename(name) if tool.is_direct() => {
            let placement = Placement {
                resource: String::new(),
                method: name.clone(),
            };
            set(&mut tool.overlay.placement, placement)
        }
        Action::Rename(_) => Err("it has no `at`; `move` places the tool elsewhere".to_owned()),
        Action::Identifier(_) | Action::Type(_) | Action::Share(_) | Action::Secret => {
            Err("it has no `at`".to_owned())
        }
        // The check of the texts finds out what is allowed for nothing.
        Action::Set(_)
        | Action::Remove
        | Action::Values(_)
        | Action::Record(_)
        | Action::Allow(_) => Ok(()),
    }
}

/// Returns `true` if the records of a tool have a field of this name.
fn has_field(tool: &Tool, name: &str) -> bool {
    let schemas = tool.response.schema.iter();
    let mut schemas = schemas.chain(tool.response.targets.values());
    schemas.any(|schema| {
        let mut parts = std::iter::once(schema)
            .chain(&schema.branches)
            .chain(&schema.all);
        parts.any(|part| part.properties.contains_key(name))
    })
}

fn set<T: PartialEq>(slot: &mut Option<T>, value: T) -> Result<(), String> {
    if let Some(before) = slot {
        return Err(if *before == value {
            "an earlier change does the same".to_owned()
        } else {
            "an earlier change already sets another value".to_owned()
        });
    }
    *slot = Some(value);
    Ok(())
}

/// Explains why the catalog already has the effect of a tool.
fn why_effect(tool: &Tool) -> String {
    if tool.is_direct() {
        "it already follows from the annotations of the tool".to_owned()
    } else {
        format!("it already follows from the method `{}`", tool.method)
    }
}

fn apply_at(
    change: &Change,
    at: &str,
    action: &Action,
    tool: &mut Tool,
) -> Result<(), Diagnostics> {
    let pointer = format!("{}{at}", tool.pointer);
    let behind = behind_references(tool, at);
    let has_rival = has_rival(tool, &pointer);
    let Some(schema) = find_schema(tool, &pointer) else {
        let what = format!("the tool has no schema at {}", quoted(at));
        let problem = Diagnostic::new(change.location.clone(), what);
        if let [place, ..] = behind.as_slice() {
            let help = format!("a reference leads to `{place}`: point to that place");
            return Err(problem.help(help).into());
        }
        if let Some(help) = help_with_key(at).filter(|_| tool.is_direct()) {
            return Err(problem.help(help).into());
        }
        let otherwise = "correct the pointer, or remove the change";
        return Err(problem
            .suggest(at, places(tool).into_iter(), otherwise)
            .into());
    };
    let applied = match action {
        Action::Identifier(_) if !may_identify(schema) => {
            let what = format!(
                "the value at {} is not a string, so it cannot be an identifier",
                quoted(at)
            );
            let problem = Diagnostic::new(change.location.clone(), what);
            let mut parts = schema.branches.iter().chain([&*schema]);
            let refers = parts.any(|part| part.reference.is_some());
            let help = match behind.as_slice() {
                [.., place] if refers => {
                    format!("a reference leads to `{place}`: point to that place")
                }
                _ => "point to the string itself, such as `…/items` for a list".to_owned(),
            };
            return Err(problem.help(help).into());
        }
        Action::Identifier(name) => set(&mut schema.identifier, name.clone()),
        Action::Rename(_) if !is_property(at) => {
            Err("it is not a property; point to `…/properties/` and its name".to_owned())
        }
        Action::Rename(name) if at.rsplit('/').next() == Some(name) && !has_rival => {
            Err("the property already has that name".to_owned())
        }
        Action::Rename(name) => set(&mut schema.rename, name.clone()),
        Action::Secret if !is_property(at) => {
            Err("it is not a property; mark the property that holds it".to_owned())
        }
        Action::Secret => set(&mut schema.secret, ()),
        // Only lowering knows which types have names.
        Action::Type(_) | Action::Share(_) => Ok(()),
        _ => Err("it applies to the tool, not to a place".to_owned()),
    };
    applied.map_err(|why| change.useless(&format!("`{}`", action.key()), why).into())
}

/// Returns `true` if a pointer leads to a property of an object.
fn is_property(at: &str) -> bool {
    let steps = split_first(at).map(|(_, pointer)| SchemaSteps::new(pointer));
    let last = steps.and_then(Iterator::last);
    matches!(last, Some(SchemaStep::Property(_)))
}

/// Returns `true` if another property of the object becomes the same field, so that the catalog's own name of a
/// property may not be the one that it has.
fn has_rival(tool: &mut Tool, pointer: &str) -> bool {
    let Some((properties, wire)) = split(pointer) else {
        return false;
    };
    let object = properties.strip_suffix("/properties");
    let (Some(object), Some(field)) = (object, Ident::for_value(&wire)) else {
        return false;
    };
    find_schema(tool, object).is_some_and(|object| {
        let mut others = object.properties.keys().filter(|other| **other != wire);
        others.any(|other| Ident::for_value(other).as_ref() == Some(&field))
    })
}

/// Returns `true` if a value is a string of any text, or may be one. A reference identifies nothing: the place to
/// which it leads does.
fn may_identify(schema: &Schema) -> bool {
    let is_string = |json_type: &JsonType| *json_type == JsonType::String;
    let is_free = schema.reference.is_none() && schema.values.is_none();
    is_free && schema.types.iter().all(is_string) && schema.branches.iter().all(may_identify)
}

/// Checks that no tool was moved to the place of another one.
fn check_placements(changes: &[Change], tools: &[Tool], problems: &mut Diagnostics) {
    let mut by_place: BTreeMap<(&str, &str), Vec<&str>> = BTreeMap::new();
    for tool in tools {
        let place = match &tool.overlay.placement {
            Some(Placement { resource, method }) => (resource.as_str(), method.as_str()),
            None => (tool.resource.as_str(), tool.method.as_str()),
        };
        by_place.entry(place).or_default().push(&tool.name);
    }
    for change in changes {
        for action in &change.actions {
            let Action::Move(Placement { resource, method }) = action else {
                continue;
            };
            let place = (resource.as_str(), method.as_str());
            let mut others = by_place.get(&place).into_iter().flatten();
            if let Some(other) = others.find(|name| **name != change.tool) {
                let what = format!("`{resource}.{method}` is already the tool `{other}`");
                let problem = Diagnostic::new(change.location.clone(), what);
                problems.push(problem.help("choose another place, or move the other tool as well"));
            }
        }
    }
}

/// Returns the names that changes give to types and resources.
pub(super) fn collect_renames(changes: &[Change], tools: &[Tool]) -> Vec<Renaming> {
    let behind = |name: &String, at: &str| {
        // The tools are sorted.
        let found = tools.binary_search_by(|tool| tool.name.cmp(name));
        let tool = found.ok().and_then(|index| tools.get(index));
        tool.map_or_else(Vec::new, |tool| behind_references(tool, at))
    };
    let mut renamings = Vec::new();
    for change in changes {
        for action in &change.actions {
            let target = match (action, &change.resource, &change.at) {
                (Action::Type(_), _, Some(at)) => RenamingTarget::Type {
                    tool: change.tool.clone(),
                    at: at.clone(),
                    behind: behind(&change.tool, at),
                },
                (Action::Rename(_), Some(resource), _) => {
                    RenamingTarget::Resource(resource.clone())
                }
                _ => continue,
            };
            if let Action::Type(name) | Action::Rename(name) = action {
                renamings.push(Renaming {
                    location: change.location.clone(),
                    target,
                    name: name.clone(),
                });
            }
        }
    }
    renamings
}

/// Returns the findings in texts that changes allow.
pub(super) fn collect_allowances(changes: &[Change]) -> Vec<Allowance> {
    let allowances = changes.iter().flat_map(|change| {
        change.actions.iter().filter_map(|action| match action {
            Action::Allow(kinds) => Some(Allowance {
                location: change.location.clone(),
                tool: change.tool.clone(),
                at: change.at.clone(),
                kinds: kinds.clone(),
            }),
            _ => None,
        })
    });
    allowances.collect()
}

/// Returns the types that changes keep shared.
pub(super) fn collect_sharings(changes: &[Change]) -> Vec<Sharing> {
    let mut sharings = Vec::new();
    for change in changes {
        for action in &change.actions {
            if let (Action::Share(others), Some(at)) = (action, &change.at) {
                let first = SchemaPlace::in_tool(&change.tool, at);
                let places = first.into_iter().chain(others.iter().cloned()).collect();
                sharings.push(Sharing {
                    location: change.location.clone(),
                    places,
                });
            }
        }
    }
    sharings
}
