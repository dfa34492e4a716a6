//! Keywords of objects: `minProperties`, `maxProperties`, `required`, `properties`,
//! `patternProperties`, `additionalProperties`, `propertyNames`, `dependentRequired`,
//! `dependentSchemas`.

use serde_json::Map;

use super::pattern::is_found;
use super::{Check, count, report};
use crate::codec::{Json, ProblemKind, Walk};

pub(super) fn run(check: Check, entries: &Map<String, Json>, json: &Json, walk: &mut Walk) {
    let length = entries.len() as u64;
    match check {
        Check::MinProperties(bound) if length < bound => {
            report(format!("at least {}", count(bound, "property")), json, walk);
        }
        Check::MaxProperties(bound) if length > bound => {
            report(format!("at most {}", count(bound, "property")), json, walk);
        }
        Check::Required(names) => {
            for name in names.iter().filter(|name| !entries.contains_key(**name)) {
                walk.field(*name, |walk| walk.report(ProblemKind::Missing));
            }
        }
        Check::Property(name, checks) => {
            if let Some(value) = entries.get(name) {
                walk.field(name, |walk| Check::run_all(checks, value, walk));
            }
        }
        Check::PatternProperty(pattern, checks) => {
            check_values(entries, |name| is_found(pattern, name), checks, walk);
        }
        Check::AdditionalProperties(names, patterns, checks) => {
            let is_additional = |name: &str| {
                !names.contains(&name) && !patterns.iter().any(|pattern| is_found(pattern, name))
            };
            check_values(entries, is_additional, checks, walk);
        }
        Check::Values(checks) => check_values(entries, |_| true, checks, walk),
        Check::PropertyNames(checks) => {
            for name in entries.keys() {
                let name_json = Json::from(name.as_str());
                walk.field(name.clone(), |walk| {
                    Check::run_all(checks, &name_json, walk);
                });
            }
        }
        Check::Dependent(name, checks) if entries.contains_key(name) => {
            Check::run_all(checks, json, walk);
        }
        _ => {}
    }
}

fn check_values(
    entries: &Map<String, Json>,
    is_checked: impl Fn(&str) -> bool,
    checks: &[Check],
    walk: &mut Walk,
) {
    for (name, value) in entries.iter().filter(|(name, _)| is_checked(name)) {
        walk.field(name.clone(), |walk| Check::run_all(checks, value, walk));
    }
}
