//! Escapes.

use crate::class::{DIGITS, Range, SPACES, WORDS};
use crate::cursor::Cursor;
use crate::error::PatternError;

/// The meaning of an escape.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Escape {
    /// A code point; it may be half of a surrogate pair.
    Code(u32),
    /// A class of characters, or of all others.
    Class {
        /// The characters.
        ranges: &'static [Range],
        /// Matches all other characters.
        is_negated: bool,
    },
    /// `\b` outside of a class, or `\B` if negated.
    Boundary {
        /// `\B`.
        is_negated: bool,
    },
}

/// The place of an escape, which decides the meaning of `\b` and `\B`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum EscapePlace {
    /// Between brackets.
    InClass,
    /// Outside of brackets.
    OutsideClass,
}

impl Cursor<'_> {
    /// Parses an escape after its backslash.
    pub(crate) fn parse_escape(&mut self, place: EscapePlace) -> Result<Escape, PatternError> {
        let letter = self.next().ok_or(PatternError::Syntax)?;
        let class = |ranges, is_negated| Ok(Escape::Class { ranges, is_negated });
        match letter {
            'd' | 'D' => class(DIGITS, letter == 'D'),
            'w' | 'W' => class(WORDS, letter == 'W'),
            's' | 'S' => class(SPACES, letter == 'S'),
            'p' | 'P' => Err(PatternError::Property),
            'b' if place == EscapePlace::InClass => Ok(Escape::Code(0x08)),
            'b' | 'B' if place == EscapePlace::OutsideClass => Ok(Escape::Boundary {
                is_negated: letter == 'B',
            }),
            't' => Ok(Escape::Code(0x09)),
            'n' => Ok(Escape::Code(0x0a)),
            'v' => Ok(Escape::Code(0x0b)),
            'f' => Ok(Escape::Code(0x0c)),
            'r' => Ok(Escape::Code(0x0d)),
            'c' => match self.next() {
                Some(letter) if letter.is_ascii_alphabetic() => {
                    Ok(Escape::Code(u32::from(letter) % 32))
                }
                _ => Err(PatternError::Escape('c')),
            },
            '0' if !self.peek().is_some_and(|next| next.is_ascii_digit()) => Ok(Escape::Code(0)),
            '0' => Err(PatternError::Escape('0')),
            '1'..='9' | 'k' => Err(PatternError::BackReference),
            'x' => self
                .hex_digits(2)
                .map(Escape::Code)
                .ok_or(PatternError::Escape('x')),
            'u' => self.parse_unicode().map(Escape::Code),
            // Every engine reads an escaped sign as the sign itself.
            letter if !letter.is_alphanumeric() => Ok(Escape::Code(u32::from(letter))),
            letter => Err(PatternError::Escape(letter)),
        }
    }

    /// Parses `\u` after its letter: four digits, a surrogate pair, or digits in braces.
    fn parse_unicode(&mut self) -> Result<u32, PatternError> {
        const MAX_CODE_POINT: u32 = 0x10_ffff;
        let error = PatternError::Escape('u');
        if self.take_if('{') {
            let mut code = 0_u32;
            let mut digits = 0;
            while !self.take_if('}') {
                let digit = self.next().and_then(|letter| letter.to_digit(16));
                code = code * 16 + digit.ok_or(error)?;
                digits += 1;
                if code > MAX_CODE_POINT {
                    return Err(error);
                }
            }
            return if digits > 0 { Ok(code) } else { Err(error) };
        }
        let first = self.hex_digits(4).ok_or(error)?;
        if !(0xd800..0xdc00).contains(&first) {
            return Ok(first);
        }
        let before = self.position;
        if self.take_if('\\') && self.take_if('u') {
            let second = self.hex_digits(4);
            if let Some(second) = second.filter(|second| (0xdc00..0xe000).contains(second)) {
                return Ok(0x1_0000 + ((first - 0xd800) << 10) + (second - 0xdc00));
            }
        }
        self.position = before;
        Ok(first)
    }

    /// Takes exactly `count` hexadecimal digits.
    fn hex_digits(&mut self, count: usize) -> Option<u32> {
        let mut code = 0;
        for _ in 0..count {
            code = code * 16 + self.peek()?.to_digit(16)?;
            self.next();
        }
        Some(code)
    }
}
