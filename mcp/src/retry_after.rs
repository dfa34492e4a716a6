//! The wait that a server asks for before a retry.
//!
//! The runtime, which compiles without this crate, reads more for the state of its limiter:
//! `runtime/src/rate_limit/headers/`. `tests/corpus/waits.txt` has the cases on which both agree.

use std::time::{Duration, SystemTime};

use reqwest::header::HeaderMap;

/// Numbers of seconds above this are timestamps since 1970, not durations.
const MIN_TIMESTAMP: f64 = 1e9;

/// A longer wait is an error of the server.
const MAX_WAIT: Duration = Duration::from_secs(366 * 24 * 60 * 60);

/// The difference from which a wait in seconds is not the rounded one in milliseconds.
const SECOND: Duration = Duration::from_secs(1);

/// Returns the wait that the headers of a response name: `retry-after-ms` and `retry-after`, or the reset
/// of a window.
#[must_use]
pub fn retry_after(headers: &HeaderMap, now: SystemTime) -> Option<Duration> {
    let text = |name: &str| headers.get(name)?.to_str().ok().map(str::trim);
    let number = |value: &str| value.parse::<f64>().ok();
    let milliseconds = |value: &str| seconds(number(value)? / 1000.0);
    let exactly = longest(headers, "retry-after-ms", milliseconds);
    let rounded = longest(headers, "retry-after", |value| seconds_or_date(value, now));
    longer(exactly, rounded)
        .or_else(|| {
            longest(headers, "ratelimit-reset", |value| {
                reset(number(value)?, now)
            })
        })
        .or_else(|| seconds(structured(text("ratelimit")?)?))
}

/// Returns the longest wait that the headers of this name say. Several may be joined to one: `1, 120`.
fn longest(
    headers: &HeaderMap,
    name: &str,
    read: impl Fn(&str) -> Option<Duration>,
) -> Option<Duration> {
    let lines = headers.get_all(name).into_iter();
    let waits = lines.filter_map(|line| {
        let line = line.to_str().ok()?.trim();
        let joined = || line.split(',').filter_map(|part| read(part.trim())).max();
        read(line).or_else(joined)
    });
    waits.max()
}

/// Returns the more precise of two waits, or the longer one if they contradict each other.
fn longer(exactly: Option<Duration>, rounded: Option<Duration>) -> Option<Duration> {
    match (exactly, rounded) {
        (Some(exactly), Some(rounded))
            if exactly.is_zero() || exactly.abs_diff(rounded) >= SECOND =>
        {
            Some(exactly.max(rounded))
        }
        (exactly, rounded) => exactly.or(rounded),
    }
}

fn seconds_or_date(value: &str, now: SystemTime) -> Option<Duration> {
    match value.parse() {
        Ok(number) => seconds(number),
        Err(_) => until(httpdate::parse_http_date(value).ok()?, now),
    }
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
        let since_epoch = Duration::try_from_secs_f64(value).ok()?;
        return until(SystemTime::UNIX_EPOCH.checked_add(since_epoch)?, now);
    }
    seconds(value)
}

/// Returns the time until a moment; one in the past allows a retry at once.
fn until(moment: SystemTime, now: SystemTime) -> Option<Duration> {
    believable(moment.duration_since(now).unwrap_or_default())
}

/// Converts seconds; a negative number is in the past.
fn seconds(value: f64) -> Option<Duration> {
    let finite = Some(value).filter(|value| value.is_finite())?;
    let wait = Duration::try_from_secs_f64(finite.max(0.0)).ok();
    wait.and_then(believable)
}

fn believable(wait: Duration) -> Option<Duration> {
    (wait <= MAX_WAIT).then_some(wait)
}

#[cfg(test)]
mod tests {
    use reqwest::header::{HeaderName, HeaderValue};

    use super::*;

    /// 2026-06-23T10:00:00Z
    const NOW: u64 = 1_782_208_800;

    fn found(headers: &[(&str, &str)]) -> Option<u128> {
        let mut map = HeaderMap::new();
        for (name, value) in headers {
            let name = HeaderName::from_bytes(name.as_bytes()).unwrap();
            map.append(name, HeaderValue::from_str(value).unwrap());
        }
        let now = SystemTime::UNIX_EPOCH + Duration::from_secs(NOW);
        retry_after(&map, now).map(|wait| wait.as_millis())
    }

    #[test]
    fn waits_are_those_of_the_runtime() {
        let cases = include_str!("../../tests/corpus/waits.txt");
        let cases = cases.lines().filter(|line| !line.starts_with('#'));
        for case in cases {
            let (headers, expected) = case.split_once(" => ").unwrap();
            let headers = headers.split(" | ").filter_map(|one| one.split_once(": "));
            let headers: Vec<(&str, &str)> = headers.collect();
            assert_eq!(found(&headers), expected.parse().ok(), "{case}");
        }
    }

    #[test]
    fn a_request_to_wait_precedes_the_reset_of_a_window() {
        assert_eq!(
            found(&[("retry-after", "2"), ("ratelimit-reset", "60")]),
            Some(2000)
        );
    }
}
