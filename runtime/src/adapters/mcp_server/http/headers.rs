//! The headers of requests.

use axum::http::{HeaderMap, HeaderName, HeaderValue, header};
use rmcp::model::ProtocolVersion;

use super::super::incoming::has_batches;

const PROTOCOL_VERSION: HeaderName = HeaderName::from_static("mcp-protocol-version");

pub(super) fn is_json(headers: &HeaderMap) -> bool {
    let content_type = headers.get(header::CONTENT_TYPE);
    let content_type = content_type.and_then(|value| value.to_str().ok());
    content_type.is_some_and(|value| {
        let essence = value.split(';').next().unwrap_or_default();
        essence.trim().eq_ignore_ascii_case("application/json")
    })
}

/// The scheme and the credentials of the header `Authorization`.
pub(super) struct Authorization<'a> {
    /// Empty if the value has no space: some clients send an API key alone.
    scheme: &'a [u8],
    pub(super) credentials: &'a [u8],
}

impl<'a> Authorization<'a> {
    /// Reads the header, if there is one.
    pub(super) fn read(headers: &'a HeaderMap) -> Option<Self> {
        let value = headers.get(header::AUTHORIZATION)?.as_bytes();
        let end = value.iter().position(|byte| *byte == b' ');
        let (scheme, credentials) = value.split_at(end.unwrap_or(0));
        Some(Self {
            scheme,
            credentials: credentials.trim_ascii(),
        })
    }

    /// Returns `true` for a scheme. Its case does not matter.
    pub(super) fn has_scheme(&self, scheme: &str) -> bool {
        self.scheme.eq_ignore_ascii_case(scheme.as_bytes())
    }

    /// Returns one text for all ways in which clients write the same credentials. The case of the credentials matters.
    pub(super) fn canonical(&self) -> Vec<u8> {
        [&self.scheme.to_ascii_lowercase()[..], self.credentials].join(&b' ')
    }
}

pub(super) fn names_modern_version(headers: &HeaderMap) -> bool {
    let modern = ProtocolVersion::V_2026_07_28;
    let version = headers.get(PROTOCOL_VERSION);
    version.is_some_and(|version| version.as_bytes() >= modern.as_str().as_bytes())
}

/// Returns `true` if the version of a request has batches. Clients of such a version do not name it.
pub(super) fn takes_batches(headers: &HeaderMap) -> bool {
    headers.get(PROTOCOL_VERSION).is_none_or(|version| {
        let version = version.to_str();
        version.is_ok_and(has_batches)
    })
}

/// Reads `*/*`, or no header, as what it says: rmcp wants both types by name.
pub(super) fn accept_what_is_accepted(headers: &mut HeaderMap) {
    let accepts_everything = headers.get_all(header::ACCEPT).iter().any(|value| {
        let value = value.to_str().unwrap_or_default();
        value.split(',').any(|range| {
            let mut parts = range.split(';').map(str::trim);
            parts.next() == Some("*/*") && !parts.any(|part| matches!(part, "q=0" | "q=0.0"))
        })
    });
    if accepts_everything || !headers.contains_key(header::ACCEPT) {
        let both = HeaderValue::from_static("application/json, text/event-stream");
        headers.insert(header::ACCEPT, both);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everything_is_accepted_by_a_star_or_without_a_header() {
        let both = "application/json, text/event-stream";
        for (given, expected) in [
            (None, both),
            (Some("*/*"), both),
            (Some("text/html, */*;q=0.8"), both),
            (Some("text/html, */*;q=0"), "text/html, */*;q=0"),
            (Some("application/json"), "application/json"),
        ] {
            let mut headers = HeaderMap::new();
            if let Some(given) = given {
                headers.insert(header::ACCEPT, given.parse().unwrap());
            }
            accept_what_is_accepted(&mut headers);
            assert_eq!(headers[header::ACCEPT], expected, "{given:?}");
        }
    }

    #[test]
    fn the_case_matters_in_credentials_and_not_in_a_scheme() {
        for (given, is_bearer, canonical) in [
            ("Bearer aB=", true, "bearer aB="),
            ("bearer   aB= ", true, "bearer aB="),
            ("BEARER aB=", true, "bearer aB="),
            ("Bearer", false, " Bearer"),
            ("Bearer-aB=", false, " Bearer-aB="),
            ("bearer-ab=", false, " bearer-ab="),
            ("sk-aB=", false, " sk-aB="),
            ("Basic Bearer aB=", false, "basic Bearer aB="),
            ("", false, " "),
        ] {
            let mut headers = HeaderMap::new();
            headers.insert(header::AUTHORIZATION, given.parse().unwrap());
            let read = Authorization::read(&headers).unwrap();
            assert_eq!(read.has_scheme("Bearer"), is_bearer, "{given:?}");
            assert_eq!(read.canonical(), canonical.as_bytes(), "{given:?}");
        }
        assert!(Authorization::read(&HeaderMap::new()).is_none());
    }

    #[test]
    fn batches_end_with_the_version_that_removed_them() {
        for (version, expected) in [
            (None, true),
            (Some("2024-11-05"), true),
            (Some("2025-03-26"), true),
            (Some("2025-06-18"), false),
            (Some("2026-07-28"), false),
        ] {
            let mut headers = HeaderMap::new();
            if let Some(version) = version {
                headers.insert(PROTOCOL_VERSION, version.parse().unwrap());
            }
            assert_eq!(takes_batches(&headers), expected, "{version:?}");
        }
    }
}
