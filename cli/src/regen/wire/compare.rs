//! Silent changes between the code on disk and the code of a run: a program that calls the one compiles
//! with the other, and sends something else.

use std::collections::BTreeSet;

use toolsmith_codegen::diff::{ChangeKind, RustItem};
use toolsmith_dialect::json_pointer;

use super::facts::{CodeFacts, Parameter, ToolFacts, TypeFacts};
use super::literal::with_identifiers;
use crate::diff::{ChangeResult, RustResult, described};

/// The types of identifiers before and after.
type Identifiers<'f> = (&'f BTreeSet<String>, &'f BTreeSet<String>);

/// Returns the silent changes of one catalog.
pub(super) fn compare_facts(before: &CodeFacts, after: &CodeFacts) -> Vec<ChangeResult> {
    let mut changes = Vec::new();
    for (constant, new) in &after.tools {
        if let Some(old) = before.tools.get(constant) {
            compare_tools(old, new, before, &mut changes);
        }
    }
    for (name, new) in &after.types {
        if let Some(old) = before.types.get(name) {
            let tool = after.tools.values().find(|tool| tool.request == *name);
            let tool = tool.map_or("", |tool| &tool.name);
            let identifiers = (&before.identifiers, &after.identifiers);
            compare_types(name, tool, (old, new), identifiers, &mut changes);
        }
    }
    changes
}

fn change(kind: ChangeKind, tool: &str, pointer: &str) -> ChangeResult {
    let place = match pointer {
        "" => "tool".to_owned(),
        pointer => format!("argument {pointer}"),
    };
    ChangeResult {
        tool: tool.to_owned(),
        place,
        pointer: pointer.to_owned(),
        ..ChangeResult::of_catalog(kind)
    }
}

fn values(change: ChangeResult, before: Option<String>, after: Option<String>) -> ChangeResult {
    described(ChangeResult {
        before,
        after,
        ..change
    })
}

fn compare_tools(
    old: &ToolFacts,
    new: &ToolFacts,
    before: &CodeFacts,
    changes: &mut Vec<ChangeResult>,
) {
    let route = |tool: &ToolFacts| format!("{}/{}", tool.resource, tool.method);
    if !old.resource.is_empty() && route(old) != route(new) {
        let change = change(ChangeKind::ToolRouteChanged, &new.name, "");
        changes.push(values(change, Some(route(old)), Some(route(new))));
    }
    // A header of a new argument is a part of it.
    let arguments = before.types.get(&old.request);
    let is_known = |pointer: &str| {
        let first = json_pointer::steps(pointer).next().unwrap_or_default();
        arguments.is_none_or(|arguments| arguments.wires.values().any(|wire| *wire == first))
    };
    let pointers = old.headers.keys().chain(new.headers.keys());
    let pointers: BTreeSet<&String> = pointers.collect();
    for pointer in pointers {
        let sides = [old.headers.get(pointer), new.headers.get(pointer)];
        if sides[0] != sides[1] && is_known(pointer) {
            let change = change(ChangeKind::ArgHeaderChanged, &new.name, pointer);
            let [before, after] = sides.map(|header| header.map(|header| format!("{header:?}")));
            changes.push(values(change, before, after));
        }
    }
}

fn compare_types(
    name: &str,
    tool: &str,
    (old, new): (&TypeFacts, &TypeFacts),
    identifiers: Identifiers<'_>,
    changes: &mut Vec<ChangeResult>,
) {
    for wire in new.wires.values() {
        let sides = [old.location(wire), new.location(wire)];
        let is_in_both = old.wires.values().any(|old| old == wire);
        if let ([Some(before), Some(after)], true) = (sides, is_in_both)
            && before != after
        {
            let change = change(ChangeKind::ArgLocationChanged, tool, &pointer(wire));
            let (before, after) = (before.to_owned(), after.to_owned());
            changes.push(values(change, Some(before), Some(after)));
        }
    }
    for (before, after) in swaps(old, new, identifiers) {
        let change = change(ChangeKind::ArgRequiredSwapped, tool, &pointer(&after));
        let change = ChangeResult {
            rust: Some(RustResult {
                item: RustItem {
                    owner: name.to_owned(),
                    member: Some("new".to_owned()),
                },
                before: Some(old.signature()),
                after: Some(new.signature()),
            }),
            ..change
        };
        changes.push(values(change, Some(before), Some(after)));
    }
}

fn pointer(wire: &str) -> String {
    json_pointer::join("", wire)
}

/// Returns the names on the wire, before and after, of each position of the constructor whose value is
/// sent as another argument, if a call with literals compiles with both.
fn swaps(old: &TypeFacts, new: &TypeFacts, identifiers: Identifiers<'_>) -> Vec<(String, String)> {
    let pairs = || old.constructor.iter().zip(&new.constructor);
    let overlap = |old: &Parameter, new: &Parameter| {
        let old = with_identifiers(&old.literal, identifiers.0);
        old.overlaps(&with_identifiers(&new.literal, identifiers.1))
    };
    let takes_literals = old.constructor.len() == new.constructor.len()
        && pairs().all(|(old, new)| old.ty == new.ty || overlap(old, new));
    if !takes_literals {
        return Vec::new();
    }
    let swaps = pairs().filter_map(|(before, after)| {
        let (from, to) = (old.wires.get(&before.ident)?, new.wires.get(&after.ident)?);
        let is_same = from == to || is_renamed((old, before, from), (new, after, to));
        (!is_same).then(|| (from.clone(), to.clone()))
    });
    swaps.collect()
}

/// Returns `true` if an argument differs in its name alone: the same type, and the same name in Rust, the
/// same letters or the same documentation.
fn is_renamed(
    (old, before, from): (&TypeFacts, &Parameter, &str),
    (new, after, to): (&TypeFacts, &Parameter, &str),
) -> bool {
    let plain = |wire: &str| {
        let letters = wire.chars().filter(char::is_ascii_alphanumeric);
        letters.collect::<String>().to_ascii_lowercase()
    };
    // An argument that is still there has not been renamed.
    let is_gone = new.wires.values().all(|wire| wire != from);
    let docs = [old.docs.get(&before.ident), new.docs.get(&after.ident)];
    let has_docs = docs[0].is_some_and(|text| !text.is_empty()) && docs[0] == docs[1];
    before.ty == after.ty
        && is_gone
        && (has_docs || before.ident == after.ident || plain(from) == plain(to))
}
