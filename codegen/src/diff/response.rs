//! Changes of the response and of the fields of its records.

use super::change::RustItem;
use super::context::ToolComparison;
use super::kind::{ChangeKind, Grade};
use super::types::compare_types;
use crate::model::{Direction, Operation, Presence, RecordField, Response, TypeRef};
use crate::source::child;

const RESPONSE: Direction = Direction::Response;

/// Compares the responses of two tools.
pub(super) fn compare_responses<'m>(
    before: &'m Operation,
    after: &'m Operation,
    comparison: &mut ToolComparison<'m>,
) {
    let (old, new) = (&before.response, &after.response);
    let code = |response: &Response| {
        Some(match response {
            Response::Listing(ty) => format!("Listing<{ty}>"),
            Response::Record(ty) => format!("Call<{ty}>"),
            Response::Deleted => "Call<Deleted>".to_owned(),
        })
    };
    let kind = match (old, new) {
        (Response::Listing(_), Response::Record(_)) => Some(ChangeKind::PagingRemoved),
        (Response::Record(_), Response::Listing(_)) => Some(ChangeKind::PagingAdded),
        (Response::Deleted, Response::Deleted)
        | (Response::Listing(_), Response::Listing(_))
        | (Response::Record(_), Response::Record(_)) => None,
        _ => Some(ChangeKind::ResponseKindChanged),
    };
    let item = RustItem::from(after.method.as_str());
    if let Some(kind) = kind {
        let change = comparison.at(kind, RESPONSE, "");
        comparison.push(change.rust(&item, code(old), code(new)));
    }
    if let (Some(old), Some(new)) = (record(old), record(new)) {
        let kind = match (old, new) {
            (TypeRef::Json, TypeRef::Json) => None,
            (TypeRef::Json, _) => Some(ChangeKind::ResponseSchemaAdded),
            (_, TypeRef::Json) => Some(ChangeKind::ResponseSchemaRemoved),
            _ => None,
        };
        match kind {
            Some(kind) => {
                let change = comparison.at(kind, RESPONSE, "");
                comparison.push(change.rust(item, Some(old.to_string()), Some(new.to_string())));
            }
            None => {
                compare_types((old, new), RESPONSE, "", &item, comparison);
            }
        }
    }
}

fn record(response: &Response) -> Option<&TypeRef> {
    match response {
        Response::Listing(ty) | Response::Record(ty) => Some(ty),
        Response::Deleted => None,
    }
}

/// Compares the fields of two records, at `pointer` of the response.
pub(super) fn compare_records<'m>(
    owner: &str,
    before: &'m [RecordField],
    after: &'m [RecordField],
    pointer: &str,
    comparison: &mut ToolComparison<'m>,
) {
    let lacks = |fields: &[RecordField], wire: &str| fields.iter().all(|field| field.wire != wire);
    let mut added: Vec<&'m RecordField> = after.iter().collect();
    added.retain(|new| lacks(before, &new.wire));
    for old in before {
        let item = RustItem::member(owner, &old.ident);
        if let Some(new) = after.iter().find(|new| new.wire == old.wire) {
            compare_fields(old, new, &child(pointer, &old.wire), &item, comparison);
        } else if let Some(index) = added.iter().position(|new| new.ident == old.ident) {
            let new = added.remove(index);
            let pointer = child(pointer, &new.wire);
            let change = comparison.at(ChangeKind::FieldWireRenamed, RESPONSE, &pointer);
            comparison.push(change.values(Some(old.wire.clone()), Some(new.wire.clone())));
            compare_fields(old, new, &pointer, &item, comparison);
        } else {
            let pointer = child(pointer, &old.wire);
            let change = comparison.at(ChangeKind::FieldRemoved, RESPONSE, &pointer);
            comparison.push(change.rust(item, Some(stored_type(old)), None));
        }
    }
    for new in added {
        let item = RustItem::member(owner, &new.ident);
        let change = comparison.at(ChangeKind::FieldAdded, RESPONSE, &child(pointer, &new.wire));
        comparison.push(change.rust(item, None, Some(stored_type(new))));
    }
}

fn compare_fields<'m>(
    old: &'m RecordField,
    new: &'m RecordField,
    pointer: &str,
    item: &RustItem,
    comparison: &mut ToolComparison<'m>,
) {
    if old.ident != new.ident {
        let change = comparison.at(ChangeKind::FieldRemoved, RESPONSE, pointer);
        let (before, after) = (old.ident.to_string(), new.ident.to_string());
        comparison.push(change.rust(item, Some(before), Some(after)));
    }
    if old.presence != new.presence {
        let kind = kind_of_presence(old.presence, new.presence);
        let is_loose = |presence: Presence| !presence.is_required() || presence.is_nullable();
        let change = comparison.at(kind, RESPONSE, pointer);
        let change = if is_loose(old.presence) == is_loose(new.presence) {
            // `Option` before and after.
            change.graded(Grade::Docs)
        } else {
            change.rust(item, Some(stored_type(old)), Some(stored_type(new)))
        };
        comparison.push(change);
    }
    compare_types((&old.ty, &new.ty), RESPONSE, pointer, item, comparison);
}

/// Returns the kind of change between two different presences. A field that may be missing says less
/// than one that may be null.
fn kind_of_presence(old: Presence, new: Presence) -> ChangeKind {
    let is_looser = match (old.is_required(), new.is_required()) {
        (true, false) => true,
        (false, true) => false,
        _ => new.is_nullable(),
    };
    if is_looser {
        ChangeKind::FieldBecameOptional
    } else {
        ChangeKind::FieldBecameRequired
    }
}

/// Returns the type of the field itself.
fn stored_type(field: &RecordField) -> String {
    match field.presence {
        Presence::Required => field.ty.to_string(),
        _ => format!("Option<{}>", field.ty),
    }
}
