//! Builds the fields of requests, records and inner objects.

use super::docs::{Lookalikes, describe_field};
use super::resolve::{resolve, resolve_inner};
use crate::ident::Ident;
use crate::lower::name::{EXTRA, EXTRA_ARGUMENTS, MemberNames, Names, null_setter_names};
use crate::lower::sketch::{Rest, SketchKind, StructSketch};
use crate::model::{self, Direction, Field, Presence, RecordField, TypeRef};

/// Returns the field for additional properties, if there is one.
pub(super) fn rest_field(
    inner: &StructSketch,
    members: &MemberNames,
    names: &Names<'_>,
) -> Option<model::Rest> {
    let values = match &inner.rest {
        Rest::Refused => return None,
        Rest::Kept => TypeRef::Json,
        Rest::Like(values) => resolve_inner(values, Direction::Request, names),
    };
    Some(model::Rest {
        ident: free_member(members, EXTRA, EXTRA_ARGUMENTS),
        values,
    })
}

/// Builds the fields of a record, in the order of the catalog. Constants have no field.
pub(super) fn build_record_fields(
    inner: &StructSketch,
    members: &MemberNames,
    names: &Names<'_>,
) -> Vec<RecordField> {
    let lookalikes = Lookalikes::among(inner.fields.iter().map(|field| field.wire.as_str()));
    let fields = inner.fields.iter().filter_map(|field| {
        Some(RecordField {
            ident: members.names.get(&field.wire)?.clone(),
            wire: field.wire.clone(),
            docs: describe_field(field, &lookalikes),
            ty: resolve(&field.sketch, Direction::Response, names),
            presence: field.presence(),
            is_secret: field.is_secret,
        })
    });
    fields.collect()
}

/// Returns the properties with a single allowed value.
pub(super) fn build_constants(inner: &StructSketch) -> Vec<(String, String)> {
    let constants = inner.fields.iter().filter_map(|field| {
        let value = field.constant()?;
        Some((field.wire.clone(), value.to_owned()))
    });
    constants.collect()
}

/// Returns a free name for a field that is not in the catalog.
pub(super) fn free_member(members: &MemberNames, wanted: &str, other: &str) -> Ident {
    let name = members.free_name(wanted, other);
    Ident::parse(&name).unwrap_or_else(|| unreachable!("`{name}` is made of words"))
}

/// Builds the fields of a request, in the order of the catalog. Constants have no field.
pub(super) fn build_fields(
    inner: &StructSketch,
    members: &MemberNames,
    names: &Names<'_>,
) -> Vec<Field> {
    let lookalikes = Lookalikes::among(inner.fields.iter().map(|field| field.wire.as_str()));
    let mut fields: Vec<Field> = Vec::new();
    for field in &inner.fields {
        let Some(ident) = members.names.get(&field.wire) else {
            continue;
        };
        let is_tristate = field.presence() == Presence::OptionalOrNull
            && field.sketch.kind != SketchKind::Plain(TypeRef::Json);
        let null_setter = is_tristate.then(|| {
            let (wanted, other) = null_setter_names(ident.plain());
            free_member(members, &wanted, &other)
        });
        fields.push(Field {
            ident: ident.clone(),
            null_setter,
            wire: field.wire.clone(),
            docs: describe_field(field, &lookalikes),
            ty: resolve(&field.sketch, Direction::Request, names),
            presence: field.presence(),
            argument: members
                .arguments
                .iter()
                .position(|wire| *wire == field.wire),
            location: field.location,
            checks: field.sketch.outer_checks().to_vec(),
            is_secret: field.is_secret,
        });
    }
    fields
}
