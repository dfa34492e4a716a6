//! Keywords of numbers: `minimum`, `maximum`, `exclusiveMinimum`, `exclusiveMaximum`,
//! `multipleOf`.

use serde_json::Number;

use super::{Check, report};
use crate::codec::{Json, Walk};

pub(super) fn run(check: Check, number: &Number, walk: &mut Walk) {
    let Some(value) = number.as_f64() else {
        return;
    };
    let expected = match check {
        Check::Minimum(bound) if value < bound => format!("at least {bound}"),
        Check::Maximum(bound) if value > bound => format!("at most {bound}"),
        Check::ExclusiveMinimum(bound) if value <= bound => format!("more than {bound}"),
        Check::ExclusiveMaximum(bound) if value >= bound => format!("less than {bound}"),
        Check::MultipleOf(step) if !is_multiple(value, step) => format!("a multiple of {step}"),
        _ => return,
    };
    report(expected, &Json::Number(number.clone()), walk);
}

fn is_multiple(number: f64, step: f64) -> bool {
    let quotient = number / step;
    (quotient - quotient.round()).abs() <= f64::EPSILON * quotient.abs().max(1.0)
}
