//! Conditions about the properties of an object, in words.

use serde_json::Map;

use super::Check;
use crate::codec::equality::is_same;
use crate::codec::{Json, JsonType};

/// The number of values and names that words list.
const MAX_LISTED: usize = 8;

/// The conditions that checks state about the properties of an object.
#[derive(Default)]
struct Condition {
    /// Properties that have to be given.
    given: Vec<&'static str>,
    /// Properties that have to have one of some values.
    valued: Vec<Valued>,
    /// Properties that must not be given.
    absent: Vec<&'static str>,
}

/// A property that has to have one of these values.
struct Valued {
    name: &'static str,
    values: &'static [&'static str],
    is_required: bool,
}

/// Returns the expected properties, if checks of `anyOf` or `oneOf` state which ones are given, and
/// `entries` has others.
pub(super) fn describe_branches(
    branches: &[&'static [Check]],
    is_exact: bool,
    entries: &Map<String, Json>,
) -> Option<String> {
    let conditions = branches.iter().map(|checks| Condition::of(checks));
    let conditions: Vec<Condition> = conditions.collect::<Option<_>>()?;
    if conditions.len() > MAX_LISTED {
        return None;
    }
    let count = conditions.iter().filter(|it| it.holds(entries)).count();
    if count == 1 || (count > 1 && !is_exact) {
        // The values of the properties are at fault.
        return None;
    }
    let names = conditions.iter().map(Condition::only_name);
    let names: Option<Vec<String>> = names.collect();
    Some(match (names.as_deref(), is_exact) {
        (Some([one, other]), true) => format!("{one} or {other}, but not both"),
        (Some(names), true) => format!("exactly one of {}", join(names, "and")),
        (Some(names), false) => format!("at least one of {}", join(names, "and")),
        (None, _) => {
            let number = if is_exact { "exactly" } else { "at least" };
            let phrases: Vec<String> = conditions.iter().map(Condition::phrase).collect();
            format!("{number} one of these: {}", phrases.join("; "))
        }
    })
}

/// Returns the expected value, if the negated checks exclude types, values or properties.
pub(super) fn describe_negation(checks: &'static [Check]) -> Option<String> {
    match checks {
        [Check::Type([JsonType::String]), Check::Pattern(pattern)] => {
            return Some(format!("a string that does not match `{pattern}`"));
        }
        [Check::Type(types)] if types.len() <= MAX_LISTED => {
            let types: Vec<&str> = types.iter().map(|it| it.describe()).collect();
            return Some(format!("a value that is not {}", join(&types, "or")));
        }
        [Check::Enum(values)] if values.len() <= MAX_LISTED => {
            return Some(format!("a value other than {}", join(values, "or")));
        }
        [Check::AnyOf(branches)] if branches.len() <= MAX_LISTED => {
            let names = branches
                .iter()
                .map(|checks| only_required(checks).map(quoted));
            let names: Vec<String> = names.collect::<Option<_>>()?;
            return Some(match names.as_slice() {
                [one, other] => format!("neither {one} nor {other}"),
                names => format!("none of {}", join(names, "and")),
            });
        }
        _ => {}
    }
    let condition = Condition::of(checks)?;
    if !condition.absent.is_empty() {
        return None;
    }
    let given: Vec<String> = condition.given.iter().map(|name| quoted(name)).collect();
    match (given.as_slice(), condition.valued.as_slice()) {
        ([only], []) => Some(format!("no {only}")),
        ([one, other], []) => Some(format!("at most one of {one} and {other}")),
        ([_, ..], []) => Some(format!("not all of {}", join(&given, "and"))),
        ([], [property]) => Some(format!(
            "{} other than {}",
            quoted(property.name),
            join(property.values, "or")
        )),
        _ => None,
    }
}

/// Returns the condition of `if` as a clause: ``` `kind` is "card" ```.
pub(super) fn describe_if(checks: &'static [Check]) -> Option<String> {
    let condition = Condition::of(checks)?;
    let given = condition.given.iter();
    let absent = condition.absent.iter();
    let clauses: Vec<String> = given
        .map(|name| format!("{} is given", quoted(name)))
        .chain(condition.valued.iter().map(Valued::clause))
        .chain(absent.map(|name| format!("{} is not given", quoted(name))))
        .collect();
    let is_short = !clauses.is_empty() && clauses.len() <= MAX_LISTED;
    is_short.then(|| join(&clauses, "and"))
}

impl Condition {
    /// Returns the condition of checks; `None` if they state something else.
    fn of(checks: &'static [Check]) -> Option<Self> {
        let mut condition = Self::default();
        let mut typed = Vec::new();
        for check in checks {
            match *check {
                Check::Type(allowed) if allowed.contains(&JsonType::Object) => {}
                Check::Required(names) => condition.given.extend(names),
                Check::Property(name, [Check::Never]) => condition.absent.push(name),
                Check::Property(name, inner) => match listed_values(inner) {
                    Some(values) => condition.valued.push(Valued {
                        name,
                        values,
                        is_required: false,
                    }),
                    None => typed.push(name),
                },
                Check::Not([Check::Required([name])]) => condition.absent.push(name),
                Check::Not([Check::AnyOf(branches)]) => {
                    for branch in *branches {
                        condition.absent.push(only_required(branch)?);
                    }
                }
                _ => return None,
            }
        }
        let given = std::mem::take(&mut condition.given);
        for property in &mut condition.valued {
            property.is_required = given.contains(&property.name);
        }
        let has_value = |name: &&str| condition.valued.iter().any(|it| it.name == *name);
        condition.given = given
            .iter()
            .copied()
            .filter(|name| !has_value(name))
            .collect();
        typed
            .iter()
            .all(|name| given.contains(name))
            .then_some(condition)
    }

    /// Returns the name, if the condition is that one property is given.
    fn only_name(&self) -> Option<String> {
        match (self.given.as_slice(), self.valued.len() + self.absent.len()) {
            ([only], 0) => Some(quoted(only)),
            _ => None,
        }
    }

    fn holds(&self, entries: &Map<String, Json>) -> bool {
        self.given.iter().all(|name| entries.contains_key(*name))
            && self.valued.iter().all(|property| property.holds(entries))
            && !self.absent.iter().any(|name| entries.contains_key(*name))
    }

    /// Returns the properties as a phrase: ``` `a` and no `b` ```.
    fn phrase(&self) -> String {
        let given = self.given.iter().map(|name| quoted(name));
        let absent = self.absent.iter();
        let absent = absent.map(|name| format!("no {}", quoted(name)));
        let valued = self.valued.iter().map(Valued::phrase);
        let parts: Vec<String> = given.chain(valued).chain(absent).collect();
        if parts.is_empty() {
            "any properties".to_owned()
        } else {
            join(&parts, "and")
        }
    }
}

impl Valued {
    fn holds(&self, entries: &Map<String, Json>) -> bool {
        match entries.get(self.name) {
            Some(value) => is_listed(self.values, value),
            None => !self.is_required,
        }
    }

    fn phrase(&self) -> String {
        format!("{} as {}", quoted(self.name), join(self.values, "or"))
    }

    fn clause(&self) -> String {
        let values = join(self.values, "or");
        let absent = if self.is_required {
            ""
        } else {
            ", or not given"
        };
        format!("{} is {values}{absent}", quoted(self.name))
    }
}

/// Returns the values that the checks of a property list, if they are few.
fn listed_values(checks: &'static [Check]) -> Option<&'static [&'static str]> {
    checks.iter().find_map(|check| match check {
        Check::Enum(values) if values.len() <= MAX_LISTED => Some(*values),
        _ => None,
    })
}

/// Returns the only property that checks require, if they state nothing else.
fn only_required(checks: &[Check]) -> Option<&'static str> {
    match checks {
        [Check::Required([name])] => Some(name),
        _ => None,
    }
}

fn quoted(name: &str) -> String {
    format!("`{name}`")
}

/// Joins the items of a list: `a, b and c`.
fn join<S: AsRef<str>>(items: &[S], conjunction: &str) -> String {
    match items {
        [] => String::new(),
        [only] => only.as_ref().to_owned(),
        [first @ .., last] => {
            let first: Vec<&str> = first.iter().map(AsRef::as_ref).collect();
            format!("{} {conjunction} {}", first.join(", "), last.as_ref())
        }
    }
}

/// Returns `true` if `json` is one of these values, which are written as JSON.
fn is_listed(values: &[&str], json: &Json) -> bool {
    let mut values = values.iter();
    values.any(|text| serde_json::from_str(text).is_ok_and(|value: Json| is_same(&value, json)))
}
