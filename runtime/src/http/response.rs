//! The response of a call, and how it is decoded.

use std::fmt;
use std::sync::Arc;

use bytes::Bytes;
use http::header::AsHeaderName;
use http::{HeaderMap, HeaderName, StatusCode, header};

use super::exact_cursor::keep_cursors;
use crate::codec::{
    self, Json, Reader, RecordError, Stop, Value, decode_record, parse_json,
    without_byte_order_mark,
};
use crate::context::CallContext;
use crate::error::{DecodeError, DecodeProblem, Error};
use crate::interrupt::{Interrupt, NEVER};
use crate::rate_limit::RateLimitHeaders;
use crate::scrubber::{CleanHeaders, Scrubber};
use crate::tools::ToolSpec;

/// The size up to which a body is parsed at once. A larger one is parsed so that it can be
/// interrupted.
const MAX_FAST_SIZE: usize = 1024 * 1024;

/// A response, unchanged, as returned by `raw()` of a call.
#[derive(Clone)]
pub struct Response {
    tool: &'static str,
    status: StatusCode,
    headers: HeaderMap,
    body: Bytes,
    rate_limit: RateLimitHeaders,
    scrubber: Scrubber,
    /// The context of the call, if it had one.
    context: Option<Arc<CallContext>>,
}

impl Response {
    pub(crate) fn new(
        spec: &'static ToolSpec,
        parts: http::response::Parts,
        body: Bytes,
        rate_limit: RateLimitHeaders,
    ) -> Self {
        Self {
            tool: spec.name,
            status: parts.status,
            headers: parts.headers,
            body,
            rate_limit,
            scrubber: Scrubber::default(),
            context: None,
        }
    }

    /// Sets the context of the call.
    pub(crate) fn set_context(&mut self, context: Option<&Arc<CallContext>>) {
        self.context = context.cloned();
    }

    /// Returns the context of the call, if it had one.
    pub(crate) fn context(&self) -> Option<&Arc<CallContext>> {
        self.context.as_ref()
    }

    /// Sets the scrubber of the client's secrets.
    pub(crate) fn with_scrubber(self, scrubber: &Scrubber) -> Self {
        Self {
            scrubber: scrubber.clone(),
            ..self
        }
    }

    /// Returns the status and the headers.
    pub(crate) fn without_body(&self) -> Self {
        Self {
            body: Bytes::new(),
            ..self.clone()
        }
    }

    /// Returns the response without the client's secrets, for errors. Returns `None` if it contains none.
    pub(crate) fn scrubbed(&self) -> Option<Self> {
        let headers = self.scrubber.headers(&self.headers);
        let body = self.scrubber.body(&self.body);
        if headers.is_none() && body.is_none() {
            return None;
        }
        let mut scrubbed = self.clone();
        scrubbed.headers = headers.unwrap_or(scrubbed.headers);
        scrubbed.body = body.unwrap_or(scrubbed.body);
        Some(scrubbed)
    }

    /// Returns the scrubber of the client's secrets.
    pub(crate) fn scrubber(&self) -> &Scrubber {
        &self.scrubber
    }

    /// Returns the name of the tool.
    #[must_use]
    pub fn tool(&self) -> &'static str {
        self.tool
    }

    /// Returns the status.
    #[must_use]
    pub fn status(&self) -> StatusCode {
        self.status
    }

    /// Returns the headers.
    #[must_use]
    pub fn headers(&self) -> &HeaderMap {
        &self.headers
    }

    /// Returns the body.
    #[must_use]
    pub fn body(&self) -> &Bytes {
        &self.body
    }

    /// Returns the body and drops the rest.
    #[must_use]
    pub fn into_body(self) -> Bytes {
        self.body
    }

    /// Parses the body as JSON; an empty or blank body is null.
    ///
    /// A byte order mark is skipped, and what is not Unicode in a string becomes U+FFFD. A value that
    /// JSON cannot express becomes a string with its text: `1e999`, `NaN`, or a value inside more
    /// than 127 arrays and objects.
    ///
    /// # Errors
    ///
    /// Returns [`Error::Decode`] if the content type is not JSON or the body is not valid JSON.
    pub fn json(&self) -> Result<Json, Error> {
        match self.read_json(&NEVER) {
            Ok(json) => Ok(json),
            // The error does not contain the token, even if the server echoes it.
            Err(error) => match self.scrubbed() {
                Some(clean) => clean.read_json(&NEVER),
                None => Err(error),
            },
        }
    }

    fn read_json(&self, interrupt: &Interrupt) -> Result<Json, Error> {
        let text = self.json_text()?;
        if is_blank(text) {
            return Ok(Json::Null);
        }
        // It cannot be interrupted.
        if text.len() <= MAX_FAST_SIZE
            && let Ok(json) = serde_json::from_slice(text)
        {
            return Ok(json);
        }
        parse_json(text, interrupt).map_err(|stop| self.unreadable(stop))
    }

    /// Returns the error of a body that is not valid JSON.
    pub(crate) fn unreadable(&self, stop: Stop) -> Error {
        use serde::de::{Error as _, IgnoredAny};
        let text = without_byte_order_mark(&self.body);
        let error = match stop {
            // Its message names the position.
            Stop::Syntax => serde_json::from_slice::<IgnoredAny>(text).err(),
            Stop::Interrupted => None,
        };
        let error = error.unwrap_or_else(|| serde_json::Error::custom("the body ends too early"));
        self.decode_error(DecodeProblem::Syntax(error))
    }

    /// Returns the body, unless the content type is not JSON.
    pub(crate) fn json_text(&self) -> Result<&[u8], Error> {
        let content_type = self.headers.get(header::CONTENT_TYPE);
        match content_type.and_then(|value| value.to_str().ok()) {
            Some(content_type) if !is_json(content_type) && !is_blank(&self.body) => {
                let problem = DecodeProblem::ContentType(content_type.to_owned());
                Err(self.decode_error(problem))
            }
            _ => Ok(&self.body),
        }
    }

    /// Returns the rate-limit headers.
    #[must_use]
    pub fn rate_limit(&self) -> RateLimitHeaders {
        self.rate_limit
    }

    /// Returns the request ID, by which the operators of the API find the call.
    #[must_use]
    pub fn request_id(&self) -> Option<&str> {
        static NAMES: [HeaderName; 4] = [
            HeaderName::from_static("x-request-id"),
            HeaderName::from_static("request-id"),
            HeaderName::from_static("x-correlation-id"),
            HeaderName::from_static("cf-ray"),
        ];
        NAMES.iter().find_map(|name| self.header(name))
    }

    /// Returns the request ID without the client's secrets.
    pub(crate) fn scrubbed_request_id(&self) -> Option<String> {
        let id = self.request_id()?;
        Some(self.scrubber.text(id).into_owned())
    }

    /// Returns a header, if it is a string.
    pub(crate) fn header(&self, name: impl AsHeaderName) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }

    /// Returns the header `x-should-retry`.
    pub(crate) fn should_retry(&self) -> Option<bool> {
        let advice = self.header("x-should-retry")?.trim();
        let says = |word: &str| advice.eq_ignore_ascii_case(word);
        (says("true") || says("false")).then(|| says("true"))
    }

    /// Returns the error of a record that does not match the catalog, or that is not valid JSON.
    fn refuse(&self, problems: RecordError) -> Error {
        if problems.is_syntax() {
            self.unreadable(Stop::Syntax)
        } else {
            self.decode_error(DecodeProblem::Shape(problems))
        }
    }

    pub(crate) fn decode_error(&self, problem: DecodeProblem) -> Error {
        Error::Decode(Box::new(DecodeError {
            tool: self.tool,
            problem,
            status: self.status,
            request_id: self.scrubbed_request_id(),
            body: self.body.clone(),
            context: self.context.as_deref().cloned().map(Box::new),
        }))
    }
}

impl fmt::Debug for Response {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Response")
            .field("tool", &self.tool)
            .field("status", &self.status)
            .field(
                "headers",
                &CleanHeaders {
                    headers: &self.headers,
                    scrubber: &self.scrubber,
                },
            )
            .field("body", &format_args!("{} bytes", self.body.len()))
            .finish_non_exhaustive()
    }
}

/// Reads a value from a response. The interrupt of the context ends it early, with any result.
pub(crate) type ReadFn<T> = fn(&Response, &ReadContext<'_>) -> Result<T, Error>;

/// The context in which a response is read.
#[derive(Clone, Copy)]
pub(crate) struct ReadContext<'a> {
    pub(crate) interrupt: &'a Interrupt,
    /// The scrubber of the client's secrets, which the server may echo.
    pub(crate) scrubber: &'a Scrubber,
}

/// Decodes the record in a response.
pub(crate) fn read_record<T: Value>(
    response: &Response,
    context: &ReadContext<'_>,
) -> Result<T, Error> {
    let text = response.json_text()?;
    decode_or_null(text, context.interrupt).map_err(|problems| response.refuse(problems))
}

/// Decodes the result of a custom method: a record, bare or in `{"result": …}`.
pub(crate) fn read_result<T: Value>(
    response: &Response,
    context: &ReadContext<'_>,
) -> Result<T, Error> {
    let interrupt = context.interrupt;
    let text = response.json_text()?;
    let read = match wrapped(text, interrupt) {
        Some(inner) => decode_or_null(inner, interrupt)
            // The record itself may have `result` as its only field.
            .or_else(|problems| decode_or_null(text, interrupt).map_err(|_| problems)),
        None => decode_or_null(text, interrupt),
    };
    read.map_err(|problems| response.refuse(problems))
}

/// Reads a response whose shape the catalog does not promise. A cursor that JSON does not hold exactly becomes a
/// string with its text.
pub(crate) fn read_json(response: &Response, context: &ReadContext<'_>) -> Result<Json, Error> {
    let mut json = response.read_json(context.interrupt)?;
    keep_cursors(&mut json, &response.body, context.interrupt);
    Ok(json)
}

/// Reads the result of a custom method whose shape the catalog does not promise.
pub(crate) fn read_json_result(
    response: &Response,
    context: &ReadContext<'_>,
) -> Result<Json, Error> {
    let json = read_json(response, context)?;
    Ok(match json {
        Json::Object(mut fields) if fields.len() == 1 && fields.contains_key("result") => {
            fields.remove("result").unwrap_or_default()
        }
        json => json,
    })
}

/// Decodes a record; a blank text is null.
fn decode_or_null<T: Value>(text: &[u8], interrupt: &Interrupt) -> Result<T, RecordError> {
    if is_blank(text) {
        return codec::decode_lenient(Json::Null);
    }
    decode_record(text, interrupt)
}

/// Returns the text of the only field `result`.
fn wrapped<'t>(text: &'t [u8], interrupt: &'t Interrupt) -> Option<&'t [u8]> {
    let mut reader = Reader::new(text, interrupt);
    let mut parts = reader.begin(b'{')?;
    let name = reader.next_member(&mut parts).ok()??;
    let inner = (name == "result").then(|| reader.skip_value().ok())??;
    let following = reader.next_member(&mut parts).ok()?;
    following.is_none().then_some(inner)
}

/// Returns `true` for a text of white space, which some servers and proxies send instead of none.
pub(crate) fn is_blank(text: &[u8]) -> bool {
    without_byte_order_mark(text.trim_ascii_start())
        .trim_ascii_start()
        .is_empty()
}

/// Returns `true` for JSON: `application/json; charset=utf-8`, `application/problem+json`,
/// `text/json`. Of several types, which are those of headers that were joined, all have to be JSON.
fn is_json(content_type: &str) -> bool {
    content_type == "application/json"
        || is_json_type(content_type)
        || content_type.contains(',') && content_type.split(',').all(is_json_type)
}

fn is_json_type(content_type: &str) -> bool {
    let essence = content_type.split(';').next().unwrap_or_default().trim();
    let subtype = essence.split_once('/').map_or("", |(_, subtype)| subtype);
    let (_, suffix) = subtype.rsplit_once('+').unwrap_or(("", subtype));
    suffix.eq_ignore_ascii_case("json")
}
