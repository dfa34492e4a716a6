//! The precision with which a type expresses its schema.

use std::fmt;

/// The precision with which the type of a sketch expresses its schema.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::lower) enum Precision {
    /// The type and its checks express the whole schema.
    Exact,
    /// The type expresses the schema, but these keywords are not checked.
    Unchecked(UncheckedKeywords),
    /// The type is `Json`.
    Loosened(LooseReason),
}

/// Keywords that constrain values and are not checked, sorted; at least one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::lower) struct UncheckedKeywords(Vec<String>);

impl UncheckedKeywords {
    /// Sorts the keywords. Returns `None` if there are none.
    pub(super) fn new(mut keywords: Vec<String>) -> Option<Self> {
        keywords.sort_unstable();
        keywords.dedup();
        (!keywords.is_empty()).then_some(Self(keywords))
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
            Self::OnlyItself => {
                formatter.write_str("the schema consists only of a reference to itself")
            }
            Self::TooDeep(limit) => write!(formatter, "nested more than {limit} schemas deep"),
        }
    }
}
