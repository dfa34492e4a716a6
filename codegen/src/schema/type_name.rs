//! The names of types, including common misspellings and those of programming languages.

use toolsmith_dialect::json_type::JsonType;

/// The meaning of a type name.
pub(super) enum Named {
    /// A type.
    Type(JsonType),
    /// Null.
    Null,
    /// Any value, such as `any`.
    Anything,
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
