//! The fast path: from text to a record without a [`Json`] tree in between.
//!
//! It takes only records that match their type. It decides nothing about others: those are left to
//! the slow path, [`Value::decode`], which alone knows what is a problem, where, and what is kept.

mod text;

use std::borrow::Cow;

use super::extra::{Extra, Nulls};
use super::name_order::NameOrder;
use super::reader::{decode_slowly, read_number};
use super::walk::MAX_RECORD_PROBLEMS;
use super::{
    Container, Elements, Entries, Json, RecordError, Scalar, Shape, Slots, Taken, Value, Walk,
};
use crate::interrupt::Interrupt;
use text::Text;

/// The size up to which the fast path is tried first. It cannot be interrupted.
const MAX_FAST_SIZE: usize = 1024 * 1024;

/// Decodes the text of a record. In a string that is not Unicode, the invalid characters are replaced; any other
/// problem makes the record unreadable.
pub(crate) fn decode_record<T: Value>(
    text: &[u8],
    interrupt: &Interrupt,
) -> Result<T, RecordError> {
    match decode_quickly(text) {
        Some(record) => Ok(record),
        None => decode_slowly(text, interrupt, MAX_RECORD_PROBLEMS),
    }
}

/// Decodes the text of a record on the fast path, unless it is too long.
pub(crate) fn decode_quickly<T: Value>(text: &[u8]) -> Option<T> {
    let is_short = text.len() <= MAX_FAST_SIZE;
    is_short.then(|| decode_text(text)).flatten()
}

/// Decodes a record on the fast path; `None` if the slow path has to decide.
pub(crate) fn decode_text<T: Value>(text: &[u8]) -> Option<T> {
    let mut value = T::blank();
    let mut reader = FastReader::new(text)?;
    reader.fill(&mut value)?;
    reader.end().map(|()| value)
}

/// A reader of JSON text. Every method returns `None` for what the slow path has to read.
pub(crate) struct FastReader<'t>(Text<'t>);

impl<'t> FastReader<'t> {
    pub(crate) fn new(text: &'t [u8]) -> Option<Self> {
        Text::new(text).map(Self)
    }

    /// Returns the first byte of the next token.
    pub(crate) fn peek(&mut self) -> Option<u8> {
        self.0.peek()
    }

    /// Reads the end of the text.
    pub(crate) fn end(&mut self) -> Option<()> {
        self.0.end()
    }

    /// Reads the beginning of an object.
    pub(crate) fn open_object(&mut self) -> Option<()> {
        self.0.open(b'{')
    }

    /// Moves to the next member of an object; `false` at its end.
    pub(crate) fn next_member(&mut self, is_first: bool) -> Option<bool> {
        self.0.next_part(b'}', is_first)
    }

    /// Reads the name of a member.
    pub(crate) fn name(&mut self) -> Option<Cow<'t, str>> {
        self.0.name()
    }

    /// Reads a value that is not an array or an object.
    pub(crate) fn scalar<R>(&mut self, take: impl FnOnce(Scalar<'_>) -> R) -> Option<R> {
        if self.0.peek()? == b'"' {
            return self.0.string().map(|text| take(Scalar::String(&text)));
        }
        let scalar = match self.0.word()? {
            b"" => return None,
            b"null" => Scalar::Null,
            b"true" => Scalar::Boolean(true),
            b"false" => Scalar::Boolean(false),
            word => read_number(word)?,
        };
        Some(take(scalar))
    }

    /// Skips a value of any shape.
    pub(crate) fn skip(&mut self) -> Option<()> {
        self.0.skip()
    }

    /// Fills a value and returns `true` if it is null.
    pub(crate) fn fill(&mut self, value: &mut dyn Value) -> Option<bool> {
        match self.0.peek()? {
            b'[' => self.fill_from_array(value).map(|()| false),
            b'{' => self.fill_from_object(value).map(|()| false),
            _ => self.scalar(|scalar| {
                take_scalar(value, scalar).map(|()| matches!(scalar, Scalar::Null))
            })?,
        }
    }

    fn fill_from_array(&mut self, value: &mut dyn Value) -> Option<()> {
        match value.container() {
            Container::Array(elements) => self.fill_elements(elements),
            Container::Object(..) | Container::Map(_) | Container::None => None,
            Container::Json | Container::Variants(_) | Container::Extra(_) => {
                decode(value, self.0.tree()?)
            }
        }
    }

    fn fill_from_object(&mut self, value: &mut dyn Value) -> Option<()> {
        match value.container() {
            Container::Object(shape, slots) if shape.is_plain_record() => {
                return self.fill_fields(shape, slots);
            }
            Container::Map(entries) => return self.fill_entries(entries),
            Container::Array(_) | Container::None => return None,
            Container::Object(..)
            | Container::Json
            | Container::Variants(_)
            | Container::Extra(_) => {}
        }
        decode(value, self.0.tree()?)
    }

    fn fill_elements(&mut self, elements: &mut dyn Elements) -> Option<()> {
        self.0.open(b'[')?;
        let mut is_first = true;
        while self.0.next_part(b']', is_first)? {
            is_first = false;
            self.fill(elements.push_blank()?)?;
        }
        Some(())
    }

    fn fill_entries(&mut self, entries: &mut dyn Entries) -> Option<()> {
        self.0.open(b'{')?;
        let mut is_first = true;
        while self.next_member(is_first)? {
            is_first = false;
            let name = self.name()?.into_owned();
            self.fill(entries.insert_blank(name)?)?;
        }
        Some(())
    }

    /// Fills the fields of a record.
    fn fill_fields(&mut self, shape: &'static Shape, Slots(slots): Slots<'_>) -> Option<()> {
        let mut slots: Vec<_> = slots.into_iter().map(Some).collect();
        let rest = slots.pop().flatten();
        let mut unknown = serde_json::Map::new();
        let mut nulls = Nulls::of(shape);
        let mut order = NameOrder::of(shape);
        self.0.open(b'{')?;
        let mut is_first = true;
        while self.next_member(is_first)? {
            is_first = false;
            let index = match self.field(&mut order)? {
                Ok(index) => index,
                Err(name) => {
                    unknown.insert(name.into_owned(), self.0.tree()?);
                    continue;
                }
            };
            // The slot of a name that occurs twice was taken the first time.
            let slot = slots.get_mut(index)?.take()?;
            if self.fill(slot)? {
                nulls.set(index, true);
            }
        }
        let mut required = slots.iter().take(shape.required_count());
        if required.any(Option::is_some) {
            return None;
        }
        match rest.map(Value::container) {
            Some(Container::Extra(extra)) => *extra = Extra::new(unknown, nulls),
            _ if unknown.is_empty() && nulls.is_empty() => {}
            // The last slot is not an `Extra`.
            _ => return None,
        }
        Some(())
    }

    /// Reads the name of a field. Returns its index, or the name if it is unknown.
    fn field(&mut self, order: &mut NameOrder) -> Option<Result<usize, Cow<'t, str>>> {
        if let Some((index, name)) = order.expected()
            && self.0.accept_name(name)
        {
            order.advance(index);
            return Some(Ok(index));
        }
        let name = self.0.name()?;
        Some(match order.find(&name) {
            Some((index, _)) => Ok(index),
            None => Err(name),
        })
    }
}

fn take_scalar(value: &mut dyn Value, scalar: Scalar<'_>) -> Option<()> {
    match value.take_scalar(scalar) {
        Taken::Yes => Some(()),
        Taken::No => None,
        Taken::NeedsJson => decode(value, scalar.to_json()),
    }
}

fn decode(value: &mut dyn Value, json: Json) -> Option<()> {
    let mut walk = Walk::fast();
    value.decode(json, &mut walk);
    if walk.has_run_out() {
        return None;
    }
    walk.finish().ok()
}
