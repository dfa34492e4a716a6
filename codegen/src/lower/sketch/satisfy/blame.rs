//! Names the keywords that leave no value.

use super::is_possible;
use crate::source::{Json, Members};

/// Returns the keyword that leaves no value, or those that contradict each other.
pub(super) fn blame(members: &Members, root: &Json) -> Option<String> {
    let is_empty = |names: &[&String]| {
        let is_chosen = |name: &str| names.iter().any(|chosen| *chosen == name);
        let is_rest_chosen = is_chosen("additionalProperties");
        let chosen = members.iter().filter(|(name, _)| {
            // `additionalProperties` is about the properties that these do not name.
            let is_named = matches!(name.as_str(), "properties" | "patternProperties");
            is_chosen(name) || is_rest_chosen && is_named
        });
        let chosen = chosen.map(|(name, value)| (name.clone(), value.clone()));
        !is_possible(&Json::Object(chosen.collect()), root)
    };
    let names: Vec<&String> = members.iter().map(|(name, _)| name).collect();
    if let Some(name) = names.iter().find(|name| is_empty(&[name])) {
        return Some(format!("`{name}` excludes everything"));
    }
    let pairs = names.iter().enumerate().flat_map(|(index, one)| {
        let others = names.iter().skip(index + 1);
        others.map(move |other| [*one, *other])
    });
    let mut pairs = pairs.filter(|pair| is_empty(pair));
    let blamed = pairs.next().map(Vec::from);
    let blamed = blamed.or_else(|| smallest(&names, is_empty))?;
    Some(contradict(&blamed))
}

/// Returns the keywords without those that are not needed for `is_empty`. `type`, which most schemas have,
/// is left out of more than two.
fn smallest<'a>(
    names: &[&'a String],
    is_empty: impl Fn(&[&String]) -> bool,
) -> Option<Vec<&'a String>> {
    if !is_empty(names) {
        return None;
    }
    let mut needed = names.to_vec();
    for name in names {
        let others: Vec<&String> = needed
            .iter()
            .copied()
            .filter(|other| other != name)
            .collect();
        if is_empty(&others) {
            needed = others;
        }
    }
    needed.retain(|name| *name != "type");
    (needed.len() > 1).then_some(needed)
}

/// Writes that keywords contradict each other.
fn contradict(names: &[&String]) -> String {
    match names {
        [one, other] => format!("`{one}` contradicts `{other}`"),
        names => {
            let names = names.iter().map(|name| format!("`{name}`"));
            let names: Vec<String> = names.collect();
            format!("{} contradict each other", names.join(", "))
        }
    }
}
