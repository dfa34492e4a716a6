//! Keywords that constrain or annotate a value and whose own value is not a schema.

use serde_json::Number;

use super::node::Node;
use crate::tree::{Members, Tree};

/// These keywords; the bounds of numbers and `multipleOf` are read separately.
const FACETS: [&str; 15] = [
    "contentEncoding",
    "contentMediaType",
    "default",
    "deprecated",
    "example",
    "examples",
    "format",
    "maxItems",
    "maxLength",
    "maxProperties",
    "minItems",
    "minLength",
    "minProperties",
    "pattern",
    "uniqueItems",
];

/// Reads a keyword; returns `false` for another keyword.
pub(super) fn read_facet(node: &mut Node, members: &Members, keyword: &str, value: &Tree) -> bool {
    match keyword {
        "minimum" | "maximum" | "exclusiveMinimum" | "exclusiveMaximum" => {
            read_bound(node, members, keyword, value);
        }
        "multipleOf" | "divisibleBy" => {
            let factor = as_number(value);
            if let Some(factor) = factor.filter(|factor| factor.as_f64() > Some(0.0)) {
                node.facets.insert("multipleOf".to_owned(), factor);
            } else if value.is_number() {
                node.lost.push((keyword.to_owned(), value.clone()));
            }
        }
        keyword if FACETS.contains(&keyword) => read_other(node, keyword, value),
        _ => return false,
    }
    true
}

/// Reads a bound of numbers. In draft 4, an exclusive bound was a flag next to the bound.
fn read_bound(node: &mut Node, members: &Members, keyword: &str, value: &Tree) {
    let (inclusive, exclusive) = match keyword {
        "minimum" | "exclusiveMinimum" => ("minimum", "exclusiveMinimum"),
        _ => ("maximum", "exclusiveMaximum"),
    };
    let is_flagged = members.get(exclusive) == Some(&Tree::Bool(true));
    if keyword == exclusive && *value == Tree::Bool(true) {
        if let Some(bound) = members.get(inclusive).and_then(as_number) {
            node.facets.insert(exclusive.to_owned(), bound);
        }
    } else if let Some(bound) = as_number(value).filter(|_| !(keyword == inclusive && is_flagged)) {
        node.facets.insert(keyword.to_owned(), bound);
    }
}

/// Returns a number. Providers whose protocol has no 64-bit integers write them as strings, which the
/// check of a tool reads as well.
pub(super) fn as_number(value: &Tree) -> Option<Tree> {
    let Tree::String(text) = value else {
        return Some(value.clone()).filter(Tree::is_number);
    };
    let integer = text.parse::<i64>().map(Number::from).ok();
    let float = || Number::from_f64(text.parse().ok()?);
    integer.or_else(float).map(Tree::Number)
}

/// Returns a count, which may be written as a string.
pub(super) fn as_count(value: &Tree) -> Option<u64> {
    as_number(value)?.as_count()
}

fn read_other(node: &mut Node, keyword: &str, value: &Tree) {
    let is_valid = match keyword {
        "format" | "pattern" | "contentEncoding" | "contentMediaType" => value.is_string(),
        "deprecated" | "uniqueItems" => *value == Tree::Bool(true),
        // Null is kept, because it makes an absent property equal to null.
        "default" | "example" => true,
        "examples" => value.is_array(),
        _ => {
            if let Some(count) = as_count(value) {
                let count = Tree::Number(count.into());
                node.facets.insert(keyword.to_owned(), count);
            }
            return;
        }
    };
    if is_valid {
        node.facets.insert(keyword.to_owned(), value.clone());
    }
}
