//! Follows types whose place moved: a variant whose index in a union changed, and a type that was
//! wrapped in a list or made nullable. Their names move with them.

use std::borrow::Cow;
use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Bound;

use super::collect::Use;
use super::lock::{Lock, TypeLock};
use super::members::member_wires;
use super::owners::Owners;
use crate::lower::sketch::Classes;

/// Moves the names in `owners` to the places where their types are now.
pub(super) fn follow_moves<'l>(
    owners: &mut Owners<'l>,
    uses: &[Use<'_>],
    lock: &'l Lock,
    shapes: &Classes<'_>,
) {
    if owners.is_empty() {
        return;
    }
    let live: BTreeMap<String, &Use<'_>> = uses
        .iter()
        .map(|usage| (usage.place.to_string(), usage))
        .collect();
    let mut unions: BTreeMap<(usize, &str), BTreeMap<usize, Option<&Use<'_>>>> = BTreeMap::new();
    for (place, usage) in &live {
        for branch in branches(place) {
            // Outer unions come first.
            let union = unions
                .entry((branch.union.len(), branch.union))
                .or_default();
            let root = union.entry(branch.index).or_default();
            if branch.rest.is_empty() {
                *root = Some(usage);
            }
        }
    }
    for ((_, union), variants) in &unions {
        follow_variants(owners, union, variants, lock, shapes);
    }
    follow_wrapped(owners, &live, lock, shapes);
}

/// A part of a place: the branch of a union.
struct Branch<'p> {
    /// The place up to `oneOf` or `anyOf`.
    union: &'p str,
    index: usize,
    /// The rest of the place.
    rest: &'p str,
}

/// Returns every branch on the path to a place, the outermost one first.
fn branches(place: &str) -> impl Iterator<Item = Branch<'_>> {
    let ends = place.match_indices(['/']).map(|(end, _)| end);
    ends.filter_map(move |end| {
        let union = place.get(..end)?;
        if !(union.ends_with("/oneOf") || union.ends_with("/anyOf")) {
            return None;
        }
        let tail = place.get(end + 1..)?;
        let (index, rest) = match tail.find('/') {
            Some(end) => tail.split_at(end),
            None => (tail, ""),
        };
        Some(Branch {
            union,
            index: index.parse().ok()?,
            rest,
        })
    })
}

/// Returns `true` if a place is in a branch of a union.
pub(super) fn is_in_branch(place: &str) -> bool {
    branches(place).next().is_some()
}

/// Moves the names below a union to the variants that have them now.
fn follow_variants<'l>(
    owners: &mut Owners<'l>,
    union: &str,
    variants: &BTreeMap<usize, Option<&Use<'_>>>,
    lock: &'l Lock,
    shapes: &Classes<'_>,
) {
    let prefix = format!("{union}/");
    let below = owners
        .range::<str, _>((Bound::Included(prefix.as_str()), Bound::Unbounded))
        .take_while(|(place, _)| place.starts_with(&prefix));
    let before: Vec<(String, &'l str)> = below
        .map(|(place, name)| (place.clone().into_owned(), *name))
        .collect();
    let mut known: BTreeMap<usize, Option<&TypeLock>> = BTreeMap::new();
    for (place, name) in &before {
        let tail = place.get(prefix.len()..).unwrap_or_default();
        let (index, rest) = tail.split_at(tail.find('/').unwrap_or(tail.len()));
        let Ok(index) = index.parse() else {
            continue;
        };
        let root = known.entry(index).or_default();
        if rest.is_empty() {
            *root = lock.types.get(*name);
        }
    }
    let moved = match_variants(&known, variants, shapes);
    if known
        .keys()
        .all(|index| moved.get(index) == Some(index) || !variants.contains_key(index))
        && moved.iter().all(|(from, to)| from == to)
    {
        return;
    }
    for (place, _) in &before {
        owners.remove(place.as_str());
    }
    let mut left = Vec::new();
    for (place, name) in before {
        let tail = place.get(prefix.len()..).unwrap_or_default();
        let (index, rest) = tail.split_at(tail.find('/').unwrap_or(tail.len()));
        let index: Option<usize> = index.parse().ok();
        match index.and_then(|index| moved.get(&index)) {
            Some(to) => {
                owners.insert(Cow::Owned(format!("{prefix}{to}{rest}")), name);
            }
            None if index.is_some_and(|index| variants.contains_key(&index)) => {}
            None => left.push((place, name)),
        }
    }
    for (place, name) in left {
        owners.entry(Cow::Owned(place)).or_insert(name);
    }
}

/// Returns the new index of each variant: the one with its tag, its structure, the most of its
/// members, or its index.
fn match_variants(
    known: &BTreeMap<usize, Option<&TypeLock>>,
    variants: &BTreeMap<usize, Option<&Use<'_>>>,
    shapes: &Classes<'_>,
) -> BTreeMap<usize, usize> {
    let mut ranked = Vec::new();
    for (from, entry) in known {
        for (to, usage) in variants {
            if let Some(rank) = rank_variant(*entry, *usage, from == to, shapes) {
                ranked.push((Reverse(rank), *from, *to));
            }
        }
    }
    ranked.sort_unstable();
    let mut moved = BTreeMap::new();
    let mut taken = BTreeSet::new();
    for (_, from, to) in ranked {
        if !moved.contains_key(&from) && taken.insert(to) {
            moved.insert(from, to);
        }
    }
    moved
}

/// Ranks the resemblance of a variant before and a variant now: the tag, the structure, the number
/// of common members, the index. Returns `None` if they are different variants.
fn rank_variant(
    entry: Option<&TypeLock>,
    usage: Option<&Use<'_>>,
    is_same_index: bool,
    shapes: &Classes<'_>,
) -> Option<(bool, bool, usize, bool)> {
    let (Some(entry), Some(usage)) = (entry, usage) else {
        // A list or a plain type has no name of its own.
        return (is_same_index && entry.is_none() && usage.is_none())
            .then_some((false, false, 0, true));
    };
    let has_same_shape = entry
        .shape
        .as_ref()
        .is_some_and(|shape| *shape == usage.shape(shapes));
    let has_same_tag = match (&entry.tag, usage.tag) {
        // One type may have several tags, but then it is the same type.
        (Some(before), Some(now)) if before != now && !has_same_shape => return None,
        (before, now) => before.is_some() && before.as_deref() == now,
    };
    let wires = member_wires(usage.sketch);
    let common = wires.iter().filter(|wire| entry.names.contains_key(*wire));
    let common = common.count();
    let resembles = has_same_tag || has_same_shape || common > 0 || is_same_index;
    resembles.then_some((has_same_tag, has_same_shape, common, is_same_index))
}

/// Moves names to places that differ from the place before only by a list, a map or a composition
/// around the type.
fn follow_wrapped(
    owners: &mut Owners<'_>,
    live: &BTreeMap<String, &Use<'_>>,
    lock: &Lock,
    shapes: &Classes<'_>,
) {
    let mut homeless: BTreeMap<String, Vec<(&String, &Use<'_>)>> = BTreeMap::new();
    for (place, usage) in live {
        if !owners.contains_key(place.as_str()) {
            homeless
                .entry(slot(place))
                .or_default()
                .push((place, usage));
        }
    }
    if homeless.is_empty() {
        return;
    }
    let occupied: BTreeSet<&str> = owners
        .iter()
        .filter(|(place, _)| live.contains_key(&***place))
        .map(|(_, name)| *name)
        .collect();
    let mut empty: BTreeMap<String, Vec<(String, String)>> = BTreeMap::new();
    for (place, name) in owners.iter() {
        let slot = slot(place);
        if !live.contains_key(&**place) && homeless.contains_key(&slot) {
            let found = (place.clone().into_owned(), (*name).to_owned());
            empty.entry(slot).or_default().push(found);
        }
    }
    for (slot, places) in &empty {
        let ([(before, name)], Some([(place, usage)])) =
            (places.as_slice(), homeless.get(slot).map(Vec::as_slice))
        else {
            continue;
        };
        let entry = lock.types.get_key_value(name);
        let Some((_, entry)) = entry else {
            continue;
        };
        let is_unchanged = entry
            .shape
            .as_ref()
            .is_some_and(|shape| *shape == usage.shape(shapes));
        if is_unchanged || !occupied.contains(name.as_str()) {
            if let Some(owner) = owners.remove(before.as_str()) {
                owners.insert(Cow::Owned((*place).clone()), owner);
            }
        }
    }
}

/// Returns a place without lists, maps and compositions: the properties that lead to it.
fn slot(place: &str) -> String {
    let mut slot = String::with_capacity(place.len());
    let mut tokens = place.split('/').peekable();
    while let Some(token) = tokens.next() {
        match token {
            "items" | "additionalProperties" => continue,
            "oneOf" | "anyOf" | "allOf" => {
                let is_index = |next: &&str| next.parse::<usize>().is_ok();
                if tokens.next_if(is_index).is_some() {
                    continue;
                }
            }
            _ => {}
        }
        slot.push('/');
        slot.push_str(token);
        if matches!(
            token,
            "properties" | "patternProperties" | "$defs" | "definitions"
        ) {
            if let Some(name) = tokens.next() {
                slot.push('/');
                slot.push_str(name);
            }
        }
    }
    slot
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slot_has_only_the_properties_of_a_place() {
        for (place, expected) in [
            (
                "t#/query_schema/properties/a",
                "/t#/query_schema/properties/a",
            ),
            (
                "t#/query_schema/properties/a/anyOf/1/items",
                "/t#/query_schema/properties/a",
            ),
            ("t#/q/properties/items/items", "/t#/q/properties/items"),
            ("t#/q/properties/anyOf/anyOf/0", "/t#/q/properties/anyOf"),
            ("t#/q/prefixItems/0", "/t#/q/prefixItems/0"),
        ] {
            assert_eq!(slot(place), expected);
        }
    }

    #[test]
    fn finds_the_branches_on_a_path() {
        let found: Vec<_> = branches("t#/q/oneOf/1/properties/anyOf/anyOf/12")
            .map(|branch| (branch.union, branch.index, branch.rest))
            .collect();
        assert_eq!(
            found,
            [
                ("t#/q/oneOf", 1, "/properties/anyOf/anyOf/12"),
                ("t#/q/oneOf/1/properties/anyOf/anyOf", 12, ""),
            ]
        );
    }
}
