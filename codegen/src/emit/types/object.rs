//! `impl Object`, by which the codec of the runtime reads and writes a struct.

use proc_macro2::{Group, TokenStream};
use quote::quote;

use crate::emit::imports::Imports;
use crate::emit::tokens::allow::allow_lines;
use crate::emit::tokens::group::group;
use crate::emit::tokens::{literal, names};
use crate::emit::types::checks::emit_checks;
use crate::ident::Ident;
use crate::model::{ArgumentLocation, Check, Direction, Presence};

/// The properties of a struct that its codec needs.
pub(crate) struct Object<'m> {
    pub(crate) name: &'m Ident,
    pub(crate) direction: Direction,
    pub(crate) slots: Vec<Slot<'m>>,
    /// The field for additional properties.
    pub(crate) rest: Option<&'m Ident>,
    /// The properties that have a single allowed value, and that value as JSON.
    pub(crate) constants: &'m [(String, String)],
    /// The checks of the whole object.
    pub(crate) checks: &'m [Check],
}

/// The properties of a field that its codec needs.
pub(crate) struct Slot<'m> {
    pub(crate) ident: &'m Ident,
    pub(crate) wire: &'m str,
    pub(crate) location: Option<ArgumentLocation>,
    pub(crate) presence: Presence,
    pub(crate) checks: &'m [Check],
    pub(crate) is_secret: bool,
}

/// Emits `impl Object`.
pub(crate) fn emit_object(mut object: Object<'_>, imports: &mut Imports<'_>) -> TokenStream {
    imports.add_runtime(["Object", "Shape", "Slots"]);
    let direction = object.direction;
    // The shape lists required fields first.
    (object.slots).sort_by_key(|slot| !is_required(slot.presence, direction));
    let object = &object;
    let name = names::token(object.name);
    let shape = emit_shape(object, imports);
    let blanks = emit_blanks(object, imports);
    let slots = emit_slots(object, imports);
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

/// Emits mutable references to all fields, in the order of the shape.
fn emit_slots(object: &Object<'_>, imports: &mut Imports<'_>) -> Group {
    if object.slots.is_empty() && object.rest.is_none() {
        return group(quote!(Slots::default()));
    }
    imports.add_runtime(["slots_of"]);
    let fields = object
        .slots
        .iter()
        .map(|slot| slot.ident)
        .chain(object.rest)
        .map(names::token);
    group(quote!(slots_of([#(&mut self.#fields),*])))
}

fn emit_shape(object: &Object<'_>, imports: &mut Imports<'_>) -> Group {
    let name = literal::text(object.name.plain());
    let location = default_location(&object.slots);
    let base = match (object.direction, location) {
        (Direction::Response, _) => "RECORD",
        (Direction::Request, Some(ArgumentLocation::Query)) => "IN_QUERY",
        (Direction::Request, Some(ArgumentLocation::Body)) => "IN_BODY",
        (Direction::Request, _) => "NESTED",
    };
    let base = names::token_of(base);
    let (required, optional): (Vec<_>, Vec<_>) =
        (object.slots.iter()).partition(|slot| is_required(slot.presence, object.direction));
    let required = emit_fields("required", &required);
    let optional = emit_fields("optional", &optional);
    let exceptions = emit_exceptions(object, location, imports);
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
    group(
        quote!(Shape { name: #name, #required #optional #exceptions #rest #constants #checks ..Shape::#base }),
    )
}

/// Returns `true` if the shape lists a field as required.
fn is_required(presence: Presence, direction: Direction) -> bool {
    match presence {
        Presence::Required => true,
        // A response without the field is accepted.
        Presence::RequiredOrNull => direction == Direction::Request,
        Presence::Optional | Presence::OptionalOrNull => false,
    }
}

/// Returns the location of most fields.
fn default_location(slots: &[Slot<'_>]) -> Option<ArgumentLocation> {
    let count = |location| {
        slots
            .iter()
            .filter(|slot| slot.location == location)
            .count()
    };
    if slots.iter().any(|slot| slot.location.is_none()) {
        None
    } else if count(Some(ArgumentLocation::Body)) > count(Some(ArgumentLocation::Query)) {
        Some(ArgumentLocation::Body)
    } else {
        Some(ArgumentLocation::Query)
    }
}

/// Emits the properties that only some fields have: null, a different location, checks, secrecy.
fn emit_exceptions(
    object: &Object<'_>,
    default_location: Option<ArgumentLocation>,
    imports: &mut Imports<'_>,
) -> TokenStream {
    let is_sent = object.direction == Direction::Request;
    let nullable: Vec<_> = object
        .slots
        .iter()
        .filter(|slot| match slot.presence {
            Presence::RequiredOrNull => true,
            Presence::OptionalOrNull => is_sent,
            Presence::Required | Presence::Optional => false,
        })
        .collect();
    let or_null = emit_names("nullable", &nullable);
    let locations: Vec<_> = object
        .slots
        .iter()
        .filter(|slot| slot.location != default_location)
        .filter_map(|slot| emit_location(slot, imports))
        .collect();
    let other_locations =
        (!locations.is_empty()).then(|| quote!(other_locations: &[#(#locations),*],));
    let checks: Vec<_> = object
        .slots
        .iter()
        .filter(|slot| !slot.checks.is_empty())
        .map(|slot| {
            let name = literal::text(slot.wire);
            let checks = emit_checks(slot.checks, imports);
            quote!((#name, #checks))
        })
        .collect();
    let field_checks = (!checks.is_empty()).then(|| quote!(field_checks: &[#(#checks),*],));
    let secrets: Vec<_> = (object.slots.iter())
        .filter(|slot| slot.is_secret)
        .collect();
    let secrets = emit_names("secrets", &secrets);
    quote!(#or_null #other_locations #field_checks #secrets)
}

/// Emits the wire names of fields as one string, or nothing if there are none.
fn emit_fields(list: &str, slots: &[&Slot<'_>]) -> TokenStream {
    if slots.is_empty() {
        return TokenStream::new();
    }
    let list = names::token_of(list);
    let names: Vec<&str> = slots.iter().map(|slot| slot.wire).collect();
    let names = literal::text(&join_names(&names));
    quote!(#list: #names,)
}

/// Joins names as the runtime reads them: with spaces, or after a line feed and the separator if a name
/// cannot be in a list with spaces.
fn join_names(names: &[&str]) -> String {
    let is_plain = |name: &&str| !name.is_empty() && !name.contains(' ') && !name.starts_with('\n');
    if names.iter().all(is_plain) {
        return names.join(" ");
    }
    let is_free = |separator: &char| !names.iter().any(|name| name.contains(*separator));
    let separator = (','..=char::MAX).find(is_free).unwrap_or('\n');
    format!("\n{separator}{}", names.join(&separator.to_string()))
}

/// Emits a list of fields by their wire names, or nothing if it is empty.
fn emit_names(list: &str, slots: &[&Slot<'_>]) -> TokenStream {
    if slots.is_empty() {
        return TokenStream::new();
    }
    let list = names::token_of(list);
    let names = slots.iter().map(|slot| literal::text(slot.wire));
    quote!(#list: &[#(#names),*],)
}

/// Emits the location of a field: `("id", ArgumentLocation::Path)`. Fields inside another object
/// have none.
fn emit_location(slot: &Slot<'_>, imports: &mut Imports<'_>) -> Option<TokenStream> {
    let location = match slot.location? {
        ArgumentLocation::Path => "Path",
        ArgumentLocation::Query => "Query",
        ArgumentLocation::Body => "Body",
        ArgumentLocation::PathAndBody => "PathAndBody",
        ArgumentLocation::QueryAndBody => "QueryAndBody",
        ArgumentLocation::WholeBody => "WholeBody",
    };
    imports.add_runtime(["ArgumentLocation"]);
    let (name, location) = (literal::text(slot.wire), names::token_of(location));
    Some(quote!((#name, ArgumentLocation::#location)))
}

/// Emits the initial value of each field: `limit: None`.
fn emit_blanks(object: &Object<'_>, imports: &mut Imports<'_>) -> Vec<Group> {
    let mut blanks = Vec::new();
    for slot in &object.slots {
        let ident = names::token(slot.ident);
        blanks.push(group(match (slot.presence, object.direction) {
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
        group(quote!(#rest: Value::blank()))
    }));
    blanks
}
