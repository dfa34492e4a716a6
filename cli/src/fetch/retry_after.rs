//! The wait that a 429 response requests.
//!
//! The runtime also parses rate-limit headers, for the state of its limiter. This crate cannot use that
//! parser, because it has to work while the runtime does not compile, and it needs the wait only.

use std::time::{Duration, SystemTime};

use reqwest::header::HeaderMap;

/// Numbers of seconds above this are timestamps since 1970, not durations.
const MIN_TIMESTAMP: f64 = 1e9;

/// Returns the wait that the headers name. The most precise header takes precedence.
pub(super) fn wait_named_by(headers: &HeaderMap, now: SystemTime) -> Option<Duration> {
    let text = |name: &str| headers.get(name)?.to_str().ok().map(str::trim);
    let number = |name: &str| text(name)?.parse::<f64>().ok();
    number("retry-after-ms")
        .and_then(|wait| seconds(wait / 1000.0))
        .or_else(|| number("retry-after").and_then(seconds))
        .or_else(|| {
            Some(until(
                httpdate::parse_http_date(text("retry-after")?).ok()?,
                now,
            ))
        })
        .or_else(|| reset(number("ratelimit-reset")?, now))
        .or_else(|| seconds(structured(text("ratelimit")?)?))
}

/// Parses the structured form: `"default";r=0;t=2`.
fn structured(text: &str) -> Option<f64> {
    let parameters = text.split([';', ',']).map(str::trim);
    parameters
        .filter_map(|parameter| parameter.strip_prefix("t="))
        .find_map(|value| value.parse().ok())
}

fn reset(value: f64, now: SystemTime) -> Option<Duration> {
    if value > MIN_TIMESTAMP {
        let moment = SystemTime::UNIX_EPOCH.checked_add(seconds(value)?)?;
        return Some(until(moment, now));
    }
    seconds(value)
}

fn until(moment: SystemTime, now: SystemTime) -> Duration {
    // A time in the past allows a retry at once.
    moment.duration_since(now).unwrap_or_default()
}

fn seconds(value: f64) -> Option<Duration> {
    Duration::try_from_secs_f64(value).ok()
}

#[cfg(test)]
mod tests {
    use reqwest::header::{HeaderName, HeaderValue};

    use super::*;

    #[track_caller]
    fn check(headers: &[(&'static str, &str)], expected: Option<f64>) {
        let now = SystemTime::UNIX_EPOCH + Duration::from_secs(1_800_000_000);
        let mut map = HeaderMap::new();
        for (name, value) in headers {
            let value = HeaderValue::from_str(value).unwrap();
            map.insert(HeaderName::from_static(name), value);
        }
        let found = wait_named_by(&map, now).map(|wait| wait.as_secs_f64());
        assert_eq!(found, expected, "{headers:?}");
    }

    #[test]
    fn parses_every_form() {
        check(&[], None);
        check(
            &[("retry-after-ms", "1500"), ("retry-after", "9")],
            Some(1.5),
        );
        check(&[("retry-after", "2")], Some(2.0));
        check(&[("retry-after", "0.5")], Some(0.5));
        check(
            &[("retry-after", "Fri, 15 Jan 2027 08:00:03 GMT")],
            Some(3.0),
        );
        check(&[("ratelimit-reset", "60")], Some(60.0));
        check(&[("ratelimit-reset", "1800000007")], Some(7.0));
        check(&[("ratelimit", "\"default\";r=0;t=2")], Some(2.0));
    }

    #[test]
    fn ignores_invalid_values() {
        check(&[("retry-after", "-3")], None);
        check(
            &[("retry-after", "soon"), ("ratelimit-reset", "4")],
            Some(4.0),
        );
        check(&[("retry-after", "1e300")], None);
        check(&[("ratelimit-reset", "1700000000")], Some(0.0));
    }
}
