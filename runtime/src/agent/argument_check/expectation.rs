//! The value that a tool expects at a place.

use crate::agent::argument_check::contract;
use crate::agent::pointer;
use crate::codec::{Json, JsonType, Problem, ProblemKind};
use crate::tools::ToolSpec;

/// Returns the value that a tool expects at `path`: what it reports for values of a wrong type.
pub(in crate::agent) fn expected_value(tool: &ToolSpec, arguments: &Json, path: &str) -> String {
    // Returns the problem at a place of the arguments that have `value` at `path`.
    let problem_of = |value: Json, place: &str| {
        let arguments = pointer::set(arguments, path, value)?;
        let problems = contract::problems(tool, &arguments);
        let mut problems = problems.iter();
        problems.find(|problem| problem.path == place).cloned()
    };
    let expected = |value: Json, place: &str| problem_of(value, place)?.expected();
    let problem = problem_of(Json::Bool(true), path);
    let Some(found) = problem.as_ref().and_then(Problem::expected) else {
        let accepts_no_text = expected(Json::from("?"), path).is_some();
        let words = if accepts_no_text {
            "true or false"
        } else {
            "a value"
        };
        return words.to_owned();
    };
    let is = |json_type| match problem.as_ref().map(|problem| &problem.kind) {
        Some(ProblemKind::WrongType { expected, .. }) => expected.is(json_type),
        _ => false,
    };
    if is(JsonType::String) {
        // A string may have to be one of an enum.
        return expected(Json::from("?"), path).unwrap_or(found);
    }
    if is(JsonType::Array) {
        let one = Json::Array(vec![Json::Bool(true)]);
        return expected(one, &format!("{path}/0")).map_or(found, |element| {
            format!("an array in which each element is {element}")
        });
    }
    found
}
