//! The checks that are run on arguments before they are sent, for what types cannot express.
//!
//! Each check is a keyword of JSON Schema (2020-12 validation, section 6). There is one file for
//! each family of keywords: [`number`], [`string`], [`array`], [`object`] and [`logic`]. As in
//! JSON Schema, a check passes values of types that its keyword does not apply to.

mod array;
mod condition;
mod expectation;
mod logic;
mod number;
mod object;
mod pattern;
mod string;
#[cfg(test)]
mod tests;

use super::{Json, JsonType, ProblemKind, Walk};
pub(super) use expectation::complete;
#[cfg(feature = "own-functions")]
pub(crate) use expectation::describe as describe_expected;
pub(super) use number::EXACT_INTEGERS;
pub use toolsmith_dialect::format::Format;

/// One check of one value.
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub enum Check {
    /// `minimum`.
    Minimum(f64),
    /// `maximum`.
    Maximum(f64),
    /// `exclusiveMinimum`.
    ExclusiveMinimum(f64),
    /// `exclusiveMaximum`.
    ExclusiveMaximum(f64),
    /// `minimum` with an integer that a float does not hold exactly.
    IntegerMinimum(i128),
    /// `maximum` with an integer that a float does not hold exactly.
    IntegerMaximum(i128),
    /// `multipleOf`.
    MultipleOf(f64),
    /// `minLength`, in characters.
    MinLength(u64),
    /// `maxLength`, in characters.
    MaxLength(u64),
    /// `pattern`, in the syntax of the `regex` crate.
    Pattern(&'static str),
    /// `format`.
    Format(Format),
    /// `minItems`.
    MinItems(u64),
    /// `maxItems`.
    MaxItems(u64),
    /// `uniqueItems`.
    UniqueItems,
    /// `items`: the checks of each element.
    Items(&'static [Check]),
    /// `prefixItems`: the checks of the first elements, one after the other.
    PrefixItems(&'static [&'static [Check]]),
    /// `items` next to `prefixItems`: the checks of the elements after the first ones.
    ItemsAfter(usize, &'static [Check]),
    /// `contains`: the least and the greatest number of elements that pass.
    Contains(&'static [Check], u64, u64),
    /// `minProperties`.
    MinProperties(u64),
    /// `maxProperties`.
    MaxProperties(u64),
    /// `required`.
    Required(&'static [&'static str]),
    /// One property of `properties`, checked if it is present.
    Property(&'static str, &'static [Check]),
    /// One pattern of `patternProperties`.
    PatternProperty(&'static str, &'static [Check]),
    /// `additionalProperties`: the names and patterns of other properties, and the checks.
    AdditionalProperties(
        &'static [&'static str],
        &'static [&'static str],
        &'static [Check],
    ),
    /// `additionalProperties` of a map: the checks of each value.
    Values(&'static [Check]),
    /// `propertyNames`.
    PropertyNames(&'static [Check]),
    /// `dependentRequired` and `dependentSchemas`: the checks that apply if the property is
    /// present.
    Dependent(&'static str, &'static [Check]),
    /// `type`.
    Type(&'static [JsonType]),
    /// `enum` and `const`: the allowed values as JSON.
    Enum(&'static [&'static str]),
    /// `anyOf`.
    AnyOf(&'static [&'static [Check]]),
    /// `oneOf`.
    OneOf(&'static [&'static [Check]]),
    /// `not`.
    Not(&'static [Check]),
    /// `if`, `then`, `else`.
    If(&'static [Check], &'static [Check], &'static [Check]),
    /// `false`: no value passes.
    Never,
}

impl Check {
    /// Runs every check on `json`; problems go to `walk`.
    pub fn run_all(checks: &[Self], json: &Json, walk: &mut Walk) {
        for check in checks {
            check.run(json, walk);
        }
    }

    fn run(self, json: &Json, walk: &mut Walk) {
        match json {
            Json::Number(number) => number::run(self, number, walk),
            Json::String(text) => string::run(self, text, walk),
            Json::Array(elements) => array::run(self, elements, json, walk),
            Json::Object(entries) => object::run(self, entries, json, walk),
            Json::Null | Json::Bool(_) => {}
        }
        logic::run(self, json, walk);
    }
}

/// Runs checks without reporting problems.
fn passes(checks: &[Check], json: &Json, walk: &mut Walk) -> bool {
    walk.trial(|walk| Check::run_all(checks, json, walk))
        .is_empty()
}

/// Reports that `found` fails a check.
fn report(expected: impl Into<String>, found: &Json, walk: &mut Walk) {
    walk.report(ProblemKind::check(expected.into(), found));
}

/// Writes a number with its noun: `1 item`, `2 properties`.
pub(crate) fn count(number: u64, noun: &str) -> String {
    match (number, noun.strip_suffix('y')) {
        (1, _) => format!("1 {noun}"),
        (_, Some(stem)) => format!("{number} {stem}ies"),
        (_, None) => format!("{number} {noun}s"),
    }
}
