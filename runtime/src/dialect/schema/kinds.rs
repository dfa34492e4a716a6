//! The types of JSON, and sets of them.

use crate::codec::Json;

/// A type of JSON Schema.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in super::super) enum Kind {
    Null,
    Boolean,
    Integer,
    Number,
    String,
    Array,
    Object,
}

/// A set of types. One that holds numbers holds integers as well.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in super::super) struct Kinds(u8);

impl Kind {
    /// In the order in which types are written.
    pub(in super::super) const EACH: [Self; 7] = [
        Self::String,
        Self::Integer,
        Self::Number,
        Self::Boolean,
        Self::Array,
        Self::Object,
        Self::Null,
    ];

    /// The narrowest type of a value.
    pub(in super::super) fn of(value: &Json) -> Self {
        match value {
            Json::Null => Self::Null,
            Json::Bool(_) => Self::Boolean,
            Json::Number(number) if is_whole(number) => Self::Integer,
            Json::Number(_) => Self::Number,
            Json::String(_) => Self::String,
            Json::Array(_) => Self::Array,
            Json::Object(_) => Self::Object,
        }
    }

    pub(in super::super) const fn name(self) -> &'static str {
        match self {
            Self::Null => "null",
            Self::Boolean => "boolean",
            Self::Integer => "integer",
            Self::Number => "number",
            Self::String => "string",
            Self::Array => "array",
            Self::Object => "object",
        }
    }

    pub(in super::super) fn is_scalar(self) -> bool {
        !matches!(self, Self::Array | Self::Object)
    }

    /// The types that a name stands for, in JSON Schema or in the language of whoever wrote it.
    pub(super) fn named(name: &str) -> Option<Kinds> {
        let kind = match name.trim().to_ascii_lowercase().as_str() {
            "string" | "str" | "text" | "char" | "varchar" => Self::String,
            "boolean" | "bool" => Self::Boolean,
            "integer" | "int" | "int32" | "int64" | "long" | "short" => Self::Integer,
            "number" | "num" | "float" | "double" | "decimal" => Self::Number,
            "array" | "list" | "arraylist" | "tuple" => Self::Array,
            "object" | "dict" | "dictionary" | "map" | "hashmap" => Self::Object,
            "null" | "none" | "nil" => Self::Null,
            "any" => return Some(Kinds::ALL),
            _ => return None,
        };
        Some(Kinds::of(kind))
    }
}

fn is_whole(number: &serde_json::Number) -> bool {
    let whole = |float: f64| float.is_finite() && float.fract() == 0.0;
    number.is_i64() || number.is_u64() || number.as_f64().is_some_and(whole)
}

impl Kinds {
    pub(in super::super) const NONE: Self = Self(0);
    pub(in super::super) const ALL: Self = Self(0x7f);

    pub(in super::super) const fn of(kind: Kind) -> Self {
        match kind {
            Kind::Number => Self(1 << Kind::Number as u8 | 1 << Kind::Integer as u8),
            other => Self(1 << other as u8),
        }
    }

    pub(in super::super) const fn has(self, kind: Kind) -> bool {
        self.0 & (1 << kind as u8) != 0
    }

    pub(in super::super) const fn with(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    pub(in super::super) const fn common(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }

    pub(in super::super) const fn without(self, kind: Kind) -> Self {
        Self(self.0 & !(1 << kind as u8))
    }

    pub(in super::super) fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// The types to write: an integer is no word of its own where numbers are.
    pub(in super::super) fn each(self) -> impl Iterator<Item = Kind> {
        let is_spoken = move |kind: &Kind| {
            self.has(*kind) && !(*kind == Kind::Integer && self.has(Kind::Number))
        };
        Kind::EACH.into_iter().filter(is_spoken)
    }
}

impl FromIterator<Kind> for Kinds {
    fn from_iter<I: IntoIterator<Item = Kind>>(kinds: I) -> Self {
        let kinds = kinds.into_iter();
        kinds.fold(Self::NONE, |all, kind| all.with(Self::of(kind)))
    }
}
