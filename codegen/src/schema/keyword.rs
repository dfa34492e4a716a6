//! Properties of the keywords of JSON Schema: the kind of their values, their canonical order, and
//! how they constrain.

use crate::source::Json;

/// The kind of value that a keyword has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Holds {
    /// A value that is not a schema.
    Value,
    /// A schema, or a list of schemas.
    Schema,
    /// An object of schemas.
    SchemaMap,
}

/// Returns the kind of value of `keyword`.
pub(crate) fn holds(keyword: &str) -> Holds {
    match keyword {
        "$defs" | "definitions" | "dependentSchemas" | "patternProperties" | "properties" => {
            Holds::SchemaMap
        }
        "additionalItems"
        | "additionalProperties"
        | "allOf"
        | "anyOf"
        | "contains"
        | "contentSchema"
        | "else"
        | "if"
        | "items"
        | "not"
        | "oneOf"
        | "prefixItems"
        | "propertyNames"
        | "then"
        | "unevaluatedItems"
        | "unevaluatedProperties" => Holds::Schema,
        _ => Holds::Value,
    }
}

/// The keywords that are written first, in their canonical order.
const ORDER: &[&str] = &[
    "type",
    "title",
    "description",
    "enum",
    "const",
    "format",
    "pattern",
    "minimum",
    "maximum",
    "exclusiveMinimum",
    "exclusiveMaximum",
    "multipleOf",
    "minLength",
    "maxLength",
    "minItems",
    "maxItems",
    "uniqueItems",
    "minProperties",
    "maxProperties",
    "nullable",
    "default",
    "properties",
    "required",
    "items",
    "additionalProperties",
];

/// Returns the sort key of `keyword` in the canonical order. Keywords with the same rank are
/// sorted by name.
pub(super) fn rank(keyword: &str) -> usize {
    let position = ORDER.iter().position(|known| *known == keyword);
    position.unwrap_or(ORDER.len())
}

/// The constraining keywords that neither a type nor a check expresses, sorted. All others only
/// describe, contain targets of references, or have no meaning.
const UNREAD: &[&str] = &["disallow", "divisibleBy", "extends"];

/// The keywords that no type expresses but that can be checked, sorted.
const UNTYPED: &[&str] = &[
    "contains",
    "dependencies",
    "dependentRequired",
    "dependentSchemas",
    "if",
    "not",
    "patternProperties",
    "propertyNames",
    "unevaluatedItems",
    "unevaluatedProperties",
];

/// Returns `true` if no type expresses `keyword` with this value, but it can be checked.
pub(crate) fn is_untyped(keyword: &str, value: &Json) -> bool {
    UNTYPED.binary_search(&keyword).is_ok() && !allows_everything(keyword, value)
}

/// Returns `true` if `keyword` with this value constrains values and is not supported.
pub(super) fn is_unread(keyword: &str, value: &Json) -> bool {
    UNREAD.binary_search(&keyword).is_ok() && !allows_everything(keyword, value)
}

/// Returns `true` if the value allows everything: `"propertyNames": {"type": "string"}`.
fn allows_everything(keyword: &str, value: &Json) -> bool {
    match (keyword, value) {
        ("not", value) => *value == Json::Bool(false),
        // `contains` counts what it allows, and `if` decides which other schema applies.
        ("contains" | "if", Json::Bool(_) | Json::Object(_)) => false,
        ("propertyNames", Json::Object(members)) => members
            .iter()
            .all(|(key, value)| key == "type" && value.as_str() == Some("string")),
        (_, Json::Bool(value)) => *value,
        (_, Json::Array(elements)) => elements.is_empty(),
        (_, Json::Object(members)) => members.is_empty(),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keyword_tables_are_sorted() {
        assert!(UNREAD.is_sorted() && UNTYPED.is_sorted());
    }
}
