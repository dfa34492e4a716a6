//! Keywords of any value: `type`, `enum`, `const`, `anyOf`, `oneOf`, `not`, `if`, and `false`.

use super::condition::{describe_branches, describe_if, describe_negation};
use super::{Check, passes, report};
use crate::codec::equality::is_same;
use crate::codec::{Expected, Json, Problem, ProblemKind, Walk};

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
            let expected = describe_negation(checks);
            let expected = expected.unwrap_or_else(|| "a different value".to_owned());
            report(expected, json, walk);
        }
        Check::If(condition, then, otherwise) => {
            let holds = passes(condition, json, walk);
            let before = walk.problem_count();
            Check::run_all(if holds { then } else { otherwise }, json, walk);
            if walk.problem_count() > before {
                explain_condition(condition, holds, before, walk);
            }
        }
        Check::Never => report("no value here", json, walk),
        _ => {}
    }
}

/// Adds the condition under which a check applies to the problems after the first `before`.
fn explain_condition(condition: &'static [Check], holds: bool, before: usize, walk: &mut Walk) {
    let Some(condition) = describe_if(condition) else {
        return;
    };
    let word = if holds { "if" } else { "unless" };
    let mut problems = walk.take_problems(before);
    for problem in &mut problems {
        if let ProblemKind::Check { expected, .. } = &mut problem.kind {
            *expected = format!("{expected} {word} {condition}");
        }
    }
    walk.add(problems);
}

fn check_branches(branches: &[&'static [Check]], expected: Passing, json: &Json, walk: &mut Walk) {
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
    let is_exact = expected == Passing::ExactlyOne;
    if passing == 1 || (passing > 1 && !is_exact) {
        return;
    }
    let entries = json.as_object();
    let properties = entries.and_then(|entries| describe_branches(branches, is_exact, entries));
    if let Some(properties) = properties {
        report(properties, json, walk);
    } else if passing == 0 {
        let failures = failures.join("; or ");
        report(
            format!("a value that meets at least one of several conditions ({failures})"),
            json,
            walk,
        );
    } else {
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
