//! Keywords of arrays: `minItems`, `maxItems`, `uniqueItems`, `items`, `prefixItems`, `contains`.

use super::{Check, count, passes, report};
use crate::codec::equality::has_duplicates;
use crate::codec::{Json, Walk};

pub(super) fn run(check: Check, elements: &[Json], json: &Json, walk: &mut Walk) {
    let length = elements.len() as u64;
    match check {
        Check::MinItems(bound) if length < bound => {
            report(format!("at least {}", count(bound, "item")), json, walk);
        }
        Check::MaxItems(bound) if length > bound => {
            report(format!("at most {}", count(bound, "item")), json, walk);
        }
        Check::UniqueItems if has_duplicates(elements) => {
            report("unique items", json, walk);
        }
        Check::Items(checks) => check_each(elements, 0, checks, walk),
        Check::ItemsAfter(first, checks) => check_each(elements, first, checks, walk),
        Check::PrefixItems(prefix) => {
            for (index, (checks, element)) in prefix.iter().zip(elements).enumerate() {
                walk.element(index, |walk| Check::run_all(checks, element, walk));
            }
        }
        Check::Contains(checks, least, most) => {
            let passing = elements
                .iter()
                .filter(|element| passes(checks, element, walk))
                .count() as u64;
            if passing < least || passing > most {
                report(describe_range(least, most), json, walk);
            }
        }
        _ => {}
    }
}

fn check_each(elements: &[Json], first: usize, checks: &[Check], walk: &mut Walk) {
    for (index, element) in elements.iter().enumerate().skip(first) {
        walk.element(index, |walk| Check::run_all(checks, element, walk));
    }
}

/// Describes the number of elements that have to pass.
fn describe_range(least: u64, most: u64) -> String {
    let matching = "matching `contains`";
    match most {
        u64::MAX => format!("at least {} {matching}", count(least, "item")),
        most => format!("{least} to {} {matching}", count(most, "item")),
    }
}
