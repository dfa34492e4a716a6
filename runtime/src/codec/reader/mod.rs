//! The slow path: reads JSON text in which an unreadable value affects only itself.
//!
//! The [fast path](super::fast_path) takes only text that matches its type. This reader takes the
//! rest. It builds no tree of the text, replaces what is not Unicode by U+FFFD, reports a value that
//! JSON cannot express as a problem of its place, and stops when it is interrupted.

mod fields;
mod fill;
mod number;
mod scan;
mod string;
mod tree;

use std::borrow::Cow;

use crate::interrupt::{Interrupt, NEVER};

pub(crate) use fill::decode_slowly;
pub(super) use number::read_number;
pub(super) use scan::skip_at;
pub(super) use tree::tree_at;
pub(crate) use tree::{parse_json, preview};

/// The number of containers that may enclose a value, as in `serde_json`.
pub(super) const MAX_DEPTH: usize = 127;

/// The number of tokens between two looks at the interrupt.
const TOKENS_PER_CHECK: u32 = 4096;

/// The byte order mark, which some servers send before JSON.
const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

/// The reason why a text cannot be read further.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Stop {
    /// The text is not JSON at the current position.
    Syntax,
    /// The result is no longer wanted.
    Interrupted,
}

/// A reader of JSON text.
#[derive(Clone, Copy)]
pub(crate) struct Reader<'t> {
    text: &'t [u8],
    position: usize,
    depth: usize,
    tokens: u32,
    interrupt: &'t Interrupt,
}

/// A value without parts.
#[derive(Debug, PartialEq)]
enum Scalar<'t> {
    Null,
    Boolean(bool),
    Negative(i64),
    Unsigned(u64),
    Float(f64),
    String(Cow<'t, str>),
    Odd(Odd<'t>),
}

/// A value that is delimited as in JSON, but that JSON or its reader cannot express.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Odd<'t> {
    /// The expectation, as in "a number in the range of a double".
    expected: &'static str,
    text: &'t [u8],
}

/// The list of members or elements that is read.
#[derive(Debug, Default)]
pub(crate) struct Parts {
    has_begun: bool,
}

/// Returns the text without a byte order mark.
pub(crate) fn without_byte_order_mark(text: &[u8]) -> &[u8] {
    text.strip_prefix(BYTE_ORDER_MARK).unwrap_or(text)
}

impl<'t> Reader<'t> {
    /// Creates a reader at a position inside this number of containers.
    fn at(text: &'t [u8], position: usize, depth: usize) -> Self {
        Self {
            text,
            position,
            depth,
            tokens: 0,
            interrupt: &NEVER,
        }
    }

    pub(crate) fn new(text: &'t [u8], interrupt: &'t Interrupt) -> Self {
        Self {
            text: without_byte_order_mark(text),
            position: 0,
            depth: 0,
            tokens: 0,
            interrupt,
        }
    }

    /// Returns the first byte of the next token.
    pub(crate) fn peek(&mut self) -> Option<u8> {
        while let Some(byte) = self.text.get(self.position) {
            if !matches!(byte, b' ' | b'\n' | b'\r' | b'\t') {
                return Some(*byte);
            }
            self.position += 1;
        }
        None
    }

    /// Reads the token `byte`, if it is next.
    fn accept(&mut self, byte: u8) -> bool {
        let is_next = self.peek() == Some(byte);
        self.position += usize::from(is_next);
        is_next
    }

    fn expect(&mut self, byte: u8) -> Result<(), Stop> {
        if self.accept(byte) {
            Ok(())
        } else {
            Err(Stop::Syntax)
        }
    }

    /// Reads the end of the text.
    pub(crate) fn end(&mut self) -> Result<(), Stop> {
        match self.peek() {
            None => Ok(()),
            Some(_) => Err(Stop::Syntax),
        }
    }

    /// Reads the beginning of an array or an object, if it is next.
    pub(crate) fn begin(&mut self, open: u8) -> Option<Parts> {
        self.accept(open).then(Parts::default)
    }

    /// Moves to the next element of an array; `false` at its end.
    pub(crate) fn next_element(&mut self, parts: &mut Parts) -> Result<bool, Stop> {
        self.next_part(b']', parts)
    }

    /// Moves to the value of the next member of an object and returns its name; `None` at its end.
    pub(crate) fn next_member(&mut self, parts: &mut Parts) -> Result<Option<Cow<'t, str>>, Stop> {
        if !self.next_part(b'}', parts)? {
            return Ok(None);
        }
        let name = self.string()?;
        self.expect(b':')?;
        Ok(Some(name))
    }

    fn next_part(&mut self, close: u8, parts: &mut Parts) -> Result<bool, Stop> {
        self.count_token()?;
        let is_first = !std::mem::replace(&mut parts.has_begun, true);
        match self.peek() {
            Some(byte) if byte == close => {
                self.position += 1;
                Ok(false)
            }
            Some(b',') if !is_first => {
                self.position += 1;
                // A comma is followed by another part.
                if self.peek() == Some(close) {
                    Err(Stop::Syntax)
                } else {
                    Ok(true)
                }
            }
            Some(_) if is_first => Ok(true),
            _ => Err(Stop::Syntax),
        }
    }

    /// Reads a value that is not an array or an object.
    fn scalar(&mut self) -> Result<Scalar<'t>, Stop> {
        if self.peek() == Some(b'"') {
            return self.string().map(Scalar::String);
        }
        match self.word() {
            b"" => Err(Stop::Syntax),
            b"null" => Ok(Scalar::Null),
            b"true" => Ok(Scalar::Boolean(true)),
            b"false" => Ok(Scalar::Boolean(false)),
            word => number::read(word),
        }
    }

    /// Reads a token that is neither a string nor punctuation.
    fn word(&mut self) -> &'t [u8] {
        let rest = self.text.get(self.position..).unwrap_or_default();
        let is_end = |byte: &u8| {
            matches!(
                byte,
                b' ' | b'\n' | b'\r' | b'\t' | b',' | b':' | b'"' | b'[' | b']' | b'{' | b'}'
            )
        };
        let length = rest.iter().position(is_end).unwrap_or(rest.len());
        self.position += length;
        rest.get(..length).unwrap_or_default()
    }

    /// Looks at the interrupt from time to time.
    fn count_token(&mut self) -> Result<(), Stop> {
        self.tokens += 1;
        if self.tokens < TOKENS_PER_CHECK {
            return Ok(());
        }
        self.tokens = 0;
        if self.interrupt.is_raised() {
            Err(Stop::Interrupted)
        } else {
            Ok(())
        }
    }
}
