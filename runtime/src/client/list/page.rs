//! One page of a list.

use http::StatusCode;

use crate::codec::{Json, RecordError};
use crate::error::{DecodeError, DecodeProblem, Error};
use crate::rate_limit::RateLimitHeaders;

/// One page of a list.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Page<T> {
    /// The records, in order.
    pub items: Vec<T>,
    /// The records that do not match the catalog. They do not affect the others.
    pub rejected: Vec<Rejected>,
    /// The cursor of the next page, if there is one.
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

/// A record that does not match the catalog.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Rejected {
    /// The tool.
    pub tool: &'static str,
    /// The request ID, by which the operators of the API find the call.
    pub request_id: Option<String>,
    /// The index in its page, from 0.
    pub index: usize,
    /// The record, unchanged.
    pub json: Json,
    /// The problems, each with its path.
    pub problems: RecordError,
}

impl From<Rejected> for Error {
    fn from(rejected: Rejected) -> Self {
        Self::Decode(Box::new(DecodeError {
            tool: rejected.tool,
            problem: DecodeProblem::Shape(rejected.problems),
            status: StatusCode::OK,
            request_id: rejected.request_id,
            body: rejected.json.to_string().into(),
        }))
    }
}

/// The records of the page.
impl<T> IntoIterator for Page<T> {
    type Item = T;
    type IntoIter = std::vec::IntoIter<T>;

    fn into_iter(self) -> Self::IntoIter {
        self.items.into_iter()
    }
}
