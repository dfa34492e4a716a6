//! Parsing of `type`, including common misspellings and the type names of programming languages.

use super::node::Schema;
use crate::json_type::JsonType;
use crate::source::Json;

/// The meaning of a type name.
pub(super) enum Named {
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
        // A program writes it for a type that nobody gave.
        Json::Null => return true,
        name => std::slice::from_ref(name),
    };
    let meanings: Option<Vec<Named>> = names
        .iter()
        .map(|name| name.as_str().and_then(named))
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
    // A schema that allows only null is handled before.
    is_anything || !schema.types.is_empty()
}

/// Returns the meaning of a type name of JSON Schema or of a programming language.
pub(super) fn named(name: &str) -> Option<Named> {
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
    match named(name)? {
        Named::Type(kind) => Some(kind),
        Named::Null => Some(JsonType::Null),
        Named::Anything => None,
    }
}
