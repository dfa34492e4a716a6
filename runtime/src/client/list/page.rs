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
    /// The records that are not what the catalog promises. They cost nobody the others.
    pub rejected: Vec<Rejected>,
    /// Where the next page begins, if there is one.
    pub next_cursor: Option<String>,
    /// Where the page before begins, if the API says.
    pub prev_cursor: Option<String>,
    /// How many records there are, if the API says.
    pub result_count: Option<u64>,
    /// Whether the API says that it left something out.
    pub is_partial: bool,
    /// What the answer says of the rate limit.
    pub rate_limit: RateLimitHeaders,
    /// The identifier by which the API's operators find the call.
    pub request_id: Option<String>,
}

/// A record that is not what the catalog promises.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Rejected {
    /// The tool that answered with it.
    pub tool: &'static str,
    /// The identifier by which the API's operators find the call.
    pub request_id: Option<String>,
    /// Its place among the records of its page, counted from 0.
    pub index: usize,
    /// The record as it came.
    pub json: Json,
    /// Where it breaks the catalog's word, and how.
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
