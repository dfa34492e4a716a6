//! Names from the overlay for types and resources. They enter the lock before naming, as if they
//! had been given before.

use super::lock::{Lock, ResourceLock, TypeLock};
use super::naming::Names;
use super::owners::find_owners;
use crate::catalog::SchemaPlace;
use crate::catalog::{Renaming, RenamingTarget};
use crate::diag::{Diagnostic, Diagnostics};
use crate::ident::Ident;
use crate::lower::sketch::{Home, ToolSketch};

/// Enters the overlay's names into the lock.
///
/// # Errors
///
/// Returns an error if a resource does not exist or already has the name, or if a name is not a
/// valid identifier.
pub(in crate::lower) fn enter_renamings(
    renamings: &[Renaming],
    tools: &[ToolSketch<'_>],
    lock: &mut Lock,
) -> Result<(), Diagnostics> {
    let mut problems = Diagnostics::default();
    for renaming in renamings {
        match &renaming.target {
            RenamingTarget::Type { tool, at, .. } => {
                // `check_renamings` reports the other places.
                if let Some(place) = SchemaPlace::in_tool(tool, at) {
                    enter_type(&place, &renaming.name, lock);
                }
            }
            RenamingTarget::Resource(resource) => match check_resource(renaming, resource, tools) {
                Ok(names) => {
                    lock.resources.insert(resource.clone(), names);
                }
                Err(found) => problems.extend(found),
            },
        }
    }
    problems.finish()
}

/// Renames the type at a place, including its other uses. The old name stays reserved.
fn enter_type(place: &SchemaPlace, name: &str, lock: &mut Lock) {
    let before = find_owners(lock, &[])
        .get(place)
        .map(|name| (*name).to_owned());
    if before.as_deref() != Some(name) {
        move_type(before, place, name, lock);
    }
    if let Some(entry) = lock.types.get_mut(name) {
        entry.pinned.insert(place.clone());
    }
}

fn move_type(before: Option<String>, place: &SchemaPlace, name: &str, lock: &mut Lock) {
    let known = before.and_then(|before| lock.types.get_mut(&before));
    let moved = known.map_or_else(
        || TypeLock {
            places: vec![place.clone()],
            ..TypeLock::default()
        },
        std::mem::take,
    );
    let entry = lock.types.entry(name.to_owned()).or_default();
    if entry.places.is_empty() {
        *entry = moved;
    } else {
        entry.rivals.extend(entry.places.iter().cloned());
        entry.places.extend(moved.places);
    }
}

fn check_resource(
    renaming: &Renaming,
    resource: &str,
    tools: &[ToolSketch<'_>],
) -> Result<ResourceLock, Diagnostics> {
    let refuse = |what: String| Diagnostic::new(renaming.location.clone(), what);
    if !tools
        .iter()
        .any(|tool| tool.home == Home::Resource(resource))
    {
        let problem = refuse(format!("the catalog has no resource `{resource}`"));
        let known = tools.iter().map(|tool| tool.home.resource());
        let otherwise = "correct the name, or remove the change";
        return Err(problem.suggest(resource, known, otherwise).into());
    }
    if resource == renaming.name {
        let problem = refuse("`rename` changes nothing".to_owned());
        return Err(problem
            .because("the resource already has this name")
            .help("remove it")
            .into());
    }
    match (
        Ident::for_value(&renaming.name),
        Ident::for_type(&renaming.name),
    ) {
        (Some(accessor), Some(handle)) if !Ident::is_unusable(&renaming.name) => Ok(ResourceLock {
            accessor: accessor.to_string(),
            handle: handle.to_string(),
        }),
        _ => Err(refuse(format!("`{}` is not a valid name", renaming.name))
            .help("write a name in snake case, such as `api_keys`")
            .into()),
    }
}

/// Returns the remedy for a place without a named type: the place to which it refers, if that has one.
fn help_for_type(tool: &str, behind: &[String], names: &Names<'_>) -> String {
    let mut behind = behind.iter();
    let found = behind.find(|at| {
        let place = SchemaPlace::in_tool(tool, at);
        place.is_some_and(|place| names.places.contains_key(&place))
    });
    match found {
        Some(at) => format!("it refers to the type at `{at}`: point to that place"),
        None => {
            "point at its schema, such as `…/items` for a list, or remove the change".to_owned()
        }
    }
}

/// Checks that each renamed type exists, now that all types are known.
///
/// # Errors
///
/// Returns an error if there is no named type at a place, or if its name belongs to another type.
pub(in crate::lower) fn check_renamings(
    renamings: &[Renaming],
    lock: &Lock,
    names: &Names<'_>,
) -> Result<(), Diagnostics> {
    let mut problems = Diagnostics::default();
    let given_at = |tool: &str, at: &str| {
        let place = SchemaPlace::in_tool(tool, at);
        place.and_then(|place| names.places.get(&place))
    };
    // A type keeps its name.
    let is_taken = |name: &str| {
        let places = lock
            .types
            .get(name)
            .into_iter()
            .flat_map(|entry| &entry.rivals);
        let mut given = places.filter_map(|place| names.places.get(place));
        given.any(|given| given.as_str() != name)
    };
    for renaming in renamings {
        let RenamingTarget::Type { tool, at, behind } = &renaming.target else {
            continue;
        };
        let given = given_at(tool, at);
        let has_name = given.is_some_and(|given| given.as_str() == renaming.name);
        if has_name && !is_taken(&renaming.name) {
            continue;
        }
        let problem = match given {
            None => Diagnostic::new(
                renaming.location.clone(),
                format!("there is no named type at \"{at}\""),
            )
            .because("only an enum or an object with properties has a name")
            .help(help_for_type(tool, behind, names)),
            Some(_) => Diagnostic::new(
                renaming.location.clone(),
                format!("`{}` is the name of another type", renaming.name),
            )
            .help("choose another name"),
        };
        problems.push(problem);
    }
    problems.finish()
}
