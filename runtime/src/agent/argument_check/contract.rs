//! The check of arguments: the types of the catalog, and the contracts of identifiers and pages, which
//! schemas do not state.

use crate::agent::page::CURSOR;
use crate::agent::pointer;
use crate::codec::{ArgumentError, Json, Problem, ProblemKind, words};
use crate::tools::{Effect, ToolSpec};

/// The number of times that nulls are looked for: a check reports a bounded number of problems.
const MAX_NULL_ROUNDS: usize = 16;

/// Checks arguments and returns them as they would be sent.
///
/// # Errors
///
/// Returns all problems.
pub(in crate::agent) fn check(tool: &ToolSpec, arguments: &Json) -> Result<Json, Vec<Problem>> {
    let checked = tool.check(arguments);
    let empty = empty_strings(tool, arguments);
    match checked {
        Ok(checked) if empty.is_empty() => Ok(checked),
        Ok(_) => Err(empty),
        Err(error) => Err(with_empty(&error, empty)),
    }
}

/// The first words of tools that change a record which exists.
const UPDATES: [&str; 8] = [
    "change", "edit", "modify", "patch", "rename", "replace", "set", "update",
];

/// Returns `true` for a tool that changes fields of a record which exists.
pub(in crate::agent) fn is_update(tool: &ToolSpec) -> bool {
    let begins = || {
        let words = words(tool.name);
        let first = words.first();
        first.is_some_and(|first| UPDATES.contains(&first.as_str()))
    };
    tool.effect == Effect::Writes && (tool.method == "update" || begins())
}

/// Returns all problems of arguments.
pub(in crate::agent) fn problems(tool: &ToolSpec, arguments: &Json) -> Vec<Problem> {
    check(tool, arguments).err().unwrap_or_default()
}

/// Returns the arguments without each null of an optional argument that may not be null, or `None` if
/// there is no such null.
///
/// Null of a required argument stays: leaving it out would be a problem as well.
pub(in crate::agent) fn without_nulls(tool: &ToolSpec, arguments: &Json) -> Option<Json> {
    if !has(arguments, &Json::is_null) {
        return None;
    }
    let mut current = arguments.clone();
    let mut required: Vec<String> = Vec::new();
    for _ in 0..MAX_NULL_ROUNDS {
        let open = problems(tool, &current).into_iter();
        let nulls = open.filter(|problem| problem.kind == ProblemKind::NullNotAllowed);
        let nulls = nulls
            .map(|problem| problem.path)
            .filter(|path| !required.contains(path));
        let taken: Vec<String> = nulls
            .filter(|path| match pointer::take(&current, path) {
                Some((without, _)) => {
                    current = without;
                    true
                }
                None => false,
            })
            .collect();
        if taken.is_empty() {
            break;
        }
        for problem in problems(tool, &current) {
            if problem.kind == ProblemKind::Missing && taken.contains(&problem.path) {
                current = pointer::set(&current, &problem.path, Json::Null).unwrap_or(current);
                required.push(problem.path);
            }
        }
    }
    Some(current).filter(|current| current != arguments)
}

fn with_empty(error: &ArgumentError, empty: Vec<Problem>) -> Vec<Problem> {
    let mut problems = error.problems().to_vec();
    for problem in empty {
        // A schema may refuse an empty string as well.
        if !problems.iter().any(|known| known.path == problem.path) {
            problems.push(problem);
        }
    }
    problems
}

/// Returns `true` if the value at `path` is an empty cursor.
pub(in crate::agent) fn is_empty_cursor(tool: &ToolSpec, path: &str, value: &Json) -> bool {
    takes_cursor(tool) && path.strip_prefix('/') == Some(CURSOR) && value == ""
}

/// Returns `true` if the tool fetches pages by a cursor.
pub(in crate::agent) fn takes_cursor(tool: &ToolSpec) -> bool {
    tool.shape.fields().any(|field| field.name == CURSOR)
}

/// Returns a problem for each empty cursor and each empty identifier: a response never contains one,
/// so it was made up.
fn empty_strings(tool: &ToolSpec, arguments: &Json) -> Vec<Problem> {
    // Most calls have no empty string.
    if !has_empty_string(arguments) {
        return Vec::new();
    }
    let empty = |path: String, expected: String| {
        let kind = ProblemKind::check(expected, &Json::from(""));
        Problem { path, kind }
    };
    let mut problems = Vec::new();
    if takes_cursor(tool) && arguments.get(CURSOR).is_some_and(|cursor| cursor == "") {
        let expected = format!("the {CURSOR} of the previous response");
        problems.push(empty(format!("/{CURSOR}"), expected));
    }
    for argument in tool.takes {
        let found = pointer::find(arguments, argument.pointer()).into_iter();
        for (path, _) in found.filter(|(_, value)| *value == "") {
            let noun = argument.kind().noun;
            problems.push(empty(path, format!("the identifier of the {noun}")));
        }
    }
    problems
}

fn has_empty_string(json: &Json) -> bool {
    has(json, &|json| json == "")
}

/// Returns `true` if a value matches, or one inside it.
fn has(json: &Json, matches: &dyn Fn(&Json) -> bool) -> bool {
    matches(json)
        || match json {
            Json::Array(elements) => elements.iter().any(|element| has(element, matches)),
            Json::Object(fields) => fields.values().any(|field| has(field, matches)),
            _ => false,
        }
}
