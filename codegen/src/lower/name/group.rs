//! Groups uses into types and names the types.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use rayon::iter::{IntoParallelRefIterator as _, ParallelIterator as _};

use super::collect::{Use, UseKind};
use super::lock::{Lock, TypeLock};
use super::namespace::Namespace;
use super::owners::{Owners, distance};
use crate::catalog::SchemaPlace;
use crate::ident::Ident;
use crate::lower::sketch::Classes;
use crate::lower::words::split_words;

/// A named type with all its uses. The first use in the order of tools represents it.
#[derive(Debug)]
pub(in crate::lower) struct NamedType<'a> {
    /// The name.
    pub(in crate::lower) name: Ident,
    /// The uses, in the order of tools.
    pub(in crate::lower) uses: Vec<Use<'a>>,
    /// The locked type that a use had before, if this is a new type.
    pub(in crate::lower) origin: Option<String>,
}

impl<'a> NamedType<'a> {
    /// Returns the use that represents the type.
    pub(in crate::lower) fn representative(&self) -> Option<&Use<'a>> {
        self.uses.first()
    }
}

/// The locked names, and what decides which type keeps them.
#[derive(Debug, Clone, Copy)]
pub(in crate::lower) struct LockedNames<'l> {
    /// The lock.
    pub(in crate::lower) lock: &'l Lock,
    /// The locked type at each place.
    pub(in crate::lower) owners: &'l Owners<'l>,
    /// The structures of definitions.
    pub(in crate::lower) shapes: &'l Classes<'l>,
}

/// Groups uses into types and names them. Locked types keep their names, which `namespace` already
/// holds; new types are named after their uses.
pub(in crate::lower) fn assign_types<'a>(
    uses: Vec<Use<'a>>,
    locked: LockedNames<'_>,
    namespace: &mut Namespace,
) -> Vec<NamedType<'a>> {
    let Groups { kept, mut unnamed } = group_uses(uses, locked);
    let mut types = Vec::new();
    for (name, uses) in kept {
        match Ident::parse(&name) {
            Some(name) => types.push(NamedType {
                name,
                uses,
                origin: None,
            }),
            None => unnamed.push(uses),
        }
    }
    unnamed.sort_by(|left, right| group_key(left).cmp(&group_key(right)));
    let ranked: Vec<Vec<String>> = unnamed.par_iter().map(rank_proposals).collect();
    let kinds: Vec<Option<UseKind>> = unnamed.iter().map(group_kind).collect();
    let contested = count_claims(&kinds, &ranked);
    for ((group, kind), proposals) in unnamed.into_iter().zip(kinds).zip(&ranked) {
        let is_contested = |name: &String| {
            let claims = contested.get(&(kind, name.as_str()));
            kind != Some(UseKind::Record) && claims.is_some_and(|count| *count > 1)
        };
        // Two enums called `status` are both named after their resources, whichever comes first.
        let skip = usize::from(proposals.first().is_some_and(is_contested));
        let qualified = proposals.iter().skip(skip).map(String::as_str);
        let mut origins = group.iter().filter_map(|usage| usage.before.clone());
        types.push(NamedType {
            name: namespace.claim(qualified),
            origin: origins.next(),
            uses: group,
        });
    }
    types
}

type Group<'a> = Vec<Use<'a>>;

/// The uses of each type.
struct Groups<'a> {
    /// The types that keep a locked name.
    kept: BTreeMap<String, Group<'a>>,
    /// The types without a name.
    unnamed: Vec<Group<'a>>,
}

/// Groups uses by signature. If the lock gave one structure several names, groups by name as well,
/// so that no name is lost. If the uses of a locked type differ now, those that did not change keep
/// its name, and the others count as new.
fn group_uses<'a>(uses: Vec<Use<'a>>, locked: LockedNames<'_>) -> Groups<'a> {
    let mut by_name: BTreeMap<String, BTreeMap<String, Group<'a>>> = BTreeMap::new();
    let (mut newcomers, mut removed) = (Vec::new(), Vec::new());
    for mut usage in uses {
        usage.before = locked.owner(&usage).map(str::to_owned);
        match &usage.before {
            Some(_) if usage.is_removed => removed.push(usage),
            Some(name) => {
                let groups = by_name.entry(name.clone()).or_default();
                let group = groups.entry(usage.signature.clone()).or_default();
                group.push(usage);
            }
            None => newcomers.push(usage),
        }
    }
    let mut kept: BTreeMap<String, Group<'a>> = BTreeMap::new();
    for (name, groups) in by_name {
        let mut groups: Vec<Group<'a>> = groups.into_values().collect();
        let entry = locked.lock.types.get(&name);
        let keeper = groups.iter().enumerate().min_by_key(|(_, group)| {
            entry.map(|entry| (rank_keeper(entry, group, locked.shapes), group_key(group)))
        });
        if let Some(keeper) = keeper.map(|(index, _)| index) {
            kept.insert(name, groups.swap_remove(keeper));
        }
        newcomers.extend(groups.into_iter().flatten());
    }
    // The code of the tool that went last is the newest.
    removed.sort_by_key(|usage| Reverse(usage.removed_since));
    newcomers.extend(join_removed(removed, &mut kept));
    let mut names: BTreeMap<String, String> = BTreeMap::new();
    for (name, group) in &kept {
        if let Some(usage) = group.first() {
            let signature = usage.signature.clone();
            names.entry(signature).or_insert_with(|| name.clone());
        }
    }
    let mut unnamed: BTreeMap<String, Group<'a>> = BTreeMap::new();
    for usage in newcomers {
        let known = names.get(&usage.signature);
        let group = match known.and_then(|name| kept.get_mut(name)) {
            Some(group) => group,
            None => unnamed.entry(usage.signature.clone()).or_default(),
        };
        group.push(usage);
    }
    let mut unnamed: Vec<Group<'a>> = unnamed.into_values().collect();
    for group in kept.values_mut().chain(&mut unnamed) {
        // A type must not depend on which of its uses were locked before.
        group.sort_by_key(|usage| (usage.is_removed, Reverse(usage.removed_since), usage.order));
    }
    Groups { kept, unnamed }
}

/// Adds the uses of removed tools to the types with their names, so that they have the types that other
/// tools have now. Returns those whose name belongs to another kind of type.
fn join_removed<'a>(removed: Vec<Use<'a>>, kept: &mut BTreeMap<String, Group<'a>>) -> Vec<Use<'a>> {
    let kind = |usage: &Use<'_>| std::mem::discriminant(&usage.sketch.kind);
    let mut left = Vec::new();
    for usage in removed {
        let name = usage.before.clone().unwrap_or_default();
        let group = kept.entry(name).or_default();
        if group
            .first()
            .is_none_or(|first| kind(first) == kind(&usage))
        {
            group.push(usage);
        } else {
            left.push(usage);
        }
    }
    left
}

/// Ranks a group among those that had one name. The group that keeps the name has the smallest rank:
/// the overlay names it, it did not change, it changed the fewest members, or it has the most uses.
fn rank_keeper(
    entry: &TypeLock,
    group: &Group<'_>,
    shapes: &Classes<'_>,
) -> (bool, bool, usize, Reverse<usize>) {
    let is_pinned =
        |usage: &Use<'_>| !entry.pinned.is_empty() && entry.pinned.contains(usage.place);
    let first = group.first();
    let has_changed = match (&entry.shape, first) {
        (Some(shape), Some(usage)) => usage.shape(shapes) != *shape,
        _ => true,
    };
    let distance = first.map_or(usize::MAX, |usage| distance(entry, usage));
    let is_named = group.iter().any(is_pinned);
    (!is_named, has_changed, distance, Reverse(group.len()))
}

impl<'l> LockedNames<'l> {
    /// Returns the locked name of the type at the place of a use.
    fn owner(&self, usage: &Use<'_>) -> Option<&'l str> {
        self.owners.get(usage.place).copied()
    }
}

/// Returns the key that sorts groups for naming.
fn group_key<'g>(group: &'g Group<'_>) -> (Option<UseKind>, Option<&'g SchemaPlace>) {
    let place = group.iter().map(|usage| usage.place).min();
    (group_kind(group), place)
}

fn group_kind(group: &Group<'_>) -> Option<UseKind> {
    group.iter().map(|usage| usage.kind).min()
}

/// Counts the types of a kind that propose the same name first.
fn count_claims<'r>(
    kinds: &[Option<UseKind>],
    ranked: &'r [Vec<String>],
) -> BTreeMap<(Option<UseKind>, &'r str), usize> {
    let mut claims = BTreeMap::new();
    for (kind, proposals) in kinds.iter().zip(ranked) {
        if let Some(name) = proposals.first() {
            *claims.entry((*kind, name.as_str())).or_default() += 1;
        }
    }
    claims
}

/// Ranks the proposals of all uses, level by level: within a level, the most frequent first, then
/// the one with the fewest words, then the shortest.
fn rank_proposals(group: &Group<'_>) -> Vec<String> {
    let is_record = |usage: &&Use<'_>| usage.kind == UseKind::Record;
    // A response names a type better than a place inside another type.
    let records: Vec<&Use<'_>> = group.iter().filter(is_record).collect();
    let uses = if records.is_empty() {
        group.iter().collect()
    } else {
        records
    };
    let proposed: Vec<Vec<String>> = uses.iter().map(|usage| usage.proposals()).collect();
    let levels = proposed.iter().map(Vec::len).max().unwrap_or(0);
    let mut ranked = Vec::new();
    for level in 0..levels {
        let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
        for proposal in proposed.iter().filter_map(|proposals| proposals.get(level)) {
            *counts.entry(proposal).or_default() += 1;
        }
        let is_root = uses.iter().any(|usage| usage.kind == UseKind::Record);
        let mut proposals: Vec<(&str, usize)> = counts.into_iter().collect();
        proposals.sort_by_key(|(proposal, count)| {
            let words = split_words(proposal).len();
            // A record is named after its own resource, even if more places refer to it by another
            // name.
            let frequency = if is_root { 0 } else { usize::MAX - count };
            (frequency, words, proposal.len())
        });
        ranked.extend(
            proposals
                .first()
                .map(|(proposal, _)| (*proposal).to_owned()),
        );
    }
    ranked
}
