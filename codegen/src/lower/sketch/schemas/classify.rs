//! Classifies a schema: the form of its type, or the reason why it has none.

use std::borrow::Cow;
use std::collections::BTreeMap;

use super::checks::is_long;
use crate::lower::sketch::precision::LooseReason;
use crate::lower::sketch::tree::ChoiceSketch;
use crate::model::{Bound, ChoiceValues, JsonType};
use crate::schema::{Additional, Inherited, Schema, SchemaForm, excludes, merge};
use crate::source::{Json, compact_json};

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

/// The form of the type for a schema.
#[derive(Debug)]
pub(super) enum Form<'s> {
    /// An enum.
    Choice(ChoiceSketch),
    /// A string, number or boolean.
    Scalar(JsonType),
    /// A list.
    List,
    /// A list of a fixed length.
    Tuple,
    /// An object with arbitrary property names.
    Map,
    /// An object with properties.
    Struct,
    /// A union of several types.
    Union(Vec<Cow<'s, Schema>>),
}

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
    let mut parent = schema.clone();
    parent.branches = Vec::new();
    parent.title = None;
    parent.description = None;
    parent.discriminator = None;
    parent.default = None;
    if !parent.rules.is_empty() {
        // A branch has another place, but the rules are read where they were written.
        parent.inherited.push(Inherited {
            pointer: schema.pointer.clone(),
            rules: std::mem::take(&mut parent.rules),
            has_prefix: false,
        });
    }
    let is_bare = parent
        == Schema {
            pointer: schema.pointer.clone(),
            nullable: schema.nullable,
            null: schema.null.clone(),
            overruled: schema.overruled.clone(),
            union: schema.union,
            rename: schema.rename.clone(),
            secret: schema.secret,
            identifier: schema.identifier.clone(),
            deprecated: schema.deprecated,
            ..Schema::default()
        };
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
        branches.push(Cow::Owned(joined));
    }
    if branches.is_empty() {
        return Err(LooseReason::Contradiction);
    }
    Ok(Form::Union(branches))
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

/// Merges branches that only list values into one enum. Their titles name its variants.
fn join_choices(schema: &Schema) -> Option<ChoiceSketch> {
    let mut values = Vec::new();
    let mut titles = BTreeMap::new();
    let mut is_open = false;
    for branch in &schema.branches {
        match &branch.values {
            Some(listed) => {
                if let ([value], Some(title)) = (listed.as_slice(), &branch.title) {
                    titles.insert(wire(value), title.clone());
                }
                let types = [schema.types.as_slice(), branch.types.as_slice()];
                for value in listed {
                    if types.iter().all(|types| fits(value, types)) {
                        values.push(value.clone());
                    }
                }
            }
            None if is_any_text(branch) => is_open = true,
            None => return None,
        }
    }
    let allowed = schema.types.as_slice();
    if !matches!(allowed, [] | [_]) || !schema.properties.is_empty() || values.is_empty() {
        return None;
    }
    let Ok(Form::Choice(mut choice)) = classify_values(&[], &values) else {
        return None;
    };
    let is_text = matches!(choice.values, ChoiceValues::Texts(_));
    choice.titles = titles;
    choice.is_open = is_open;
    (is_text || !is_open).then_some(choice)
}

/// Returns `true` if a schema allows any string.
fn is_any_text(schema: &Schema) -> bool {
    schema.types == [JsonType::String]
        && schema.bounds.is_empty()
        && schema.format.is_none()
        && schema.pattern.is_none()
        && schema.rules.is_empty()
        && schema.inherited.is_empty()
        && schema.unread.is_empty()
        && schema.all.is_empty()
        && schema.branches.is_empty()
        && schema.reference.is_none()
}

/// Returns the wire form of a value as a string.
fn wire(value: &Json) -> String {
    match value {
        Json::String(text) => text.clone(),
        other => compact_json(other),
    }
}

/// Returns `true` if a value has one of the types, or if there are no types.
pub(super) fn fits(value: &Json, types: &[JsonType]) -> bool {
    let is = |kind: &JsonType| match (kind, value) {
        (JsonType::String, Json::String(_))
        | (JsonType::Boolean, Json::Bool(_))
        | (JsonType::Null, Json::Null)
        | (JsonType::Number, Json::Number(_))
        | (JsonType::Array, Json::Array(_))
        | (JsonType::Object, Json::Object(_)) => true,
        (JsonType::Integer, Json::Number(number)) => {
            !number.is_f64() || number.as_f64().is_some_and(|number| number.fract() == 0.0)
        }
        _ => false,
    };
    types.is_empty() || types.iter().any(is)
}

fn classify_values<'s>(types: &[JsonType], values: &[Json]) -> Result<Form<'s>, LooseReason> {
    let fitting: Vec<&Json> = values.iter().filter(|value| fits(value, types)).collect();
    if fitting.is_empty() {
        return Err(LooseReason::NoValueOfType);
    }
    let is_flag = |flag: bool| fitting.contains(&&Json::Bool(flag));
    if is_flag(true) && is_flag(false) && fitting.len() == 2 {
        return Ok(Form::Scalar(JsonType::Boolean));
    }
    let texts = fitting.iter().filter_map(|value| value.as_str());
    let texts: Vec<String> = texts.map(str::to_owned).collect();
    let integers: Vec<i64> = fitting
        .iter()
        .filter_map(|value| as_integer(value))
        .collect();
    let values = if texts.len() == fitting.len() {
        ChoiceValues::Texts(distinct(texts))
    } else if integers.len() == fitting.len() {
        ChoiceValues::Integers(distinct(integers))
    } else {
        ChoiceValues::Verbatim(distinct(fitting.into_iter().map(compact_json).collect()))
    };
    Ok(Form::Choice(ChoiceSketch {
        values,
        titles: BTreeMap::new(),
        is_open: false,
    }))
}

fn distinct<T: Ord + Clone>(values: Vec<T>) -> Vec<T> {
    let mut seen = std::collections::BTreeSet::new();
    let is_new = |value: &T| seen.insert(value.clone());
    values.into_iter().filter(is_new).collect()
}

fn as_integer(value: &Json) -> Option<i64> {
    match value {
        Json::Number(number) => number.as_i64(),
        _ => None,
    }
}
