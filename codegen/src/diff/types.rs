//! Changes of types: another type, or another definition of the type with the same name.

use super::change::RustItem;
use super::checks::compare_checks;
use super::context::{SentObject, ToolComparison};
use super::kind::{ChangeKind, Grade};
use super::request::compare_objects;
use super::response::compare_records;
use crate::model::{
    Choice, ChoiceValues, Direction, Struct, StructFields, TypeRef, Union, UnionVariant,
};
use crate::source::child;

/// Compares the types of one place. Returns `true` if the place has another type.
pub(super) fn compare_types<'m>(
    (old, new): (&'m TypeRef, &'m TypeRef),
    direction: Direction,
    pointer: &str,
    item: &RustItem,
    comparison: &mut ToolComparison<'m>,
) -> bool {
    match (old, new) {
        (TypeRef::List(old), TypeRef::List(new)) | (TypeRef::Map(old), TypeRef::Map(new)) => {
            let pointer = child(pointer, "*");
            return compare_types((old, new), direction, &pointer, item, comparison);
        }
        (TypeRef::OrNull(old), TypeRef::OrNull(new))
        | (TypeRef::Boxed(old), TypeRef::Boxed(new)) => {
            return compare_types((old, new), direction, pointer, item, comparison);
        }
        (TypeRef::Tuple(old), TypeRef::Tuple(new)) if old.len() == new.len() => {
            let mut has_changed = false;
            for (index, types) in old.iter().zip(new).enumerate() {
                let pointer = child(pointer, &index.to_string());
                has_changed |= compare_types(types, direction, &pointer, item, comparison);
            }
            return has_changed;
        }
        (TypeRef::Choice(before), TypeRef::Choice(after))
        | (TypeRef::Open(before), TypeRef::Open(after))
        | (TypeRef::Struct(before), TypeRef::Struct(after))
        | (TypeRef::Union(before), TypeRef::Union(after)) => {
            let names = (before.as_str(), after.as_str());
            compare_definitions((old, new), names, direction, pointer, comparison);
            if before == after {
                return false;
            }
        }
        _ if old == new => return false,
        _ => {}
    }
    let kind = match direction {
        Direction::Request => kind_of(old, new),
        Direction::Response => ChangeKind::FieldTypeChanged,
    };
    let change = comparison.at(kind, direction, pointer);
    comparison.push(change.rust(item, Some(old.to_string()), Some(new.to_string())));
    true
}

/// Returns the kind of change between two different types of an argument.
fn kind_of(old: &TypeRef, new: &TypeRef) -> ChangeKind {
    use TypeRef as T;
    match (old, new) {
        (_, T::Json) => ChangeKind::ArgLoosened,
        (T::Json, _) => ChangeKind::ArgTyped,
        (T::OrNull(_), T::OrNull(_)) => ChangeKind::ArgTypeNarrowed,
        (T::OrNull(_), _) => ChangeKind::ArgNullRefused,
        (_, T::OrNull(_)) => ChangeKind::ArgNullAllowed,
        (T::Id(_), T::Id(_) | T::String) | (T::String, T::Id(_)) => {
            ChangeKind::ArgIdentifierChanged
        }
        (T::String, T::DateTime | T::Date) => ChangeKind::ArgFormatAdded,
        (T::DateTime | T::Date, T::String) => ChangeKind::ArgFormatRemoved,
        (T::Choice(_) | T::Open(_), T::String) => ChangeKind::ArgEnumOpened,
        (T::String, T::Choice(_) | T::Open(_)) => ChangeKind::ArgEnumClosed,
        (T::Integer | T::Unsigned, T::Number)
        | (T::Unsigned, T::Integer)
        | (T::Date, T::DateTime) => ChangeKind::ArgTypeWidened,
        (one, T::Union(_)) if !matches!(one, T::Union(_)) => ChangeKind::ArgTypeWidened,
        _ => ChangeKind::ArgTypeNarrowed,
    }
}

/// Compares the definitions of two named types of the same sort.
fn compare_definitions<'m>(
    (old, new): (&'m TypeRef, &'m TypeRef),
    (before, after): (&'m str, &'m str),
    direction: Direction,
    pointer: &str,
    comparison: &mut ToolComparison<'m>,
) {
    if !comparison.visit(before, after, direction) {
        return;
    }
    let types = comparison.types;
    match (old, new) {
        (TypeRef::Struct(_), TypeRef::Struct(_)) => {
            let (old, new) = (
                types.before.find_struct(before),
                types.after.find_struct(after),
            );
            if let (Some(old), Some(new)) = (old, new) {
                compare_structs(old, new, pointer, comparison);
            }
        }
        (TypeRef::Union(_), TypeRef::Union(_)) => {
            let (old, new) = (
                types.before.find_union(before),
                types.after.find_union(after),
            );
            if let (Some(old), Some(new)) = (old, new) {
                compare_unions(old, new, direction, pointer, comparison);
            }
        }
        _ => {
            let (old, new) = (
                types.before.find_choice(before),
                types.after.find_choice(after),
            );
            if let (Some(old), Some(new)) = (old, new) {
                compare_choices(old, new, direction, pointer, comparison);
            }
        }
    }
}

fn compare_structs<'m>(
    old: &'m Struct,
    new: &'m Struct,
    pointer: &str,
    comparison: &mut ToolComparison<'m>,
) {
    match (&old.fields, &new.fields) {
        (
            StructFields::Request {
                fields,
                rest,
                checks,
            },
            StructFields::Request {
                fields: new_fields,
                rest: new_rest,
                checks: new_checks,
            },
        ) => {
            compare_checks((checks, new_checks), None, pointer, comparison);
            let before = SentObject {
                name: old.name.as_str(),
                fields,
                rest: rest.as_ref(),
            };
            let after = SentObject {
                name: new.name.as_str(),
                fields: new_fields,
                rest: new_rest.as_ref(),
            };
            compare_objects(before, after, pointer, comparison);
            compare_constants(old, new, pointer, comparison);
        }
        (
            StructFields::Response { fields, extra },
            StructFields::Response {
                fields: new_fields,
                extra: new_extra,
            },
        ) => {
            compare_records(old.name.as_str(), fields, new_fields, pointer, comparison);
            if extra != new_extra {
                // A new field has the name of the field for all others.
                let kind = ChangeKind::FieldTypeChanged;
                let change = comparison.at(kind, Direction::Response, pointer);
                let item = RustItem::member(&old.name, extra);
                let code = |ident: &_| Some(format!("{ident}: Extra"));
                comparison.push(change.rust(item, code(extra), code(new_extra)));
            }
        }
        _ => {}
    }
}

/// Compares the properties that have a single allowed value.
fn compare_constants(
    old: &Struct,
    new: &Struct,
    pointer: &str,
    comparison: &mut ToolComparison<'_>,
) {
    let find = |item: &Struct, name: &str| {
        let mut constants = item.constants.iter();
        let constant = constants.find(|(wire, _)| wire == name);
        constant.map(|(_, value)| value.clone())
    };
    let names = old.constants.iter().chain(&new.constants);
    let mut names: Vec<&str> = names.map(|(name, _)| name.as_str()).collect();
    names.sort_unstable();
    names.dedup();
    for name in names {
        let (before, after) = (find(old, name), find(new, name));
        if before != after {
            let pointer = child(pointer, name);
            let change = comparison.at(ChangeKind::ArgTagChanged, Direction::Request, &pointer);
            comparison.push(change.values(before, after));
        }
    }
}

/// Compares two enums by their values on the wire.
fn compare_choices(
    old: &Choice,
    new: &Choice,
    direction: Direction,
    pointer: &str,
    comparison: &mut ToolComparison<'_>,
) {
    let (added, removed) = match direction {
        Direction::Request => (
            ChangeKind::ArgEnumValueAdded,
            ChangeKind::ArgEnumValueRemoved,
        ),
        Direction::Response => (
            ChangeKind::FieldEnumValueAdded,
            ChangeKind::FieldEnumValueRemoved,
        ),
    };
    let (before, after) = (values(old), values(new));
    let path = |item: &Choice, variant: &str| RustItem::member(&item.name, variant);
    for (value, variant) in &before {
        match after.iter().find(|(other, _)| other == value) {
            None => {
                let change = comparison.at(removed, direction, pointer);
                let change = change.values(Some(value.clone()), None);
                comparison.push(change.rust(path(old, variant), Some((*variant).to_owned()), None));
            }
            Some((_, other)) if other != variant => {
                let change = comparison.at(removed, direction, pointer);
                let change = change.values(Some(value.clone()), Some(value.clone()));
                let (before, after) = ((*variant).to_owned(), (*other).to_owned());
                comparison.push(change.rust(path(old, variant), Some(before), Some(after)));
            }
            Some(_) => {}
        }
    }
    for (value, variant) in &after {
        if before.iter().all(|(other, _)| other != value) {
            let change = comparison.at(added, direction, pointer);
            let change = change.values(None, Some(value.clone()));
            comparison.push(change.rust(path(new, variant), None, Some((*variant).to_owned())));
        }
    }
}

/// Returns the values of an enum as JSON, each with its variant.
fn values(choice: &Choice) -> Vec<(String, &str)> {
    let values: Vec<String> = match &choice.values {
        ChoiceValues::Texts(values) => values
            .iter()
            .map(|value| crate::source::quoted(value))
            .collect(),
        ChoiceValues::Integers(values) => values.iter().map(i64::to_string).collect(),
        ChoiceValues::Verbatim(values) => values.clone(),
    };
    let variants = choice.variants.iter();
    let names = variants.map(|variant| variant.name.as_str());
    values.into_iter().zip(names).collect()
}

fn compare_unions<'m>(
    old: &'m Union,
    new: &'m Union,
    direction: Direction,
    pointer: &str,
    comparison: &mut ToolComparison<'m>,
) {
    let (removed, retagged) = match direction {
        Direction::Request => (ChangeKind::ArgVariantRemoved, ChangeKind::ArgTagChanged),
        Direction::Response => (ChangeKind::FieldVariantRemoved, ChangeKind::FieldTagChanged),
    };
    if direction == Direction::Request {
        compare_checks((&old.checks, &new.checks), None, pointer, comparison);
    }
    if old.tag != new.tag {
        let change = comparison.at(retagged, direction, pointer);
        comparison.push(change.values(old.tag.clone(), new.tag.clone()));
    }
    for variant in &old.variants {
        let item = RustItem::member(&old.name, &variant.name);
        let Some(other) = new.variants.iter().find(|other| other.name == variant.name) else {
            let change = comparison.at(removed, direction, pointer);
            comparison.push(change.rust(item, Some(code(variant)), None));
            continue;
        };
        if variant.tag != other.tag {
            let change = comparison.at(retagged, direction, pointer);
            comparison.push(change.values(variant.tag.clone(), other.tag.clone()));
        }
        let has_type_change = compare_types(
            (&variant.ty, &other.ty),
            direction,
            pointer,
            &item,
            comparison,
        );
        if direction == Direction::Request && !has_type_change {
            let checks = (&variant.checks[..], &other.checks[..]);
            compare_checks(checks, Some(&variant.ty), pointer, comparison);
        }
    }
    report_added_variants(old, new, direction, pointer, comparison);
    compare_openness(old, new, direction, pointer, comparison);
}

fn report_added_variants(
    old: &Union,
    new: &Union,
    direction: Direction,
    pointer: &str,
    comparison: &mut ToolComparison<'_>,
) {
    let kind = match direction {
        Direction::Request => ChangeKind::ArgVariantAdded,
        Direction::Response => ChangeKind::FieldVariantAdded,
    };
    for variant in &new.variants {
        if old.variants.iter().all(|other| other.name != variant.name) {
            let change = comparison.at(kind, direction, pointer);
            let item = RustItem::member(&new.name, &variant.name);
            let change = change.rust(item, None, Some(code(variant)));
            // Of two variants with one type, neither is made from it.
            let has_lost = old.converts_from(&variant.ty) && !new.converts_from(&variant.ty);
            comparison.push(if has_lost {
                change.graded(Grade::Compile)
            } else {
                change
            });
        }
    }
}

fn code(variant: &UnionVariant) -> String {
    format!("{}({})", variant.name, variant.ty)
}

/// Compares the variants for unknown values.
fn compare_openness(
    old: &Union,
    new: &Union,
    direction: Direction,
    pointer: &str,
    comparison: &mut ToolComparison<'_>,
) {
    if direction == Direction::Response && old.unknown != new.unknown {
        let name = |union: &Union| union.unknown.as_ref().map(ToString::to_string);
        let change = comparison.at(ChangeKind::FieldTypeChanged, direction, pointer);
        let change = change.rust(old.name.as_str(), name(old), name(new));
        comparison.push(change.graded(Grade::Compile));
    }
}
