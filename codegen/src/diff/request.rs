//! Changes of what is sent: the fields of requests and of the objects inside them.

use super::change::RustItem;
use super::checks::compare_checks;
use super::constructor::{Constructors, is_renamed};
use super::context::{SentObject, ToolComparison};
use super::kind::{ChangeKind, Grade};
use super::types::compare_types;
use crate::model::{ArgumentLocation, Direction, Field, Operation, Presence, Rest, TypeRef};
use crate::source::child;

const REQUEST: Direction = Direction::Request;

/// Compares the arguments of two tools.
pub(super) fn compare_requests<'m>(
    before: &'m Operation,
    after: &'m Operation,
    comparison: &mut ToolComparison<'m>,
) {
    let (old, new) = (&before.request, &after.request);
    compare_checks((&old.checks, &new.checks), None, "", comparison);
    let [old, new] = [old, new].map(|request| SentObject {
        name: request.name.as_str(),
        fields: &request.fields,
        rest: request.rest.as_ref(),
    });
    compare_objects(old, new, "", comparison);
}

/// Compares two objects that are sent, at `pointer` of the arguments.
pub(super) fn compare_objects<'m>(
    before: SentObject<'m>,
    after: SentObject<'m>,
    pointer: &str,
    comparison: &mut ToolComparison<'m>,
) {
    let constructors = Constructors::of(before, after);
    report_swaps(&constructors, pointer, comparison);
    let Unpaired {
        mut removed,
        mut added,
    } = Unpaired::of(before.fields, after.fields);
    for (old, new) in take_renamed(&mut removed, &mut added) {
        compare_renamed(old, new, pointer, &constructors, comparison);
    }
    for field in removed {
        report_removed(field, pointer, &constructors, comparison);
    }
    for field in added {
        report_added(field, pointer, &constructors, comparison);
    }
    for new in after.fields {
        if let Some(old) = before.fields.iter().find(|old| old.wire == new.wire) {
            compare_fields(old, new, (before.name, pointer), &constructors, comparison);
        }
    }
    compare_rests(before, after, pointer, comparison);
}

/// Reports each position of a call that still compiles whose value is sent as another argument.
fn report_swaps(
    constructors: &Constructors<'_>,
    pointer: &str,
    comparison: &mut ToolComparison<'_>,
) {
    for (old, new) in &constructors.swaps {
        let change = comparison
            .at(
                ChangeKind::ArgRequiredSwapped,
                REQUEST,
                &child(pointer, &new.wire),
            )
            .values(Some(old.wire.clone()), Some(new.wire.clone()));
        let (before, after) = constructors.code();
        comparison.push(change.rust(constructors.item(), before, after));
    }
}

fn report_removed(
    field: &Field,
    pointer: &str,
    constructors: &Constructors<'_>,
    comparison: &mut ToolComparison<'_>,
) {
    if constructors.takes_in_swap(field) {
        return;
    }
    let (kind, item, code) = if field.presence.is_required() {
        constructors.change(ChangeKind::ArgRequiredRemoved)
    } else {
        let item = RustItem::member(constructors.before.name, &field.ident);
        let code = (Some(setter(field)), None);
        (ChangeKind::ArgOptionalRemoved, item, code)
    };
    let change = comparison.at(kind, REQUEST, &child(pointer, &field.wire));
    comparison.push(change.rust(item, code.0, code.1));
}

fn report_added(
    field: &Field,
    pointer: &str,
    constructors: &Constructors<'_>,
    comparison: &mut ToolComparison<'_>,
) {
    if constructors.gives_in_swap(field) {
        return;
    }
    let (kind, item, code) = if field.presence.is_required() {
        constructors.change(ChangeKind::ArgRequiredAdded)
    } else {
        let item = RustItem::member(constructors.after.name, &field.ident);
        let code = (None, Some(setter(field)));
        (ChangeKind::ArgOptionalAdded, item, code)
    };
    let change = comparison.at(kind, REQUEST, &child(pointer, &field.wire));
    comparison.push(change.rust(item, code.0, code.1));
}

/// The fields that only one of two objects has.
struct Unpaired<'m> {
    removed: Vec<&'m Field>,
    added: Vec<&'m Field>,
}

impl<'m> Unpaired<'m> {
    fn of(before: &'m [Field], after: &'m [Field]) -> Self {
        let lacks = |fields: &[Field], wire: &str| fields.iter().all(|field| field.wire != wire);
        let removed = before.iter().filter(|field| lacks(after, &field.wire));
        let added = after.iter().filter(|field| lacks(before, &field.wire));
        Self {
            removed: removed.collect(),
            added: added.collect(),
        }
    }
}

/// Takes the fields that differ in their names alone.
fn take_renamed<'m>(
    removed: &mut Vec<&'m Field>,
    added: &mut Vec<&'m Field>,
) -> Vec<(&'m Field, &'m Field)> {
    let mut pairs = Vec::new();
    removed.retain(|old| {
        let found = added.iter().position(|new| is_renamed(old, new));
        if let Some(index) = found {
            pairs.push((*old, added.remove(index)));
        }
        found.is_none()
    });
    pairs
}

fn compare_renamed<'m>(
    old: &'m Field,
    new: &'m Field,
    pointer: &str,
    constructors: &Constructors<'m>,
    comparison: &mut ToolComparison<'m>,
) {
    if constructors.takes_in_swap(old) && constructors.gives_in_swap(new) {
        return;
    }
    let change = comparison
        .at(
            ChangeKind::ArgWireRenamed,
            REQUEST,
            &child(pointer, &new.wire),
        )
        .values(Some(old.wire.clone()), Some(new.wire.clone()));
    // The request has a field of this name, also where the constructor takes the same arguments.
    let is_broken = old.presence.is_required() && constructors.is_broken;
    let compiles = old.ident == new.ident && !is_broken;
    let change = match (old.presence.is_required(), compiles) {
        (true, _) => {
            let (before, after) = constructors.code();
            change.rust(constructors.item(), before, after)
        }
        (false, false) => {
            let item = RustItem::member(constructors.before.name, &old.ident);
            change.rust(item, Some(setter(old)), Some(setter(new)))
        }
        (false, true) => change,
    };
    comparison.push(if compiles {
        change
    } else {
        change.graded(Grade::Compile)
    });
}

/// Compares a field that both objects have.
fn compare_fields<'m>(
    old: &'m Field,
    new: &'m Field,
    (owner, parent): (&str, &str),
    constructors: &Constructors<'m>,
    comparison: &mut ToolComparison<'m>,
) {
    let pointer = child(parent, &new.wire);
    let item = RustItem::member(owner, &old.ident);
    let code = (Some(stored_type(old)), Some(stored_type(new)));
    if old.ident != new.ident {
        let change = comparison.at(ChangeKind::ArgWireRenamed, REQUEST, &pointer);
        let change = change.rust(
            &item,
            Some(old.ident.to_string()),
            Some(new.ident.to_string()),
        );
        comparison.push(change.graded(Grade::Compile));
    }
    let kind = match (old.presence.is_required(), new.presence.is_required()) {
        (true, false) => Some(ChangeKind::ArgBecameOptional),
        (false, true) => Some(ChangeKind::ArgBecameRequired),
        _ => None,
    };
    // A setter that came breaks no caller; a removed one does, with any constructor.
    let kind = kind
        .filter(|kind| *kind == ChangeKind::ArgBecameRequired || !constructors.takes_in_swap(old));
    if let Some(kind) = kind {
        let (kind, item, code) = constructors.change(kind);
        let change = comparison.at(kind, REQUEST, &pointer);
        comparison.push(change.rust(item, code.0, code.1));
    }
    // `Json` may be null: the change of the type says so.
    let is_loosened = (old.ty == TypeRef::Json) != (new.ty == TypeRef::Json);
    let kind = match (old.presence.is_nullable(), new.presence.is_nullable()) {
        _ if is_loosened => None,
        (true, false) => Some(ChangeKind::ArgNullRefused),
        (false, true) => Some(ChangeKind::ArgNullAllowed),
        _ => None,
    };
    if let Some(kind) = kind {
        let change = comparison.at(kind, REQUEST, &pointer);
        comparison.push(change.rust(&item, code.0.clone(), code.1.clone()));
    }
    report_null_setter(old, new, (owner, &pointer), comparison);
    if old.location != new.location {
        let change = comparison.at(ChangeKind::ArgLocationChanged, REQUEST, &pointer);
        comparison.push(change.values(Some(words(old.location)), Some(words(new.location))));
    }
    let has_type_change = compare_types((&old.ty, &new.ty), REQUEST, &pointer, &item, comparison);
    if !has_type_change {
        let checks = (&old.checks[..], &new.checks[..]);
        compare_checks(checks, Some(&new.ty), &pointer, comparison);
    }
}

/// Reports a setter of null that has another name.
fn report_null_setter(
    old: &Field,
    new: &Field,
    (owner, pointer): (&str, &str),
    comparison: &mut ToolComparison<'_>,
) {
    if let (Some(before), Some(after)) = (&old.null_setter, &new.null_setter)
        && before != after
        && old.ident == new.ident
    {
        let change = comparison.at(ChangeKind::ArgNullRefused, REQUEST, pointer);
        let item = RustItem::member(owner, before);
        let code = |setter: &_| Some(format!("{setter}()"));
        comparison.push(change.rust(item, code(before), code(after)));
    }
}

fn compare_rests<'m>(
    before: SentObject<'m>,
    after: SentObject<'m>,
    pointer: &str,
    comparison: &mut ToolComparison<'m>,
) {
    let code = |rest: &Rest| format!("{}(name, {})", rest.ident, rest.values);
    match (before.rest, after.rest) {
        (None, Some(rest)) => {
            let change = comparison.at(ChangeKind::ArgExtraAllowed, REQUEST, pointer);
            let item = RustItem::member(after.name, &rest.ident);
            comparison.push(change.rust(item, None, Some(code(rest))));
        }
        (Some(rest), None) => {
            let change = comparison.at(ChangeKind::ArgExtraRefused, REQUEST, pointer);
            let item = RustItem::member(before.name, &rest.ident);
            comparison.push(change.rust(item, Some(code(rest)), None));
        }
        (Some(old), Some(new)) => {
            let item = RustItem::member(before.name, &old.ident);
            if old.ident != new.ident {
                // A new argument has the name of the setter.
                let change = comparison.at(ChangeKind::ArgExtraRefused, REQUEST, pointer);
                comparison.push(change.rust(&item, Some(code(old)), Some(code(new))));
            }
            let types = (&old.values, &new.values);
            compare_types(types, REQUEST, &child(pointer, "*"), &item, comparison);
        }
        (None, None) => {}
    }
}

/// Returns the type of the field itself.
fn stored_type(field: &Field) -> String {
    let ty: &TypeRef = &field.ty;
    match field.presence {
        Presence::Required => ty.to_string(),
        Presence::RequiredOrNull | Presence::Optional => format!("Option<{ty}>"),
        Presence::OptionalOrNull => format!("Nullable<{ty}>"),
    }
}

/// Returns the setter: `limit(u64)`.
fn setter(field: &Field) -> String {
    format!("{}({})", field.ident, field.ty)
}

fn words(location: Option<ArgumentLocation>) -> String {
    let words = match location {
        Some(ArgumentLocation::Path) => "path",
        Some(ArgumentLocation::PathAndBody) => "path and body",
        Some(ArgumentLocation::Query) => "query",
        Some(ArgumentLocation::Body) => "body",
        Some(ArgumentLocation::QueryAndBody) => "query and body",
        Some(ArgumentLocation::WholeBody) => "whole body",
        None => "object",
    };
    words.to_owned()
}
