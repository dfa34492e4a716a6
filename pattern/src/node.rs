//! The parts of a pattern.

use crate::class::Class;

/// A part of a pattern.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Node {
    /// A character.
    Literal(char),
    /// A class of characters, also for `.` and escapes such as `\d`.
    Class(Class),
    /// `^`.
    Start,
    /// `$`.
    End,
    /// `\b`, or `\B` if negated.
    Boundary {
        /// `\B`.
        is_negated: bool,
    },
    /// A group of alternatives; `(` if it captures, else `(?:`.
    Group {
        /// Captures what it matches.
        is_capturing: bool,
        /// The alternatives.
        inner: Box<Node>,
    },
    /// A look-ahead.
    Look {
        /// `(?!`.
        is_negated: bool,
        /// The alternatives.
        inner: Box<Node>,
    },
    /// A repetition.
    Repeat {
        /// The repeated part.
        inner: Box<Node>,
        /// The least number of times.
        min: u32,
        /// The greatest number of times, if there is one.
        max: Option<u32>,
        /// Prefers few repetitions.
        is_lazy: bool,
    },
    /// One part after the other.
    Concat(Vec<Node>),
    /// Alternatives, two or more.
    Alternation(Vec<Node>),
}
