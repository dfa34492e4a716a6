//! The precision with which a type expresses its schema.

use std::collections::BTreeSet;
use std::fmt;

/// The precision with which the type of a sketch expresses its schema.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(in crate::lower) enum Precision {
    /// The type and its checks express the whole schema.
    #[default]
    Exact,
    /// The type expresses the schema, but these keywords are not checked.
    Unchecked(UncheckedKeywords),
    /// The type is `Json`, and perhaps some keywords are not checked.
    Loosened(LooseReason, UncheckedKeywords),
}

impl Precision {
    /// Adds keywords that are not checked.
    pub(super) fn add_unchecked(&mut self, keywords: impl IntoIterator<Item = String>) {
        match self {
            Self::Exact => {
                let mut unchecked = UncheckedKeywords::default();
                unchecked.add(keywords);
                if !unchecked.is_empty() {
                    *self = Self::Unchecked(unchecked);
                }
            }
            Self::Unchecked(known) | Self::Loosened(_, known) => known.add(keywords),
        }
    }

    /// Returns the precision of a place with a type.
    pub(super) fn unchecked(keywords: Vec<String>) -> Self {
        let mut precision = Self::Exact;
        precision.add_unchecked(keywords);
        precision
    }

    /// Returns the precision of a place that is `Json`. A keyword that the reason names is not listed
    /// again.
    pub(super) fn loosened(reason: LooseReason, unread: Vec<String>) -> Self {
        let is_named = |keyword: &String| match &reason {
            LooseReason::InvalidKeyword(named) => keyword == named,
            LooseReason::MissingTarget(_)
            | LooseReason::EndlessReference(_)
            | LooseReason::OnlyItself => keyword == "$ref",
            _ => false,
        };
        let mut unchecked = UncheckedKeywords::default();
        unchecked.add(unread.into_iter().filter(|keyword| !is_named(keyword)));
        Self::Loosened(reason, unchecked)
    }
}

/// Keywords that constrain values and are not checked, sorted.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(in crate::lower) struct UncheckedKeywords(BTreeSet<String>);

impl UncheckedKeywords {
    fn add(&mut self, keywords: impl IntoIterator<Item = String>) {
        self.0.extend(keywords);
    }

    /// Returns `true` if there are none.
    pub(in crate::lower) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl fmt::Display for UncheckedKeywords {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, keyword) in self.0.iter().enumerate() {
            let separator = if index == 0 { "" } else { ", " };
            write!(formatter, "{separator}`{keyword}`")?;
        }
        let verb = if self.0.len() == 1 { "is" } else { "are" };
        write!(formatter, " {verb} not checked")
    }
}

/// The reason for which a type is `Json`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::lower) enum LooseReason {
    /// The catalog has no schema.
    NoSchema,
    /// The schema does not specify a type.
    NoType,
    /// The value is not a schema.
    Invalid,
    /// The schema is `false`.
    RejectsAll,
    /// A keyword on which the type depends has an invalid value.
    InvalidKeyword(String),
    /// `enum` has no value of the type.
    NoValueOfType,
    /// The branches of a union contradict the schema around them.
    Contradiction,
    /// The bounds of an integer exceed those of `i64` and of `u64`.
    LongInteger,
    /// A reference has no target.
    MissingTarget(String),
    /// A chain of references does not end.
    EndlessReference(String),
    /// The schema consists only of a reference to itself.
    OnlyItself,
    /// The elements of an array or the values of a map are of the same schema, without an object between.
    ContainsItself,
    /// More than this many schemas are around the schema.
    TooDeep(usize),
}

impl fmt::Display for LooseReason {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoSchema => formatter.write_str("the catalog has no schema for it"),
            Self::NoType => formatter.write_str("the schema does not specify a type"),
            Self::Invalid => formatter.write_str("the value is not a schema"),
            Self::RejectsAll => formatter.write_str("the schema rejects every value"),
            Self::InvalidKeyword(keyword) => write!(formatter, "`{keyword}` has an invalid value"),
            Self::NoValueOfType => formatter.write_str("its `enum` has no value of its type"),
            Self::Contradiction => {
                formatter.write_str("the branches of a union contradict the schema around them")
            }
            Self::LongInteger => {
                formatter.write_str("its integers exceed the range of any integer type")
            }
            Self::MissingTarget(reference) => {
                write!(
                    formatter,
                    "`{reference}` refers to a schema that does not exist"
                )
            }
            Self::EndlessReference(reference) => {
                write!(formatter, "`{reference}` leads only to other references")
            }
            Self::ContainsItself => formatter
                .write_str("arrays and maps that contain only their own schema have no type"),
            Self::OnlyItself => {
                formatter.write_str("the schema consists only of a reference to itself")
            }
            Self::TooDeep(limit) => write!(formatter, "nested more than {limit} schemas deep"),
        }
    }
}
