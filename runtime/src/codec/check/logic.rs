//! Keywords of any value: `type`, `enum`, `const`, `anyOf`, `oneOf`, `not`, `if`, and `false`.

use super::{Check, passes, report};
use crate::codec::equality::is_same;
use crate::codec::{Expected, Json, JsonType, Problem, ProblemKind, Walk};

/// The number of branches of a union that a value has to pass.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Passing {
    AtLeastOne,
    ExactlyOne,
}

pub(super) fn run(check: Check, json: &Json, walk: &mut Walk) {
    match check {
        Check::Type(types) if !types.iter().any(|json_type| json_type.accepts(json)) => {
            walk.report_type(Expected::any_of(types.iter().copied()), json);
        }
        Check::Enum(values) => check_enum(values, json, walk),
        Check::AnyOf(branches) => check_branches(branches, Passing::AtLeastOne, json, walk),
        Check::OneOf(branches) => check_branches(branches, Passing::ExactlyOne, json, walk),
        Check::Not(checks) if passes(checks, json, walk) => {
            let expected = match checks {
                [Check::Type([JsonType::String]), Check::Pattern(pattern)] => {
                    format!("a string that does not match `{pattern}`")
                }
                _ => "a different value".to_owned(),
            };
            report(expected, json, walk);
        }
        Check::If(condition, then, otherwise) => {
            let checks = if passes(condition, json, walk) {
                then
            } else {
                otherwise
            };
            Check::run_all(checks, json, walk);
        }
        Check::Never => report("no value here", json, walk),
        _ => {}
    }
}

fn check_branches(branches: &[&[Check]], expected: Passing, json: &Json, walk: &mut Walk) {
    let mut passing = 0_usize;
    let mut failures: Vec<String> = Vec::new();
    for branch in branches {
        let problems = walk.trial(|walk| Check::run_all(branch, json, walk));
        if problems.is_empty() {
            passing += 1;
        } else {
            // Without the values found, because the value may be a secret. The problem itself has it.
            let messages: Vec<String> = problems.iter().map(Problem::without_found).collect();
            failures.push(messages.join(", "));
        }
    }
    if passing == 0 {
        let failures = failures.join("; or ");
        report(
            format!("a value that meets at least one of several conditions ({failures})"),
            json,
            walk,
        );
    } else if expected == Passing::ExactlyOne && passing > 1 {
        report(
            format!(
                "a value that meets exactly one of several conditions, and not {passing} of them"
            ),
            json,
            walk,
        );
    }
}

fn check_enum(values: &[&str], json: &Json, walk: &mut Walk) {
    let allowed: Vec<Json> = values
        .iter()
        .map(|text| serde_json::from_str(text).unwrap_or(Json::Null))
        .collect();
    if !allowed.iter().any(|value| is_same(value, json)) {
        walk.report(ProblemKind::not_allowed(allowed, json));
    }
}
