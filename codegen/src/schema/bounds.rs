//! Parsing of the keywords that limit numbers and lengths, in the forms of every draft.

use super::node::Schema;
use crate::bound::Bound;
use crate::source::{Json, Members};
use serde_json::Number;

/// A bound as its keyword and its value say. Every part of the generator that reads bounds reads them
/// as this one.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Limit {
    /// The keyword, after the flags of draft 4.
    pub(crate) bound: Bound,
    /// The value.
    pub(crate) value: f64,
    /// The inclusive form, if the value is an integer that a float does not hold exactly.
    pub(crate) large: Option<(Bound, i128)>,
}

/// A keyword with a value that sets no bound.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum NoLimit {
    /// Null, or the flag of draft 4, which belongs to the bound next to it.
    Unset,
    /// A value that cannot be a bound.
    Invalid,
}

/// Reads the value of a keyword that limits a number or a length.
///
/// # Errors
///
/// Returns the reason if the value sets no bound.
pub(crate) fn read_limit(
    keyword: Bound,
    value: &Json,
    members: &Members,
) -> Result<Limit, NoLimit> {
    let is_exclusive = |keyword: &str| members.get(keyword) == Some(&Json::Bool(true));
    let is_flag = keyword.keyword().starts_with("exclusive") && value.as_bool().is_some();
    if is_flag || *value == Json::Null {
        return Err(NoLimit::Unset);
    }
    let bound = match keyword {
        Bound::Minimum if is_exclusive("exclusiveMinimum") => Bound::ExclusiveMinimum,
        Bound::Maximum if is_exclusive("exclusiveMaximum") => Bound::ExclusiveMaximum,
        other => other,
    };
    let number = as_number(value).ok_or(NoLimit::Invalid)?;
    let limit = number.as_f64().ok_or(NoLimit::Invalid)?;
    if !is_valid(bound, limit) || !is_exact(bound, &number, limit) {
        return Err(NoLimit::Invalid);
    }
    Ok(Limit {
        bound,
        value: limit,
        large: large_bound(bound, &number),
    })
}

/// Parses the keywords that limit numbers and lengths.
pub(super) fn parse_bounds(members: &Members, schema: &mut Schema) {
    for keyword in Bound::ALL {
        let name = keyword.keyword();
        let Some(value) = members.get(name) else {
            continue;
        };
        match read_limit(keyword, value, members) {
            Ok(limit) => {
                schema.bounds.push((limit.bound, limit.value));
                schema.large_bounds.extend(limit.large);
            }
            Err(NoLimit::Unset) => {}
            Err(NoLimit::Invalid) => schema.unread.push(name.to_owned()),
        }
    }
}

/// Returns a bound of numbers that is an integer beyond those that a float holds exactly, in its
/// inclusive form: all numbers of that size that JSON can hold are integers.
fn large_bound(bound: Bound, number: &Number) -> Option<(Bound, i128)> {
    const MAX_EXACT_INTEGER: i128 = 1 << 53;
    /// An integer of 64 bits is never read as this float, -2^63, but a slightly smaller integer is.
    const BEFORE_FIRST: f64 = -9_223_372_036_854_775_808.0;
    let signed = number.as_i64().map(i128::from);
    let integer = signed
        .or_else(|| number.as_u64().map(i128::from))
        .or_else(|| (number.as_f64()? == BEFORE_FIRST).then_some(i128::from(i64::MIN) - 1))?;
    let inclusive = match bound {
        Bound::Minimum => (Bound::Minimum, integer),
        Bound::ExclusiveMinimum => (Bound::Minimum, integer + 1),
        Bound::Maximum => (Bound::Maximum, integer),
        Bound::ExclusiveMaximum => (Bound::Maximum, integer - 1),
        _ => return None,
    };
    (integer.abs() > MAX_EXACT_INTEGER).then_some(inclusive)
}

/// Returns a number. Providers whose protocol has no 64-bit integers write them as strings.
fn as_number(value: &Json) -> Option<Number> {
    let text = match value {
        Json::Number(number) => return Some(number.clone()),
        Json::String(text) => text.as_str(),
        _ => return None,
    };
    let integer = text.parse().map(|number: i64| number.into());
    let integer = integer.or_else(|_| text.parse().map(|number: u64| number.into()));
    integer
        .ok()
        .or_else(|| Number::from_f64(text.parse().ok()?))
}

/// Returns a count, which may be written as a string.
pub(crate) fn read_count(value: &Json) -> Option<u64> {
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "whole, not negative, and saturates"
    )]
    let whole = |float: f64| (float >= 0.0 && float.fract() == 0.0).then_some(float as u64);
    let number = as_number(value)?;
    number.as_u64().or_else(|| number.as_f64().and_then(whole))
}

/// Returns `false` for a divisor that a float rounds, which would refuse its own multiples.
fn is_exact(bound: Bound, number: &Number, limit: f64) -> bool {
    let integer: Option<i128> = number.to_string().parse().ok();
    #[expect(
        clippy::cast_possible_truncation,
        reason = "saturates, and then differs"
    )]
    let is_same = |integer: i128| limit as i128 == integer;
    bound != Bound::MultipleOf || integer.is_none_or(is_same)
}

/// Returns `true` if the bound is valid: lengths are non-negative integers, divisors are positive.
fn is_valid(bound: Bound, limit: f64) -> bool {
    match bound {
        Bound::MultipleOf => limit > 0.0,
        bound if bound.is_length() => limit >= 0.0 && limit.fract() == 0.0,
        _ => true,
    }
}
