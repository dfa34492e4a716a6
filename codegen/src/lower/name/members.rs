//! Names fields and variants.

use std::collections::{BTreeMap, BTreeSet};

use super::collect::{Use, UseKind, variant_wires};
use super::lock::TypeLock;
use super::namespace::{Namespace, Refused, name_members};
use crate::ident::Ident;
use crate::lower::sketch::{FieldSketch, Rest, Sketch, SketchKind, StructSketch};

/// The name of the member for properties without a field.
pub(in crate::lower) const EXTRA: &str = "extra";
/// The same in a record with a property `extra`.
pub(in crate::lower) const EXTRA_FIELDS: &str = "extra_fields";
/// The same in a request with an argument `extra`.
pub(in crate::lower) const EXTRA_ARGUMENTS: &str = "extra_arguments";
/// The name of the variant for unknown values.
pub(in crate::lower) const UNKNOWN: &str = "Unknown";
/// The same in a union with a variant `Unknown`.
pub(in crate::lower) const OTHER_UNKNOWN: &str = "UnknownValue";

/// The names of the fields or variants of one type.
#[derive(Debug, Clone)]
pub(in crate::lower) struct MemberNames {
    /// The wire names of the constructor's arguments, in order.
    pub(in crate::lower) arguments: Vec<String>,
    /// The Rust names, by wire name.
    pub(in crate::lower) names: BTreeMap<String, Ident>,
    /// The names of removed members, which stay reserved.
    gone: BTreeSet<String>,
    /// Names from the overlay or the lock that cannot be given.
    pub(super) refused: Vec<Refused>,
}

impl MemberNames {
    /// Returns a free name for a member that is not in the catalog.
    pub(in crate::lower) fn free_name(&self, wanted: &str, other: &str) -> String {
        let is_taken = |name: &str| {
            let mut names = self.names.values();
            self.gone.contains(name) || names.any(|ident| ident.plain() == name)
        };
        free_name(is_taken, wanted, other)
    }

    fn new(
        arguments: Vec<String>,
        (names, refused): (BTreeMap<String, Ident>, Vec<Refused>),
        locked: &BTreeMap<String, String>,
    ) -> Self {
        let gone = locked.iter().filter(|(wire, _)| !names.contains_key(*wire));
        let gone = gone.map(|(_, name)| plain(name).to_owned()).collect();
        Self {
            arguments,
            names,
            gone,
            refused,
        }
    }
}

fn free_name(is_taken: impl Fn(&str) -> bool, wanted: &str, other: &str) -> String {
    if !is_taken(wanted) {
        return wanted.to_owned();
    }
    let mut name = other.to_owned();
    while is_taken(&name) {
        name.push('_');
    }
    name
}

fn plain(name: &str) -> &str {
    name.strip_prefix("r#").unwrap_or(name)
}

/// Names the members of a type that was split off from a locked one. It keeps the names of its
/// members; those of other members are free.
pub(super) fn name_split_members(usage: &Use<'_>, origin: &TypeLock) -> MemberNames {
    let wires = member_wires(usage.sketch);
    let mut locked = origin.clone();
    locked.names.retain(|wire, _| wires.contains(wire));
    name_type_members(usage, Some(&locked))
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
        SketchKind::Struct(inner) => {
            let has_catch_all = usage.kind != UseKind::RequestObject || inner.rest != Rest::Refused;
            name_fields(inner, &locked.arguments, &locked.names, has_catch_all)
        }
        SketchKind::Choice(choice) => {
            let wires = variant_wires(&choice.values);
            name_variants(
                wires.iter().map(String::as_str),
                &choice.titles,
                locked,
                &[],
            )
        }
        SketchKind::Union(union) => {
            let labels = union.variants.iter().map(|variant| variant.label.words());
            // The variant for unknown values keeps its name.
            let is_taken = |name: &str| locked.names.values().any(|known| known == name);
            let catch_all = free_name(is_taken, UNKNOWN, OTHER_UNKNOWN);
            let is_kept = usage.kind != UseKind::RequestObject && !locked.names.is_empty();
            let reserved: Vec<String> = is_kept.then_some(catch_all).into_iter().collect();
            name_variants(labels, &BTreeMap::new(), locked, &reserved)
        }
        _ => MemberNames::new(Vec::new(), Default::default(), &BTreeMap::new()),
    }
}

/// Returns the wire names of the members of a type.
pub(in crate::lower) fn member_wires(sketch: &Sketch) -> BTreeSet<String> {
    match &sketch.kind {
        SketchKind::Struct(inner) => {
            let fields = inner.fields.iter();
            let fields = fields.filter(|field| field.constant().is_none());
            fields.map(|field| field.wire.clone()).collect()
        }
        SketchKind::Choice(choice) => variant_wires(&choice.values).into_iter().collect(),
        SketchKind::Union(union) => {
            let labels = union.variants.iter().map(|variant| variant.label.words());
            labels.map(str::to_owned).collect()
        }
        _ => BTreeSet::new(),
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
    reserved: &[String],
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
    let outcome = name_members(Namespace::variants(), wires, &names, reserved);
    MemberNames::new(Vec::new(), outcome, &locked.names)
}

/// Names the fields and orders the constructor's arguments: locked arguments keep their order, new
/// ones come last.
pub(in crate::lower) fn name_fields(
    inner: &StructSketch,
    locked_arguments: &[String],
    locked: &BTreeMap<String, String>,
    has_catch_all: bool,
) -> MemberNames {
    let members = inner
        .fields
        .iter()
        .filter(|field| field.constant().is_none())
        .map(|field| (field.wire.as_str(), field.rename.as_deref()));
    // No name depends on the order of the catalog.
    let members: BTreeMap<&str, Option<&str>> = members.collect();
    let adopted = &adopt_names(locked, &members);
    let locked_arguments: Vec<String> = locked_arguments
        .iter()
        .map(|wire| successor(adopted, locked, wire).to_owned())
        .collect();
    let locked = adopted;
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
    let reserved = derived_names(inner, locked, has_catch_all);
    let given = name_members(Namespace::fields(), members.into_iter(), locked, &reserved);
    MemberNames::new(arguments, given, locked)
}

/// Returns the locked names, in which a new member has the name of a removed one if its own would be the
/// same: `page_size` after `pageSize`.
fn adopt_names(
    locked: &BTreeMap<String, String>,
    members: &BTreeMap<&str, Option<&str>>,
) -> BTreeMap<String, String> {
    let mut names = locked.clone();
    let newcomers = members
        .iter()
        .filter(|(wire, renamed)| renamed.is_none() && !locked.contains_key(**wire));
    for (wire, _) in newcomers {
        let Some(own) = Ident::for_value(wire) else {
            continue;
        };
        let gone = names
            .iter()
            .find(|(other, name)| !members.contains_key(other.as_str()) && **name == own.as_str());
        if let Some(other) = gone.map(|(other, _)| other.clone()) {
            names.remove(&other);
            names.insert((*wire).to_owned(), own.to_string());
        }
    }
    names
}

/// Returns the wire name that has the name of a locked member now.
fn successor<'n>(
    names: &'n BTreeMap<String, String>,
    locked: &BTreeMap<String, String>,
    wire: &'n str,
) -> &'n str {
    if names.contains_key(wire) {
        return wire;
    }
    let name = locked.get(wire);
    let mut heirs = names.iter().filter(|(_, other)| Some(*other) == name);
    heirs.next().map_or(wire, |(heir, _)| heir)
}

/// Returns the names that a locked type already has for members that are not in the catalog. A new
/// field gives way to them.
fn derived_names(
    inner: &StructSketch,
    locked: &BTreeMap<String, String>,
    has_catch_all: bool,
) -> Vec<String> {
    if locked.is_empty() {
        return Vec::new();
    }
    let is_taken = |name: &str| locked.values().any(|known| plain(known) == name);
    let mut names = Vec::new();
    if has_catch_all {
        names.push(free_name(is_taken, EXTRA, EXTRA_FIELDS));
        names.push(free_name(is_taken, EXTRA, EXTRA_ARGUMENTS));
    }
    for field in &inner.fields {
        let is_tristate = !field.is_required && field.sketch.nullable;
        if let Some(name) = locked.get(&field.wire).filter(|_| is_tristate) {
            let (wanted, other) = null_setter_names(plain(name));
            names.push(free_name(is_taken, &wanted, &other));
        }
    }
    names
}

/// Returns the names for the setter of null of a field, the preferred one first.
pub(in crate::lower) fn null_setter_names(field: &str) -> (String, String) {
    let name = field.trim_end_matches('_');
    (format!("{name}_null"), format!("null_{name}"))
}
