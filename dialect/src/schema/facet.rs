//! Keywords that constrain or annotate a value and whose own value is not a schema.

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
            if value.as_f64().is_some_and(|factor| factor > 0.0) {
                node.facets.insert("multipleOf".to_owned(), value.clone());
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
        if let Some(bound @ Tree::Number(_)) = members.get(inclusive) {
            node.facets.insert(exclusive.to_owned(), bound.clone());
        }
    } else if value.is_number() && !(keyword == inclusive && is_flagged) {
        node.facets.insert(keyword.to_owned(), value.clone());
    }
}

fn read_other(node: &mut Node, keyword: &str, value: &Tree) {
    let is_valid = match keyword {
        "format" | "pattern" | "contentEncoding" | "contentMediaType" => value.is_string(),
        "deprecated" | "uniqueItems" => *value == Tree::Bool(true),
        // Null is kept, because it makes an absent property equal to null.
        "default" | "example" => true,
        "examples" => value.is_array(),
        _ => {
            if let Some(count) = value.as_count() {
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
