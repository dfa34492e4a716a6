//! The value that a tool expects at a place.

use super::contract;
use super::pointer;
use crate::codec::Json;
use crate::tools::ToolSpec;

/// Returns the value that a tool expects at `path`: what it reports for values of a wrong type.
pub(super) fn expected_value(tool: &ToolSpec, arguments: &Json, path: &str) -> String {
    let expected = |path: &str, value: Json| {
        let arguments = pointer::set(arguments, path, value)?;
        let problems = contract::problems(tool, &arguments);
        let mut problems = problems.iter();
        problems.find(|problem| problem.path == path)?.expected()
    };
    match expected(path, Json::Bool(true)) {
        // A string may have to be one of an enum.
        Some(found) if found == "a string" => expected(path, Json::from("?")).unwrap_or(found),
        Some(found) if found == "an array" => {
            let one = pointer::set(arguments, path, Json::Array(vec![Json::Bool(true)]));
            let element = one.and_then(|one| {
                let problems = contract::problems(tool, &one);
                let element = format!("{path}/0");
                problems
                    .iter()
                    .find(|problem| problem.path == element)?
                    .expected()
            });
            element.map_or(found, |element| {
                format!("an array of values, each {element}")
            })
        }
        Some(found) => found,
        None if expected(path, Json::from("?")).is_some() => "true or false".to_owned(),
        None => "a value".to_owned(),
    }
}
