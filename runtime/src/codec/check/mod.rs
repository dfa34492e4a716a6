//! Checks that are run on arguments before they are sent.
//!
//! What types cannot say is a table of these: each looks at values of its own kind only, as the
//! keywords of JSON Schema do (2020-12 validation, section 6).

mod format;
mod pattern;
mod same;
#[cfg(test)]
mod tests;
mod value;

use super::union::describe_kinds;
use super::{Json, JsonKind, ProblemKind, Walk};
pub use format::Format;
pub(super) use same::is_same;

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
    /// `multipleOf`.
    MultipleOf(f64),
    /// `minLength`, in characters.
    MinLength(u64),
    /// `maxLength`, in characters.
    MaxLength(u64),
    /// `minItems`.
    MinItems(u64),
    /// `maxItems`.
    MaxItems(u64),
    /// `uniqueItems`.
    UniqueItems,
    /// `minProperties`.
    MinProperties(u64),
    /// `maxProperties`.
    MaxProperties(u64),
    /// `format`.
    Format(Format),
    /// `pattern`, in the syntax of the `regex` crate.
    Pattern(&'static str),
    /// `type`.
    Type(&'static [JsonKind]),
    /// `enum` and `const`: the values as JSON.
    Equals(&'static [&'static str]),
    /// `required`.
    Required(&'static [&'static str]),
    /// One of `properties`, if it is there.
    Property(&'static str, &'static [Check]),
    /// `patternProperties`.
    Matching(&'static str, &'static [Check]),
    /// `additionalProperties`: the names and patterns that are not meant, and the checks.
    Others(
        &'static [&'static str],
        &'static [&'static str],
        &'static [Check],
    ),
    /// `propertyNames`.
    Names(&'static [Check]),
    /// Checks of each value of a map.
    Values(&'static [Check]),
    /// Checks of each element of a list.
    Items(&'static [Check]),
    /// `prefixItems`: checks of the first elements, one after the other.
    First(&'static [&'static [Check]]),
    /// Checks of the elements after so many.
    After(usize, &'static [Check]),
    /// `contains`: how many elements must pass, at least and at most.
    Contains(&'static [Check], u64, u64),
    /// `anyOf`.
    Any(&'static [&'static [Check]]),
    /// `oneOf`.
    One(&'static [&'static [Check]]),
    /// `not`.
    Not(&'static [Check]),
    /// `if`, `then`, `else`.
    If(&'static [Check], &'static [Check], &'static [Check]),
    /// `dependentRequired` and `dependentSchemas`: what holds if the property is there.
    With(&'static str, &'static [Check]),
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
            Json::Array(elements) => self.run_list(elements, walk),
            Json::Object(entries) => self.run_map(entries, walk),
            Json::Null | Json::Bool(_) | Json::Number(_) | Json::String(_) => {}
        }
        match self {
            Self::Any(branches) | Self::One(branches) => {
                run_branches(branches, matches!(self, Self::One(_)), json, walk);
            }
            Self::Not(checks) if passes(checks, json, walk) => {
                let expected = match checks {
                    [Self::Type([JsonKind::Text]), Self::Pattern(pattern)] => {
                        format!("a text that does not match `{pattern}`")
                    }
                    _ => "another value".to_owned(),
                };
                walk.report(ProblemKind::check(expected, json));
            }
            Self::If(condition, then, _) if passes(condition, json, walk) => {
                Self::run_all(then, json, walk);
            }
            Self::If(_, _, otherwise) => Self::run_all(otherwise, json, walk),
            Self::Type(kinds) if !kinds.iter().any(|kind| kind.accepts(json)) => {
                walk.report_type(describe_kinds(kinds.iter().copied()), json);
            }
            Self::Equals(texts) => run_equals(texts, json, walk),
            Self::Never => walk.report(ProblemKind::check("nothing at all".to_owned(), json)),
            _ => {
                if let Some(expected) = self.broken(json) {
                    walk.report(ProblemKind::check(expected, json));
                }
            }
        }
    }

    fn run_list(self, elements: &[Json], walk: &mut Walk) {
        match self {
            Self::Items(checks) => run_elements(elements, 0, checks, walk),
            Self::After(first, checks) => run_elements(elements, first, checks, walk),
            Self::First(all) => {
                for (index, (checks, element)) in all.iter().zip(elements).enumerate() {
                    walk.element(index, |walk| Self::run_all(checks, element, walk));
                }
            }
            Self::Contains(checks, least, most) => {
                let passing = elements
                    .iter()
                    .filter(|element| passes(checks, element, walk));
                let found = passing.count() as u64;
                if found < least || found > most {
                    let expected = value::describe_range(least, most);
                    let json = Json::Array(elements.to_vec());
                    walk.report(ProblemKind::check(expected, &json));
                }
            }
            _ => {}
        }
    }

    fn run_map(self, entries: &serde_json::Map<String, Json>, walk: &mut Walk) {
        match self {
            Self::Required(names) => {
                for name in names {
                    if !entries.contains_key(*name) {
                        walk.field(*name, |walk| walk.report(ProblemKind::Missing));
                    }
                }
            }
            Self::Property(name, checks) => {
                if let Some(value) = entries.get(name) {
                    walk.field(name, |walk| Self::run_all(checks, value, walk));
                }
            }
            Self::With(name, checks) if entries.contains_key(name) => {
                Self::run_all(checks, &Json::Object(entries.clone()), walk);
            }
            Self::Names(checks) => {
                for name in entries.keys() {
                    let json = Json::from(name.as_str());
                    walk.field(name.clone(), |walk| Self::run_all(checks, &json, walk));
                }
            }
            Self::Values(checks) => run_values(entries, |_| true, checks, walk),
            Self::Matching(pattern, checks) => {
                run_values(
                    entries,
                    |name| pattern::is_found(pattern, name),
                    checks,
                    walk,
                );
            }
            Self::Others(names, patterns, checks) => {
                let is_other = |name: &str| {
                    !names.contains(&name)
                        && !patterns
                            .iter()
                            .any(|pattern| pattern::is_found(pattern, name))
                };
                run_values(entries, is_other, checks, walk);
            }
            _ => {}
        }
    }
}

fn run_elements(elements: &[Json], first: usize, checks: &[Check], walk: &mut Walk) {
    for (index, element) in elements.iter().enumerate().skip(first) {
        walk.element(index, |walk| Check::run_all(checks, element, walk));
    }
}

fn run_values(
    entries: &serde_json::Map<String, Json>,
    is_meant: impl Fn(&str) -> bool,
    checks: &[Check],
    walk: &mut Walk,
) {
    for (name, value) in entries {
        if is_meant(name) {
            walk.field(name.clone(), |walk| Check::run_all(checks, value, walk));
        }
    }
}

/// Whether all checks pass.
fn passes(checks: &[Check], json: &Json, walk: &mut Walk) -> bool {
    let problems = walk.attempt(|walk| Check::run_all(checks, json, walk));
    problems.is_empty()
}

fn run_branches(branches: &[&[Check]], is_exact: bool, json: &Json, walk: &mut Walk) {
    let mut passing = 0_usize;
    let mut failures: Vec<String> = Vec::new();
    for branch in branches {
        let problems = walk.attempt(|walk| Check::run_all(branch, json, walk));
        if problems.is_empty() {
            passing += 1;
        } else {
            let problems: Vec<String> = problems.iter().map(ToString::to_string).collect();
            failures.push(problems.join(", "));
        }
    }
    if passing == 0 {
        let expected = format!(
            "what passes one of several checks ({})",
            failures.join("; or ")
        );
        walk.report(ProblemKind::check(expected, json));
    } else if is_exact && passing > 1 {
        let expected = format!("what passes one check, not {passing} of them");
        walk.report(ProblemKind::check(expected, json));
    }
}

fn run_equals(texts: &[&str], json: &Json, walk: &mut Walk) {
    let parse = |text: &&str| serde_json::from_str(text).unwrap_or(Json::Null);
    let allowed: Vec<Json> = texts.iter().map(parse).collect();
    if !allowed.iter().any(|value| is_same(value, json)) {
        walk.report(ProblemKind::not_allowed(allowed, json));
    }
}
