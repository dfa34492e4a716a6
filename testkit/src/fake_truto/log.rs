//! The log of requests that arrived, for tests and for curious people.

use std::collections::BTreeMap;

use axum::http::HeaderMap;
use serde::Serialize;
use serde_json::Value;

/// Headers that are worth remembering; `x-` headers are kept as well.
const HEADERS: [&str; 6] = [
    "accept",
    "authorization",
    "content-length",
    "content-type",
    "idempotency-key",
    "user-agent",
];

/// A request as it arrived.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct RecordedRequest {
    /// The HTTP method.
    pub method: String,
    /// Path and query, percent-encoded as they were sent.
    pub target: String,
    /// The headers of interest, names in lower case.
    pub headers: BTreeMap<String, String>,
    /// The body as text; empty if there was none.
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

    /// The path, percent-encoded as it was sent.
    #[must_use]
    pub fn path(&self) -> &str {
        self.split().0
    }

    /// The query as it was sent, without the question mark; empty if there was none.
    #[must_use]
    pub fn query(&self) -> &str {
        self.split().1
    }

    /// One header; the name is in lower case.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(String::as_str)
    }

    /// The body as JSON; nothing if it is not JSON.
    #[must_use]
    pub fn json(&self) -> Option<Value> {
        serde_json::from_str(&self.body).ok()
    }

    fn split(&self) -> (&str, &str) {
        self.target.split_once('?').unwrap_or((&self.target, ""))
    }
}
