//! Follows definitions: one that has another name now, or that replaces schemas at the places that refer
//! to it, or the reverse. The names given to their types stay theirs.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use super::collect::Use;
use super::lock::Lock;
use super::members::member_wires;
use super::owners::Owners;
use crate::catalog::{SchemaPart, SchemaPlace};
use crate::lower::sketch::Classes;
use crate::source::{SchemaStep, SchemaSteps};

/// The types below a definition, by the rest of their places: the wire names of the members of each.
type Parts = BTreeMap<String, Vec<String>>;

/// The definitions of each schema, by name as a pointer writes it. The key ends with `/$defs`.
type Definitions = BTreeMap<SchemaPlace, BTreeMap<String, Parts>>;

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

/// Follows removed definitions to new ones with the same types and members.
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
    for usage in uses.iter().filter(|usage| is_definition(usage.place)) {
        let wires = member_wires(usage.sketch).into_iter().collect();
        insert(&mut after, usage.place, wires);
    }
    for (schema, old) in &before {
        let Some(new) = after.get(schema) else {
            continue;
        };
        for (from, to) in find_renamed(old, new) {
            let place = |name: &str| schema.join(&format!("/{name}"));
            move_places(owners, &place(from), &place(to));
        }
    }
}

/// Adds the type at a place to the definition that contains it, if one does.
fn insert(definitions: &mut Definitions, place: &SchemaPlace, wires: Vec<String>) {
    let Some((keyword, name, rest)) = find_definition(&place.pointer) else {
        return;
    };
    let schema = SchemaPlace {
        pointer: keyword.to_owned(),
        ..place.clone()
    };
    let schema = definitions.entry(schema).or_default();
    let parts = schema.entry(name.to_owned()).or_default();
    parts.insert(rest.to_owned(), wires);
}

/// Finds the outermost definition on the path of a pointer: the pointer up to `$defs`, the name as the pointer
/// writes it, and the rest.
fn find_definition(pointer: &str) -> Option<(&str, &str, &str)> {
    let mut steps = SchemaSteps::new(pointer);
    steps.find(|step| matches!(step, SchemaStep::Definition(_)))?;
    let rest = steps.rest();
    let (keyword, name) = pointer.strip_suffix(rest)?.rsplit_once('/')?;
    Some((keyword, name, rest))
}

fn is_definition(place: &SchemaPlace) -> bool {
    find_definition(&place.pointer).is_some()
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
fn move_places(owners: &mut Owners<'_>, from: &SchemaPlace, to: &SchemaPlace) {
    let places = owners
        .keys()
        .filter_map(|place| Some((SchemaPlace::clone(place), to.join(place.below(from)?))));
    for (place, moved) in places.collect::<Vec<_>>() {
        if let Some(owner) = owners.remove(&place) {
            owners.entry(Cow::Owned(moved)).or_insert(owner);
        }
    }
}

/// The types without a name that have the members of one removed type.
#[derive(Default)]
struct Heirs<'u> {
    usages: Vec<&'u Use<'u>>,
    /// The places of the removed type.
    places: Vec<SchemaPlace>,
}

/// Follows types from removed places to new ones with the same members in the same schema, if
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
            owners.remove(place);
        }
        for usage in heirs.usages {
            owners.insert(Cow::Owned(usage.place.clone()), name);
        }
    }
}

/// Returns the heirs of each type that was removed from a place, if no other type could be their origin.
fn find_heirs<'u, 'l>(
    owners: &Owners<'l>,
    uses: &'u [Use<'u>],
    lock: &'l Lock,
    shapes: &Classes<'_>,
) -> BTreeMap<&'l str, Heirs<'u>> {
    let live: BTreeSet<&SchemaPlace> = uses.iter().map(|usage| usage.place).collect();
    let mut gone: BTreeMap<(&str, SchemaPart), Vec<(&SchemaPlace, &'l str)>> = BTreeMap::new();
    for (place, name) in owners {
        if !live.contains(&**place) {
            let schema = gone.entry((&place.tool, place.part)).or_default();
            schema.push((place, name));
        }
    }
    let mut found: BTreeMap<&'l str, Heirs<'u>> = BTreeMap::new();
    for usage in uses.iter().filter(|_| !gone.is_empty()) {
        let place = usage.place;
        let gone = gone.get(&(&*place.tool, place.part));
        let gone = gone.map_or(&[][..], Vec::as_slice);
        if gone.is_empty() || owners.contains_key(place) {
            continue;
        }
        let wires = member_wires(usage.sketch);
        let alike = gone.iter().filter(|(before, name)| {
            (is_definition(before) || is_definition(place))
                && lock.types.get(*name).is_some_and(|entry| {
                    let shape = entry.shape.as_ref();
                    wires.iter().eq(entry.names.keys())
                        && shape.is_none_or(|shape| *shape == usage.shape(shapes))
                })
        });
        let (places, names): (Vec<&SchemaPlace>, BTreeSet<&'l str>) = alike.copied().unzip();
        if let (Some(name), 1, false) = (names.first(), names.len(), wires.is_empty()) {
            let heirs = found.entry(name).or_default();
            heirs.usages.push(usage);
            heirs.places.extend(places.into_iter().cloned());
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_definition_follows_its_keyword() {
        for (pointer, expected) in [
            (
                "/$defs/a~1b/properties/x",
                Some(("/$defs", "a~1b", "/properties/x")),
            ),
            (
                "/properties/$defs/definitions/$defs",
                Some(("/properties/$defs/definitions", "$defs", "")),
            ),
            ("/properties/$defs/properties/definitions/items", None),
            ("/patternProperties/$defs/items", None),
        ] {
            assert_eq!(find_definition(pointer), expected, "{pointer}");
        }
    }
}
