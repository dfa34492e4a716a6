//! Decides which entry of the lock owns each place.

use std::borrow::Cow;
use std::cmp::Reverse;
use std::collections::BTreeMap;

use super::collect::Use;
use super::lock::{Lock, TypeLock};
use super::members::member_wires;
use crate::catalog::SchemaPlace;

/// The name of the locked type at each place.
pub(in crate::lower) type Owners<'l> = BTreeMap<Cow<'l, SchemaPlace>, &'l str>;

/// Returns the owner of each place of the lock. Earlier versions of the generator left a place in two
/// entries when a type was split. Such a place belongs to the entry whose members are those of the
/// place today, then to the entry with the fewest undisputed places, then to the last one.
pub(in crate::lower) fn find_owners<'l>(lock: &'l Lock, uses: &[Use<'_>]) -> Owners<'l> {
    let mut owners = Owners::new();
    let mut disputed: BTreeMap<&SchemaPlace, Vec<&str>> = BTreeMap::new();
    for (name, entry) in &lock.types {
        for place in &entry.places {
            let known = owners.insert(Cow::Borrowed(place), name.as_str());
            if let Some(known) = known.filter(|known| known != name) {
                let names = disputed.entry(place).or_insert_with(|| vec![known]);
                names.push(name);
            }
        }
    }
    if disputed.is_empty() {
        return owners;
    }
    let live: BTreeMap<&SchemaPlace, &Use<'_>> =
        uses.iter().map(|usage| (usage.place, usage)).collect();
    let is_own = |place: &&SchemaPlace| !disputed.contains_key(place);
    for (place, names) in &disputed {
        let fit = |name: &&&str| -> (Option<usize>, Option<usize>, Reverse<String>) {
            let entry = lock.types.get(**name);
            let usage = live.get(place);
            let distance = entry
                .zip(usage)
                .map(|(entry, usage)| distance(entry, usage));
            let own = entry.map(|entry| entry.places.iter().filter(is_own).count());
            (distance, own, Reverse((**name).to_owned()))
        };
        if let Some(name) = names.iter().min_by_key(fit) {
            owners.insert(Cow::Borrowed(place), name);
        }
    }
    owners
}

/// Returns the number of members that only the entry or only the use has.
pub(super) fn distance(entry: &TypeLock, usage: &Use<'_>) -> usize {
    let wires = member_wires(usage.sketch);
    let new = wires
        .iter()
        .filter(|wire| !entry.names.contains_key(*wire))
        .count();
    let gone = entry.names.keys().filter(|wire| !wires.contains(*wire));
    new + gone.count()
}
