//! Rate-limit headers, form by form.

use std::time::UNIX_EPOCH;

use http::{HeaderName, HeaderValue};

use super::*;

mod limits;
mod several;

/// 2026-06-23T10:00:00Z
const NOW: u64 = 1_782_208_800;

fn read(fields: &[(&str, &str)]) -> RateLimitHeaders {
    let mut headers = HeaderMap::new();
    for (name, value) in fields {
        let name = HeaderName::from_bytes(name.as_bytes()).unwrap();
        headers.append(name, HeaderValue::from_str(value).unwrap());
    }
    RateLimitHeaders::from_headers(&headers, UNIX_EPOCH + Duration::from_secs(NOW))
}

fn milliseconds(duration: Option<Duration>) -> Option<u128> {
    duration.map(|duration| duration.as_millis())
}

#[test]
#[allow(clippy::too_many_lines, reason = "a table")]
fn reads_waits_in_every_form() {
    for (fields, expected) in [
        (&[("retry-after", "7")][..], Some(7000)),
        (&[("retry-after", " 1.5 ")], Some(1500)),
        (&[("retry-after", "-3")], Some(0)),
        (
            &[("retry-after", "Tue, 23 Jun 2026 10:00:30 GMT")],
            Some(30_000),
        ),
        (&[("retry-after", "Tue, 23 Jun 2026 09:00:00 GMT")], Some(0)),
        (&[("retry-after", "soon")], None),
        (&[("retry-after", "inf")], None),
        (&[("retry-after-ms", "250")], Some(250)),
        (
            &[("retry-after-ms", "250"), ("retry-after", "1")],
            Some(250),
        ),
        (
            &[("retry-after-ms", "1400"), ("retry-after", "1")],
            Some(1400),
        ),
        (
            &[("retry-after-ms", "1400"), ("retry-after", "2")],
            Some(1400),
        ),
        // Contradictions.
        (
            &[("retry-after-ms", "250"), ("retry-after", "9")],
            Some(9000),
        ),
        (
            &[("retry-after-ms", "9000"), ("retry-after", "1")],
            Some(9000),
        ),
        (&[("retry-after-ms", "0"), ("retry-after", "3")], Some(3000)),
        (
            &[("retry-after-ms", "0"), ("retry-after", "0.5")],
            Some(500),
        ),
        (&[("retry-after-ms", "0"), ("retry-after", "0")], Some(0)),
        (
            &[("ratelimit-reset", "0"), ("x-ratelimit-reset", "5")],
            Some(5000),
        ),
        (
            &[("ratelimit-reset", "5"), ("x-ratelimit-reset", "0")],
            Some(5000),
        ),
        (
            &[("ratelimit-reset", "3"), ("x-ratelimit-reset", "5")],
            Some(5000),
        ),
        (
            &[("ratelimit", "\"a\";r=0;t=0"), ("x-ratelimit-reset", "5")],
            Some(5000),
        ),
        // The reset of another limit.
        (
            &[
                ("ratelimit-limit", "10"),
                ("ratelimit-reset", "3"),
                ("x-ratelimit-limit", "5000"),
                ("x-ratelimit-reset", "3600"),
            ],
            Some(3000),
        ),
        (&[("retry-after-ms", "x"), ("retry-after", "9")], Some(9000)),
        (
            &[("retry-after-ms", "1e300"), ("retry-after", "9")],
            Some(9000),
        ),
        (&[("ratelimit-reset", "60")], Some(60_000)),
        (&[("ratelimit-reset", "0.25")], Some(250)),
        (&[("ratelimit-reset", "1782208830")], Some(30_000)),
        (&[("ratelimit-reset", "1782208830000")], Some(30_000)),
        (&[("ratelimit-reset", "1782208000")], Some(0)),
        (&[("x-ratelimit-reset", "1782208830")], Some(30_000)),
        (
            &[("retry-after", "2"), ("ratelimit-reset", "60")],
            Some(60_000),
        ),
        (
            &[("retry-after", "60"), ("ratelimit-reset", "2")],
            Some(60_000),
        ),
        (
            &[("retry-after", "0"), ("ratelimit-reset", "2")],
            Some(2000),
        ),
        // Calls are left, so the reset is that of another limit.
        (
            &[
                ("retry-after", "2"),
                ("ratelimit-reset", "60"),
                ("ratelimit-remaining", "5"),
            ],
            Some(2000),
        ),
        (
            &[("x-ratelimit-reset", "2026-06-23T10:00:30Z")],
            Some(30_000),
        ),
        (
            &[("x-ratelimit-reset", "2026-06-23T12:00:30.250+02:00")],
            Some(30_250),
        ),
        (
            &[("ratelimit-reset", "2026-06-23 09:00:30-01:00")],
            Some(30_000),
        ),
        (&[("retry-after", "2026-06-23t10:00:30z")], Some(30_000)),
        (&[("retry-after", "2026-06-23T09:59:59Z")], Some(0)),
        (&[("x-ratelimit-reset", "6m0s")], Some(360_000)),
        (&[("x-ratelimit-reset", "1s")], Some(1000)),
        (&[("x-ratelimit-reset", "250ms")], Some(250)),
        (&[("x-ratelimit-reset", "1h2m3.5s")], Some(3_723_500)),
        (&[("retry-after", "1m30s")], Some(90_000)),
        (&[("x-ratelimit-reset-requests", "120ms")], Some(120)),
        (
            &[("anthropic-ratelimit-requests-reset", "2026-06-23T10:00:05Z")],
            Some(5000),
        ),
        (&[("x-ratelimit-reset", "1x")], None),
        (&[("x-ratelimit-reset", "s")], None),
        (&[("x-ratelimit-reset", "1s2")], None),
        (&[("x-ratelimit-reset", "1.2.3s")], None),
        (&[("x-ratelimit-reset", "400d")], None),
        (&[("x-ratelimit-reset", "2026-13-23T10:00:30Z")], None),
        (&[("x-ratelimit-reset", "2026-06-23T10:00:30")], None),
        (&[("x-ratelimit-reset", "2026-06-23T25:00:30Z")], None),
        (&[("x-ratelimit-reset", "2026-06-23T10:00:30.Z")], None),
        (&[("x-ratelimit-reset", "2026-06-2\u{e9}T10:00:30Z")], None),
        (&[("ratelimit", "\"a\";r=0;t=5")], Some(5000)),
        (
            &[("ratelimit", "limit=100, remaining=0, reset=5")],
            Some(5000),
        ),
        (&[], None),
    ] {
        assert_eq!(milliseconds(read(fields).wait()), expected, "{fields:?}");
    }
}

/// GitHub's secondary limits, and limits on concurrency next to a quota, look so.
#[test]
fn the_reset_of_a_limit_that_has_calls_left_is_no_wait() {
    let fields = [
        ("x-ratelimit-limit", "5000"),
        ("x-ratelimit-remaining", "4000"),
        ("x-ratelimit-reset", "3600"),
    ];
    assert_eq!(read(&fields).wait(), None);
}

#[test]
fn waits_are_those_of_mcp_sessions() {
    let cases = include_str!("../../../../../tests/corpus/waits.txt");
    let cases = cases.lines().filter(|line| !line.starts_with('#'));
    for case in cases {
        let (fields, expected) = case.split_once(" => ").unwrap();
        let fields = fields.split(" | ").filter_map(|one| one.split_once(": "));
        let fields: Vec<(&str, &str)> = fields.collect();
        assert_eq!(
            milliseconds(read(&fields).wait()),
            expected.parse().ok(),
            "{case}"
        );
    }
}

#[test]
fn ignores_an_implausible_wait() {
    for (fields, expected) in [
        (&[("retry-after", "NaN")][..], None),
        (&[("retry-after", "1e300")], None),
        (&[("retry-after", "1e308")], None),
        // The maximum duration in seconds.
        (&[("retry-after", "18446744073709549568")], None),
        (&[("retry-after-ms", "-1e19")], Some(0)),
        (&[("retry-after", "Fri, 31 Dec 9999 23:59:59 GMT")], None),
        (&[("ratelimit-reset", "NaN")], None),
        (&[("ratelimit-reset", "-60")], Some(0)),
        (&[("ratelimit-reset", "1e308")], None),
        (&[("ratelimit-reset", "1782208830000000")], Some(30_000)),
        (&[("ratelimit-reset", "1782208830000000000")], Some(30_000)),
        (&[("ratelimit", "\"a\";r=0;t=18446744073709551615")], None),
        (
            &[(
                "ratelimit",
                "limit=1, remaining=0, reset=18446744073709551615",
            )],
            None,
        ),
        (
            &[
                ("retry-after", "18446744073709549568"),
                ("ratelimit-reset", "5"),
            ],
            Some(5000),
        ),
    ] {
        assert_eq!(milliseconds(read(fields).wait()), expected, "{fields:?}");
    }
}
