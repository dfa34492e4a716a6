//! One page of a list.

use std::fmt;

use http::StatusCode;

use crate::codec::{self, Json, Problem, ProblemKind, RecordError, Value};
use crate::error::{DecodeError, DecodeProblem, Error};
use crate::rate_limit::RateLimitHeaders;
use crate::redactor::RedactedJson;
use crate::scrubber::Scrubber;

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
#[derive(Clone, PartialEq)]
#[non_exhaustive]
pub struct Rejected {
    /// The tool.
    pub tool: &'static str,
    /// The request ID, by which the operators of the API find the call.
    pub request_id: Option<String>,
    /// The index in its page, from 0.
    pub index: usize,
    /// The record, without the token if it repeats it.
    pub json: Json,
    /// The problems, each with its path.
    pub problems: RecordError,
}

impl Rejected {
    /// Removes the client's secrets. The problems are those of the record without them, because they
    /// quote the record.
    pub(super) fn scrub<T: Value>(&mut self, scrubber: &Scrubber) {
        let mut json = self.json.clone();
        scrubber.json(&mut json);
        if json != self.json {
            let problems = codec::decode_lenient::<T>(json.clone()).err();
            // It fits only without the token, as a name or as a number.
            let fallback = || {
                let found = Json::from("a record that repeats the token");
                let kind = ProblemKind::wrong_type("a record", &found);
                RecordError::new(vec![Problem::new(String::new(), kind)])
            };
            self.problems = problems.unwrap_or_else(fallback);
            self.json = json;
        }
    }
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

/// Leaves secrets out that the names of their fields show.
impl fmt::Debug for Rejected {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Rejected")
            .field("tool", &self.tool)
            .field("request_id", &self.request_id)
            .field("index", &self.index)
            .field("json", &RedactedJson(&self.json))
            .field("problems", &self.problems)
            .finish()
    }
}
