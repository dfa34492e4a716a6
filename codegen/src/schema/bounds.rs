//! Parsing of the keywords that limit numbers and lengths, in the forms of every draft.

use super::node::{BoundKeyword, Schema};
use crate::source::{Json, Members};

/// The keywords that limit numbers and lengths.
const BOUNDS: &[(&str, BoundKeyword)] = &[
    ("minimum", BoundKeyword::Minimum),
    ("maximum", BoundKeyword::Maximum),
    ("exclusiveMinimum", BoundKeyword::ExclusiveMinimum),
    ("exclusiveMaximum", BoundKeyword::ExclusiveMaximum),
    ("multipleOf", BoundKeyword::MultipleOf),
    ("minLength", BoundKeyword::MinLength),
    ("maxLength", BoundKeyword::MaxLength),
    ("minItems", BoundKeyword::MinItems),
    ("maxItems", BoundKeyword::MaxItems),
    ("minProperties", BoundKeyword::MinProperties),
    ("maxProperties", BoundKeyword::MaxProperties),
];

/// Parses the keywords that limit numbers and lengths.
pub(super) fn parse_bounds(members: &Members, schema: &mut Schema) {
    let is_exclusive = |keyword: &str| members.get(keyword) == Some(&Json::Bool(true));
    for (name, keyword) in BOUNDS {
        let Some(value) = members.get(name) else {
            continue;
        };
        let is_draft_4 = name.starts_with("exclusive") && value.as_bool().is_some();
        if is_draft_4 {
            continue;
        }
        let keyword = match keyword {
            BoundKeyword::Minimum if is_exclusive("exclusiveMinimum") => {
                BoundKeyword::ExclusiveMinimum
            }
            BoundKeyword::Maximum if is_exclusive("exclusiveMaximum") => {
                BoundKeyword::ExclusiveMaximum
            }
            keyword => *keyword,
        };
        match value {
            Json::Null => {}
            value => match as_number(value) {
                Some(bound) if is_valid(keyword, bound) => schema.bounds.push((keyword, bound)),
                _ => schema.unread.push((*name).to_owned()),
            },
        }
    }
}

/// Returns a number. Providers whose protocol has no 64-bit integers write them as strings.
fn as_number(value: &Json) -> Option<f64> {
    match value {
        Json::Number(number) => number.as_f64(),
        Json::String(text) => text.parse().ok().filter(|number: &f64| number.is_finite()),
        _ => None,
    }
}

/// Returns `true` if the bound is valid: lengths are non-negative integers, divisors are positive.
fn is_valid(keyword: BoundKeyword, bound: f64) -> bool {
    match keyword {
        BoundKeyword::Minimum
        | BoundKeyword::Maximum
        | BoundKeyword::ExclusiveMinimum
        | BoundKeyword::ExclusiveMaximum => true,
        BoundKeyword::MultipleOf => bound > 0.0,
        BoundKeyword::MinLength
        | BoundKeyword::MaxLength
        | BoundKeyword::MinItems
        | BoundKeyword::MaxItems
        | BoundKeyword::MinProperties
        | BoundKeyword::MaxProperties => bound >= 0.0 && bound.fract() == 0.0,
    }
}
