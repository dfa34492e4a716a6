//! Properties with a single allowed value: the shape holds them, no field does.

use super::equality::is_same;
use super::{Json, ProblemKind, Walk};

type Constants = &'static [(&'static str, &'static str)];

/// Adds the constants to an object; another value that was received is sent back unchanged.
pub(super) fn add_constants(constants: Constants, entries: &mut serde_json::Map<String, Json>) {
    for (name, text) in constants {
        entries.entry(*name).or_insert_with(|| parse(text));
    }
}

/// Removes the constants from an object. Another value is a problem in arguments; in a record it
/// stays with the unknown fields.
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
