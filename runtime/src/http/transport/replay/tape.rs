//! The format of a tape: one JSON object per line, without secrets.

use http::{HeaderMap, StatusCode, header};
use percent_encoding::percent_decode_str;

use crate::codec::{Json, parse_json};
use crate::http::transport::RecordedRequest;
use crate::interrupt::NEVER;
use crate::redactor::{REDACTED, Redactor};
use crate::scrubber::Scrubber;

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

/// One recorded call.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct RecordedCall {
    pub(super) method: String,
    /// The path and query, with sorted parameters. Everything is decoded but the signs that separate its parts.
    pub(super) target: String,
    /// The body as a string.
    pub(super) body: String,
    pub(super) status: u16,
    pub(super) headers: Vec<(String, String)>,
    pub(super) response: String,
}

impl RecordedCall {
    /// Returns the identity of a request, without the host, the headers and the secrets.
    pub(super) fn of_request(request: &RecordedRequest, redactor: &Redactor) -> Self {
        let mut target = decoded(&request.path, &["2F", "3F"]);
        let query = redactor.redact_address(&request.query);
        let pairs = query.split('&').filter(|pair| !pair.is_empty());
        let mut pairs: Vec<String> = pairs.map(decoded_pair).collect();
        pairs.sort_unstable();
        for (index, pair) in pairs.into_iter().enumerate() {
            target.push(if index == 0 { '?' } else { '&' });
            target.push_str(&pair);
        }
        Self {
            method: request.method.to_string(),
            target,
            body: canonical(&request.body, is_form(&request.headers), redactor),
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
        redactor: &Redactor,
    ) -> Self {
        self.status = status.as_u16();
        let kept = headers
            .iter()
            .filter(|(name, _)| RECORDED_HEADERS.contains(&name.as_str()));
        self.headers = kept
            .filter_map(|(name, value)| {
                let value = value.to_str().ok()?;
                let is_address = *name == header::LOCATION || value.contains('?');
                let value = if is_address {
                    redactor.redact_address(value)
                } else {
                    value.to_owned()
                };
                Some((name.to_string(), value))
            })
            .collect();
        self.response = recorded_response(body, is_form(headers), redactor);
        self
    }

    /// Removes secrets everywhere.
    pub(super) fn scrubbed(mut self, scrubber: &Scrubber) -> Self {
        let headers = self.headers.iter_mut().map(|(_, value)| value);
        for text in [&mut self.target].into_iter().chain(headers) {
            *text = scrubber.string(std::mem::take(text));
        }
        for body in [&mut self.body, &mut self.response] {
            if let Some(clean) = scrubber.body(body.as_bytes()) {
                *body = String::from_utf8_lossy(&clean).into_owned();
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

    /// Returns `true` if this is the recording of a request, as far as it is not redacted.
    pub(super) fn records(&self, other: &Self) -> bool {
        self.method == other.method
            && text_records(&self.target, &other.target)
            && body_records(&self.body, &other.body)
    }

    pub(super) fn to_line(&self) -> String {
        serde_json::json!({
            "request": {"method": self.method, "target": self.target, "body": self.body},
            "response": {
                "status": self.status,
                "headers": self.headers_as_json(),
                "body": self.response,
            },
        })
        .to_string()
    }

    /// Returns the headers by their names: the value, or a list of several.
    fn headers_as_json(&self) -> Json {
        let mut headers = serde_json::Map::new();
        for (name, value) in &self.headers {
            let value = Json::from(value.as_str());
            match headers.get_mut(name) {
                Some(Json::Array(values)) => values.push(value),
                Some(first) => *first = Json::Array(vec![first.take(), value]),
                None => drop(headers.insert(name.clone(), value)),
            }
        }
        Json::Object(headers)
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
                .flat_map(|(name, value)| {
                    let values = value
                        .as_array()
                        .map_or(std::slice::from_ref(value), Vec::as_slice);
                    let values = values.iter().filter_map(Json::as_str);
                    values.map(|value| (name.clone(), value.to_owned()))
                })
                .collect(),
            response: text("/response/body")?,
        })
    }
}

/// Decodes a parameter of a query, so that its name and its value stay separate.
fn decoded_pair(pair: &str) -> String {
    match pair.split_once('=') {
        Some((name, value)) => {
            let name = decoded(name, &["26", "3D"]);
            format!("{name}={}", decoded(value, &["26"]))
        }
        None => decoded(pair, &["26", "3D"]),
    }
}

/// Decodes a text except the percent sign and the bytes with these codes.
fn decoded(text: &str, kept: &[&str]) -> String {
    // What is encoded twice is encoded once after the decoding.
    let mut guarded = text.replace("%25", "%2525");
    for code in kept {
        guarded = guarded.replace(&format!("%{code}"), &format!("%25{code}"));
        let lower = code.to_lowercase();
        guarded = guarded.replace(&format!("%{lower}"), &format!("%25{code}"));
    }
    percent_decode_str(&guarded)
        .decode_utf8_lossy()
        .into_owned()
}

/// Normalizes JSON, so that the order of fields does not matter, and redacts the secrets in a body.
fn canonical(body: &[u8], is_form: bool, redactor: &Redactor) -> String {
    if let Ok(mut json) = parse_json(body, &NEVER) {
        redactor.redact(&mut json);
        redactor.redact_addresses(&mut json);
        return json.to_string();
    }
    recorded_text(body, is_form, redactor)
}

/// Returns the body of a response without secrets. It is unchanged if it names none.
fn recorded_response(body: &[u8], is_form: bool, redactor: &Redactor) -> String {
    let Ok(mut json) = parse_json(body, &NEVER) else {
        return recorded_text(body, is_form, redactor);
    };
    let before = json.clone();
    redactor.mask(&mut json);
    redactor.redact_addresses(&mut json);
    let text = String::from_utf8_lossy(body);
    // A member may appear twice, and only the last one was read.
    if json != before || redactor.is_named_in(&text) {
        json.to_string()
    } else {
        text.into_owned()
    }
}

/// Returns a body that is not JSON without secrets. Unless it is a form, the end of a secret in it is not known,
/// so that it is redacted as a whole if it names one.
fn recorded_text(body: &[u8], is_form: bool, redactor: &Redactor) -> String {
    let text = String::from_utf8_lossy(body);
    if is_form {
        redactor.redact_address(&text)
    } else if redactor.is_named_in(&text) {
        REDACTED.to_owned()
    } else {
        text.into_owned()
    }
}

/// Returns `true` if a body is that of an HTML form, which has the form of a query.
fn is_form(headers: &HeaderMap) -> bool {
    let content_type = headers
        .get(header::CONTENT_TYPE)
        .and_then(|value| value.to_str().ok());
    content_type.is_some_and(|value| value.starts_with("application/x-www-form-urlencoded"))
}

/// Returns `true` if a body is that of a recording, as far as it is not redacted.
fn body_records(recorded: &str, asked: &str) -> bool {
    let json = |text| serde_json::from_str::<Json>(text);
    match (json(recorded), json(asked)) {
        (Ok(recorded), Ok(asked)) => json_records(&recorded, &asked),
        _ => text_records(recorded, asked),
    }
}

fn json_records(recorded: &Json, asked: &Json) -> bool {
    match (recorded, asked) {
        (Json::String(recorded), asked) if recorded == REDACTED => !asked.is_null(),
        (Json::String(recorded), Json::String(asked)) => text_records(recorded, asked),
        (Json::Array(recorded), Json::Array(asked)) => {
            let mut pairs = recorded.iter().zip(asked);
            recorded.len() == asked.len()
                && pairs.all(|(recorded, asked)| json_records(recorded, asked))
        }
        (Json::Object(recorded), Json::Object(asked)) => {
            let is_same = |(name, recorded): (&String, &Json)| {
                asked
                    .get(name)
                    .is_some_and(|asked| json_records(recorded, asked))
            };
            recorded.len() == asked.len() && recorded.iter().all(is_same)
        }
        (recorded, asked) => recorded == asked,
    }
}

/// Returns `true` if a text is that of a recording; a redacted part may be any text.
fn text_records(recorded: &str, asked: &str) -> bool {
    let Some((first, parts)) = recorded.split_once(REDACTED) else {
        return recorded == asked;
    };
    let (between, last) = match parts.rsplit_once(REDACTED) {
        Some((between, last)) => (Some(between), last),
        None => (None, parts),
    };
    let inside = asked
        .strip_prefix(first)
        .and_then(|rest| rest.strip_suffix(last));
    let mut between = between
        .into_iter()
        .flat_map(|between| between.split(REDACTED));
    inside.is_some_and(|inside| {
        let rest = between.try_fold(inside, |rest, part| Some(rest.split_once(part)?.1));
        rest.is_some()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_keeps_all_headers_of_a_name() {
        let header = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        let call = RecordedCall {
            method: "GET".to_owned(),
            target: "/a".to_owned(),
            body: String::new(),
            status: 200,
            headers: vec![
                header("date", "today"),
                header("ratelimit", "\"a\";r=1"),
                header("ratelimit", "\"b\";r=2"),
            ],
            response: String::new(),
        };
        assert_eq!(RecordedCall::from_line(&call.to_line()).unwrap(), call);
    }
}
