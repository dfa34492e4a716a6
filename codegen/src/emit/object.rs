//! The codec's view of a struct: the names of its fields, a blank value, and the fields as a list.

use proc_macro2::{Group, TokenStream};
use quote::quote;

use super::checks::emit_checks;
use super::part::part;
use super::paths::Imports;
use super::{literal, names};
use crate::ident::Ident;
use crate::model::{Check, Direction, Location, Presence};

/// What the codec has to know of a struct.
pub(crate) struct Object<'m> {
    pub(crate) name: &'m Ident,
    pub(crate) direction: Direction,
    pub(crate) slots: Vec<Slot<'m>>,
    /// The field that takes what no field names.
    pub(crate) rest: Option<&'m Ident>,
    /// Properties that always have the same value, and that value as JSON.
    pub(crate) constants: &'m [(String, String)],
    /// What is checked of the whole.
    pub(crate) checks: &'m [Check],
}

/// What the codec has to know of a field.
pub(crate) struct Slot<'m> {
    pub(crate) ident: &'m Ident,
    pub(crate) wire: &'m str,
    pub(crate) location: Location,
    pub(crate) presence: Presence,
    pub(crate) checks: &'m [Check],
}

/// `impl Object`.
pub(crate) fn emit_object(mut object: Object<'_>, imports: &mut Imports<'_>) -> TokenStream {
    imports.add_runtime(["Object", "Shape", "Slots"]);
    let direction = object.direction;
    // The shape lists what must be there first.
    (object.slots).sort_by_key(|slot| !is_always(slot.presence, direction));
    let object = &object;
    let name = names::token(object.name);
    let shape = emit_shape(object, imports);
    let blanks = emit_blanks(object, imports);
    let slots = object
        .slots
        .iter()
        .map(|slot| slot.ident)
        .chain(object.rest)
        .map(names::token);
    let slots = if object.slots.is_empty() && object.rest.is_none() {
        quote!(Slots::default())
    } else {
        imports.add_runtime(["slots_of"]);
        quote!(slots_of([#(&mut self.#slots),*]))
    };
    let slots = part(slots);
    let allow = allow_lines(blanks.len());
    quote! {
        impl Object for #name {
            const SHAPE: Shape = #shape;

            #allow
            fn empty() -> Self {
                Self { #(#blanks),* }
            }

            #allow
            fn slots(&mut self) -> Slots<'_> {
                #slots
            }
        }
    }
}

/// Allows functions with a line for each field; clippy minds long ones.
fn allow_lines(count: usize) -> TokenStream {
    if count <= 50 {
        return TokenStream::new();
    }
    quote!(#[allow(clippy::too_many_lines, reason = "a line for each field")])
}

fn emit_shape(object: &Object<'_>, imports: &mut Imports<'_>) -> Group {
    let name = literal::text(object.name.plain());
    let place = default_place(&object.slots);
    let base = match (object.direction, place) {
        (Direction::Response, _) => "RECORD",
        (Direction::Request, Location::Query) => "IN_QUERY",
        (Direction::Request, Location::Body) => "IN_BODY",
        (Direction::Request, _) => "NESTED",
    };
    let base = names::token_of(base);
    let (always, maybe): (Vec<_>, Vec<_>) =
        (object.slots.iter()).partition(|slot| is_always(slot.presence, object.direction));
    let always = emit_names("required", &always);
    let maybe = emit_names("optional", &maybe);
    let exceptions = emit_exceptions(object, place, imports);
    let rest = (object.direction == Direction::Request && object.rest.is_some()).then(|| {
        imports.add_runtime(["UnknownFields"]);
        quote!(unknown_fields: UnknownFields::Keep,)
    });
    let constants = (!object.constants.is_empty()).then(|| {
        let constants = object.constants.iter().map(|(name, value)| {
            let (name, value) = (literal::raw_text(name), literal::raw_text(value));
            quote!((#name, #value))
        });
        quote!(constants: &[#(#constants),*],)
    });
    let checks = (!object.checks.is_empty()).then(|| {
        let checks = emit_checks(object.checks, imports);
        quote!(checks: #checks,)
    });
    part(
        quote!(Shape { name: #name, #always #maybe #exceptions #rest #constants #checks ..Shape::#base }),
    )
}

/// Whether the shape lists a field with those that must be there.
fn is_always(presence: Presence, direction: Direction) -> bool {
    match presence {
        Presence::Required => true,
        // A record without it is no break.
        Presence::RequiredOrNull => direction == Direction::Request,
        Presence::Optional | Presence::OptionalOrNull => false,
    }
}

/// Where most fields travel.
fn default_place(slots: &[Slot<'_>]) -> Location {
    let count = |place| slots.iter().filter(|slot| slot.location == place).count();
    if slots.iter().any(|slot| slot.location == Location::Inside) {
        Location::Inside
    } else if count(Location::Body) > count(Location::Query) {
        Location::Body
    } else {
        Location::Query
    }
}

/// What few fields have: null as a value, another place, checks.
fn emit_exceptions(
    object: &Object<'_>,
    default_place: Location,
    imports: &mut Imports<'_>,
) -> TokenStream {
    let is_sent = object.direction == Direction::Request;
    let or_null = (object.slots.iter()).filter(|slot| match slot.presence {
        Presence::RequiredOrNull => true,
        Presence::OptionalOrNull => is_sent,
        Presence::Required | Presence::Optional => false,
    });
    let or_null = emit_names("nullable", &or_null.collect::<Vec<_>>());
    let is_elsewhere = |slot: &&Slot<'_>| slot.location != default_place;
    let elsewhere: Vec<_> = (object.slots.iter().filter(is_elsewhere))
        .filter_map(|slot| emit_place(slot, imports))
        .collect();
    let elsewhere = (!elsewhere.is_empty()).then(|| quote!(other_locations: &[#(#elsewhere),*],));
    let checked = object.slots.iter().filter(|slot| !slot.checks.is_empty());
    let checked: Vec<_> = (checked)
        .map(|slot| {
            let name = literal::text(slot.wire);
            let checks = emit_checks(slot.checks, imports);
            quote!((#name, #checks))
        })
        .collect();
    let checked = (!checked.is_empty()).then(|| quote!(field_checks: &[#(#checked),*],));
    quote!(#or_null #elsewhere #checked)
}

/// A list of fields by their names on the wire, if it has any.
fn emit_names(list: &str, slots: &[&Slot<'_>]) -> TokenStream {
    if slots.is_empty() {
        return TokenStream::new();
    }
    let list = names::token_of(list);
    let names = slots.iter().map(|slot| literal::text(slot.wire));
    quote!(#list: &[#(#names),*],)
}

/// Where a field travels: `("id", ArgumentLocation::Path)`. `None` inside of another object.
fn emit_place(slot: &Slot<'_>, imports: &mut Imports<'_>) -> Option<TokenStream> {
    let place = match slot.location {
        Location::Path => "Path",
        Location::Query => "Query",
        Location::Body => "Body",
        Location::PathAndBody => "PathAndBody",
        Location::QueryAndBody => "QueryAndBody",
        Location::WholeBody => "WholeBody",
        Location::Inside => return None,
    };
    imports.add_runtime(["ArgumentLocation"]);
    let (name, place) = (literal::text(slot.wire), names::token_of(place));
    Some(quote!((#name, ArgumentLocation::#place)))
}

/// The fields of a value that is yet to be filled: `limit: None`.
fn emit_blanks(object: &Object<'_>, imports: &mut Imports<'_>) -> Vec<Group> {
    let mut blanks = Vec::new();
    for slot in &object.slots {
        let ident = names::token(slot.ident);
        blanks.push(part(match (slot.presence, object.direction) {
            (Presence::Required, _) => {
                imports.add_runtime(["Value"]);
                quote!(#ident: Value::blank())
            }
            (Presence::OptionalOrNull, Direction::Request) => {
                imports.add_runtime(["Nullable"]);
                quote!(#ident: Nullable::Absent)
            }
            (Presence::RequiredOrNull | Presence::Optional | Presence::OptionalOrNull, _) => {
                quote!(#ident: None)
            }
        }));
    }
    blanks.extend(object.rest.map(|rest| {
        imports.add_runtime(["Value"]);
        let rest = names::token(rest);
        part(quote!(#rest: Value::blank()))
    }));
    blanks
}
