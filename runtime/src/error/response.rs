//! Errors of responses: refusals of the API, and responses that do not match the catalog.

use std::fmt;
use std::time::Duration;

use bytes::Bytes;
use http::StatusCode;

use super::{Attempt, ErrorInsight, ReconnectLink};
use crate::codec::{Extra, Json, RecordError, parse_json};
use crate::context::CallContext;
use crate::interrupt::NEVER;
use crate::rate_limit::RateLimitHeaders;
use crate::redactor::{RedactedJson, Redactor};

/// An error response of the API.
#[non_exhaustive]
pub struct ApiError {
    /// The tool.
    pub tool: &'static str,
    /// The status of the response.
    pub status: StatusCode,
    /// The parsed body, as far as it has the usual form.
    pub error_body: ErrorBody,
    /// The request ID, by which the operators of the API find the call.
    pub request_id: Option<String>,
    /// The wait that the server asks for before a retry.
    pub retry_after: Option<Duration>,
    /// The header `x-should-retry`.
    pub should_retry: Option<bool>,
    /// The location of a redirect. Redirects are not followed, so that the token is sent to no other
    /// host.
    pub location: Option<String>,
    /// The body of the response.
    pub body: Bytes,
    /// The number of attempts.
    pub attempt_count: u32,
    /// The failed attempts, in order.
    pub attempts: Vec<Attempt>,
    /// The link by which the user connects the account again.
    pub reconnect_link: Option<ReconnectLink>,
    /// The context of the call, if it had one.
    pub context: Option<Box<CallContext>>,
    /// The server that responded.
    pub(crate) server: Server,
}

/// The kind of a server, for explanations of its responses.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Server {
    Truto,
    #[cfg(feature = "mcp-client")]
    Mcp,
}

/// The error of an exhausted rate limit.
#[non_exhaustive]
pub struct RateLimitedError {
    /// The tool.
    pub tool: &'static str,
    /// The limit, as far as it is known.
    pub limit: RateLimitHeaders,
    /// The header `x-should-retry`.
    pub should_retry: Option<bool>,
    /// The parsed body, as far as it has the usual form.
    pub error_body: ErrorBody,
    /// The request ID, by which the operators of the API find the call.
    pub request_id: Option<String>,
    /// The body of the response.
    pub body: Bytes,
    /// The number of attempts; 0 if nothing was sent, because the wait would have exceeded the
    /// timeout.
    pub attempt_count: u32,
    /// The failed attempts, in order.
    pub attempts: Vec<Attempt>,
    /// The context of the call, if it had one.
    pub context: Option<Box<CallContext>>,
}

/// The error of a response that does not match the catalog.
#[non_exhaustive]
pub struct DecodeError {
    /// The tool.
    pub tool: &'static str,
    /// The problem.
    pub problem: DecodeProblem,
    /// The status of the response.
    pub status: StatusCode,
    /// The request ID, by which the operators of the API find the call.
    pub request_id: Option<String>,
    /// The body of the response; for a record of a page, the record.
    pub body: Bytes,
    /// The context of the call, if it had one.
    pub context: Option<Box<CallContext>>,
}

/// The problem with a response.
#[derive(Debug)]
#[non_exhaustive]
pub enum DecodeProblem {
    /// The content type is not JSON. `raw()` returns the response unchanged.
    ContentType(String),
    /// The body is not valid JSON.
    Syntax(serde_json::Error),
    /// The JSON has another shape.
    Shape(RecordError),
    /// The response is not one of the protocol. The message quotes it.
    Protocol(String),
}

/// The body of an error response, as Truto writes it: `{statusCode, error, message, details}`.
#[derive(Clone, Default, PartialEq)]
#[non_exhaustive]
pub struct ErrorBody {
    /// The status in the body.
    pub status_code: Option<u16>,
    /// The name of the status.
    pub error: Option<String>,
    /// The error message.
    pub message: Option<String>,
    /// The details of the error.
    pub details: Option<Json>,
    /// `true` if the error is that of the API behind Truto.
    pub is_remote_error: bool,
    /// The response of the API behind Truto.
    pub raw_response: Option<Json>,
    /// Truto's explanation of the error.
    pub insight: Option<ErrorInsight>,
    /// The other fields.
    pub extra: Extra,
}

impl ErrorBody {
    /// Parses a body. Missing fields are empty; a body of another form gives an empty value.
    #[must_use]
    pub fn from_body(body: &[u8]) -> Self {
        Self::from_json(parse_json(body, &NEVER).unwrap_or_default())
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

#[cfg(feature = "mcp-client")]
impl RateLimitedError {
    /// Creates the error of a call that was not sent.
    pub(crate) fn unsent(tool: &'static str, limit: RateLimitHeaders) -> Self {
        Self {
            tool,
            limit,
            should_retry: None,
            error_body: ErrorBody::default(),
            request_id: None,
            body: Bytes::new(),
            attempt_count: 0,
            attempts: Vec::new(),
            context: None,
        }
    }
}

impl ApiError {
    /// Returns the location without the secrets that the names of its parameters show.
    pub(super) fn printed_location(&self) -> Option<String> {
        let location = self.location.as_deref();
        location.map(|location| Redactor::default().redact_address(location))
    }

    /// Returns `true` if the user has to reconnect the account. Truto responds with a 401 and an error
    /// of the API behind it until that is done.
    #[must_use]
    pub fn needs_reauthorization(&self) -> bool {
        let is_said = |insight: &ErrorInsight| insight.is_reauthorization_needed;
        let is_refused = self.status == StatusCode::UNAUTHORIZED && self.error_body.is_remote_error;
        is_refused || self.error_body.insight.as_ref().is_some_and(is_said)
    }

    /// Returns `true` if Truto refuses the token of the client: it is wrong, expired or revoked.
    #[must_use]
    pub fn is_token_rejected(&self) -> bool {
        self.status == StatusCode::UNAUTHORIZED && !self.needs_reauthorization()
    }

    /// Returns `true` if the API behind Truto has no record of the identifiers in the arguments.
    #[must_use]
    pub fn is_record_not_found(&self) -> bool {
        let is_gone = matches!(self.status, StatusCode::NOT_FOUND | StatusCode::GONE);
        is_gone && self.error_body.is_remote_error
    }

    /// Returns `true` if Truto itself responds that it does not know the path: there is no such
    /// integrated account, or its integration does not have the resource.
    #[must_use]
    pub fn is_account_not_found(&self) -> bool {
        self.status == StatusCode::NOT_FOUND && !self.error_body.is_remote_error
    }
}

// Their messages contain those of their causes, so they have no source.
impl std::error::Error for ApiError {}
impl std::error::Error for RateLimitedError {}
impl std::error::Error for DecodeError {}

/// Returns a string unchanged, several joined, and anything else as JSON. Secrets that the names of fields
/// show are left out, because a text has no fields by which they are found later.
fn into_text(mut json: Json) -> String {
    Redactor::default().redact(&mut json);
    match json {
        Json::String(text) => text,
        Json::Array(elements) => {
            let texts: Vec<String> = elements.into_iter().map(into_text).collect();
            texts.join("; ")
        }
        other => other.to_string(),
    }
}

/// Prints the length of a body only, because a body may contain secrets.
struct Length<'a>(&'a Bytes);

impl fmt::Debug for Length<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{} bytes", self.0.len())
    }
}

/// Redacts fields whose names indicate a secret.
impl fmt::Debug for ErrorBody {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("ErrorBody")
            .field("status_code", &self.status_code)
            .field("error", &self.error)
            .field("message", &self.message)
            .field("details", &self.details.as_ref().map(RedactedJson))
            .field("is_remote_error", &self.is_remote_error)
            .field(
                "raw_response",
                &self.raw_response.as_ref().map(RedactedJson),
            )
            .field("insight", &self.insight)
            .field("extra", &self.extra)
            .finish()
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
            .field("location", &self.printed_location())
            .field("body", &Length(&self.body))
            .field("attempt_count", &self.attempt_count)
            .field("attempts", &self.attempts)
            .field("reconnect_link", &self.reconnect_link)
            .field("context", &self.context)
            .field("server", &self.server)
            .finish()
    }
}

impl fmt::Debug for RateLimitedError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("RateLimitedError")
            .field("tool", &self.tool)
            .field("limit", &self.limit)
            .field("should_retry", &self.should_retry)
            .field("error_body", &self.error_body)
            .field("request_id", &self.request_id)
            .field("body", &Length(&self.body))
            .field("attempt_count", &self.attempt_count)
            .field("attempts", &self.attempts)
            .field("context", &self.context)
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
            .field("context", &self.context)
            .finish()
    }
}
