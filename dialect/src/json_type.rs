//! The types of JSON values.

use std::fmt;

/// Any JSON value.
pub(crate) type Json = serde_json::Value;

/// A type of JSON values, as the keyword `type` of JSON Schema names it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum JsonType {
    /// Null.
    Null,
    /// True or false.
    Boolean,
    /// A number.
    Number,
    /// A number without a fraction.
    Integer,
    /// A string.
    String,
    /// An array.
    Array,
    /// An object.
    Object,
}

impl JsonType {
    /// Every type; integers are numbers.
    pub const ALL: [Self; 6] = [
        Self::Null,
        Self::Boolean,
        Self::Number,
        Self::String,
        Self::Array,
        Self::Object,
    ];

    /// Returns `true` if `json` is of this type; 5.0 is an integer (2020-12 core, section 4.2.3).
    #[must_use]
    pub fn accepts(self, json: &Json) -> bool {
        let narrowest = Self::of(json);
        self == narrowest || (self == Self::Number && narrowest == Self::Integer)
    }

    /// Returns the narrowest type of a value.
    #[must_use]
    pub fn of(json: &Json) -> Self {
        match json {
            Json::Null => Self::Null,
            Json::Bool(_) => Self::Boolean,
            Json::Number(number) if is_integer(number) => Self::Integer,
            Json::Number(_) => Self::Number,
            Json::String(_) => Self::String,
            Json::Array(_) => Self::Array,
            Json::Object(_) => Self::Object,
        }
    }

    /// Returns the name of the type in JSON Schema.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Null => "null",
            Self::Boolean => "boolean",
            Self::Number => "number",
            Self::Integer => "integer",
            Self::String => "string",
            Self::Array => "array",
            Self::Object => "object",
        }
    }

    /// Returns `true` for types whose values have no parts.
    #[must_use]
    pub fn is_scalar(self) -> bool {
        !matches!(self, Self::Array | Self::Object)
    }

    /// Returns the type with its article: `a string`.
    #[must_use]
    pub const fn describe(self) -> &'static str {
        match self {
            Self::Null => "null",
            Self::Boolean => "true or false",
            Self::Number => "a number",
            Self::Integer => "an integer",
            Self::String => "a string",
            Self::Array => "an array",
            Self::Object => "an object",
        }
    }
}

/// The meaning of the name of a type in a schema.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TypeName {
    /// A type.
    Type(JsonType),
    /// Any type: `any`.
    Any,
}

impl TypeName {
    /// Parses the name of a type. In addition to those of JSON Schema, it accepts the names that schemas
    /// take from programming languages by mistake.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        let json_type = match name.trim().to_ascii_lowercase().as_str() {
            "string" | "str" | "text" | "char" | "varchar" => JsonType::String,
            "boolean" | "bool" => JsonType::Boolean,
            "integer" | "int" | "int32" | "int64" | "long" | "short" => JsonType::Integer,
            "number" | "num" | "float" | "double" | "decimal" => JsonType::Number,
            "array" | "list" | "arraylist" | "tuple" => JsonType::Array,
            "object" | "dict" | "dictionary" | "map" | "hashmap" => JsonType::Object,
            "null" | "none" | "nil" => JsonType::Null,
            "any" => return Some(Self::Any),
            _ => return None,
        };
        Some(Self::Type(json_type))
    }
}

/// Returns the type with this name.
#[must_use]
pub fn type_named(name: &str) -> Option<JsonType> {
    match TypeName::parse(name)? {
        TypeName::Type(json_type) => Some(json_type),
        TypeName::Any => None,
    }
}

impl fmt::Display for JsonType {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(self.as_str())
    }
}

fn is_integer(number: &serde_json::Number) -> bool {
    !number.is_f64() || number.as_f64().is_some_and(|float| float.fract() == 0.0)
}

/// Lists the types as a sentence does: `a string or an array`.
#[must_use]
pub fn describe_types(types: impl Iterator<Item = JsonType>) -> String {
    let mut words: Vec<&str> = Vec::new();
    for json_type in types {
        if !words.contains(&json_type.describe()) {
            words.push(json_type.describe());
        }
    }
    words.join(" or ")
}
