//! Properties that always have the same value: no field holds them, the shape does.

use super::check::is_same;
use super::{Json, ProblemKind, Walk};

type Constants = &'static [(&'static str, &'static str)];

/// Adds the constants to an object; what came with another value goes back out as it came.
pub(super) fn add_constants(constants: Constants, entries: &mut serde_json::Map<String, Json>) {
    for (name, text) in constants {
        entries.entry(*name).or_insert_with(|| parse(text));
    }
}

/// Takes the constants out of an object. Another value is a problem of arguments; of a record it
/// stays among what no field names.
pub(super) fn take_constants(
    constants: Constants,
    entries: &mut serde_json::Map<String, Json>,
    walk: &mut Walk,
) {
    for (name, text) in constants {
        let constant = parse(text);
        match entries.get(*name) {
            None => walk.field(*name, |walk| walk.report(ProblemKind::Missing)),
            Some(found) if is_same(found, &constant) => {
                entries.remove(*name);
            }
            Some(found) if walk.is_strict() => {
                let problem = ProblemKind::not_allowed(vec![constant], found);
                entries.remove(*name);
                walk.field(*name, |walk| walk.report(problem));
            }
            Some(_) => {}
        }
    }
}

fn parse(text: &str) -> Json {
    serde_json::from_str(text).unwrap_or(Json::Null)
}
