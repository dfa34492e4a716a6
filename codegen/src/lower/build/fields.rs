//! Builds the fields of requests, records and inner objects.

use super::docs::describe_field;
use super::resolve::{resolve, resolve_inner};
use crate::ident::Ident;
use crate::lower::name::{MemberNames, Names};
use crate::lower::sketch::{FieldSketch, Rest, SketchKind, StructSketch};
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
        ident: free_member(members, "extra", "extra_arguments"),
        values,
    })
}

/// Builds the fields of a record.
pub(super) fn build_record_fields(
    inner: &StructSketch,
    members: &MemberNames,
    names: &Names<'_>,
) -> Vec<RecordField> {
    let fields = ordered(inner, members).filter_map(|field| {
        Some(RecordField {
            ident: members.names.get(&field.wire)?.clone(),
            wire: field.wire.clone(),
            docs: describe_field(field),
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
    let is_taken = |name: &str| members.names.values().any(|ident| ident.plain() == name);
    let mut name = if is_taken(wanted) {
        other.to_owned()
    } else {
        wanted.to_owned()
    };
    while is_taken(&name) {
        name.push('_');
    }
    Ident::parse(&name).unwrap_or_else(|| unreachable!("`{name}` is made of words"))
}

/// Builds the fields of a request.
pub(super) fn build_fields(
    inner: &StructSketch,
    members: &MemberNames,
    names: &Names<'_>,
) -> Vec<Field> {
    let mut fields: Vec<Field> = Vec::new();
    for field in ordered(inner, members) {
        let Some(ident) = members.names.get(&field.wire) else {
            continue;
        };
        let is_tristate = field.presence() == Presence::OptionalOrNull
            && field.sketch.kind != SketchKind::Plain(TypeRef::Json);
        let null_setter = is_tristate.then(|| {
            let name = ident.plain().trim_end_matches('_');
            free_member(members, &format!("{name}_null"), &format!("null_{name}"))
        });
        fields.push(Field {
            ident: ident.clone(),
            null_setter,
            wire: field.wire.clone(),
            docs: describe_field(field),
            ty: resolve(&field.sketch, Direction::Request, names),
            presence: field.presence(),
            location: field.location,
            checks: field.sketch.outer_checks().to_vec(),
            is_secret: field.is_secret,
        });
    }
    fields
}

/// Orders fields: required ones in the order of the constructor's arguments, then the optional
/// ones.
fn ordered<'s>(
    inner: &'s StructSketch,
    members: &'s MemberNames,
) -> impl Iterator<Item = &'s FieldSketch> {
    let find = |wire: &String| inner.fields.iter().find(|field| field.wire == *wire);
    let required = members.arguments.iter().filter_map(find);
    let optional = inner.fields.iter().filter(|field| !field.is_required);
    required.chain(optional)
}
