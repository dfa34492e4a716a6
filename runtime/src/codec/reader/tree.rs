//! Trees of JSON from text.

use serde_json::Map;

use super::{MAX_DEPTH, Odd, Reader, Scalar, Stop};
use crate::codec::Json;
use crate::interrupt::Interrupt;

/// The length at which the rest of an array is counted: a list that grows by doubling would be in
/// memory twice.
pub(super) const COUNTED_LENGTH: usize = 4096;

/// The number of values of a preview, which is more than a message shows.
const PREVIEW_VALUES: usize = 100;

/// The number of bytes of unreadable text in a preview.
const PREVIEW_BYTES: usize = 400;

/// The values that a tree may have, and the replacement of odd ones.
pub(super) struct Tree<'s> {
    /// The number of values that may still be added.
    pub(super) left: usize,
    pub(super) replace: &'s mut dyn FnMut(Odd<'_>) -> Json,
}

impl Tree<'_> {
    /// Reads the next value. If the tree may have no more values, the value is incomplete, and the
    /// reader is left inside it.
    pub(super) fn read(&mut self, reader: &mut Reader<'_>) -> Result<Json, Stop> {
        self.left = self.left.saturating_sub(1);
        reader.count_token()?;
        let is_deep = reader.depth >= MAX_DEPTH;
        match reader.peek() {
            Some(b'[' | b'{') if is_deep => {
                let text = reader.skip_value()?;
                Ok((self.replace)(Odd::deep(text)))
            }
            Some(b'[') => self.array(reader),
            Some(b'{') => self.object(reader),
            _ => Ok(match reader.scalar()? {
                Scalar::Null => Json::Null,
                Scalar::Boolean(flag) => flag.into(),
                Scalar::Negative(number) => number.into(),
                Scalar::Unsigned(number) => number.into(),
                Scalar::Float(number) => number.into(),
                Scalar::String(text) => Json::String(text.into_owned()),
                Scalar::Odd(odd) => (self.replace)(odd),
            }),
        }
    }

    fn array(&mut self, reader: &mut Reader<'_>) -> Result<Json, Stop> {
        let mut elements = Vec::new();
        let mut parts = reader.begin(b'[').ok_or(Stop::Syntax)?;
        reader.depth += 1;
        while self.left > 0 && reader.next_element(&mut parts)? {
            if elements.len() == COUNTED_LENGTH {
                elements.reserve_exact(reader.count_elements());
            }
            elements.push(self.read(reader)?);
        }
        reader.depth -= 1;
        Ok(Json::Array(elements))
    }

    fn object(&mut self, reader: &mut Reader<'_>) -> Result<Json, Stop> {
        let mut entries = Map::new();
        let mut parts = reader.begin(b'{').ok_or(Stop::Syntax)?;
        reader.depth += 1;
        while self.left > 0
            && let Some(name) = reader.next_member(&mut parts)?
        {
            let value = self.read(reader)?;
            entries.insert(name.into_owned(), value);
        }
        reader.depth -= 1;
        Ok(Json::Object(entries))
    }
}

impl<'t> Odd<'t> {
    /// A value inside more containers than a reader follows.
    pub(super) fn deep(text: &'t [u8]) -> Self {
        let expected = "at most 127 levels of nesting";
        Self { expected, text }
    }

    /// Returns the text for a message.
    pub(super) fn shown(&self) -> String {
        let text = self.text.get(..PREVIEW_BYTES).unwrap_or(self.text);
        String::from_utf8_lossy(text).into_owned()
    }
}

/// Reads the value at `position` inside `depth` containers; `None` if JSON cannot express it. Returns
/// the value, and the position after it.
pub(in crate::codec) fn tree_at(
    text: &[u8],
    position: usize,
    depth: usize,
) -> Option<(Json, usize)> {
    let mut reader = Reader::at(text, position, depth);
    let mut is_odd = false;
    let mut replace = |_: Odd<'_>| {
        is_odd = true;
        Json::Null
    };
    let mut tree = Tree {
        left: usize::MAX,
        replace: &mut replace,
    };
    let json = tree.read(&mut reader).ok()?;
    (!is_odd).then_some((json, reader.position))
}

/// Parses a text of any shape. What JSON cannot express becomes a string with its text: a number
/// out of range, `NaN`, and a value that is nested too deeply.
pub(crate) fn parse_json(text: &[u8], interrupt: &Interrupt) -> Result<Json, Stop> {
    let mut reader = Reader::new(text, interrupt);
    let mut replace = |odd: Odd<'_>| Json::from(String::from_utf8_lossy(odd.text));
    let mut tree = Tree {
        left: usize::MAX,
        replace: &mut replace,
    };
    let json = tree.read(&mut reader)?;
    reader.end().map(|()| json)
}

/// Returns the beginning of a value, which is as much as a message shows of it.
pub(crate) fn preview(text: &[u8], interrupt: &Interrupt) -> Json {
    let mut reader = Reader::new(text, interrupt);
    let mut replace = |odd: Odd<'_>| Json::from(odd.shown());
    let mut tree = Tree {
        left: PREVIEW_VALUES,
        replace: &mut replace,
    };
    let unreadable = |_| {
        let text = text.get(..PREVIEW_BYTES).unwrap_or(text);
        Json::from(String::from_utf8_lossy(text))
    };
    tree.read(&mut reader).unwrap_or_else(unreadable)
}
