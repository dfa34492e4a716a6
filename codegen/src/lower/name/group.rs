//! Groups uses into types and names the types.

use std::collections::BTreeMap;

use rayon::iter::{IntoParallelRefIterator as _, ParallelIterator as _};

use super::collect::{Use, UseKind};
use super::lock::Lock;
use super::namespace::Namespace;
use crate::ident::Ident;
use crate::lower::sketch::SchemaPlace;
use crate::lower::words::split_words;

/// A named type with all its uses. The first use in the order of tools represents it.
#[derive(Debug)]
pub(in crate::lower) struct NamedType<'a> {
    /// The name.
    pub(in crate::lower) name: Ident,
    /// The uses.
    pub(in crate::lower) uses: Vec<Use<'a>>,
}

impl<'a> NamedType<'a> {
    /// Returns the use that represents the type.
    pub(in crate::lower) fn representative(&self) -> Option<&Use<'a>> {
        self.uses.first()
    }
}

/// Groups uses into types and names them. Locked types keep their names, which `namespace` already
/// holds; new types are named after their uses.
pub(in crate::lower) fn assign_types<'a>(
    uses: Vec<Use<'a>>,
    lock: &Lock,
    namespace: &mut Namespace,
) -> Vec<NamedType<'a>> {
    let (locked, newcomers) = split_locked(group_uses(uses, lock));
    let mut types = Vec::new();
    let mut unnamed = newcomers;
    for (name, group) in locked {
        match Ident::parse(&name) {
            Some(name) => types.push(NamedType { name, uses: group }),
            None => unnamed.push(group),
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
        let name = namespace.claim(qualified);
        types.push(NamedType { name, uses: group });
    }
    types
}

type Group<'a> = Vec<Use<'a>>;

/// Groups uses by signature. If the lock gave one structure several names, groups by name as well,
/// so that no name is lost.
fn group_uses<'a>(
    uses: Vec<Use<'a>>,
    lock: &Lock,
) -> BTreeMap<(String, Option<String>), Group<'a>> {
    let mut names: BTreeMap<&str, &str> = BTreeMap::new();
    for (name, entry) in &lock.types {
        for place in &entry.places {
            names.insert(place, name);
        }
    }
    let mut groups: BTreeMap<(String, Option<String>), Group<'a>> = BTreeMap::new();
    let mut newcomers = Vec::new();
    for usage in uses {
        match names.get(usage.place.to_string().as_str()) {
            Some(name) => {
                let key = (usage.signature.clone(), Some((*name).to_owned()));
                groups.entry(key).or_default().push(usage);
            }
            None => newcomers.push(usage),
        }
    }
    for usage in newcomers {
        let start = (usage.signature.clone(), None);
        let known = groups
            .range(start.clone()..)
            .next()
            .map(|(key, _)| key.clone());
        let key = known.filter(|(signature, _)| *signature == usage.signature);
        groups.entry(key.unwrap_or(start)).or_default().push(usage);
    }
    groups
}

/// Gives each locked name to the group with the most uses of it. The other groups count as new.
fn split_locked(
    groups: BTreeMap<(String, Option<String>), Group<'_>>,
) -> (BTreeMap<String, Group<'_>>, Vec<Group<'_>>) {
    let mut locked: BTreeMap<String, Group<'_>> = BTreeMap::new();
    let mut newcomers = Vec::new();
    for ((_, name), group) in groups {
        let Some(name) = name else {
            newcomers.push(group);
            continue;
        };
        match locked.remove(&name) {
            None => {
                locked.insert(name, group);
            }
            Some(other) => {
                let wins = (group.len(), group_key(&other)) > (other.len(), group_key(&group));
                let (winner, loser) = if wins { (group, other) } else { (other, group) };
                locked.insert(name, winner);
                newcomers.push(loser);
            }
        }
    }
    (locked, newcomers)
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
    let levels = uses
        .iter()
        .map(|usage| usage.proposals.len())
        .max()
        .unwrap_or(0);
    let mut ranked = Vec::new();
    for level in 0..levels {
        let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
        for usage in &uses {
            if let Some(proposal) = usage.proposals.get(level) {
                *counts.entry(proposal).or_default() += 1;
            }
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
