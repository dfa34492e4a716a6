//! A catalog as every page needs it: its types by name, and the facts that the index states for all
//! pages.

use std::collections::BTreeMap;

use super::wire::WireStyle;
use crate::emit::ctx::{Ctx, Placement};
use crate::ident::Ident;
use crate::model::{Api, Field, Operation, Response, Struct, TypeRef, Union};
use crate::options::Options;

/// The fewest lists of which the index says once what all of them have in common.
const MIN_LISTS: usize = 3;

/// A catalog with its structs and unions indexed by name.
pub(crate) struct Lookup<'a> {
    pub(crate) ctx: Ctx<'a>,
    pub(super) structs: BTreeMap<&'a Ident, &'a Struct>,
    pub(super) unions: BTreeMap<&'a Ident, &'a Union>,
    /// The relation of names on the wire to Rust names.
    pub(super) wire: WireStyle,
    /// The setters that every list has. The index lists them, and the pages leave them out.
    pub(super) list_setters: Vec<&'a Field>,
}

impl<'a> Lookup<'a> {
    /// Indexes a catalog.
    pub(crate) fn new(api: &'a Api, options: &Options) -> Self {
        let structs = api.structs.iter();
        let unions = api.unions.iter();
        Self {
            ctx: Ctx::new(api, &Placement::new(options)),
            structs: structs.map(|item| (&item.name, item)).collect(),
            unions: unions.map(|union| (&union.name, union)).collect(),
            wire: WireStyle::of(api),
            list_setters: list_setters(api),
        }
    }
}

/// Returns `true` if a tool returns a list.
pub(super) fn is_list(operation: &Operation) -> bool {
    matches!(operation.response, Response::Listing(_))
}

/// Returns the setters that every list has in the same form: those of the page size and of the cursor.
fn list_setters(api: &Api) -> Vec<&Field> {
    let lists: Vec<&Operation> = api.operations().filter(|tool| is_list(tool)).collect();
    let Some((first, others)) = lists.split_first() else {
        return Vec::new();
    };
    if lists.len() < MIN_LISTS {
        return Vec::new();
    }
    let is_common = |field: &&Field| {
        let mut others = others.iter();
        is_plain_setter(field)
            && others.all(|other| {
                let mut fields = other.request.fields.iter();
                fields.any(|same| {
                    is_plain_setter(same)
                        && same.ident == field.ident
                        && same.ty == field.ty
                        && same.checks == field.checks
                })
            })
    };
    first.request.fields.iter().filter(is_common).collect()
}

fn is_plain_setter(field: &Field) -> bool {
    let is_plain = matches!(
        field.ty,
        TypeRef::String | TypeRef::Bool | TypeRef::Integer | TypeRef::Unsigned
    );
    is_plain && !field.presence.is_required() && field.null_setter.is_none()
}
