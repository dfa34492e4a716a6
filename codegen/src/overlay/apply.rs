//! Application of changes to parsed tools.

use std::collections::BTreeMap;

use super::change::{Action, Change};
use super::edit::is_edit;
use super::find::{find_schema, places};
use crate::catalog::{Placement, Renaming, RenamingTarget, Sharing, Tool};
use crate::diag::{Diagnostic, Diagnostics};
use crate::json_type::JsonType;
use crate::schema::Schema;
use crate::source::quoted;

/// Applies all changes.
///
/// # Errors
///
/// Every change that refers to something that does not exist, or has no effect.
pub(super) fn apply_overlay(changes: &[Change], tools: &mut [Tool]) -> Result<(), Diagnostics> {
    let mut problems = Diagnostics::default();
    for change in changes.iter().filter(|change| change.resource.is_none()) {
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
            Some(at) => apply_at(change, at, action, tool),
            None => apply_to_tool(action, tool).map_err(|why| useless(change, action, &why).into()),
        };
        if let Err(found) = applied {
            problems.extend(found);
        }
    }
    problems.finish()
}

/// Returns the error for an action without an effect.
fn useless(change: &Change, action: &Action, why: &str) -> Diagnostic {
    let what = format!("`{}` changes nothing", action.key());
    Diagnostic::new(change.location.clone(), what)
        .because(why)
        .help("remove it")
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
        Action::Set(_) | Action::Remove | Action::Values(_) | Action::Record(_) => Ok(()),
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

fn set<T>(slot: &mut Option<T>, value: T) -> Result<(), String> {
    if slot.is_some() {
        return Err("an earlier change does the same".to_owned());
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
    let Some(schema) = find_schema(tool, &pointer) else {
        let what = format!("the tool has no schema at {}", quoted(at));
        let problem = Diagnostic::new(change.location.clone(), what);
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
            return Err(problem
                .help("point to the string itself, such as `…/items` for a list")
                .into());
        }
        Action::Identifier(name) => set(&mut schema.identifier, name.clone()),
        Action::Rename(name) if at.rsplit('/').next() == Some(name) => {
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
    applied.map_err(|why| useless(change, action, &why).into())
}

/// Returns `true` if a pointer leads to a property of an object.
fn is_property(at: &str) -> bool {
    let mut parts = at.rsplit('/').skip(1);
    let is_name = |part: Option<&str>| part.is_some_and(|part| part != "properties");
    match (parts.next(), parts.next()) {
        // A property may have the name `properties`.
        (Some("properties"), before) => is_name(before) || parts.next() == Some("properties"),
        _ => false,
    }
}

fn may_identify(schema: &Schema) -> bool {
    schema.types.is_empty() || schema.types.contains(&JsonType::String)
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
pub(super) fn collect_renames(changes: &[Change]) -> Vec<Renaming> {
    let mut renamings = Vec::new();
    for change in changes {
        for action in &change.actions {
            let target = match (action, &change.resource, &change.at) {
                (Action::Type(_), _, Some(at)) => RenamingTarget::Type {
                    tool: change.tool.clone(),
                    at: at.clone(),
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

/// Returns the types that changes keep shared.
pub(super) fn collect_sharings(changes: &[Change]) -> Vec<Sharing> {
    let mut sharings = Vec::new();
    for change in changes {
        for action in &change.actions {
            if let (Action::Share(others), Some(at)) = (action, &change.at) {
                let mut places = vec![(change.tool.clone(), at.clone())];
                places.extend(others.iter().cloned());
                sharings.push(Sharing {
                    location: change.location.clone(),
                    places,
                });
            }
        }
    }
    sharings
}
