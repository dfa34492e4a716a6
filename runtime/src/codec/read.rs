//! From text to a value without a tree of JSON in between: the short way, for what is as its type
//! says.
//!
//! It decides nothing. What it does not take goes the long way, by [`Value::decode`], which alone
//! knows what is wrong, where, and what is kept all the same.

use std::fmt;

use serde::Deserialize;
use serde::de::value::{MapAccessDeserializer, SeqAccessDeserializer};
use serde::de::{DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};

use super::extra::{Extra, Nulls};
use super::object::Slots;
use super::shape::Likely;
use super::{Json, Mode, Shape, Value, Walk};

/// How a value takes a list or an object that stands in a text. Scalars it takes by
/// [`Value::take`].
pub enum Inlet<'a> {
    /// As a tree of JSON, by [`Value::decode`].
    Tree,
    /// As a list, element by element.
    List(&'a mut dyn TakeElements),
    /// As an object, field by field, the slot for the rest last.
    Fields(&'static Shape, Slots<'a>),
    /// As what is left of an object when its fields are taken.
    Rest(&'a mut Extra),
}

/// A scalar as it stands in a text.
#[derive(Debug, Clone, Copy)]
pub enum Scalar<'t> {
    /// Null.
    Null,
    /// True or false.
    Flag(bool),
    /// A whole number below 0.
    Negative(i64),
    /// A whole number.
    Natural(u64),
    /// Any other number.
    Float(f64),
    /// Text.
    Text(&'t str),
}

impl Scalar<'_> {
    fn to_json(self) -> Json {
        match self {
            Self::Null => Json::Null,
            Self::Flag(flag) => flag.into(),
            Self::Negative(number) => number.into(),
            Self::Natural(number) => number.into(),
            Self::Float(number) => number.into(),
            Self::Text(text) => text.into(),
        }
    }
}

/// What became of a scalar that a value was given.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Taken {
    /// It is the value now.
    Yes,
    /// It is not: the long way has to be gone.
    No,
    /// The value takes only a tree of JSON, by [`Value::decode`].
    AsTree,
}

impl Taken {
    /// Yes or no.
    #[must_use]
    pub fn when(is_taken: bool) -> Self {
        if is_taken { Self::Yes } else { Self::No }
    }
}

/// A value that is a list.
pub trait TakeElements {
    /// Adds an element, to be filled.
    fn add(&mut self) -> Option<&mut dyn Value>;
}

/// Reads a record the short way; `None` if the long way has to be gone.
pub(crate) fn read_lenient<T: Value>(text: &[u8]) -> Option<T> {
    let mut value = T::blank();
    // Checked once, the text need not be checked again at each string in it.
    let text = std::str::from_utf8(text).ok()?;
    let mut deserializer = serde_json::Deserializer::from_str(text);
    Slot(&mut value).deserialize(&mut deserializer).ok()?;
    deserializer.end().ok().map(|()| value)
}

/// A place that is filled from what a deserializer gives; whether that was null.
pub(crate) struct Slot<'a>(pub(crate) &'a mut dyn Value);

impl<'de> DeserializeSeed<'de> for Slot<'_> {
    type Value = bool;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<bool, D::Error> {
        deserializer.deserialize_any(self)
    }
}

/// One visitor for all that may stand in a place, so that little code is in use while a text is
/// read.
impl<'de> Visitor<'de> for Slot<'_> {
    type Value = bool;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a value")
    }

    fn visit_unit<E: Error>(self) -> Result<bool, E> {
        self.take(Scalar::Null).map(|()| true)
    }

    fn visit_bool<E: Error>(self, flag: bool) -> Result<bool, E> {
        self.take(Scalar::Flag(flag)).map(|()| false)
    }

    fn visit_i64<E: Error>(self, number: i64) -> Result<bool, E> {
        self.take(Scalar::Negative(number)).map(|()| false)
    }

    fn visit_u64<E: Error>(self, number: u64) -> Result<bool, E> {
        self.take(Scalar::Natural(number)).map(|()| false)
    }

    fn visit_f64<E: Error>(self, number: f64) -> Result<bool, E> {
        self.take(Scalar::Float(number)).map(|()| false)
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<bool, E> {
        self.take(Scalar::Text(text)).map(|()| false)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut elements: A) -> Result<bool, A::Error> {
        match self.0.inlet() {
            Inlet::List(list) => {
                while elements.next_element_seed(Element(list))?.is_some() {}
                return Ok(false);
            }
            Inlet::Fields(..) => return Err(long_way()),
            Inlet::Tree | Inlet::Rest(_) => {}
        }
        let json = Json::deserialize(SeqAccessDeserializer::new(elements))?;
        self.decode(json).map(|()| false)
    }

    fn visit_map<A: MapAccess<'de>>(self, fields: A) -> Result<bool, A::Error> {
        match self.0.inlet() {
            Inlet::Fields(shape, slots) => {
                return take_fields(shape, slots, fields).map(|()| false);
            }
            Inlet::List(_) => return Err(long_way()),
            Inlet::Tree | Inlet::Rest(_) => {}
        }
        let json = Json::deserialize(MapAccessDeserializer::new(fields))?;
        self.decode(json).map(|()| false)
    }
}

impl Slot<'_> {
    fn take<E: Error>(self, scalar: Scalar<'_>) -> Result<(), E> {
        match self.0.take(scalar) {
            Taken::Yes => Ok(()),
            Taken::No => Err(long_way()),
            Taken::AsTree => self.decode(scalar.to_json()),
        }
    }

    fn decode<E: Error>(self, json: Json) -> Result<(), E> {
        let mut walk = Walk::new(Mode::Lenient);
        self.0.decode(json, &mut walk);
        walk.finish().map_err(|_| long_way())
    }
}

/// Nobody sees it: whoever gets it goes the long way.
pub(crate) fn long_way<E: Error>() -> E {
    E::custom("")
}

/// The next element of a list, which is added when it is known that there is one.
struct Element<'a>(&'a mut dyn TakeElements);

impl<'de> DeserializeSeed<'de> for Element<'_> {
    type Value = bool;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<bool, D::Error> {
        let element = self.0.add().ok_or_else(long_way)?;
        Slot(element).deserialize(deserializer)
    }
}

/// Reads the fields of a record.
fn take_fields<'de, A: MapAccess<'de>>(
    shape: &'static Shape,
    Slots(slots): Slots<'_>,
    mut fields: A,
) -> Result<(), A::Error> {
    let mut slots: Vec<_> = slots.into_iter().map(Some).collect();
    let rest = slots.pop().flatten();
    let mut entries = serde_json::Map::new();
    let mut nulls = Nulls::of(shape);
    let mut likely = Likely::default();
    while let Some(name) = fields.next_key_seed(Name(shape, likely))? {
        match name {
            FieldName::Known(index, name) => {
                // A name that comes twice has no slot any more.
                let slot = slots.get_mut(index).and_then(Option::take);
                let is_null = fields.next_value_seed(Slot(slot.ok_or_else(long_way)?))?;
                if is_null && !nulls.add(index) {
                    entries.insert(name.to_owned(), Json::Null);
                }
                shape.go_on(index, &mut likely);
            }
            FieldName::Other(name) => {
                entries.insert(name, fields.next_value()?);
            }
        }
    }
    let mut always = slots.iter().take(shape.always.len());
    if always.any(Option::is_some) {
        return Err(long_way());
    }
    match rest.map(Value::inlet) {
        Some(Inlet::Rest(extra)) => *extra = Extra::new(entries, nulls),
        _ if entries.is_empty() && nulls.is_empty() => {}
        // Something else keeps the rest.
        _ => return Err(long_way()),
    }
    Ok(())
}

/// Reads the name of a field of a record, and which one it probably is: mostly they come in order.
struct Name(&'static Shape, Likely);

enum FieldName {
    Known(usize, &'static str),
    Other(String),
}

impl<'de> DeserializeSeed<'de> for Name {
    type Value = FieldName;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<FieldName, D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl Visitor<'_> for Name {
    type Value = FieldName;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a name")
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<FieldName, E> {
        Ok(match self.0.find_name(text, self.1) {
            Some((index, name)) => FieldName::Known(index, name),
            None => FieldName::Other(text.to_owned()),
        })
    }
}
