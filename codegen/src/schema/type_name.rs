//! The types that a schema names, with the obvious slips read as meant.

use super::node::{Schema, SchemaType};
use crate::source::Json;

/// What a name stands for where a type belongs.
enum Named {
    /// A type.
    Type(SchemaType),
    /// Null.
    Null,
    /// Anything at all, as Python's `any`.
    Anything,
}

/// Reads the value of `type`; false if it holds a name that means nothing.
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
    // Null alone, or no type at all, is nothing that a type could hold.
    is_anything || !schema.types.is_empty()
}

/// Whether a schema accepts null and nothing else.
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

/// The type of that name in JSON Schema, or in the language of whoever wrote the schema.
fn parse_name(name: &str) -> Option<Named> {
    let kind = match name.trim().to_ascii_lowercase().as_str() {
        "string" | "str" | "text" | "char" | "varchar" => SchemaType::String,
        "boolean" | "bool" => SchemaType::Boolean,
        "integer" | "int" | "int32" | "int64" | "long" | "short" => SchemaType::Integer,
        "number" | "num" | "float" | "double" | "decimal" => SchemaType::Number,
        "array" | "list" | "arraylist" | "tuple" => SchemaType::Array,
        "object" | "dict" | "dictionary" | "map" | "hashmap" => SchemaType::Object,
        "null" | "none" | "nil" => return Some(Named::Null),
        "any" => return Some(Named::Anything),
        _ => return None,
    };
    Some(Named::Type(kind))
}

/// The type of that name, if it means one.
pub(crate) fn type_named(name: &str) -> Option<SchemaType> {
    match parse_name(name)? {
        Named::Type(kind) => Some(kind),
        Named::Null | Named::Anything => None,
    }
}

/// Whether that name means null.
pub(crate) fn is_null_named(name: &str) -> bool {
    matches!(parse_name(name), Some(Named::Null))
}
