//! The error of a list that is not complete.

use std::fmt;

use super::Error;
use crate::context::CallContext;

/// The error of a list that ended before its last record, or that lacks records.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct IncompleteError {
    /// The tool.
    pub tool: &'static str,
    /// The reason.
    pub reason: IncompleteReason,
    /// The context of the call, if it had one.
    pub context: Option<Box<CallContext>>,
}

/// The reason why a list is not complete.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum IncompleteReason {
    /// The list has more records than the caller's maximum.
    MaxRecords,
    /// The list has more pages than this maximum.
    MaxPages(usize),
    /// This number of consecutive pages have a cursor but no records.
    EmptyPages(usize),
    /// The API repeats a cursor, so that the list would not end.
    RepeatedCursor,
    /// The API reports that a page is incomplete.
    PartialPage,
    /// This number of records do not match the catalog.
    Rejected(usize),
}

impl IncompleteError {
    pub(crate) fn new(tool: &'static str, reason: IncompleteReason) -> Self {
        Self {
            tool,
            reason,
            context: None,
        }
    }
}

impl fmt::Display for IncompleteReason {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::MaxRecords => {
                formatter.write_str("it has more records than the caller's maximum")
            }
            Self::MaxPages(pages) => write!(
                formatter,
                "it has more than {pages} pages; allow more with `max_pages(..)`"
            ),
            Self::EmptyPages(pages) => write!(
                formatter,
                "{pages} consecutive pages have a cursor but no records; allow more with `max_empty_pages(..)`"
            ),
            Self::RepeatedCursor => {
                formatter.write_str("the API repeats a cursor, so that the list would not end")
            }
            Self::PartialPage => formatter.write_str("the API reports that a page is incomplete"),
            Self::Rejected(1) => formatter.write_str("1 record does not match the catalog"),
            Self::Rejected(count) => write!(formatter, "{count} records do not match the catalog"),
        }
    }
}

impl fmt::Display for IncompleteError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            formatter,
            "{}: the list is incomplete: {}",
            self.tool, self.reason
        )
    }
}

impl std::error::Error for IncompleteError {}

impl From<IncompleteError> for Error {
    fn from(error: IncompleteError) -> Self {
        Self::Incomplete(Box::new(error))
    }
}
