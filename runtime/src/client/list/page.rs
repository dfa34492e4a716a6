//! One page of a list.

use std::fmt;
use std::sync::Arc;

use bytes::Bytes;
use http::StatusCode;

use crate::codec::{Json, RecordError, parse_json};
use crate::context::CallContext;
use crate::error::{DecodeError, DecodeProblem, Error};
use crate::interrupt::NEVER;
use crate::rate_limit::RateLimitHeaders;
use crate::redactor::RedactedJson;

/// One page of a list.
///
/// A record that does not match the catalog is in [`rejected`](Self::rejected), and does not affect
/// the others. A loop over a page returns it as an error; [`complete`](Self::complete) returns all
/// records or the error.
///
/// ```
/// # use toolsmith_runtime::{Error, Page};
/// fn print(page: Page<String>) -> Result<(), Error> {
///     for record in page {
///         println!("{}", record?);
///     }
///     Ok(())
/// }
/// ```
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Page<T> {
    /// The records that match the catalog, in order. The page has more records if
    /// [`rejected`](Self::rejected) is not empty.
    pub items: Vec<T>,
    /// The records that do not match the catalog, up to 1,000 of them.
    pub rejected: Vec<Rejected>,
    /// The number of records that do not match the catalog, including those beyond the first 1,000.
    pub rejected_count: usize,
    /// The cursor of the next page, if there is one. A cursor that is not a string is its JSON text,
    /// unchanged.
    pub next_cursor: Option<String>,
    /// The cursor of the previous page, if the API sends it.
    pub prev_cursor: Option<String>,
    /// The number of records, if the API sends it.
    pub result_count: Option<u64>,
    /// `true` if the API reports that the page is incomplete.
    pub is_partial: bool,
    /// The rate-limit headers of the response.
    pub rate_limit: RateLimitHeaders,
    /// The request ID, by which the operators of the API find the call.
    pub request_id: Option<String>,
}

impl<T> Page<T> {
    /// Returns the number of records, including those that do not match the catalog.
    #[must_use]
    pub fn record_count(&self) -> usize {
        self.items.len() + self.rejected_count
    }

    /// Returns all records of the page.
    ///
    /// # Errors
    ///
    /// Returns [`Error::Decode`] for the first record that does not match the catalog. A loop over
    /// the page returns the others as well.
    pub fn complete(self) -> Result<Vec<T>, Error> {
        match self.rejected.into_iter().next() {
            None => Ok(self.items),
            Some(rejected) => Err(rejected.into()),
        }
    }
}

/// A record that does not match the catalog.
#[derive(Clone, PartialEq)]
#[non_exhaustive]
pub struct Rejected {
    /// The tool.
    pub tool: &'static str,
    /// The request ID, by which the operators of the API find the call.
    pub request_id: Option<String>,
    /// The index in its page, from 0.
    pub index: usize,
    /// The JSON text of the record, without the token if it repeats it.
    pub body: Bytes,
    /// The problems, each with its path.
    pub problems: RecordError,
    /// The context of the call, if it had one.
    pub(super) context: Option<Arc<CallContext>>,
}

impl Rejected {
    /// Parses the record. A value that JSON cannot express, such as `1e999`, becomes a string with
    /// its text; a text that is not JSON becomes one string.
    #[must_use]
    pub fn json(&self) -> Json {
        let text = || Json::from(String::from_utf8_lossy(&self.body));
        parse_json(&self.body, &NEVER).unwrap_or_else(|_| text())
    }
}

impl From<Rejected> for Error {
    fn from(rejected: Rejected) -> Self {
        let error = Self::Decode(Box::new(DecodeError {
            tool: rejected.tool,
            problem: DecodeProblem::Shape(rejected.problems),
            status: StatusCode::OK,
            request_id: rejected.request_id,
            body: rejected.body,
            context: None,
        }));
        error.in_context(rejected.context.as_deref())
    }
}

/// Redacts fields whose names indicate a secret.
impl fmt::Debug for Rejected {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Rejected")
            .field("tool", &self.tool)
            .field("request_id", &self.request_id)
            .field("index", &self.index)
            .field("body", &RedactedJson(&self.json()))
            .field("problems", &self.problems)
            .field("context", &self.context)
            .finish()
    }
}
