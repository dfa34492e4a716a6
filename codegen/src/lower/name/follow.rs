//! Follows types whose place moved: a variant whose index in a union changed, and a type that was
//! wrapped in a list or made nullable. Their names move with them.

use std::borrow::Cow;
use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Bound;
use std::sync::Arc;

use super::collect::Use;
use super::lock::{Lock, TypeLock};
use super::members::member_wires;
use super::owners::Owners;
use crate::catalog::{SchemaPart, SchemaPlace};
use crate::lower::sketch::Classes;
use crate::source::{SchemaStep, SchemaSteps, escape};

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
    let live: BTreeMap<&SchemaPlace, &Use<'_>> =
        uses.iter().map(|usage| (usage.place, usage)).collect();
    let mut unions: BTreeMap<Union<'_>, BTreeMap<usize, Option<&Use<'_>>>> = BTreeMap::new();
    for (place, usage) in &live {
        for branch in branches(&place.pointer) {
            let union = unions.entry(Union::new(place, branch.union)).or_default();
            let root = union.entry(branch.index).or_default();
            if branch.rest.is_empty() {
                *root = Some(usage);
            }
        }
    }
    for (union, variants) in &unions {
        follow_variants(owners, union, variants, lock, shapes);
    }
    follow_wrapped(owners, &live, lock, shapes);
}

/// The place of a union. Outer unions come before those in them.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Union<'p> {
    /// The length of the pointer.
    length: usize,
    tool: &'p Arc<str>,
    part: SchemaPart,
    /// The pointer up to `oneOf` or `anyOf`.
    pointer: &'p str,
}

impl<'p> Union<'p> {
    fn new(place: &'p SchemaPlace, pointer: &'p str) -> Self {
        Self {
            length: pointer.len(),
            tool: &place.tool,
            part: place.part,
            pointer,
        }
    }

    /// Returns the place of what follows the pointer of the union.
    fn join(&self, pointer: &str) -> SchemaPlace {
        SchemaPlace {
            tool: Arc::clone(self.tool),
            part: self.part,
            pointer: format!("{}{pointer}", self.pointer),
        }
    }

    /// Returns the variant of a place in the union, and the rest of the place.
    fn variant<'o>(&self, place: &'o SchemaPlace) -> Option<(Option<usize>, &'o str)> {
        if place.tool != *self.tool || place.part != self.part {
            return None;
        }
        let tail = place
            .pointer
            .strip_prefix(self.pointer)?
            .strip_prefix('/')?;
        let (index, rest) = tail.split_at(tail.find('/').unwrap_or(tail.len()));
        Some((index.parse().ok(), rest))
    }
}

/// A part of a pointer: the branch of a union.
struct Branch<'p> {
    /// The pointer up to `oneOf` or `anyOf`.
    union: &'p str,
    index: usize,
    /// The rest of the pointer.
    rest: &'p str,
}

/// Returns every branch of a union on the path of a pointer, the outermost one first.
fn branches(pointer: &str) -> impl Iterator<Item = Branch<'_>> {
    let mut steps = SchemaSteps::new(pointer);
    std::iter::from_fn(move || {
        loop {
            let SchemaStep::Branch {
                keyword: "anyOf" | "oneOf",
                key: Some(index),
            } = steps.next()?
            else {
                continue;
            };
            let rest = steps.rest();
            let (union, _) = pointer.strip_suffix(rest)?.rsplit_once('/')?;
            return Some(Branch {
                union,
                index: index.parse().ok()?,
                rest,
            });
        }
    })
}

/// Returns `true` if a place is in a branch of a union.
pub(super) fn is_in_branch(place: &SchemaPlace) -> bool {
    branches(&place.pointer).next().is_some()
}

/// Moves the names below a union to the variants that have them now.
fn follow_variants<'l>(
    owners: &mut Owners<'l>,
    union: &Union<'_>,
    variants: &BTreeMap<usize, Option<&Use<'_>>>,
    lock: &'l Lock,
    shapes: &Classes<'_>,
) {
    let start = union.join("/");
    let below = owners
        .range::<SchemaPlace, _>((Bound::Included(&start), Bound::Unbounded))
        .take_while(|(place, _)| union.variant(place).is_some());
    let before: Vec<(SchemaPlace, &'l str)> = below
        .map(|(place, name)| (SchemaPlace::clone(place), *name))
        .collect();
    let mut known: BTreeMap<usize, Option<&TypeLock>> = BTreeMap::new();
    for (place, name) in &before {
        let Some((Some(index), rest)) = union.variant(place) else {
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
        owners.remove(place);
    }
    let mut left = Vec::new();
    for (place, name) in before {
        let (index, rest) = union.variant(&place).unwrap_or_default();
        match index.and_then(|index| moved.get(&index)) {
            Some(to) => {
                owners.insert(Cow::Owned(union.join(&format!("/{to}{rest}"))), name);
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
        // A list or a plain type has no separate name.
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
    live: &BTreeMap<&SchemaPlace, &Use<'_>>,
    lock: &Lock,
    shapes: &Classes<'_>,
) {
    let mut homeless: BTreeMap<SchemaPlace, Vec<(&SchemaPlace, &Use<'_>)>> = BTreeMap::new();
    for (place, usage) in live {
        if !owners.contains_key(*place) {
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
    let mut empty: BTreeMap<SchemaPlace, Vec<(SchemaPlace, String)>> = BTreeMap::new();
    for (place, name) in owners.iter() {
        let slot = slot(place);
        if !live.contains_key(&**place) && homeless.contains_key(&slot) {
            let found = (SchemaPlace::clone(place), (*name).to_owned());
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
        if (is_unchanged || !occupied.contains(name.as_str()))
            && let Some(owner) = owners.remove(before)
        {
            owners.insert(Cow::Owned(SchemaPlace::clone(place)), owner);
        }
    }
}

/// Returns a place without lists, maps and compositions: the properties that lead to it.
fn slot(place: &SchemaPlace) -> SchemaPlace {
    let mut slot = String::with_capacity(place.pointer.len());
    let mut push = |keyword: &str, name: &str| {
        slot.push_str(keyword);
        slot.push('/');
        slot.push_str(&escape(name));
    };
    for step in SchemaSteps::new(&place.pointer) {
        match step {
            SchemaStep::Property(name) => push("/properties", &name),
            SchemaStep::Pattern(pattern) => push("/patternProperties", &pattern),
            SchemaStep::Definition(name) => push("/$defs", &name),
            SchemaStep::Index(index) => push("/prefixItems", &index.to_string()),
            SchemaStep::Other(name) => push("", &name),
            SchemaStep::Items | SchemaStep::Values | SchemaStep::Branch { .. } => {}
        }
    }
    SchemaPlace {
        pointer: slot,
        ..place.clone()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slot_has_only_the_properties_of_a_place() {
        for (place, expected) in [
            ("/properties/a", "/properties/a"),
            ("/properties/a/anyOf/1/items", "/properties/a"),
            ("/properties/items/items", "/properties/items"),
            ("/properties/anyOf/anyOf/0", "/properties/anyOf"),
            (
                "/properties/a~1b/$defs/items/not",
                "/properties/a~1b/$defs/items",
            ),
            ("/prefixItems/0", "/prefixItems/0"),
            ("/dependentSchemas/items/properties/a", "/properties/a"),
        ] {
            let place = SchemaPlace::in_tool("t", &format!("/query_schema{place}")).unwrap();
            assert_eq!(slot(&place).pointer, expected);
        }
    }

    #[test]
    fn finds_the_branches_on_a_path() {
        let found: Vec<_> = branches("/oneOf/1/properties/anyOf/anyOf/12")
            .map(|branch| (branch.union, branch.index, branch.rest))
            .collect();
        assert_eq!(
            found,
            [
                ("/oneOf", 1, "/properties/anyOf/anyOf/12"),
                ("/oneOf/1/properties/anyOf/anyOf", 12, ""),
            ]
        );
        assert_eq!(branches("/properties/oneOf/properties/1").count(), 0);
    }
}
