//! Forms of types, and those of listed values.

use std::borrow::Cow;
use std::collections::BTreeMap;

use crate::lower::sketch::precision::LooseReason;
use crate::lower::sketch::tree::ChoiceSketch;
use crate::model::{ChoiceValues, JsonType};
use crate::schema::Schema;
use crate::source::{Json, compact_json};

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

/// Returns `true` if a value has one of the types. An empty list of types allows every value.
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

/// Returns the form of listed values.
///
/// # Errors
///
/// Returns the reason if no value has one of the types.
pub(super) fn classify_values<'s>(
    types: &[JsonType],
    values: &[Json],
) -> Result<Form<'s>, LooseReason> {
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
