//! Keywords of strings: `minLength`, `maxLength`, `pattern`, `format`.

use super::pattern::is_found;
use super::{Check, count, report};
use crate::codec::{Json, Walk};

pub(super) fn run(check: Check, text: &str, walk: &mut Walk) {
    let length = || text.chars().count() as u64;
    let expected = match check {
        Check::MinLength(bound) if length() < bound => {
            format!("at least {}", count(bound, "character"))
        }
        Check::MaxLength(bound) if length() > bound => {
            format!("at most {}", count(bound, "character"))
        }
        Check::Pattern(pattern) if !is_found(pattern, text) => {
            format!("a string that matches `{pattern}`")
        }
        Check::Format(format) if !format.accepts(text) => format.expectation(text),
        _ => return,
    };
    report(expected, &Json::from(text), walk);
}
