//! The format of a tape: one JSON object per line, without secrets.

use http::{HeaderMap, StatusCode};
use percent_encoding::percent_decode_str;

use crate::codec::Json;
use crate::http::transport::RecordedRequest;

/// The response headers on the tape. None of them is a secret.
const RECORDED_HEADERS: [&str; 18] = [
    "content-type",
    "date",
    "retry-after",
    "retry-after-ms",
    "ratelimit-limit",
    "ratelimit-remaining",
    "ratelimit-reset",
    "ratelimit",
    "ratelimit-policy",
    "x-ratelimit-limit",
    "x-ratelimit-remaining",
    "x-ratelimit-reset",
    "x-request-id",
    "request-id",
    "x-correlation-id",
    "cf-ray",
    "x-should-retry",
    "location",
];

/// The replacement of a secret.
const REDACTED: &str = "[hidden]";

/// One recorded call.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct RecordedCall {
    pub(super) method: String,
    /// The path and query, decoded, with sorted parameters.
    pub(super) target: String,
    /// The body as a string.
    pub(super) body: String,
    pub(super) status: u16,
    pub(super) headers: Vec<(String, String)>,
    pub(super) response: String,
}

impl RecordedCall {
    /// Returns the identity of a request, without the host and the headers.
    pub(super) fn of_request(request: &RecordedRequest) -> Self {
        let mut target = request.path.clone();
        let mut pairs: Vec<_> = request
            .query
            .split('&')
            .filter(|pair| !pair.is_empty())
            .collect();
        pairs.sort_unstable();
        for (index, pair) in pairs.into_iter().enumerate() {
            target.push(if index == 0 { '?' } else { '&' });
            target.push_str(pair);
        }
        Self {
            method: request.method.to_string(),
            target: percent_decode_str(&target).decode_utf8_lossy().into_owned(),
            body: canonical(&request.body),
            status: 200,
            headers: Vec::new(),
            response: String::new(),
        }
    }

    /// Adds the response.
    pub(super) fn with_response(
        mut self,
        status: StatusCode,
        headers: &HeaderMap,
        body: &[u8],
    ) -> Self {
        self.status = status.as_u16();
        let kept = headers
            .iter()
            .filter(|(name, _)| RECORDED_HEADERS.contains(&name.as_str()));
        self.headers = kept
            .filter_map(|(name, value)| Some((name.to_string(), value.to_str().ok()?.to_owned())))
            .collect();
        self.response = String::from_utf8_lossy(body).into_owned();
        self
    }

    /// Redacts a secret everywhere.
    pub(super) fn without(mut self, secret: &str) -> Self {
        let headers = self.headers.iter_mut().map(|(_, value)| value);
        for text in [&mut self.target, &mut self.body, &mut self.response]
            .into_iter()
            .chain(headers)
        {
            if text.contains(secret) {
                *text = text.replace(secret, REDACTED);
            }
        }
        self
    }

    /// Writes the request on one line.
    pub(super) fn request(&self) -> String {
        format!("{} {} {}", self.method, self.target, self.body)
            .trim_end()
            .to_owned()
    }

    pub(super) fn is_same_request(&self, other: &Self) -> bool {
        (&self.method, &self.target, &self.body) == (&other.method, &other.target, &other.body)
    }

    pub(super) fn to_line(&self) -> String {
        let headers = self
            .headers
            .iter()
            .map(|(name, value)| (name.clone(), Json::from(value.as_str())));
        serde_json::json!({
            "request": {"method": self.method, "target": self.target, "body": self.body},
            "response": {
                "status": self.status,
                "headers": Json::Object(headers.collect()),
                "body": self.response,
            },
        })
        .to_string()
    }

    pub(super) fn from_line(line: &str) -> Result<Self, String> {
        let json: Json = serde_json::from_str(line).map_err(|error| error.to_string())?;
        let text = |pointer: &str| {
            let found = json.pointer(pointer).and_then(Json::as_str);
            found
                .map(str::to_owned)
                .ok_or_else(|| format!("{pointer} is missing"))
        };
        let status = json.pointer("/response/status").and_then(Json::as_u64);
        let headers = json
            .pointer("/response/headers")
            .and_then(Json::as_object)
            .into_iter()
            .flatten();
        Ok(Self {
            method: text("/request/method")?,
            target: text("/request/target")?,
            body: text("/request/body")?,
            status: status
                .and_then(|status| u16::try_from(status).ok())
                .ok_or_else(|| "/response/status is missing".to_owned())?,
            headers: headers
                .filter_map(|(name, value)| Some((name.clone(), value.as_str()?.to_owned())))
                .collect(),
            response: text("/response/body")?,
        })
    }
}

/// Normalizes JSON, so that the order of fields does not matter.
fn canonical(body: &[u8]) -> String {
    match serde_json::from_slice::<Json>(body) {
        Ok(json) => json.to_string(),
        Err(_) => String::from_utf8_lossy(body).into_owned(),
    }
}
