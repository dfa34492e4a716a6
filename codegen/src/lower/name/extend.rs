//! Extends the lock with the names of this run.

use std::collections::{BTreeMap, BTreeSet};

use super::collect::UseKind;
use super::follow::is_in_branch;
use super::lock::{Lock, ResourceLock};
use super::members::{MemberNames, is_form};
use super::naming::Names;
use super::owners::find_owners;
use crate::catalog::SchemaPlace;
use crate::ident::Ident;
use crate::lower::sketch::{Classes, ToolSketch};

/// Adds the names given now to the locked ones.
pub(in crate::lower) fn extend_lock(
    mut lock: Lock,
    tools: &[ToolSketch<'_>],
    names: &Names<'_>,
) -> Lock {
    for (resource, names) in &names.resources {
        let entry = ResourceLock {
            accessor: names.accessor.to_string(),
            handle: names.handle.to_string(),
        };
        lock.resources.insert((*resource).to_owned(), entry);
    }
    for (kind, name) in &names.identifiers {
        let key = kind.text().to_owned();
        lock.identifiers.insert(key, name.to_string());
    }
    for tool in tools {
        let Some(names) = names.tools.get(tool.tool.name.as_str()) else {
            continue;
        };
        let is_new = !lock.tools.contains_key(&tool.tool.name);
        let entry = lock.tools.entry(tool.tool.name.clone()).or_default();
        // Older entries stay as they are.
        if is_new && tool.tool.overlay.placement.is_some() && !tool.tool.is_direct() {
            entry.route = format!("{}/{}", tool.tool.resource, tool.tool.method);
        }
        tool.home.resource().clone_into(&mut entry.resource);
        entry.method = names.method.to_string();
        entry.request = names.request.to_string();
        entry.arguments.clone_from(&names.members.arguments);
        extend_members(&mut entry.fields, &names.members);
    }
    free_methods(&mut lock, names);
    extend_types(&mut lock, names);
    lock
}

/// Takes the names of methods from removed tools whose methods belong to others now. If such a tool
/// reappears, its method gets a new name.
fn free_methods(lock: &mut Lock, names: &Names<'_>) {
    let live: BTreeSet<&str> = names.tools.keys().copied().collect();
    let taken: BTreeSet<(String, String)> = lock
        .tools
        .iter()
        .filter(|(name, _)| live.contains(name.as_str()))
        .map(|(_, entry)| (entry.resource.clone(), entry.method.clone()))
        .collect();
    for (name, entry) in &mut lock.tools {
        let method = (entry.resource.clone(), entry.method.clone());
        if !live.contains(name.as_str()) && taken.contains(&method) {
            entry.method.clear();
        }
    }
}

/// Adds the types and their places. Each place is left in one entry. An entry without places keeps
/// its name reserved.
fn extend_types(lock: &mut Lock, names: &Names<'_>) {
    drop_moved_places(lock, names);
    let shapes = Classes::shapes(&names.definitions);
    for named in &names.types {
        let entry = lock.types.entry(named.name.to_string()).or_default();
        let places = named.uses.iter().map(|usage| usage.place.clone());
        entry.places.extend(places);
        entry.places.sort_unstable();
        entry.places.dedup();
        let shape = named.representative().map(|usage| usage.shape(&shapes));
        // A variant is found by its structure or its tag if its index changes.
        let is_variant = entry.places.iter().any(is_in_branch);
        entry.shape = shape.filter(|_| is_variant || entry.places.len() > 1);
        let tag = named.representative().and_then(|usage| usage.tag);
        entry.tag = tag.map(str::to_owned);
        if let Some(members) = names.members.get(&named.name) {
            let is_input = named
                .uses
                .iter()
                .any(|usage| usage.kind == UseKind::RequestObject);
            if is_input {
                entry.arguments.clone_from(&members.arguments);
            }
            if let Some(is_form) = named.representative().and_then(|one| is_form(one.sketch)) {
                entry.names.retain(|_, name| is_form(name));
            }
            extend_members(&mut entry.names, members);
        }
    }
}

/// Drops the places of locked types that belong to another type.
fn drop_moved_places(lock: &mut Lock, names: &Names<'_>) {
    if lock.types.is_empty() {
        return;
    }
    let mut owners: BTreeMap<SchemaPlace, String> = find_owners(lock, &[])
        .into_iter()
        .map(|(place, name)| (place.into_owned(), name.to_owned()))
        .collect();
    for named in &names.types {
        for usage in &named.uses {
            owners.insert(usage.place.clone(), named.name.to_string());
        }
    }
    for (name, entry) in &mut lock.types {
        let is_own = |place: &SchemaPlace| owners.get(place) == Some(name);
        entry.places.retain(is_own);
        entry.places.sort_unstable();
        entry.places.dedup();
    }
}

fn extend_members(entry: &mut BTreeMap<String, String>, members: &MemberNames) {
    // A new member may have the name of a removed one.
    let given: BTreeSet<&str> = members.names.values().map(Ident::as_str).collect();
    entry.retain(|wire, name| members.names.contains_key(wire) || !given.contains(name.as_str()));
    for (wire, name) in &members.names {
        entry.insert(wire.clone(), name.to_string());
    }
}
