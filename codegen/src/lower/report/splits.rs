//! Reports the types whose places differ now.

use std::collections::{BTreeMap, BTreeSet};

use crate::catalog::SchemaPlace;
use crate::lower::name::{NamedType, Use, member_wires};
use crate::report::{SplitPart, TypePlace, TypeSplit};

/// Reports the locked types some of whose places have another type now.
pub(super) fn report_splits(types: &[NamedType<'_>]) -> Vec<TypeSplit> {
    let mut parts: BTreeMap<&str, Vec<SplitPart>> = BTreeMap::new();
    for named in types {
        let mut moved: BTreeMap<&str, Vec<&Use<'_>>> = BTreeMap::new();
        for usage in &named.uses {
            let before = usage.before.as_deref();
            if let Some(before) = before.filter(|before| *before != named.name.as_str()) {
                moved.entry(before).or_default().push(usage);
            }
        }
        for (before, uses) in moved {
            let kept = types.iter().find(|named| named.name.as_str() == before);
            let before_wires = kept.map_or_else(BTreeSet::new, wires);
            let wires = wires(named);
            let missing = |one: &BTreeSet<String>, other: &BTreeSet<String>| {
                one.difference(other).cloned().collect()
            };
            parts.entry(before).or_default().push(SplitPart {
                name: named.name.to_string(),
                places: places(&uses),
                added: missing(&wires, &before_wires),
                removed: missing(&before_wires, &wires),
            });
        }
    }
    let split = |(name, parts): (&str, Vec<SplitPart>)| {
        let kept = types.iter().find(|named| named.name.as_str() == name);
        let kept: Vec<&Use<'_>> = kept.into_iter().flat_map(|named| &named.uses).collect();
        TypeSplit {
            name: name.to_owned(),
            kept: places(&kept),
            parts,
        }
    };
    parts.into_iter().map(split).collect()
}

fn wires(named: &NamedType<'_>) -> BTreeSet<String> {
    let representative = named.representative();
    representative.map_or_else(BTreeSet::new, |usage| member_wires(usage.sketch))
}

fn places(uses: &[&Use<'_>]) -> Vec<TypePlace> {
    let mut places: Vec<&SchemaPlace> = uses.iter().map(|usage| usage.place).collect();
    places.sort_unstable();
    places.dedup();
    let places = places.into_iter().map(|place| TypePlace {
        tool: place.tool.to_string(),
        pointer: place.pointer_in_tool(),
    });
    places.collect()
}
