//! Changes of what is sent: the fields of requests and of the objects inside them.

use super::checks::compare_checks;
use super::context::ToolComparison;
use super::kind::{ChangeKind, Grade};
use super::types::compare_types;
use crate::model::{
    Direction, Field, Location, Operation, Presence, Rest, TypeRef, constructor_arguments,
};
use crate::source::child;

const REQUEST: Direction = Direction::Request;

/// An object that is sent, as one of the two models has it.
#[derive(Clone, Copy)]
pub(super) struct SentObject<'m> {
    /// The name of the type.
    pub(super) name: &'m str,
    pub(super) fields: &'m [Field],
    pub(super) rest: Option<&'m Rest>,
}

/// Compares the arguments of two tools.
pub(super) fn compare_requests<'m>(
    before: &'m Operation,
    after: &'m Operation,
    comparison: &mut ToolComparison<'m>,
) {
    let (old, new) = (&before.request, &after.request);
    compare_checks(&old.checks, &new.checks, "", comparison);
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
    let Unpaired {
        mut removed,
        mut added,
    } = Unpaired::of(before.fields, after.fields);
    for (old, new) in take_pairs(&mut removed, &mut added, &constructors) {
        compare_renamed(old, new, pointer, &constructors, comparison);
    }
    for field in removed {
        let (kind, item, code) = if field.presence.is_required() {
            constructors.change(ChangeKind::ArgRequiredRemoved)
        } else {
            let item = format!("{}::{}", before.name, field.ident);
            let code = (Some(setter(field)), None);
            (ChangeKind::ArgOptionalRemoved, item, code)
        };
        let change = comparison.at(kind, REQUEST, &child(pointer, &field.wire));
        comparison.push(change.rust(item, code.0, code.1));
    }
    for field in added {
        let (kind, item, code) = if field.presence.is_required() {
            constructors.change(ChangeKind::ArgRequiredAdded)
        } else {
            let item = format!("{}::{}", after.name, field.ident);
            let code = (None, Some(setter(field)));
            (ChangeKind::ArgOptionalAdded, item, code)
        };
        let change = comparison.at(kind, REQUEST, &child(pointer, &field.wire));
        comparison.push(change.rust(item, code.0, code.1));
    }
    for new in after.fields {
        if let Some(old) = before.fields.iter().find(|old| old.wire == new.wire) {
            compare_fields(old, new, (before.name, pointer), &constructors, comparison);
        }
    }
    compare_rests(before, after, pointer, comparison);
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

/// The constructors of two objects.
struct Constructors<'m> {
    before: SentObject<'m>,
    after: SentObject<'m>,
    /// `true` if a call of the old constructor does not compile with the new one.
    is_broken: bool,
}

impl<'m> Constructors<'m> {
    fn of(before: SentObject<'m>, after: SentObject<'m>) -> Self {
        let types = |object: SentObject<'m>| {
            let arguments = constructor_arguments(object.fields).into_iter();
            let types: Vec<String> = arguments.map(field_type).collect();
            types
        };
        let is_broken = before.name != after.name || types(before) != types(after);
        Self {
            before,
            after,
            is_broken,
        }
    }

    /// Returns the position of a required field among the arguments.
    fn position(fields: &[Field], wire: &str) -> Option<usize> {
        let arguments = constructor_arguments(fields);
        arguments.iter().position(|field| field.wire == wire)
    }

    /// Returns `true` if the new field takes the place of the old one in a call that still compiles.
    fn is_swap(&self, old: &Field, new: &Field) -> bool {
        !self.is_broken
            && old.presence.is_required()
            && new.presence.is_required()
            && Self::position(self.before.fields, &old.wire)
                == Self::position(self.after.fields, &new.wire)
    }

    fn item(&self) -> String {
        format!("{}::new", self.before.name)
    }

    /// Returns the signatures: `new(name: String, account_id: AccountId)`.
    fn code(&self) -> (Option<String>, Option<String>) {
        let signature = |object: SentObject<'m>| {
            let arguments = constructor_arguments(object.fields).into_iter();
            let arguments =
                arguments.map(|field| format!("{}: {}", field.ident, field_type(field)));
            format!("new({})", arguments.collect::<Vec<_>>().join(", "))
        };
        (Some(signature(self.before)), Some(signature(self.after)))
    }

    fn change(&self, kind: ChangeKind) -> (ChangeKind, String, (Option<String>, Option<String>)) {
        (kind, self.item(), self.code())
    }
}

/// Takes the fields that have another name in the newer model: those with the same schema first, then
/// those whose values an unchanged call of the constructor would send under the new name.
fn take_pairs<'m>(
    removed: &mut Vec<&'m Field>,
    added: &mut Vec<&'m Field>,
    constructors: &Constructors<'_>,
) -> Vec<(&'m Field, &'m Field)> {
    let mut pairs = Vec::new();
    for matches in [
        is_renamed,
        |old: &Field, new: &Field, constructors: &Constructors<'_>| constructors.is_swap(old, new),
    ] {
        removed.retain(|old| {
            let found = added.iter().position(|new| matches(old, new, constructors));
            if let Some(index) = found {
                pairs.push((*old, added.remove(index)));
            }
            found.is_none()
        });
    }
    pairs
}

/// Returns `true` if two fields differ in their names alone.
fn is_renamed(old: &Field, new: &Field, _: &Constructors<'_>) -> bool {
    let plain = |wire: &str| {
        let letters = wire.chars().filter(char::is_ascii_alphanumeric);
        letters
            .map(|letter| letter.to_ascii_lowercase())
            .collect::<String>()
    };
    let is_alike = old.ty == new.ty
        && old.presence == new.presence
        && old.location == new.location
        && old.checks == new.checks;
    let has_text = !old.docs.is_empty() && old.docs == new.docs;
    is_alike && (has_text || old.ident == new.ident || plain(&old.wire) == plain(&new.wire))
}

fn compare_renamed<'m>(
    old: &'m Field,
    new: &'m Field,
    pointer: &str,
    constructors: &Constructors<'m>,
    comparison: &mut ToolComparison<'m>,
) {
    let is_same = is_renamed(old, new, constructors);
    let kind = if is_same {
        ChangeKind::ArgWireRenamed
    } else {
        ChangeKind::ArgRequiredSwapped
    };
    let change = comparison
        .at(kind, REQUEST, &child(pointer, &new.wire))
        .values(Some(old.wire.clone()), Some(new.wire.clone()));
    let compiles = if old.presence.is_required() {
        !constructors.is_broken
    } else {
        old.ident == new.ident
    };
    let change = match (old.presence.is_required(), compiles) {
        (true, _) => {
            let (before, after) = constructors.code();
            change.rust(constructors.item(), before, after)
        }
        (false, false) => {
            let item = format!("{}::{}", constructors.before.name, old.ident);
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
    let item = format!("{owner}::{}", old.ident);
    let code = (Some(stored_type(old)), Some(stored_type(new)));
    if old.ident != new.ident {
        let change = comparison.at(ChangeKind::ArgWireRenamed, REQUEST, &pointer);
        let change = change.rust(
            &*item,
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
    if let Some(kind) = kind {
        let (kind, item, code) = constructors.change(kind);
        let change = comparison.at(kind, REQUEST, &pointer);
        comparison.push(change.rust(item, code.0, code.1));
    }
    // `Json` includes null, so the change of the type covers it.
    let is_loosened = (old.ty == TypeRef::Json) != (new.ty == TypeRef::Json);
    let kind = match (old.presence.is_nullable(), new.presence.is_nullable()) {
        _ if is_loosened => None,
        (true, false) => Some(ChangeKind::ArgNullRefused),
        (false, true) => Some(ChangeKind::ArgNullAllowed),
        _ => None,
    };
    if let Some(kind) = kind {
        let change = comparison.at(kind, REQUEST, &pointer);
        comparison.push(change.rust(&*item, code.0.clone(), code.1.clone()));
    }
    if old.location != new.location {
        let change = comparison.at(ChangeKind::ArgLocationChanged, REQUEST, &pointer);
        comparison.push(change.values(Some(words(old.location)), Some(words(new.location))));
    }
    let has_type_change = compare_types((&old.ty, &new.ty), REQUEST, &pointer, &item, comparison);
    if !has_type_change {
        compare_checks(&old.checks, &new.checks, &pointer, comparison);
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
            let item = format!("{}::{}", after.name, rest.ident);
            comparison.push(change.rust(item, None, Some(code(rest))));
        }
        (Some(rest), None) => {
            let change = comparison.at(ChangeKind::ArgExtraRefused, REQUEST, pointer);
            let item = format!("{}::{}", before.name, rest.ident);
            comparison.push(change.rust(item, Some(code(rest)), None));
        }
        (Some(old), Some(new)) => {
            let item = format!("{}::{}", before.name, old.ident);
            let types = (&old.values, &new.values);
            compare_types(types, REQUEST, &child(pointer, "*"), &item, comparison);
        }
        (None, None) => {}
    }
}

/// Returns the type of the parameter of a required field.
fn field_type(field: &Field) -> String {
    if field.presence.is_nullable() {
        format!("Option<{}>", field.ty)
    } else {
        field.ty.to_string()
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

fn words(location: Location) -> String {
    let words = match location {
        Location::Path => "path",
        Location::PathAndBody => "path and body",
        Location::Query => "query",
        Location::Body => "body",
        Location::QueryAndBody => "query and body",
        Location::WholeBody => "whole body",
        Location::Inside => "object",
    };
    words.to_owned()
}
