//! JSON whose objects keep the order of their members.
//!
//! The order of a `serde_json` map depends on a feature that any crate of the program can turn on.

use std::fmt;

use indexmap::IndexMap;
use serde::de::{MapAccess, SeqAccess, Visitor};
use serde::ser::{Serialize, Serializer};
use serde::{Deserialize, Deserializer};
use serde_json::{Map, Number};

use crate::json_pointer;
use crate::json_type::{Json, JsonType};

/// The members of an object, in order.
pub(super) type Members = IndexMap<String, Tree>;

/// A JSON value.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Tree {
    Null,
    Bool(bool),
    Number(Number),
    String(String),
    Array(Vec<Tree>),
    Object(Members),
}

/// Creates the members of an object: `members! {"type": "string"}`.
macro_rules! members {
    ($($name:literal: $value:expr),* $(,)?) => {
        $crate::tree::Members::from_iter([
            $((String::from($name), $crate::tree::Tree::from($value))),*
        ])
    };
}

pub(super) use members;

impl Tree {
    pub(super) fn as_str(&self) -> Option<&str> {
        match self {
            Self::String(text) => Some(text),
            _ => None,
        }
    }

    pub(super) fn as_array(&self) -> Option<&[Self]> {
        match self {
            Self::Array(elements) => Some(elements),
            _ => None,
        }
    }

    pub(super) fn as_array_mut(&mut self) -> Option<&mut Vec<Self>> {
        match self {
            Self::Array(elements) => Some(elements),
            _ => None,
        }
    }

    pub(super) fn as_object(&self) -> Option<&Members> {
        match self {
            Self::Object(members) => Some(members),
            _ => None,
        }
    }

    pub(super) fn as_object_mut(&mut self) -> Option<&mut Members> {
        match self {
            Self::Object(members) => Some(members),
            _ => None,
        }
    }

    pub(super) fn as_f64(&self) -> Option<f64> {
        match self {
            Self::Number(number) => number.as_f64(),
            _ => None,
        }
    }

    /// Returns a count, as `minItems` is one: 5.0 is 5.
    pub(super) fn as_count(&self) -> Option<u64> {
        let Self::Number(number) = self else {
            return None;
        };
        let float = number
            .as_f64()
            .filter(|float| float.fract() == 0.0 && (0.0..1e15).contains(float));
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "the range is checked"
        )]
        number.as_u64().or(float.map(|float| float as u64))
    }

    pub(super) fn is_string(&self) -> bool {
        matches!(self, Self::String(_))
    }

    pub(super) fn is_number(&self) -> bool {
        matches!(self, Self::Number(_))
    }

    pub(super) fn is_object(&self) -> bool {
        matches!(self, Self::Object(_))
    }

    pub(super) fn is_array(&self) -> bool {
        matches!(self, Self::Array(_))
    }

    pub(super) fn is_null(&self) -> bool {
        *self == Self::Null
    }

    /// Returns the member `name` of an object.
    pub(super) fn get(&self, name: &str) -> Option<&Self> {
        self.as_object()?.get(name)
    }

    /// Returns the value that a JSON pointer leads to.
    pub(super) fn pointer(&self, pointer: &str) -> Option<&Self> {
        if !pointer.is_empty() && !pointer.starts_with('/') {
            return None;
        }
        json_pointer::steps(pointer).try_fold(self, |json, step| match json {
            Self::Object(members) => members.get(&*step),
            Self::Array(elements) => elements.get(step.parse::<usize>().ok()?),
            _ => None,
        })
    }

    /// Returns the narrowest type of the value.
    pub(super) fn json_type(&self) -> JsonType {
        match self {
            Self::Null => JsonType::Null,
            Self::Bool(_) => JsonType::Boolean,
            Self::Number(number) => JsonType::of(&Json::Number(number.clone())),
            Self::String(_) => JsonType::String,
            Self::Array(_) => JsonType::Array,
            Self::Object(_) => JsonType::Object,
        }
    }

    /// Returns `true` if two values are equal as JSON Schema compares them: 1 equals 1.0.
    pub(super) fn is_same(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Number(one), Self::Number(other)) => {
                one == other || (one.is_f64() != other.is_f64() && one.as_f64() == other.as_f64())
            }
            (Self::Array(ones), Self::Array(others)) => {
                ones.len() == others.len()
                    && ones
                        .iter()
                        .zip(others)
                        .all(|(one, other)| one.is_same(other))
            }
            (Self::Object(ones), Self::Object(others)) => {
                ones.len() == others.len()
                    && ones
                        .iter()
                        .all(|(name, one)| others.get(name).is_some_and(|other| one.is_same(other)))
            }
            (one, other) => one == other,
        }
    }

    /// Returns the value as `serde_json` has it.
    pub(super) fn to_json(&self) -> Json {
        match self {
            Self::Null => Json::Null,
            Self::Bool(value) => Json::Bool(*value),
            Self::Number(number) => Json::Number(number.clone()),
            Self::String(text) => Json::String(text.clone()),
            Self::Array(elements) => elements.iter().map(Self::to_json).collect(),
            Self::Object(members) => Json::Object(to_map(members)),
        }
    }
}

/// Sets a member.
pub(super) fn put(members: &mut Members, name: &str, value: impl Into<Tree>) {
    members.insert(name.to_owned(), value.into());
}

/// Returns the members as `serde_json` has them.
pub(super) fn to_map(members: &Members) -> Map<String, Json> {
    members
        .iter()
        .map(|(name, value)| (name.clone(), value.to_json()))
        .collect()
}

/// Returns a number in the form that it has without the features of `serde_json`.
fn plain_number(number: &Number) -> Tree {
    let integer = number
        .as_i64()
        .map(Number::from)
        .or_else(|| number.as_u64().map(Number::from));
    let float = || number.as_f64().and_then(Number::from_f64);
    integer.or_else(float).map_or(Tree::Null, Tree::Number)
}

impl From<&Json> for Tree {
    fn from(json: &Json) -> Self {
        match json {
            Json::Null => Self::Null,
            Json::Bool(value) => Self::Bool(*value),
            Json::Number(number) => plain_number(number),
            Json::String(text) => Self::String(text.clone()),
            Json::Array(elements) => Self::Array(elements.iter().map(Self::from).collect()),
            Json::Object(members) => members
                .iter()
                .map(|(name, value)| (name.clone(), Self::from(value)))
                .collect(),
        }
    }
}

impl From<&str> for Tree {
    fn from(text: &str) -> Self {
        Self::String(text.to_owned())
    }
}

impl From<String> for Tree {
    fn from(text: String) -> Self {
        Self::String(text)
    }
}

impl From<bool> for Tree {
    fn from(value: bool) -> Self {
        Self::Bool(value)
    }
}

impl From<usize> for Tree {
    fn from(value: usize) -> Self {
        Self::Number(value.into())
    }
}

impl From<Members> for Tree {
    fn from(members: Members) -> Self {
        Self::Object(members)
    }
}

impl<T: Into<Tree>> From<Vec<T>> for Tree {
    fn from(elements: Vec<T>) -> Self {
        elements.into_iter().collect()
    }
}

impl<T: Into<Tree>, const LENGTH: usize> From<[T; LENGTH]> for Tree {
    fn from(elements: [T; LENGTH]) -> Self {
        elements.into_iter().collect()
    }
}

impl<T: Into<Tree>> FromIterator<T> for Tree {
    fn from_iter<I: IntoIterator<Item = T>>(elements: I) -> Self {
        Self::Array(elements.into_iter().map(Into::into).collect())
    }
}

impl FromIterator<(String, Tree)> for Tree {
    fn from_iter<I: IntoIterator<Item = (String, Tree)>>(members: I) -> Self {
        Self::Object(members.into_iter().collect())
    }
}

impl PartialEq<str> for Tree {
    fn eq(&self, text: &str) -> bool {
        self.as_str() == Some(text)
    }
}

/// Writes compact JSON.
impl fmt::Display for Tree {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Null => formatter.write_str("null"),
            Self::Bool(value) => write!(formatter, "{value}"),
            Self::Number(number) => write!(formatter, "{number}"),
            Self::String(text) => write!(formatter, "{}", Json::String(text.clone())),
            Self::Array(elements) => {
                formatter.write_str("[")?;
                for (index, element) in elements.iter().enumerate() {
                    let comma = if index > 0 { "," } else { "" };
                    write!(formatter, "{comma}{element}")?;
                }
                formatter.write_str("]")
            }
            Self::Object(members) => {
                formatter.write_str("{")?;
                for (index, (name, value)) in members.iter().enumerate() {
                    let comma = if index > 0 { "," } else { "" };
                    write!(formatter, "{comma}{}:{value}", Json::String(name.clone()))?;
                }
                formatter.write_str("}")
            }
        }
    }
}

impl Serialize for Tree {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Null => serializer.serialize_unit(),
            Self::Bool(value) => serializer.serialize_bool(*value),
            Self::Number(number) => number.serialize(serializer),
            Self::String(text) => serializer.serialize_str(text),
            Self::Array(elements) => serializer.collect_seq(elements),
            Self::Object(members) => serializer.collect_map(members),
        }
    }
}

impl<'de> Deserialize<'de> for Tree {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(TreeVisitor)
    }
}

struct TreeVisitor;

impl<'de> Visitor<'de> for TreeVisitor {
    type Value = Tree;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("any JSON value")
    }

    fn visit_unit<E>(self) -> Result<Tree, E> {
        Ok(Tree::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Tree, E> {
        Ok(Tree::Bool(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Tree, E> {
        Ok(Tree::Number(value.into()))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Tree, E> {
        Ok(Tree::Number(value.into()))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Tree, E> {
        Ok(Number::from_f64(value).map_or(Tree::Null, Tree::Number))
    }

    fn visit_str<E>(self, text: &str) -> Result<Tree, E> {
        Ok(Tree::from(text))
    }

    fn visit_string<E>(self, text: String) -> Result<Tree, E> {
        Ok(Tree::String(text))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut elements: A) -> Result<Tree, A::Error> {
        let mut all = Vec::new();
        while let Some(element) = elements.next_element()? {
            all.push(element);
        }
        Ok(Tree::Array(all))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Tree, A::Error> {
        // With its feature `arbitrary_precision`, `serde_json` gives a number in this form.
        const NUMBER: &str = "$serde_json::private::Number";
        let mut all = Members::new();
        while let Some((name, value)) = members.next_entry::<String, Tree>()? {
            if name == NUMBER && all.is_empty() {
                let number = value.as_str().and_then(|text| text.parse::<Number>().ok());
                if let Some(number) = number {
                    return Ok(plain_number(&number));
                }
            }
            all.insert(name, value);
        }
        Ok(Tree::Object(all))
    }
}
