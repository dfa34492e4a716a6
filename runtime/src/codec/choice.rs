//! The codec of enums: closed in requests, open in records.

use std::borrow::Cow;
use std::fmt;

use super::convert::decode_strict;
use super::equality::is_same;
use super::{
    ArgumentError, Container, Direction, Json, ProblemKind, Scalar, Taken, Value, Walk, to_json,
    trait_impls,
};

/// A generated enum: a closed list of variants, each with its literal on the wire.
pub trait Choice: Value + Copy + PartialEq + 'static {
    /// The type of the literals.
    type Wire: Literal;

    /// The variants in the order of declaration, each with its literal.
    const VALUES: &'static [(Self, Self::Wire)];

    /// Parses the literal of a variant; the inverse of `to_string`.
    ///
    /// # Errors
    ///
    /// Returns an error that lists the allowed literals, and the nearest one, if `text` is not the
    /// literal of a variant.
    fn parse(text: &str) -> Result<Self, ArgumentError> {
        let integer = text.parse::<i64>().ok().map(Json::from);
        if let Some(choice) = integer.as_ref().and_then(find) {
            return Ok(choice);
        }
        decode_strict(Json::from(text))
    }
}

/// The literal of a variant on the wire: a string, an integer, or any JSON.
///
/// The methods are for generated code alone and change with the generator.
pub trait Literal: Copy + Send + Sync + fmt::Debug + fmt::Display + 'static {
    /// The type that holds an unknown value.
    type Owned: Clone + fmt::Debug + PartialEq + Send + Sync;

    /// Returns the JSON of this literal.
    #[doc(hidden)]
    fn to_json(self) -> Json;

    /// Returns the JSON of an unknown value.
    #[doc(hidden)]
    fn owned_to_json(owned: &Self::Owned) -> Json;

    /// Takes an unknown value.
    ///
    /// # Errors
    ///
    /// Returns the JSON unchanged if its type is another one.
    #[doc(hidden)]
    fn own(json: Json) -> Result<Self::Owned, Json>;

    /// Returns `true` if `json` is this literal.
    #[doc(hidden)]
    fn matches(self, json: &Json) -> bool;

    /// Returns the string, for types whose literals are always strings.
    #[doc(hidden)]
    fn as_str(self) -> Option<&'static str> {
        None
    }

    /// Returns `true` for types of which no literal is an array or an object.
    #[doc(hidden)]
    #[must_use]
    fn is_scalar() -> bool {
        true
    }
}

impl Literal for &'static str {
    type Owned = String;

    fn to_json(self) -> Json {
        Json::String(self.to_owned())
    }

    fn owned_to_json(owned: &String) -> Json {
        Json::String(owned.clone())
    }

    fn own(json: Json) -> Result<String, Json> {
        match json {
            Json::String(text) => Ok(text),
            other => Err(other),
        }
    }

    fn matches(self, json: &Json) -> bool {
        json.as_str() == Some(self)
    }

    fn as_str(self) -> Option<&'static str> {
        Some(self)
    }
}

impl Literal for i64 {
    type Owned = i64;

    fn to_json(self) -> Json {
        Json::from(self)
    }

    fn owned_to_json(owned: &i64) -> Json {
        Json::from(*owned)
    }

    fn own(json: Json) -> Result<i64, Json> {
        json.as_i64().ok_or(json)
    }

    fn matches(self, json: &Json) -> bool {
        json.as_i64() == Some(self) || json.is_f64() && is_same(json, &Json::from(self))
    }
}

/// Any JSON as a literal, written as JSON text: for enums of several types, or of fractions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Verbatim(pub &'static str);

impl fmt::Display for Verbatim {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.to_json() {
            Json::String(text) => formatter.write_str(&text),
            _ => formatter.write_str(self.0),
        }
    }
}

impl Literal for Verbatim {
    type Owned = Json;

    fn to_json(self) -> Json {
        serde_json::from_str(self.0).unwrap_or(Json::Null)
    }

    fn owned_to_json(owned: &Json) -> Json {
        owned.clone()
    }

    fn own(json: Json) -> Result<Json, Json> {
        Ok(json)
    }

    fn matches(self, json: &Json) -> bool {
        is_same(&self.to_json(), json)
    }

    fn is_scalar() -> bool {
        false
    }
}

/// Returns the literal of `choice`.
pub(super) fn literal<T: Choice>(choice: T) -> Option<T::Wire> {
    let mut values = T::VALUES.iter();
    let (_, literal) = values.find(|(variant, _)| *variant == choice)?;
    Some(*literal)
}

fn find<T: Choice>(json: &Json) -> Option<T> {
    let mut values = T::VALUES.iter();
    let (variant, _) = values.find(|(_, literal)| literal.matches(json))?;
    Some(*variant)
}

/// Returns a variant to decode into; see [`Value::blank`].
#[must_use]
#[expect(
    clippy::indexing_slicing,
    reason = "an enum without variants is not generated"
)]
pub fn blank_choice<T: Choice>() -> T {
    T::VALUES[0].0
}

/// Writes the literal of `choice`.
///
/// # Errors
///
/// Returns the error of the formatter.
pub fn display_choice<T: Choice>(choice: &T, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
    literal(*choice).map_or(Ok(()), |literal| fmt::Display::fmt(&literal, formatter))
}

/// Returns `true` if `Display` writes a literal as `text`.
pub(super) fn is_written_as(literal: &Json, text: &str) -> bool {
    let written = literal
        .as_str()
        .map_or_else(|| literal.to_string().into(), Cow::Borrowed);
    written == text
}

/// Returns the destination of an array or an object; see [`Value::container`].
pub(super) fn choice_container<'a, T: Choice>() -> Container<'a> {
    if T::Wire::is_scalar() {
        Container::None
    } else {
        Container::Json
    }
}

/// Encodes a closed enum.
pub(super) fn encode_choice<T: Choice>(choice: T) -> Option<Json> {
    literal(choice).map(Literal::to_json)
}

/// Decodes a closed enum: any other value is a problem that lists the allowed values.
pub(super) fn decode_choice<T: Choice>(choice: &mut T, json: &Json, walk: &mut Walk) {
    if let Some(found) = find(json) {
        *choice = found;
    } else {
        let literals = T::VALUES.iter().map(|(_, literal)| literal);
        let allowed = literals.map(|literal| literal.to_json()).collect();
        walk.report(ProblemKind::not_allowed(allowed, json));
    }
}

/// A choice in a record: a known value, or a new one.
///
/// A server that adds a value does not break programs that read it. An unknown value is sent back
/// unchanged.
///
/// ```
/// use toolsmith_runtime::Open;
/// # use toolsmith_runtime::codegen::{Choice, choices};
/// # #[derive(Debug)]
/// # pub enum Status { Live, Paused }
/// # impl Choice for Status {
/// #     type Wire = &'static str;
/// #     const VALUES: &'static [(Self, &'static str)] =
/// #         &[(Self::Live, "live"), (Self::Paused, "paused")];
/// # }
/// # choices!(Status);
/// let status: Open<Status> = serde_json::from_str("\"archived\"")?;
/// assert_eq!(status, Open::Unknown("archived".to_owned()));
/// assert_eq!(status.to_string(), "archived");
/// assert_eq!(serde_json::to_string(&status)?, "\"archived\"");
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone)]
pub enum Open<T: Choice> {
    /// A value that the catalog lists.
    Known(T),
    /// A value that the catalog does not list, unchanged.
    Unknown(<T::Wire as Literal>::Owned),
}

impl<T: Choice> Open<T> {
    /// Returns the known value, if it is one.
    pub fn known(&self) -> Option<T> {
        match self {
            Self::Known(choice) => Some(*choice),
            Self::Unknown(_) => None,
        }
    }
}

impl<T: Choice> From<T> for Open<T> {
    fn from(choice: T) -> Self {
        Self::Known(choice)
    }
}

impl<T: Choice> PartialEq for Open<T> {
    fn eq(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Known(left), Self::Known(right)) => left == right,
            (Self::Unknown(left), Self::Unknown(right)) => left == right,
            (Self::Known(_), Self::Unknown(_)) | (Self::Unknown(_), Self::Known(_)) => false,
        }
    }
}

impl<T: Choice + Eq> Eq for Open<T> where <T::Wire as Literal>::Owned: Eq {}

/// Writes a string without quotes, and any other value as JSON.
impl<T: Choice> fmt::Display for Open<T> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match to_json(self) {
            Json::String(text) => formatter.pad(&text),
            other => formatter.pad(&other.to_string()),
        }
    }
}

/// Writes the JSON on the wire.
impl<T: Choice> fmt::Debug for Open<T> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}", to_json(self))
    }
}

impl<T: Choice> serde::Serialize for Open<T> {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        trait_impls::serialize(self, serializer)
    }
}

impl<'de, T: Choice> serde::Deserialize<'de> for Open<T> {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        trait_impls::deserialize(Direction::Response, deserializer)
    }
}

/// Allows `key.env == Env::Live`.
impl<T: Choice> PartialEq<T> for Open<T> {
    fn eq(&self, other: &T) -> bool {
        self.known() == Some(*other)
    }
}

/// Compares with the literal on the wire.
impl<T: Choice> PartialEq<str> for Open<T> {
    fn eq(&self, other: &str) -> bool {
        is_written_as(&to_json(self), other)
    }
}

/// Compares with the literal on the wire.
impl<T: Choice> PartialEq<&str> for Open<T> {
    fn eq(&self, other: &&str) -> bool {
        *self == **other
    }
}

impl<T: Choice> Value for Open<T> {
    fn blank() -> Self {
        Self::Known(blank_choice())
    }

    fn encode(&mut self, _walk: &mut Walk) -> Option<Json> {
        match self {
            Self::Known(choice) => encode_choice(*choice),
            Self::Unknown(value) => Some(<T::Wire as Literal>::owned_to_json(value)),
        }
    }

    fn decode(&mut self, json: Json, walk: &mut Walk) {
        if let Some(choice) = find(&json) {
            *self = Self::Known(choice);
            return;
        }
        match <T::Wire as Literal>::own(json) {
            Ok(value) => *self = Self::Unknown(value),
            Err(other) => {
                let example = T::VALUES.first().map(|(_, literal)| literal.to_json());
                let expected = example.map_or_else(
                    || "another type".to_owned(),
                    |example| format!("a value such as {example}"),
                );
                walk.report_type(expected, &other);
            }
        }
    }

    fn take_scalar(&mut self, scalar: Scalar<'_>) -> Taken {
        let first = T::VALUES.first();
        if first.is_none_or(|(_, literal)| literal.as_str().is_none()) {
            return Taken::NeedsJson;
        }
        let Scalar::String(text) = scalar else {
            return Taken::No;
        };
        let mut values = T::VALUES.iter();
        match values.find(|(_, literal)| literal.as_str() == Some(text)) {
            Some((choice, _)) => *self = Self::Known(*choice),
            None => match <T::Wire as Literal>::own(Json::from(text)) {
                Ok(value) => *self = Self::Unknown(value),
                Err(_) => return Taken::No,
            },
        }
        Taken::Yes
    }

    fn container(&mut self) -> Container<'_> {
        choice_container::<T>()
    }
}
