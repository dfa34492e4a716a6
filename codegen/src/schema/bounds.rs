//! Parsing of the keywords that limit numbers and lengths, in the forms of every draft.

use super::node::Schema;
use crate::bound::Bound;
use crate::source::{Json, Members};

/// Parses the keywords that limit numbers and lengths.
pub(super) fn parse_bounds(members: &Members, schema: &mut Schema) {
    let is_exclusive = |keyword: &str| members.get(keyword) == Some(&Json::Bool(true));
    for keyword in Bound::ALL {
        let name = keyword.keyword();
        let Some(value) = members.get(name) else {
            continue;
        };
        let is_draft_4 = name.starts_with("exclusive") && value.as_bool().is_some();
        if is_draft_4 {
            continue;
        }
        let bound = match keyword {
            Bound::Minimum if is_exclusive("exclusiveMinimum") => Bound::ExclusiveMinimum,
            Bound::Maximum if is_exclusive("exclusiveMaximum") => Bound::ExclusiveMaximum,
            other => other,
        };
        match value {
            Json::Null => {}
            value => match as_number(value) {
                Some(limit) if is_valid(bound, limit) && is_exact(bound, value, limit) => {
                    schema.bounds.push((bound, limit));
                    let large = large_bound(bound, value);
                    schema.large_bounds.extend(large);
                }
                _ => schema.unread.push(name.to_owned()),
            },
        }
    }
}

/// Returns a bound of numbers that is an integer beyond those that a float holds exactly, in its
/// inclusive form: all numbers of that size that JSON can hold are integers.
pub(crate) fn large_bound(bound: Bound, value: &Json) -> Option<(Bound, i128)> {
    const MAX_EXACT_INTEGER: i128 = 1 << 53;
    /// An integer of 64 bits is never read as this float, -2^63, but a slightly smaller integer is.
    const BEFORE_FIRST: f64 = -9_223_372_036_854_775_808.0;
    let Json::Number(number) = value else {
        return None;
    };
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
fn as_number(value: &Json) -> Option<f64> {
    match value {
        Json::Number(number) => number.as_f64(),
        Json::String(text) => text.parse().ok().filter(|number: &f64| number.is_finite()),
        _ => None,
    }
}

/// Returns `false` for a divisor that a float rounds, which would refuse its own multiples.
fn is_exact(bound: Bound, value: &Json, limit: f64) -> bool {
    let digits = |text: &str| text.trim_start_matches('+').parse::<i128>().ok();
    let integer = match value {
        Json::Number(number) => digits(&number.to_string()),
        Json::String(text) => digits(text),
        _ => None,
    };
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
