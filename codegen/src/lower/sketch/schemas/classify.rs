//! Classifies a schema: the form of its type, or the reason why it has none.

use std::borrow::Cow;

use super::checks::is_long;
use super::choices::join_choices;
use super::form::{Form, classify_values, fits};
use crate::lower::sketch::precision::LooseReason;
use crate::model::{Bound, JsonType};
use crate::schema::{Additional, Inherited, Schema, SchemaForm, excludes, merge};

/// Keywords without which the type cannot be determined.
const DECIDING: &[&str] = &[
    "anyOf",
    "enum",
    "items",
    "oneOf",
    "prefixItems",
    "properties",
    "type",
];

/// Classifies `schema`.
///
/// # Errors
///
/// Returns the reason if no type can express the schema.
pub(super) fn classify(schema: &Schema) -> Result<Form<'_>, LooseReason> {
    match schema.form {
        SchemaForm::Keywords => {}
        SchemaForm::RejectsAll => return Err(LooseReason::RejectsAll),
        SchemaForm::Invalid => return Err(LooseReason::Invalid),
    }
    let mut unread = schema.unread.iter();
    if let Some(keyword) = unread.find(|keyword| DECIDING.contains(&keyword.as_str())) {
        return Err(LooseReason::InvalidKeyword(keyword.clone()));
    }
    if let Some(values) = &schema.values {
        return classify_values(&schema.types, values);
    }
    if !schema.branches.is_empty() {
        return classify_branches(schema);
    }
    match schema.types.as_slice() {
        [] => infer(schema).ok_or(LooseReason::NoType),
        [JsonType::Integer, JsonType::Number] | [JsonType::Number, JsonType::Integer] => {
            Ok(Form::Scalar(JsonType::Number))
        }
        [JsonType::Object] => Ok(object_form(schema)),
        [JsonType::Array] => Ok(list_form(schema)),
        [JsonType::Integer] if is_long(schema) => Err(LooseReason::LongInteger),
        [scalar] => Ok(Form::Scalar(*scalar)),
        several => {
            let alone = several.iter().map(|kind| {
                let mut alone = schema.clone();
                alone.types = vec![*kind];
                Cow::Owned(alone)
            });
            Ok(Form::Union(alone.collect()))
        }
    }
}

fn infer(schema: &Schema) -> Option<Form<'_>> {
    let is_object = !schema.properties.is_empty()
        || !schema.required.is_empty()
        || matches!(
            schema.additional,
            Additional::Matching(_) | Additional::Forbidden
        );
    if is_object {
        Some(object_form(schema))
    } else {
        (schema.items.is_some() || !schema.prefix.is_empty()).then(|| list_form(schema))
    }
}

fn object_form(schema: &Schema) -> Form<'_> {
    if schema.properties.is_empty() && schema.required.is_empty() {
        Form::Map
    } else {
        Form::Struct
    }
}

/// Maximum number of elements of a tuple.
const MAX_TUPLE_LENGTH: usize = 8;

/// Classifies a list: one with a fixed length is a tuple.
fn list_form(schema: &Schema) -> Form<'_> {
    let length = schema.prefix.len();
    let bound = |wanted| {
        let mut bounds = schema.bounds.iter();
        let found = bounds.find(|(keyword, _)| *keyword == wanted);
        found.and_then(|(_, bound)| super::checks::count(*bound))
    };
    let is_bound = |wanted| bound(wanted) == Some(length as u64);
    let has_end = schema.is_closed_tuple || is_bound(Bound::MaxItems);
    if (1..=MAX_TUPLE_LENGTH).contains(&length) && has_end && is_bound(Bound::MinItems) {
        Form::Tuple
    } else {
        Form::List
    }
}

fn classify_branches(schema: &Schema) -> Result<Form<'_>, LooseReason> {
    if let Some(choice) = join_choices(schema) {
        return Ok(Form::Choice(choice));
    }
    if only_constrains(schema) {
        // Checks cover the constraints of the branches.
        return Ok(object_form(schema));
    }
    let mut parent = without_branches(schema);
    let is_bare = parent
        == Schema {
            pointer: schema.pointer.clone(),
            nullable: schema.nullable,
            null: schema.null.clone(),
            overruled: schema.overruled.clone(),
            conditional: schema.conditional.clone(),
            union: schema.union,
            rename: schema.rename.clone(),
            secret: schema.secret,
            identifier: schema.identifier.clone(),
            deprecated: schema.deprecated,
            ..Schema::default()
        };
    parent.around.push(schema.pointer.clone());
    let mut branches = Vec::new();
    for branch in &schema.branches {
        if is_bare {
            branches.push(Cow::Borrowed(branch));
            continue;
        }
        if excludes(&parent, branch) {
            // No value is of this branch.
            continue;
        }
        let mut joined = parent.clone();
        joined.pointer.clone_from(&branch.pointer);
        joined.nullable = false;
        if !merge(&mut joined, branch.clone()) {
            return Err(LooseReason::Contradiction);
        }
        let values = joined.values.as_deref().unwrap_or_default();
        if values.is_empty() || values.iter().any(|value| fits(value, &joined.types)) {
            branches.push(Cow::Owned(joined));
        }
    }
    if branches.is_empty() {
        return Err(LooseReason::Contradiction);
    }
    Ok(Form::Union(branches))
}

/// Returns what a schema says apart from its union, for each of its branches.
fn without_branches(schema: &Schema) -> Schema {
    let mut parent = schema.clone();
    parent.branches = Vec::new();
    parent.title = None;
    parent.description = None;
    parent.discriminator = None;
    parent.default = None;
    let has_prefix = !parent.prefix.is_empty();
    if !parent.untyped_keywords.is_empty() || has_prefix {
        // A branch has another place, but the rules are read where they were written.
        parent.inherited.push(Inherited {
            pointer: schema.pointer.clone(),
            untyped_keywords: std::mem::take(&mut parent.untyped_keywords),
            has_prefix,
        });
    }
    parent
}

/// Returns `true` if the branches of an object only constrain which properties may be combined.
fn only_constrains(schema: &Schema) -> bool {
    let names = |inner: &Schema| {
        let mut names = inner.properties.keys().chain(&inner.required);
        names.all(|name| schema.properties.contains_key(name))
    };
    let is_plain = |branch: &Schema| {
        branch.branches.is_empty()
            && branch.all.is_empty()
            && branch.reference.is_none()
            && branch.values.is_none()
            && branch.items.is_none()
            && matches!(branch.types.as_slice(), [] | [JsonType::Object])
            && branch.title.is_none()
    };
    !schema.properties.is_empty()
        && matches!(schema.types.as_slice(), [] | [JsonType::Object])
        && schema.branches.iter().all(|branch| {
            // A branch that gives a property another type is a variant.
            let says_types = branch.properties.values().any(|property| {
                !property.properties.is_empty()
                    || property.items.is_some()
                    || !property.types.is_empty()
            });
            names(branch) && is_plain(branch) && !says_types
        })
}
