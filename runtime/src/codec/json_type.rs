//! The types of JSON values.

use super::Json;

/// A type of JSON values, as the keyword `type` of JSON Schema names it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
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
    /// Returns `true` if `json` is of this type; 5.0 is an integer (2020-12 core, section 4.2.3).
    #[must_use]
    pub fn accepts(self, json: &Json) -> bool {
        let narrowest = Self::of(json);
        self == narrowest || (self == Self::Number && narrowest == Self::Integer)
    }

    /// Returns the narrowest type of a value.
    pub(crate) fn of(json: &Json) -> Self {
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
    pub(crate) const fn name(self) -> &'static str {
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
    pub(crate) fn is_scalar(self) -> bool {
        !matches!(self, Self::Array | Self::Object)
    }

    fn describe(self) -> &'static str {
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

fn is_integer(number: &serde_json::Number) -> bool {
    !number.is_f64() || number.as_f64().is_some_and(|float| float.fract() == 0.0)
}

/// Lists the types as a sentence does: `a string or an array`.
pub(super) fn describe_types(types: impl Iterator<Item = JsonType>) -> String {
    let mut words: Vec<&str> = Vec::new();
    for json_type in types {
        if !words.contains(&json_type.describe()) {
            words.push(json_type.describe());
        }
    }
    words.join(" or ")
}
