//! The times and durations of rate-limit headers.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use http::{HeaderMap, header};
use toolsmith_dialect::calendar;

use super::{believable, whole_number};

/// The difference that two clocks have by rounding alone.
const SAME_CLOCK: Duration = Duration::from_secs(2);

/// The longest wait that only the clock of the client names. The date of the response says that the
/// time is past, so one of the clocks is wrong.
const MAX_DOUBTFUL_WAIT: Duration = Duration::from_secs(60);

/// The clocks of a response: its `Date`, and the time of day, which is read only if it is needed.
pub(super) struct Times<'a> {
    pub(super) headers: &'a HeaderMap,
    pub(super) now: &'a dyn Fn() -> SystemTime,
}

impl Times<'_> {
    /// Parses a wait: a number of seconds, a duration or a date.
    pub(super) fn wait(&self, value: &str) -> Option<Duration> {
        match number(value) {
            Some(number) => seconds(number),
            None => self.duration_or_date(value),
        }
    }

    /// Parses a reset: seconds from now, an epoch time in seconds, milliseconds or smaller units, a
    /// duration or a date.
    pub(super) fn reset(&self, value: &str) -> Option<Duration> {
        const EPOCH_SECONDS: f64 = 1e9;
        /// The bounds above which the unit is milliseconds, microseconds or nanoseconds.
        const FINER: [f64; 3] = [1e12, 1e15, 1e18];
        if let Some(few) = whole_number(value).filter(|seconds| *seconds <= u16::MAX.into()) {
            // The usual form, which is faster to parse.
            return Some(Duration::from_secs(few));
        }
        let Some(number) = number(value) else {
            return self.duration_or_date(value);
        };
        if number <= EPOCH_SECONDS {
            return seconds(number);
        }
        let finer = FINER.iter().filter(|least| number > **least);
        let since_epoch = finer.fold(number, |value, _| value / 1000.0);
        let since_epoch = Duration::try_from_secs_f64(since_epoch).ok()?;
        self.until(UNIX_EPOCH.checked_add(since_epoch)?)
    }

    fn duration_or_date(&self, value: &str) -> Option<Duration> {
        if let Some(duration) = duration(value) {
            return believable(duration);
        }
        let date = httpdate::parse_http_date(value).ok();
        self.until(date.or_else(|| rfc_3339(value))?)
    }

    /// Returns the time until `time`; zero if it is past.
    fn until(&self, time: SystemTime) -> Option<Duration> {
        let after = |now| time.duration_since(now).unwrap_or_default();
        let now = (self.now)();
        let by_client = after(now);
        let Some(date) = self.date() else {
            return believable(by_client);
        };
        let by_server = after(date);
        let difference = date
            .duration_since(now)
            .unwrap_or_else(|error| error.duration());
        let is_same = difference <= SAME_CLOCK;
        believable(if is_same || by_client.is_zero() {
            by_server
        } else if by_server.is_zero() {
            Some(by_client)
                .filter(|wait| *wait <= MAX_DOUBTFUL_WAIT)
                .unwrap_or_default()
        } else {
            by_server.min(by_client)
        })
    }

    /// Returns the time of the server, because a wrong clock would turn a date into a wait of
    /// minutes or none.
    fn date(&self) -> Option<SystemTime> {
        let date = self.headers.get(header::DATE)?.to_str().ok()?;
        httpdate::parse_http_date(date).ok()
    }
}

pub(super) fn number(value: &str) -> Option<f64> {
    value.parse().ok().filter(|number: &f64| number.is_finite())
}

/// Converts seconds; a negative number is in the past and counts as 0.
pub(super) fn seconds(number: f64) -> Option<Duration> {
    Duration::try_from_secs_f64(number.max(0.0))
        .ok()
        .and_then(believable)
}

/// Parses a duration as Go writes it: `6m0s`, `1.5s`, `250ms`.
fn duration(value: &str) -> Option<Duration> {
    const UNITS: [(&str, f64); 8] = [
        ("ns", 1e-9),
        ("us", 1e-6),
        ("\u{b5}s", 1e-6),
        ("ms", 1e-3),
        ("s", 1.0),
        ("m", 60.0),
        ("h", 3600.0),
        ("d", 86_400.0),
    ];
    let (mut rest, mut total) = (value, 0.0);
    while !rest.is_empty() {
        let is_digit = |letter: char| letter.is_ascii_digit() || letter == '.';
        let (number, after) = rest.split_at_checked(rest.find(|letter| !is_digit(letter))?)?;
        let end = after.find(is_digit).unwrap_or(after.len());
        let (unit, after) = after.split_at_checked(end)?;
        let (_, scale) = UNITS.iter().find(|(name, _)| *name == unit)?;
        total += number.parse::<f64>().ok()? * scale;
        rest = after;
    }
    (!value.is_empty()).then_some(())?;
    Duration::try_from_secs_f64(total).ok()
}

/// Parses a date of RFC 3339, also with a space before the time and without a colon in the zone:
/// `2026-06-23T10:00:30Z`, `2026-06-23 10:00:30.5+0200`.
fn rfc_3339(value: &str) -> Option<SystemTime> {
    const DATE_LENGTH: usize = 10;
    let (date, time) = value.split_at_checked(DATE_LENGTH)?;
    let time = time.strip_prefix(['T', 't', ' '])?;
    let (clock, zone) = time.split_at_checked(time.find(['+', '-']).unwrap_or(time.len()))?;
    let zone = match zone.split_at_checked(3) {
        Some((hours, minutes)) if minutes.len() == 2 => format!("{hours}:{minutes}"),
        _ => zone.to_owned(),
    };
    let instant = calendar::parse_date_time(&format!("{date}T{clock}{zone}"))?;
    let seconds = Duration::from_secs(u64::try_from(instant.seconds).ok()?);
    let time = UNIX_EPOCH.checked_add(seconds)?;
    time.checked_add(Duration::from_nanos(instant.nanoseconds.into()))
}
