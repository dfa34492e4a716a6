//! The keywords that limit values, and the bounds that are in force.

use std::collections::BTreeMap;

use super::decimal::Decimal;
use super::effective::{EffectiveBound, Side};
use crate::bound::Bound;
use crate::model::JsonType;
use crate::schema::{Holds, holds, is_untyped, type_named};
use crate::source::Json;

/// The keywords other than bounds that limit a value and that no type of a record shows.
pub(super) const OTHERS: &[&str] = &[
    "additionalProperties",
    "contains",
    "dependencies",
    "dependentRequired",
    "dependentSchemas",
    "else",
    "format",
    "if",
    "maxContains",
    "minContains",
    "not",
    "pattern",
    "patternProperties",
    "propertyNames",
    "then",
    "unevaluatedItems",
    "unevaluatedProperties",
    "uniqueItems",
];

/// Returns the bounds that are in force, each with its keyword and its value.
pub(super) fn find_bounds(
    keywords: &BTreeMap<&str, &Json>,
    is_integer: bool,
) -> BTreeMap<Side, (Bound, Decimal, EffectiveBound)> {
    let is_exclusive = |keyword: &str| keywords.get(keyword) == Some(&&Json::Bool(true));
    let mut bounds: BTreeMap<Side, (Bound, Decimal, EffectiveBound)> = BTreeMap::new();
    for (keyword, value) in keywords {
        let bound = match Bound::parse(&usual(keyword)) {
            None => continue,
            Some(Bound::Minimum) if is_exclusive("exclusiveMinimum") => Bound::ExclusiveMinimum,
            Some(Bound::Maximum) if is_exclusive("exclusiveMaximum") => Bound::ExclusiveMaximum,
            Some(other) => other,
        };
        let Some(limit) = as_decimal(value) else {
            continue;
        };
        let effective = EffectiveBound::new(bound, limit.clone(), is_integer);
        // Of two bounds on one side, the tighter one is in force.
        let is_looser = match bounds.get(&effective.side) {
            Some((.., known)) => effective.accepts_all_of(known),
            None => false,
        };
        if !effective.is_trivial(is_integer) && !is_looser {
            bounds.insert(effective.side, (bound, limit, effective));
        }
    }
    bounds
}

/// Returns `true` if the keyword with this value refuses anything, and no type says so.
pub(super) fn limits_values(keyword: &str, value: &Json, keywords: &BTreeMap<&str, &Json>) -> bool {
    let has = |keyword: &str| keywords.contains_key(keyword);
    match (keyword, value) {
        ("pattern", Json::String(pattern)) => !pattern.is_empty(),
        ("format", Json::String(format)) => !matches!(format.as_str(), "" | "date" | "date-time"),
        ("uniqueItems", value) => *value == Json::Bool(true),
        ("additionalProperties", value) => *value == Json::Bool(false),
        ("then" | "else", _) => has("if") && *value != Json::Bool(true),
        ("minContains", value) if as_decimal(value) == Some(Decimal::of(1)) => false,
        ("minContains" | "maxContains", Json::Number(_)) => has("contains"),
        ("if", _) => has("then") || has("else"),
        (keyword, value) => is_untyped(keyword, value),
    }
}

/// Returns `true` for a keyword whose schemas are limits as a whole.
pub(in crate::diff) fn is_limit_of_schemas(keyword: &str) -> bool {
    keyword != "additionalProperties" && OTHERS.contains(&keyword)
}

/// Returns `true` for a keyword that limits values, names a schema or has no words for a reader. The types,
/// the checks and the limits show its changes.
pub(in crate::diff) fn constrains(keyword: &str) -> bool {
    let is_known = matches!(
        keyword,
        "type"
            | "enum"
            | "const"
            | "required"
            | "nullable"
            | "discriminator"
            | "id"
            | "propertyOrdering"
    );
    is_known
        || (keyword.starts_with('$') && keyword != "$comment")
        || is_bound(keyword)
        || OTHERS.contains(&keyword)
        || holds(keyword) != Holds::Value
}

/// Returns `true` for a keyword that limits a number or a length, in any spelling.
pub(super) fn is_bound(keyword: &str) -> bool {
    Bound::parse(&usual(keyword)).is_some()
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

/// Returns `true` for a type of integers alone, apart from null.
pub(in crate::diff) fn names_integer(ty: &Json) -> bool {
    let names = match ty {
        Json::Array(names) => names.as_slice(),
        name => std::slice::from_ref(name),
    };
    let types = names.iter().map(|name| type_named(name.as_str()?));
    let mut types = types.filter(|ty| *ty != Some(JsonType::Null)).peekable();
    types.peek().is_some() && types.all(|ty| ty == Some(JsonType::Integer))
}

fn as_decimal(value: &Json) -> Option<Decimal> {
    match value {
        Json::Number(number) => Decimal::parse(&number.to_string()),
        Json::String(text) => Decimal::parse(text),
        _ => None,
    }
}
