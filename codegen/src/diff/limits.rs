//! The limits of values in records, in one form for every way to write them.

use std::collections::BTreeMap;

use crate::bound::Bound;
use crate::source::{Json, Layout, compact};

/// Returns each limit with its keyword and the value as JSON. Limits that refuse nothing are left out.
pub(super) fn find_limits(keywords: &BTreeMap<&str, &Json>) -> BTreeMap<&'static str, String> {
    let is_exclusive = |keyword: &str| keywords.get(keyword) == Some(&&Json::Bool(true));
    let mut limits = BTreeMap::new();
    for (keyword, value) in keywords {
        let Some(bound) = Bound::parse(&usual(keyword)) else {
            continue;
        };
        let bound = match bound {
            Bound::Minimum if is_exclusive("exclusiveMinimum") => Bound::ExclusiveMinimum,
            Bound::Maximum if is_exclusive("exclusiveMaximum") => Bound::ExclusiveMaximum,
            other => other,
        };
        match as_number(value) {
            Some(limit) if !(limit == 0.0 && is_lower_length(bound)) => {
                limits.insert(bound.keyword(), limit.to_string());
            }
            _ => {}
        }
    }
    if let Some(Json::String(pattern)) = keywords.get("pattern")
        && !pattern.is_empty()
    {
        let pattern = Json::String(pattern.clone());
        limits.insert("pattern", compact(&Layout::from(&pattern)));
    }
    if keywords.get("uniqueItems") == Some(&&Json::Bool(true)) {
        limits.insert("uniqueItems", "true".to_owned());
    }
    limits
}

/// Returns `true` if a limit of zero refuses nothing.
pub(super) fn is_lower_length(bound: Bound) -> bool {
    matches!(
        bound,
        Bound::MinLength | Bound::MinItems | Bound::MinProperties
    )
}

/// Returns the keyword in its usual spelling: `maxLength` for `max_length`.
fn usual(keyword: &str) -> String {
    let mut words = keyword.split('_');
    let first = words.next().unwrap_or_default().to_owned();
    words.fold(first, |name, word| {
        let mut letters = word.chars();
        let head = letters.next().map(|head| head.to_ascii_uppercase());
        name + &head.into_iter().chain(letters).collect::<String>()
    })
}

fn as_number(value: &Json) -> Option<f64> {
    match value {
        Json::Number(number) => number.as_f64(),
        Json::String(text) => text.parse().ok(),
        _ => None,
    }
}
