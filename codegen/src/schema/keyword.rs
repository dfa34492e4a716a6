//! What the keywords of JSON Schema hold, in which order they are written, which constrain.

use crate::source::Json;

/// What stands below a keyword.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Holds {
    /// A value that is no schema.
    Value,
    /// A schema, or a list of schemas.
    Schema,
    /// Schemas by name.
    SchemaMap,
}

/// What stands below `keyword`.
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

/// The keywords that a reader looks for first, in the order in which they are written.
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

/// The place of `keyword` in a schema: compare these, then the keywords.
pub(super) fn rank(keyword: &str) -> usize {
    let position = ORDER.iter().position(|known| *known == keyword);
    position.unwrap_or(ORDER.len())
}

/// The keywords that constrain values and that neither a type nor a check can say, sorted. All
/// others only describe, or hold schemas for a `$ref`, or mean nothing.
const UNREAD: &[&str] = &["disallow", "divisibleBy", "extends"];

/// The keywords that no type says but that can be checked, sorted.
const RULES: &[&str] = &[
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

/// Whether `keyword` with this value is one that no type says but that can be checked.
pub(super) fn is_rule(keyword: &str, value: &Json) -> bool {
    RULES.binary_search(&keyword).is_ok() && !says_nothing(keyword, value)
}

/// Whether `keyword` with this value constrains in a way that no field of a schema holds.
pub(super) fn is_unread(keyword: &str, value: &Json) -> bool {
    UNREAD.binary_search(&keyword).is_ok() && !says_nothing(keyword, value)
}

/// Whether the value lets everything pass: `"allOf": []`, `"propertyNames": {"type": "string"}`.
fn says_nothing(keyword: &str, value: &Json) -> bool {
    match (keyword, value) {
        ("not", value) => *value == Json::Bool(false),
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
    fn keywords_are_sorted_for_the_search() {
        assert!(UNREAD.is_sorted() && RULES.is_sorted());
    }
}
