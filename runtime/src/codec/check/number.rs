//! Keywords of numbers: `minimum`, `maximum`, `exclusiveMinimum`, `exclusiveMaximum`,
//! `multipleOf`.

use std::cmp::Ordering;

use serde_json::Number;
use toolsmith_dialect::multiple::{integer, is_multiple};

use super::{Check, report};
use crate::codec::{Json, Walk};

/// Far above the integers that JSON numbers hold, far below the range of `i128`.
const MAX_MAGNITUDE: f64 = 1e30;

/// From this number on, a float may be a rounded integer: 2^53.
pub(in crate::codec) const EXACT_INTEGERS: f64 = 9_007_199_254_740_992.0;

pub(super) fn run(check: Check, number: &Number, walk: &mut Walk) {
    let is_beyond = |float: f64| float.abs() >= EXACT_INTEGERS;
    let is_float = number.is_f64() && number.as_f64().is_some_and(is_beyond);
    if is_float && walk.is_sending() && may_be_rounded(check, number) {
        // The check of the arguments saw the number as it was written.
        return;
    }
    let expected = match check {
        Check::Minimum(bound) if compare(number, bound) == Some(Ordering::Less) => {
            format!("at least {}", written(bound))
        }
        Check::Maximum(bound) if compare(number, bound) == Some(Ordering::Greater) => {
            format!("at most {}", written(bound))
        }
        Check::ExclusiveMinimum(bound) if compare(number, bound) != Some(Ordering::Greater) => {
            format!("more than {}", written(bound))
        }
        Check::ExclusiveMaximum(bound) if compare(number, bound) != Some(Ordering::Less) => {
            format!("less than {}", written(bound))
        }
        Check::IntegerMinimum(bound) if compare_integer(number, bound) == Some(Ordering::Less) => {
            format!("at least {bound}")
        }
        Check::IntegerMaximum(bound)
            if compare_integer(number, bound) == Some(Ordering::Greater) =>
        {
            format!("at most {bound}")
        }
        Check::MultipleOf(step) if !is_multiple(number, step) => format!("a multiple of {step}"),
        _ => return,
    };
    report(expected, &Json::Number(number.clone()), walk);
}

/// Returns `true` if some integer that a double rounds to this number may pass.
#[expect(
    clippy::cast_precision_loss,
    reason = "the bound is rounded as the number was"
)]
fn may_be_rounded(check: Check, number: &Number) -> bool {
    let equals = |bound: f64| compare(number, bound) == Some(Ordering::Equal);
    match check {
        Check::ExclusiveMinimum(bound) | Check::ExclusiveMaximum(bound) => equals(bound),
        Check::IntegerMinimum(bound) | Check::IntegerMaximum(bound) => equals(bound as f64),
        Check::MultipleOf(_) => true,
        _ => false,
    }
}

/// Returns the digits of a bound, which `Display` of a float rounds beyond 2^53.
#[expect(
    clippy::cast_possible_truncation,
    reason = "whole and within the range of the target"
)]
pub(super) fn written(bound: f64) -> String {
    if bound.fract() == 0.0 && bound.abs() <= MAX_MAGNITUDE {
        (bound as i128).to_string()
    } else {
        bound.to_string()
    }
}

/// Compares a number with a bound. An integer is not rounded to a float first.
fn compare(number: &Number, bound: f64) -> Option<Ordering> {
    match integer(number) {
        Some(integer) => compare_with_float(integer, bound),
        None => number.as_f64()?.partial_cmp(&bound),
    }
}

#[expect(
    clippy::cast_possible_truncation,
    reason = "whole and within the range of the target"
)]
fn compare_with_float(integer: i128, bound: f64) -> Option<Ordering> {
    if bound.abs() > MAX_MAGNITUDE {
        return 0.0.partial_cmp(&bound);
    }
    let below = bound.floor();
    Some(match integer.cmp(&(below as i128)) {
        Ordering::Equal if bound > below => Ordering::Less,
        ordering => ordering,
    })
}

fn compare_integer(number: &Number, bound: i128) -> Option<Ordering> {
    match integer(number) {
        Some(integer) => Some(integer.cmp(&bound)),
        None => compare_with_float(bound, number.as_f64()?).map(Ordering::reverse),
    }
}
