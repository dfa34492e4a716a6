//! The headers of requests to servers of 2026-07-28, which repeat parts of the body.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use reqwest::header::{HeaderMap, HeaderName, HeaderValue};
use serde_json::Value;

/// An argument of a tool that a header repeats: `x-mcp-header` in its schema.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ParamHeader {
    /// The names of the properties from the arguments to the value.
    pub path: &'static [&'static str],
    /// The name of the header after `Mcp-Param-`.
    pub header: &'static str,
}

/// An argument that a header repeats, as a server lists it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct LiveHeader {
    pub(crate) path: Vec<String>,
    pub(crate) header: String,
}

/// The beginning and the end of a value in base64.
const ENCODED: (&str, &str) = ("=?base64?", "?=");

/// Adds the header `Mcp-Name`.
pub(crate) fn add_name(headers: &mut HeaderMap, name: &str) {
    add(headers, "mcp-name", name, Sensitivity::Public);
}

/// Adds a header for each argument that has one.
pub(crate) fn add_params(headers: &mut HeaderMap, params: &[ParamHeader], arguments: &Value) {
    for ParamHeader { path, header } in params {
        add_param(headers, path.iter().copied(), header, arguments);
    }
}

/// Adds a header for each argument that has one, as the server lists them.
pub(crate) fn add_live_params(headers: &mut HeaderMap, params: &[LiveHeader], arguments: &Value) {
    for LiveHeader { path, header } in params {
        add_param(headers, path.iter().map(String::as_str), header, arguments);
    }
}

fn add_param<'a>(
    headers: &mut HeaderMap,
    mut path: impl Iterator<Item = &'a str>,
    header: &str,
    arguments: &Value,
) {
    let value = path.try_fold(arguments, |value, name| value.get(name));
    let text = match value {
        Some(Value::String(text)) => text.clone(),
        Some(Value::Bool(flag)) => flag.to_string(),
        Some(Value::Number(number)) => decimal(number),
        _ => return,
    };
    // No one says which arguments are secrets.
    let name = format!("mcp-param-{header}");
    add(headers, &name, &text, Sensitivity::Secret);
}

/// Returns a number as an integer, if it is one.
fn decimal(number: &serde_json::Number) -> String {
    let text = number.to_string();
    match text.strip_suffix(".0") {
        Some(whole) => whole.to_owned(),
        None => text,
    }
}

/// The visibility of a value in logs.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Sensitivity {
    Public,
    Secret,
}

fn add(headers: &mut HeaderMap, name: &str, value: &str, sensitivity: Sensitivity) {
    let name = HeaderName::from_bytes(name.as_bytes());
    if let (Ok(name), Ok(mut value)) = (name, HeaderValue::from_str(&encode(value))) {
        value.set_sensitive(sensitivity == Sensitivity::Secret);
        headers.insert(name, value);
    }
}

/// Encodes a value that cannot be in a header unchanged.
fn encode(value: &str) -> String {
    let is_plain = value
        .bytes()
        .all(|byte| matches!(byte, b' '..=b'~' | b'\t'))
        && !value.starts_with([' ', '\t'])
        && !value.ends_with([' ', '\t']);
    let looks_encoded = value.starts_with(ENCODED.0) && value.ends_with(ENCODED.1);
    if is_plain && !looks_encoded {
        value.to_owned()
    } else {
        format!("{}{}{}", ENCODED.0, STANDARD.encode(value), ENCODED.1)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn values_are_encoded_as_the_specification_shows() {
        for (value, right) in [
            ("us-west1", "us-west1"),
            ("", ""),
            ("a b\tc", "a b\tc"),
            ("Hello, 世界", "=?base64?SGVsbG8sIOS4lueVjA==?="),
            (" padded ", "=?base64?IHBhZGRlZCA=?="),
            ("line1\nline2", "=?base64?bGluZTEKbGluZTI=?="),
            ("=?base64?literal?=", "=?base64?PT9iYXNlNjQ/bGl0ZXJhbD89?="),
        ] {
            assert_eq!(encode(value), right, "{value:?}");
        }
    }

    #[test]
    fn headers_repeat_the_values_at_their_paths() {
        let params = [
            (&["region"] as &[_], "Region"),
            (&["where", "count"], "Count"),
            (&["dry"], "Dry"),
            (&["whole"], "Whole"),
            (&["absent"], "Absent"),
            (&["null"], "Null"),
            (&["list"], "List"),
        ];
        let params = params.map(|(path, header)| ParamHeader { path, header });
        let arguments = json!({
            "region": "é", "where": {"count": -7}, "dry": false, "whole": 42.0, "null": null, "list": [1],
        });
        let mut headers = HeaderMap::new();
        add_params(&mut headers, &params, &arguments);
        let mut read: Vec<_> = headers
            .iter()
            .map(|(name, value)| format!("{name}: {}", value.to_str().unwrap()))
            .collect();
        read.sort();
        let right = [
            "mcp-param-count: -7",
            "mcp-param-dry: false",
            "mcp-param-region: =?base64?w6k=?=",
            "mcp-param-whole: 42",
        ];
        assert_eq!(read, right);
        assert!(headers.values().all(HeaderValue::is_sensitive));
        add_name(&mut headers, "tool");
        assert!(!headers["mcp-name"].is_sensitive());
    }
}
