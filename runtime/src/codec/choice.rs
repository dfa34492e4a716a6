//! Enums: closed in requests, open in records.

use std::{fmt, mem};

use super::check::is_same;
use super::{ArgumentError, Json, Mode, ProblemKind, Scalar, Taken, Value, Walk, to_json};

/// A generated enum: a closed list of values, each with what stands for it on the wire.
pub trait Choice: Value + Copy + PartialEq + 'static {
    /// What stands on the wire: text or an integer.
    type Wire: Literal;

    /// The variants, in the order of declaration, each with what stands for it on the wire.
    const VALUES: &'static [(Self, Self::Wire)];

    /// Reads what stands for a variant on the wire: the other way round is `to_string`.
    ///
    /// # Errors
    ///
    /// A text that stands for no variant, with those that do and the nearest.
    fn parse(text: &str) -> Result<Self, ArgumentError> {
        let integer = text.parse::<i64>().ok().map(Json::from);
        if let Some(choice) = integer.as_ref().and_then(find) {
            return Ok(choice);
        }
        super::decode_strict(Json::from(text))
    }
}

/// What can stand for a variant on the wire: `&'static str` or `i64`.
pub trait Literal: Copy + Send + Sync + fmt::Debug + 'static {
    /// The form in which a value is kept that no variant stands for.
    type Owned: Clone + fmt::Debug + PartialEq + Send + Sync;

    /// The JSON of this literal.
    fn to_json(self) -> Json;

    /// The JSON of a value that no variant stands for.
    fn owned_to_json(owned: &Self::Owned) -> Json;

    /// Reads a value that no variant stands for; gives the JSON back if its type is another.
    ///
    /// # Errors
    ///
    /// The JSON, untouched.
    fn own(json: Json) -> Result<Self::Owned, Json>;

    /// Whether `json` is this literal.
    fn matches(self, json: &Json) -> bool;

    /// The text that this literal is, if it is a text and never anything else.
    fn text(self) -> Option<&'static str> {
        None
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

    fn text(self) -> Option<&'static str> {
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

/// Any JSON as a literal, by its text: for enums of several kinds, or of fractions.
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
}

/// The literal that stands for `choice` on the wire.
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

/// A variant to decode into; see [`Value::blank`].
#[must_use]
#[expect(
    clippy::indexing_slicing,
    reason = "an enum without values is not generated"
)]
pub fn blank_choice<T: Choice>() -> T {
    T::VALUES[0].0
}

/// Whether two choices are the same variant.
///
/// The compiler has less to do for a call of this than for what it derives.
pub fn is_same_choice<T: Choice>(left: T, right: T) -> bool {
    mem::discriminant(&left) == mem::discriminant(&right)
}

/// Writes what stands for `choice` on the wire.
///
/// # Errors
///
/// As the formatter.
pub fn display_choice<T: Choice>(choice: T, formatter: &mut fmt::Formatter<'_>) -> fmt::Result
where
    T::Wire: fmt::Display,
{
    literal(choice).map_or(Ok(()), |literal| fmt::Display::fmt(&literal, formatter))
}

/// Encodes a closed enum.
pub fn encode_choice<T: Choice>(choice: T) -> Option<Json> {
    literal(choice).map(Literal::to_json)
}

/// Decodes a closed enum: any other value is a problem that lists the allowed ones.
pub fn decode_choice<T: Choice>(choice: &mut T, json: &Json, walk: &mut Walk) {
    if let Some(found) = find(json) {
        *choice = found;
    } else {
        let literals = T::VALUES.iter().map(|(_, literal)| literal);
        let allowed = literals.map(|literal| literal.to_json()).collect();
        walk.report(ProblemKind::not_allowed(allowed, json));
    }
}

/// A choice as it stands in a record: one of the known values, or one that is new.
///
/// A server that learns a new value does not break a program that reads it; the new value goes
/// back out as it came.
///
/// ```
/// use toolsmith_runtime::Open;
/// # use toolsmith_runtime::codegen::{Choice, choices};
/// # #[derive(Debug, Clone, Copy)]
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
    /// A value that it does not list, as it came.
    Unknown(<T::Wire as Literal>::Owned),
}

impl<T: Choice> Open<T> {
    /// The known value, if it is one.
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

/// What stands on the wire: a text as it is, anything else as JSON.
impl<T: Choice> fmt::Display for Open<T> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match to_json(self) {
            Json::String(text) => formatter.pad(&text),
            other => formatter.pad(&other.to_string()),
        }
    }
}

/// As its JSON, which is what it is on the wire.
impl<T: Choice> fmt::Debug for Open<T> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}", to_json(self))
    }
}

impl<T: Choice> serde::Serialize for Open<T> {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        super::serialize(self, serializer)
    }
}

impl<'de, T: Choice> serde::Deserialize<'de> for Open<T> {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        super::deserialize(Mode::Lenient, deserializer)
    }
}

/// So that `key.env == Env::Live` reads as one would say it.
impl<T: Choice> PartialEq<T> for Open<T> {
    fn eq(&self, other: &T) -> bool {
        self.known() == Some(*other)
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

    fn take(&mut self, scalar: Scalar<'_>) -> Taken {
        let first = T::VALUES.first();
        if first.is_none_or(|(_, literal)| literal.text().is_none()) {
            return Taken::AsTree;
        }
        let Scalar::Text(text) = scalar else {
            return Taken::No;
        };
        let mut values = T::VALUES.iter();
        match values.find(|(_, literal)| literal.text() == Some(text)) {
            Some((choice, _)) => *self = Self::Known(*choice),
            None => match <T::Wire as Literal>::own(Json::from(text)) {
                Ok(value) => *self = Self::Unknown(value),
                Err(_) => return Taken::No,
            },
        }
        Taken::Yes
    }
}
