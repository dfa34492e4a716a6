//! Names fields and variants.

use std::collections::{BTreeMap, BTreeSet};

use super::collect::{Use, variant_wires};
use super::lock::TypeLock;
use super::namespace::{Namespace, Refused, name_members};
use crate::ident::Ident;
use crate::lower::sketch::{FieldSketch, Sketch, SketchKind, StructSketch};

/// The names of the fields or variants of one type.
#[derive(Debug, Clone)]
pub(in crate::lower) struct MemberNames {
    /// The wire names of the constructor's arguments, in order.
    pub(in crate::lower) arguments: Vec<String>,
    /// The Rust names, by wire name.
    pub(in crate::lower) names: BTreeMap<String, Ident>,
    /// Names from the overlay or the lock that cannot be given.
    pub(super) refused: Vec<Refused>,
}

/// Names the members of a type.
pub(in crate::lower) fn name_type_members(
    usage: &Use<'_>,
    locked: Option<&TypeLock>,
) -> MemberNames {
    let default = TypeLock::default();
    let locked = locked.unwrap_or(&default);
    // An enum that has become a struct does not keep the names of its variants.
    let has_changed = is_form(usage.sketch).is_some_and(|is_form| {
        let mut names = locked.names.values();
        !names.any(|name| is_form(name))
    });
    let locked = if has_changed { &default } else { locked };
    match &usage.sketch.kind {
        SketchKind::Struct(inner) => name_fields(inner, &locked.arguments, &locked.names),
        SketchKind::Choice(choice) => {
            let wires = variant_wires(&choice.values);
            name_variants(wires.iter().map(String::as_str), &choice.titles, locked)
        }
        SketchKind::Union(union) => {
            let labels = union.variants.iter().map(|variant| variant.label.words());
            name_variants(labels, &BTreeMap::new(), locked)
        }
        _ => MemberNames {
            arguments: Vec::new(),
            names: BTreeMap::new(),
            refused: Vec::new(),
        },
    }
}

/// Returns a predicate for names that are written like the members of this type.
pub(in crate::lower) fn is_form(sketch: &Sketch) -> Option<impl Fn(&str) -> bool + use<>> {
    let namespace = match &sketch.kind {
        SketchKind::Struct(_) => Namespace::fields(),
        SketchKind::Choice(_) | SketchKind::Union(_) => Namespace::variants(),
        _ => return None,
    };
    Some(move |name: &str| namespace.is_form(name))
}

/// Names variants by their titles in the catalog, or by their distinguishing features.
fn name_variants<'w>(
    wires: impl Iterator<Item = &'w str> + Clone,
    titles: &BTreeMap<String, String>,
    locked: &TypeLock,
) -> MemberNames {
    let given_title = |wire: &str| {
        let title = titles.get(wire).and_then(|title| Ident::for_type(title));
        title.map(|title| title.to_string())
    };
    let mut taken: BTreeSet<String> = locked.names.values().cloned().collect();
    let given: BTreeMap<&str, String> = wires
        .clone()
        .filter_map(|wire| Some((wire, given_title(wire)?)))
        .filter(|(wire, _)| !locked.names.contains_key(*wire))
        .filter(|(_, title)| taken.insert(title.clone()))
        .collect();
    let mut names = locked.names.clone();
    for (wire, title) in given {
        names.insert(wire.to_owned(), title);
    }
    let wires = wires.map(|wire| (wire, None));
    let (names, refused) = name_members(Namespace::variants(), wires, &names);
    MemberNames {
        arguments: Vec::new(),
        names,
        refused,
    }
}

/// Names the fields and orders the constructor's arguments: locked arguments keep their order, new
/// ones come last.
pub(in crate::lower) fn name_fields(
    inner: &StructSketch,
    locked_arguments: &[String],
    locked: &BTreeMap<String, String>,
) -> MemberNames {
    let members = inner
        .fields
        .iter()
        .filter(|field| field.constant().is_none())
        .map(|field| (field.wire.as_str(), field.rename.as_deref()));
    // No name depends on the order of the catalog.
    let members: BTreeMap<&str, Option<&str>> = members.collect();
    let is_required = |field: &&FieldSketch| field.is_required && field.constant().is_none();
    let required: Vec<&str> = inner
        .fields
        .iter()
        .filter(is_required)
        .map(|field| field.wire.as_str())
        .collect();
    let listed = locked_arguments
        .iter()
        .chain(&inner.required)
        .map(String::as_str);
    let mut arguments: Vec<String> = Vec::new();
    for wire in listed.chain(required.iter().copied()) {
        if required.contains(&wire) && !arguments.iter().any(|known| known == wire) {
            arguments.push(wire.to_owned());
        }
    }
    let (names, refused) = name_members(Namespace::fields(), members.into_iter(), locked);
    MemberNames {
        arguments,
        names,
        refused,
    }
}
