//! Parsing of `type`, including common misspellings and the type names of programming languages.

use super::node::Schema;
use crate::json_type::JsonType;
use crate::source::Json;

/// The meaning of a type name.
enum Named {
    /// A type.
    Type(JsonType),
    /// Null.
    Null,
    /// Any value, such as `any`.
    Anything,
}

/// Parses the value of `type`. Returns `false` if it contains an unknown name.
pub(super) fn parse_type(value: &Json, schema: &mut Schema) -> bool {
    let names = match value {
        Json::Array(names) => names.as_slice(),
        name => std::slice::from_ref(name),
    };
    let meanings: Option<Vec<Named>> = names
        .iter()
        .map(|name| name.as_str().and_then(parse_name))
        .collect();
    let Some(meanings) = meanings else {
        return false;
    };
    let is_anything = meanings
        .iter()
        .any(|named| matches!(named, Named::Anything));
    for meaning in meanings {
        match meaning {
            Named::Type(kind) if !is_anything && !schema.types.contains(&kind) => {
                schema.types.push(kind);
            }
            Named::Null => schema.nullable = true,
            Named::Type(_) | Named::Anything => {}
        }
    }
    // A schema that allows only null is handled by `is_null_alone`.
    is_anything || !schema.types.is_empty()
}

/// Returns `true` if a schema allows null and nothing else.
pub(crate) fn is_null_alone(json: &Json) -> bool {
    let Some(members) = json.as_object() else {
        return false;
    };
    let is_null_name = |name: &Json| {
        let named = name.as_str().and_then(parse_name);
        matches!(named, Some(Named::Null))
    };
    let holds_only = |list: &Json, is_null: &dyn Fn(&Json) -> bool| {
        list.as_array()
            .is_some_and(|list| !list.is_empty() && list.iter().all(is_null))
    };
    members
        .iter()
        .any(|(keyword, value)| match keyword.as_str() {
            "type" => is_null_name(value) || holds_only(value, &is_null_name),
            "const" => *value == Json::Null,
            "enum" => holds_only(value, &|value| *value == Json::Null),
            "anyOf" | "oneOf" => holds_only(value, &is_null_alone),
            _ => false,
        })
}

/// Returns the meaning of a type name of JSON Schema or of a programming language.
fn parse_name(name: &str) -> Option<Named> {
    let kind = match name.trim().to_ascii_lowercase().as_str() {
        "string" | "str" | "text" | "char" | "varchar" => JsonType::String,
        "boolean" | "bool" => JsonType::Boolean,
        "integer" | "int" | "int32" | "int64" | "long" | "short" => JsonType::Integer,
        "number" | "num" | "float" | "double" | "decimal" => JsonType::Number,
        "array" | "list" | "arraylist" | "tuple" => JsonType::Array,
        "object" | "dict" | "dictionary" | "map" | "hashmap" => JsonType::Object,
        "null" | "none" | "nil" => return Some(Named::Null),
        "any" => return Some(Named::Anything),
        _ => return None,
    };
    Some(Named::Type(kind))
}

/// Returns the type with this name.
pub(crate) fn type_named(name: &str) -> Option<JsonType> {
    match parse_name(name)? {
        Named::Type(kind) => Some(kind),
        Named::Null => Some(JsonType::Null),
        Named::Anything => None,
    }
}
