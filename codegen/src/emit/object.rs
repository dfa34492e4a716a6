//! The codec's view of a struct: the names of its fields, a blank value, and the fields as a list.

use proc_macro2::{Group, Literal, TokenStream};
use quote::quote;

use super::checks::emit_checks;
use super::part::part;
use super::paths::Imports;
use super::{literal, names};
use crate::ident::Ident;
use crate::model::{Check, Place};

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

/// Which way an object travels.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Direction {
    /// It is a request, or stands in one.
    Sent,
    /// It is a record, or stands in one.
    Received,
}

/// What the codec has to know of a field.
pub(crate) struct Slot<'m> {
    pub(crate) ident: &'m Ident,
    pub(crate) wire: &'m str,
    pub(crate) place: Place,
    pub(crate) presence: Presence,
    pub(crate) checks: &'m [Check],
}

/// Whether a value must be there, and whether it may be null.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Presence {
    /// `T`.
    Required,
    /// `Option<T>`, where `None` is null.
    RequiredOrNull,
    /// `Option<T>`, where `None` is the lack of a value.
    Optional,
    /// `Nullable<T>` if it is sent; `Option<T>` if it is received.
    OptionalOrNull,
}

/// `impl Object`.
pub(crate) fn emit_object(object: &Object<'_>, imports: &mut Imports<'_>) -> TokenStream {
    imports.add_runtime(["Object", "Shape", "Value"]);
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
        quote!(Vec::new())
    } else {
        quote!(vec![#(&mut self.#slots),*])
    };
    let slots = part(slots);
    let allow = allow_lines(blanks.len());
    quote! {
        impl Object for #name {
            const SHAPE: &'static Shape = #shape;

            #allow
            fn empty() -> Self {
                Self { #(#blanks),* }
            }

            #allow
            fn slots(&mut self) -> Vec<&mut dyn Value> {
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
    let constants = (!object.constants.is_empty()).then(|| {
        let constants = object.constants.iter().map(|(name, value)| {
            let (name, value) = (literal::raw_text(name), literal::raw_text(value));
            quote!((#name, #value))
        });
        quote!(.constants(&[#(#constants),*]))
    });
    let checks = (!object.checks.is_empty()).then(|| {
        let checks = emit_checks(object.checks, imports);
        quote!(.checks(#checks))
    });
    let shape = match object.direction {
        Direction::Sent => {
            let slots = object.slots.iter();
            let fields = slots.map(|slot| emit_field(slot, imports));
            let open = object.rest.map(|_| quote!(.open()));
            part(quote!(Shape::request(#name, &[#(#fields),*]) #open))
        }
        Direction::Received => {
            let (always, maybe): (Vec<_>, Vec<_>) = object
                .slots
                .iter()
                .partition(|slot| slot.presence == Presence::Required);
            let or_null: Vec<_> = (maybe.iter().copied())
                .filter(|slot| slot.presence == Presence::RequiredOrNull)
                .collect();
            let (always, maybe) = (emit_names(&always), emit_names(&maybe));
            let or_null = (!or_null.is_empty()).then(|| {
                let names = emit_names(&or_null);
                quote!(.or_null(#names))
            });
            part(quote!(Shape::record(#name, #always, #maybe) #or_null))
        }
    };
    part(quote!(&#shape #constants #checks))
}

/// The names on the wire of fields that are received: what else there is to know, their types say.
fn emit_names(slots: &[&Slot<'_>]) -> Group {
    let names = slots.iter().map(|slot| literal::text(slot.wire));
    part(quote!(&[#(#names),*]))
}

/// One line of the table: `Field::query("limit").checks(&[Check::Minimum(1.0)])`.
fn emit_field(slot: &Slot<'_>, imports: &mut Imports<'_>) -> Group {
    imports.add_runtime(["Field"]);
    let wire = literal::text(slot.wire);
    let field = match slot.place {
        Place::Path => quote!(Field::path(#wire)),
        Place::Query => quote!(Field::query(#wire)),
        Place::Body => quote!(Field::body(#wire)),
        Place::Inside => quote!(Field::new(#wire)),
        Place::PathAndBody => emit_field_at(&wire, "PathAndBody", imports),
        Place::QueryAndBody => emit_field_at(&wire, "QueryAndBody", imports),
        Place::WholeBody => emit_field_at(&wire, "WholeBody", imports),
    };
    let presence = match slot.presence {
        Presence::Required => quote!(.required()),
        Presence::RequiredOrNull => quote!(.required().nullable()),
        Presence::Optional => TokenStream::new(),
        Presence::OptionalOrNull => quote!(.nullable()),
    };
    let checks = (!slot.checks.is_empty()).then(|| {
        let checks = emit_checks(slot.checks, imports);
        quote!(.checks(#checks))
    });
    part(quote!(#field #presence #checks))
}

fn emit_field_at(wire: &Literal, place: &str, imports: &mut Imports<'_>) -> TokenStream {
    imports.add_runtime(["Place"]);
    let place = names::token_of(place);
    quote!(Field::new(#wire).at(Place::#place))
}

/// The fields of a value that is yet to be filled: `limit: None`.
fn emit_blanks(object: &Object<'_>, imports: &mut Imports<'_>) -> Vec<Group> {
    let mut blanks = Vec::new();
    for slot in &object.slots {
        let ident = names::token(slot.ident);
        blanks.push(part(match (slot.presence, object.direction) {
            (Presence::Required, _) => quote!(#ident: Value::blank()),
            (Presence::OptionalOrNull, Direction::Sent) => {
                imports.add_runtime(["Nullable"]);
                quote!(#ident: Nullable::Absent)
            }
            (Presence::RequiredOrNull | Presence::Optional | Presence::OptionalOrNull, _) => {
                quote!(#ident: None)
            }
        }));
    }
    blanks.extend(
        object
            .rest
            .map(names::token)
            .map(|rest| part(quote!(#rest: Value::blank()))),
    );
    blanks
}
