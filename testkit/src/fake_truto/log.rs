//! The log of received requests.

use std::collections::BTreeMap;

use axum::http::HeaderMap;
use serde::Serialize;
use serde_json::Value;

/// The logged headers, in addition to all `x-` headers.
const HEADERS: [&str; 6] = [
    "accept",
    "authorization",
    "content-length",
    "content-type",
    "idempotency-key",
    "user-agent",
];

/// A received request.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct RecordedRequest {
    /// The HTTP method.
    pub method: String,
    /// The path and the query, percent-encoded as sent.
    pub target: String,
    /// The logged headers, with names in lower case.
    pub headers: BTreeMap<String, String>,
    /// The body as a string; empty without a body.
    pub body: String,
}

impl RecordedRequest {
    pub(crate) fn new(method: &str, target: &str, headers: &HeaderMap, body: &[u8]) -> Self {
        let of_interest = |name: &str| HEADERS.contains(&name) || name.starts_with("x-");
        let headers = headers
            .iter()
            .filter(|(name, _)| of_interest(name.as_str()))
            .map(|(name, value)| {
                let value = String::from_utf8_lossy(value.as_bytes()).into_owned();
                (name.to_string(), value)
            });
        RecordedRequest {
            method: method.to_owned(),
            target: target.to_owned(),
            headers: headers.collect(),
            body: String::from_utf8_lossy(body).into_owned(),
        }
    }

    /// Returns the path, percent-encoded as sent.
    #[must_use]
    pub fn path(&self) -> &str {
        self.split().0
    }

    /// Returns the query as sent, without the question mark; empty without a query.
    #[must_use]
    pub fn query(&self) -> &str {
        self.split().1
    }

    /// Returns a header; the name must be in lower case.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(String::as_str)
    }

    /// Returns the body as JSON, or `None` if it is not JSON.
    #[must_use]
    pub fn json(&self) -> Option<Value> {
        serde_json::from_str(&self.body).ok()
    }

    fn split(&self) -> (&str, &str) {
        self.target.split_once('?').unwrap_or((&self.target, ""))
    }
}
