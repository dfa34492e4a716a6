//! The fast path: from text to a record without a [`Json`] tree in between.
//!
//! It takes only records that match their type. It decides nothing about others: those are left to
//! the slow path, [`Value::decode`], which alone knows what is a problem, where, and what is kept.

use std::fmt;

use serde::Deserialize;
use serde::de::value::{MapAccessDeserializer, SeqAccessDeserializer};
use serde::de::{DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};

use super::extra::{Extra, Nulls};
use super::shape::NameCursor;
use super::{Container, Elements, Entries, Json, Scalar, Shape, Slots, Taken, Value, Walk};

/// Decodes a record on the fast path; `None` if the slow path has to decide.
pub(crate) fn decode_text<T: Value>(text: &[u8]) -> Option<T> {
    let mut value = T::blank();
    // Validating UTF-8 once spares the parser from doing it for each string.
    let text = std::str::from_utf8(text).ok()?;
    let mut deserializer = serde_json::Deserializer::from_str(text);
    Slot(&mut value).deserialize(&mut deserializer).ok()?;
    deserializer.end().ok().map(|()| value)
}

/// A value that is filled by a deserializer, which returns `true` if it was filled with null.
pub(crate) struct Slot<'a>(pub(crate) &'a mut dyn Value);

impl<'de> DeserializeSeed<'de> for Slot<'_> {
    type Value = bool;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<bool, D::Error> {
        deserializer.deserialize_any(self)
    }
}

/// One visitor serves values of all types, which keeps the code that parses a text small.
impl<'de> Visitor<'de> for Slot<'_> {
    type Value = bool;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a value")
    }

    fn visit_unit<E: Error>(self) -> Result<bool, E> {
        self.take_scalar(Scalar::Null).map(|()| true)
    }

    fn visit_bool<E: Error>(self, flag: bool) -> Result<bool, E> {
        self.take_scalar(Scalar::Boolean(flag)).map(|()| false)
    }

    fn visit_i64<E: Error>(self, number: i64) -> Result<bool, E> {
        self.take_scalar(Scalar::Negative(number)).map(|()| false)
    }

    fn visit_u64<E: Error>(self, number: u64) -> Result<bool, E> {
        self.take_scalar(Scalar::Unsigned(number)).map(|()| false)
    }

    fn visit_f64<E: Error>(self, number: f64) -> Result<bool, E> {
        self.take_scalar(Scalar::Float(number)).map(|()| false)
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<bool, E> {
        self.take_scalar(Scalar::String(text)).map(|()| false)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut elements: A) -> Result<bool, A::Error> {
        match self.0.container() {
            Container::Array(array) => {
                while elements.next_element_seed(Element(array))?.is_some() {}
                return Ok(false);
            }
            Container::Object(..) | Container::Map(_) | Container::None => {
                return Err(leave_fast_path());
            }
            Container::Json | Container::Variants(_) | Container::Extra(_) => {}
        }
        let json = Json::deserialize(SeqAccessDeserializer::new(elements))?;
        self.decode(json).map(|()| false)
    }

    fn visit_map<A: MapAccess<'de>>(self, fields: A) -> Result<bool, A::Error> {
        match self.0.container() {
            Container::Object(shape, slots) if shape.is_plain_record() => {
                return fill_fields(shape, slots, fields).map(|()| false);
            }
            Container::Map(entries) => return fill_entries(entries, fields).map(|()| false),
            Container::Array(_) | Container::None => return Err(leave_fast_path()),
            Container::Object(..)
            | Container::Json
            | Container::Variants(_)
            | Container::Extra(_) => {}
        }
        let json = Json::deserialize(MapAccessDeserializer::new(fields))?;
        self.decode(json).map(|()| false)
    }
}

impl Slot<'_> {
    fn take_scalar<E: Error>(self, scalar: Scalar<'_>) -> Result<(), E> {
        match self.0.take_scalar(scalar) {
            Taken::Yes => Ok(()),
            Taken::No => Err(leave_fast_path()),
            Taken::NeedsJson => self.decode(scalar.to_json()),
        }
    }

    fn decode<E: Error>(self, json: Json) -> Result<(), E> {
        let mut walk = Walk::lenient();
        self.0.decode(json, &mut walk);
        walk.finish().map_err(|_| leave_fast_path())
    }
}

/// Returns the error that ends the fast path. It has no message: the caller discards it and takes
/// the slow path.
pub(crate) fn leave_fast_path<E: Error>() -> E {
    E::custom("")
}

/// The next element of an array, which is appended only once the parser has found it.
struct Element<'a>(&'a mut dyn Elements);

impl<'de> DeserializeSeed<'de> for Element<'_> {
    type Value = bool;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<bool, D::Error> {
        let element = self.0.push_blank().ok_or_else(leave_fast_path)?;
        Slot(element).deserialize(deserializer)
    }
}

/// Fills a map.
fn fill_entries<'de, A: MapAccess<'de>>(
    entries: &mut dyn Entries,
    mut fields: A,
) -> Result<(), A::Error> {
    while let Some(name) = fields.next_key()? {
        let entry = entries.insert_blank(name).ok_or_else(leave_fast_path)?;
        fields.next_value_seed(Slot(entry))?;
    }
    Ok(())
}

/// Fills the fields of a record.
fn fill_fields<'de, A: MapAccess<'de>>(
    shape: &'static Shape,
    Slots(slots): Slots<'_>,
    mut fields: A,
) -> Result<(), A::Error> {
    let mut slots: Vec<_> = slots.into_iter().map(Some).collect();
    let rest = slots.pop().flatten();
    let mut entries = serde_json::Map::new();
    let mut nulls = Nulls::of(shape);
    let mut cursor = NameCursor::default();
    while let Some(name) = fields.next_key_seed(FieldNameSeed(shape, cursor))? {
        match name {
            FieldName::Known(index) => {
                // The slot of a name that occurs twice was taken the first time.
                let slot = slots.get_mut(index).and_then(Option::take);
                let is_null = fields.next_value_seed(Slot(slot.ok_or_else(leave_fast_path)?))?;
                if is_null {
                    nulls.set(index, true);
                }
                shape.advance(&mut cursor, index);
            }
            FieldName::Unknown(name) => {
                entries.insert(name, fields.next_value()?);
            }
        }
    }
    let mut required = slots.iter().take(shape.required.len());
    if required.any(Option::is_some) {
        return Err(leave_fast_path());
    }
    match rest.map(Value::container) {
        Some(Container::Extra(extra)) => *extra = Extra::new(entries, nulls),
        _ if entries.is_empty() && nulls.is_empty() => {}
        // The last slot is not an `Extra`.
        _ => return Err(leave_fast_path()),
    }
    Ok(())
}

/// Reads the name of a field; the cursor says which one is expected next.
struct FieldNameSeed(&'static Shape, NameCursor);

enum FieldName {
    /// The index of the field.
    Known(usize),
    Unknown(String),
}

impl<'de> DeserializeSeed<'de> for FieldNameSeed {
    type Value = FieldName;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<FieldName, D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl Visitor<'_> for FieldNameSeed {
    type Value = FieldName;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a name")
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<FieldName, E> {
        Ok(match self.0.find_name(text, self.1) {
            Some((index, _)) => FieldName::Known(index),
            None => FieldName::Unknown(text.to_owned()),
        })
    }
}
