//! Errors that an answer came with: refusals of the API, and answers that do not fit.

use std::fmt;
use std::time::Duration;

use bytes::Bytes;
use http::StatusCode;

use super::{Attempt, ErrorInsight};
use crate::codec::{Extra, Json, RecordError};
use crate::rate_limit::RateLimitHeaders;

/// The API answered with an error.
#[non_exhaustive]
pub struct ApiError {
    /// The tool.
    pub tool: &'static str,
    /// The status of the answer.
    pub status: StatusCode,
    /// What the answer says, as far as it is in the usual form.
    pub error_body: ErrorBody,
    /// The identifier by which the API's operators find the call.
    pub request_id: Option<String>,
    /// How long the server asks to wait before another try.
    pub retry_after: Option<Duration>,
    /// What the server says of another try (`x-should-retry`).
    pub should_retry: Option<bool>,
    /// Where the answer points to, if it is a redirect. None is followed, so that the token stays
    /// with the host that it is for.
    pub location: Option<String>,
    /// The body of the answer.
    pub body: Bytes,
    /// The number of attempts.
    pub attempt_count: u32,
    /// The tries, in order.
    pub attempts: Vec<Attempt>,
}

/// The rate limit is spent.
#[non_exhaustive]
pub struct RateLimitedError {
    /// The tool.
    pub tool: &'static str,
    /// The limit, what is left of it and when it begins anew, as far as the server says.
    pub limit: RateLimitHeaders,
    /// What the answer says, as far as it is in the usual form.
    pub error_body: ErrorBody,
    /// The identifier by which the API's operators find the call.
    pub request_id: Option<String>,
    /// The body of the answer.
    pub body: Bytes,
    /// The number of attempts; 0 if it was kept back, because its turn would have come
    /// later than its time was over.
    pub attempt_count: u32,
    /// The tries, in order.
    pub attempts: Vec<Attempt>,
}

/// An answer is not what the catalog promises.
#[non_exhaustive]
pub struct DecodeError {
    /// The tool.
    pub tool: &'static str,
    /// What is wrong with the answer.
    pub problem: DecodeProblem,
    /// The status of the answer.
    pub status: StatusCode,
    /// The identifier by which the API's operators find the call.
    pub request_id: Option<String>,
    /// The body of the answer; for one record of a page, that record.
    pub body: Bytes,
}

/// What is wrong with an answer.
#[derive(Debug)]
#[non_exhaustive]
pub enum DecodeProblem {
    /// It is not JSON, and says so; `raw()` gives it as it is.
    ContentType(String),
    /// It is no valid JSON.
    Syntax(serde_json::Error),
    /// It is JSON of another form: where, what was expected and what stands there.
    Shape(RecordError),
}

/// The body of an error, as Truto writes it: `{statusCode, error, message, details}`.
#[derive(Debug, Clone, Default, PartialEq)]
#[non_exhaustive]
pub struct ErrorBody {
    /// The status, as the body repeats it.
    pub status_code: Option<u16>,
    /// The name of the status.
    pub error: Option<String>,
    /// What went wrong, in words.
    pub message: Option<String>,
    /// What went wrong, in detail.
    pub details: Option<Json>,
    /// Whether the API behind Truto refused, not Truto itself.
    pub is_remote_error: bool,
    /// What the API behind Truto answered.
    pub raw_response: Option<Json>,
    /// What Truto makes of it: missing parameters, missing scopes, the rate limit.
    pub insight: Option<ErrorInsight>,
    /// Every other field.
    pub extra: Extra,
}

impl ErrorBody {
    /// Reads as much as there is; a body of any other form gives an empty one.
    #[must_use]
    pub fn from_body(body: &[u8]) -> Self {
        Self::from_json(serde_json::from_slice(body).unwrap_or_default())
    }

    pub(crate) fn from_json(body: Json) -> Self {
        let Json::Object(mut fields) = body else {
            return Self::default();
        };
        let mut take = |name: &str| fields.remove(name).filter(|value| !value.is_null());
        let mut error_body = Self {
            status_code: take("statusCode").and_then(|code| code.as_u64()?.try_into().ok()),
            error: take("error").map(into_text),
            message: take("message").map(into_text),
            details: take("details"),
            is_remote_error: take("truto_is_remote_error") == Some(Json::Bool(true)),
            raw_response: take("raw_response"),
            insight: take("truto_error_insight").map(ErrorInsight::from_json),
            extra: Extra::default(),
        };
        *error_body.extra = fields;
        error_body
    }
}

impl ApiError {
    /// Whether the user of the account has to connect it anew. Truto answers 401 for that with an
    /// error of the API behind it, and goes on to do so until it is done.
    #[must_use]
    pub fn needs_reauthorization(&self) -> bool {
        let is_said = |insight: &ErrorInsight| insight.is_reauthorization_needed;
        let is_refused = self.status == StatusCode::UNAUTHORIZED && self.error_body.is_remote_error;
        is_refused || self.error_body.insight.as_ref().is_some_and(is_said)
    }
}

// What they say holds what their causes say, so that none of them has a source.
impl std::error::Error for ApiError {}
impl std::error::Error for RateLimitedError {}
impl std::error::Error for DecodeError {}

/// A text as it is, several joined, anything else as JSON.
fn into_text(json: Json) -> String {
    match json {
        Json::String(text) => text,
        Json::Array(elements) => {
            let texts: Vec<String> = elements.into_iter().map(into_text).collect();
            texts.join("; ")
        }
        other => other.to_string(),
    }
}

/// Bodies may hold what is nobody's business in a log, so that only their length is printed.
struct Length<'a>(&'a Bytes);

impl fmt::Debug for Length<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{} bytes", self.0.len())
    }
}

impl fmt::Debug for ApiError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("ApiError")
            .field("tool", &self.tool)
            .field("status", &self.status)
            .field("error_body", &self.error_body)
            .field("request_id", &self.request_id)
            .field("retry_after", &self.retry_after)
            .field("should_retry", &self.should_retry)
            .field("location", &self.location)
            .field("body", &Length(&self.body))
            .field("attempt_count", &self.attempt_count)
            .field("attempts", &self.attempts)
            .finish()
    }
}

impl fmt::Debug for RateLimitedError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("RateLimitedError")
            .field("tool", &self.tool)
            .field("limit", &self.limit)
            .field("error_body", &self.error_body)
            .field("request_id", &self.request_id)
            .field("body", &Length(&self.body))
            .field("attempt_count", &self.attempt_count)
            .field("attempts", &self.attempts)
            .finish()
    }
}

impl fmt::Debug for DecodeError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("DecodeError")
            .field("tool", &self.tool)
            .field("problem", &self.problem)
            .field("status", &self.status)
            .field("request_id", &self.request_id)
            .field("body", &Length(&self.body))
            .finish()
    }
}
