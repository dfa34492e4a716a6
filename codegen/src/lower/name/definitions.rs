//! Follows definitions: one that has another name now, or that replaces schemas at the places that refer
//! to it, or the reverse. The names given to their types stay theirs.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use super::collect::Use;
use super::lock::Lock;
use super::members::member_wires;
use super::owners::Owners;
use crate::lower::sketch::Classes;

/// The keywords that hold definitions, as parts of places.
const MAPS: [&str; 2] = ["/$defs/", "/definitions/"];

/// The types below a definition, by the rest of their places: the wire names of the members of each.
type Parts = BTreeMap<String, Vec<String>>;

/// The definitions of each schema, by name. The key ends with `/$defs/`.
type Definitions = BTreeMap<String, BTreeMap<String, Parts>>;

/// Moves the names in `owners` to the places where their types are now.
pub(super) fn follow_definitions<'l>(
    owners: &mut Owners<'l>,
    uses: &[Use<'_>],
    lock: &'l Lock,
    shapes: &Classes<'_>,
) {
    follow_renamed(owners, uses, lock);
    follow_references(owners, uses, lock, shapes);
}

/// Follows definitions that are gone to new ones with the same types and members.
fn follow_renamed(owners: &mut Owners<'_>, uses: &[Use<'_>], lock: &Lock) {
    let mut before = Definitions::new();
    for (place, name) in owners.iter().filter(|(place, _)| is_definition(place)) {
        let members = lock.types.get(*name).map(|entry| &entry.names);
        let wires = members.into_iter().flat_map(BTreeMap::keys);
        insert(&mut before, place, wires.cloned().collect());
    }
    if before.is_empty() {
        return;
    }
    let mut after = Definitions::new();
    for usage in uses
        .iter()
        .filter(|usage| is_definition(&usage.place.pointer))
    {
        let wires = member_wires(usage.sketch).into_iter().collect();
        insert(&mut after, &usage.place.to_string(), wires);
    }
    for (schema, old) in &before {
        let Some(new) = after.get(schema) else {
            continue;
        };
        for (from, to) in find_renamed(old, new) {
            move_places(owners, &format!("{schema}{from}"), &format!("{schema}{to}"));
        }
    }
}

/// Adds the type at a place to the definition that contains it, if one does.
fn insert(definitions: &mut Definitions, place: &str, wires: Vec<String>) {
    let start = MAPS
        .iter()
        .filter_map(|map| Some(place.find(map)? + map.len()));
    let Some((schema, path)) = start.min().and_then(|start| place.split_at_checked(start)) else {
        return;
    };
    let (name, rest) = path.split_at(path.find('/').unwrap_or(path.len()));
    let schema = definitions.entry(schema.to_owned()).or_default();
    let parts = schema.entry(name.to_owned()).or_default();
    parts.insert(rest.to_owned(), wires);
}

/// Returns the definitions that only one side has and that are the only ones with their parts.
fn find_renamed<'d>(
    old: &'d BTreeMap<String, Parts>,
    new: &'d BTreeMap<String, Parts>,
) -> Vec<(&'d str, &'d str)> {
    let gone = || old.iter().filter(|(name, _)| !new.contains_key(*name));
    let come = || new.iter().filter(|(name, _)| !old.contains_key(*name));
    let only = |parts: &Parts| {
        let mut equal = come().filter(|(_, other)| *other == parts);
        equal.next().filter(|_| equal.next().is_none())
    };
    gone()
        .filter(|(_, parts)| gone().filter(|(_, other)| other == parts).count() == 1)
        .filter_map(|(from, parts)| Some((from.as_str(), only(parts)?.0.as_str())))
        .collect()
}

/// Moves the names at `from` and below it to `to`.
fn move_places(owners: &mut Owners<'_>, from: &str, to: &str) {
    let is_below = |place: &str| {
        let rest = place.strip_prefix(from);
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    };
    let places: Vec<String> = owners
        .keys()
        .filter(|place| is_below(place))
        .map(|place| place.clone().into_owned())
        .collect();
    for place in places {
        let rest = place.get(from.len()..).unwrap_or_default();
        let moved = format!("{to}{rest}");
        if let Some(owner) = owners.remove(place.as_str()) {
            owners.entry(Cow::Owned(moved)).or_insert(owner);
        }
    }
}

/// The types without a name that have the members of one type that is gone.
#[derive(Default)]
struct Heirs<'u> {
    usages: Vec<&'u Use<'u>>,
    /// The places of the type that is gone.
    places: Vec<String>,
}

/// Follows types from the places that are gone to new ones with the same members in the same schema, if
/// one of the two is in a definition.
fn follow_references<'l>(
    owners: &mut Owners<'l>,
    uses: &[Use<'_>],
    lock: &'l Lock,
    shapes: &Classes<'_>,
) {
    let heirs = find_heirs(owners, uses, lock, shapes);
    for (name, heirs) in heirs {
        let mut signatures = heirs.usages.iter().map(|usage| usage.signature.as_str());
        let first = signatures.next();
        if signatures.any(|signature| Some(signature) != first) {
            continue;
        }
        for place in &heirs.places {
            owners.remove(place.as_str());
        }
        for usage in heirs.usages {
            owners.insert(Cow::Owned(usage.place.to_string()), name);
        }
    }
}

/// Returns the heirs of each type that is gone from a place, if no other type could be their origin.
fn find_heirs<'u, 'l>(
    owners: &Owners<'l>,
    uses: &'u [Use<'u>],
    lock: &'l Lock,
    shapes: &Classes<'_>,
) -> BTreeMap<&'l str, Heirs<'u>> {
    let live: BTreeSet<String> = uses.iter().map(|usage| usage.place.to_string()).collect();
    let mut gone: BTreeMap<&str, Vec<(&str, &'l str)>> = BTreeMap::new();
    for (place, name) in owners {
        if !live.contains(&**place) {
            let schema = gone.entry(schema_of(place)).or_default();
            schema.push((place, name));
        }
    }
    let mut found: BTreeMap<&'l str, Heirs<'u>> = BTreeMap::new();
    for usage in uses.iter().filter(|_| !gone.is_empty()) {
        let place = usage.place.to_string();
        let gone = gone.get(schema_of(&place)).map_or(&[][..], Vec::as_slice);
        if gone.is_empty() || owners.contains_key(place.as_str()) {
            continue;
        }
        let wires = member_wires(usage.sketch);
        let alike = gone.iter().filter(|(before, name)| {
            (is_definition(before) || is_definition(&place))
                && lock.types.get(*name).is_some_and(|entry| {
                    let shape = entry.shape.as_ref();
                    wires.iter().eq(entry.names.keys())
                        && shape.is_none_or(|shape| *shape == usage.shape(shapes))
                })
        });
        let (places, names): (Vec<&str>, BTreeSet<&'l str>) = alike.copied().unzip();
        if let (Some(name), 1, false) = (names.first(), names.len(), wires.is_empty()) {
            let heirs = found.entry(name).or_default();
            heirs.usages.push(usage);
            heirs.places.extend(places.into_iter().map(str::to_owned));
        }
    }
    found
}

/// Returns the part of a place that names the schema: `find_key#/inputSchema`.
fn schema_of(place: &str) -> &str {
    let start = place.find("#/").map_or(0, |start| start + 2);
    let rest = place.get(start..).unwrap_or_default();
    let length = rest.find('/').unwrap_or(rest.len());
    place.get(..start + length).unwrap_or(place)
}

fn is_definition(place: &str) -> bool {
    MAPS.iter().any(|map| place.contains(map))
}
