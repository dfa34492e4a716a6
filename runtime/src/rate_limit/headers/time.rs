//! The times and durations of rate-limit headers.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use http::{HeaderMap, header};

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
        let by_client = after((self.now)());
        let Some(by_server) = self.date().map(after) else {
            return believable(by_client);
        };
        let is_same = by_server.abs_diff(by_client) <= SAME_CLOCK;
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

/// Parses a date of RFC 3339: `2026-06-23T10:00:30Z`, `2026-06-23 10:00:30.5+02:00`.
fn rfc_3339(value: &str) -> Option<SystemTime> {
    let part = |from: usize, to: usize| whole_number(value.get(from..to)?);
    let separators = [(4, "-"), (7, "-"), (13, ":"), (16, ":")];
    let is_separated = separators
        .iter()
        .all(|(at, separator)| value.get(*at..at + 1) == Some(separator));
    if !is_separated || !matches!(value.get(10..11)?, "T" | "t" | " ") {
        return None;
    }
    let days = days_since_epoch(part(0, 4)?, part(5, 7)?, part(8, 10)?)?;
    let (hour, minute, second) = (part(11, 13)?, part(14, 16)?, part(17, 19)?);
    // A leap second is the 60th.
    if hour > 23 || minute > 59 || second > 60 {
        return None;
    }
    let rest = value.get(19..)?;
    let digits = rest.strip_prefix('.').unwrap_or_default();
    let length = digits.bytes().take_while(u8::is_ascii_digit).count();
    let (fraction, zone) = match rest.strip_prefix('.') {
        Some(_) if length == 0 => return None,
        Some(digits) => (
            format!("0.{}", digits.get(..length)?).parse::<f64>().ok()?,
            digits.get(length..)?,
        ),
        None => (0.0, rest),
    };
    let seconds = ((days * 24 + hour) * 60 + minute) * 60 + second;
    let seconds = i64::try_from(seconds).ok()? - zone_offset(zone)?;
    let time = UNIX_EPOCH.checked_add(Duration::from_secs(u64::try_from(seconds).ok()?))?;
    time.checked_add(Duration::try_from_secs_f64(fraction).ok()?)
}

/// Parses a time zone as seconds east of Greenwich.
fn zone_offset(zone: &str) -> Option<i64> {
    if matches!(zone, "Z" | "z") {
        return Some(0);
    }
    let sign = match zone.get(..1)? {
        "+" => 1,
        "-" => -1,
        _ => return None,
    };
    let (hours, minutes) = (zone.get(1..3)?, zone.get(3..)?);
    let minutes = minutes.strip_prefix(':').unwrap_or(minutes);
    let (hours, minutes) = (whole_number(hours)?, whole_number(minutes)?);
    let offset = i64::try_from(hours * 60 + minutes).ok()? * 60;
    (hours < 24 && minutes < 60).then_some(sign * offset)
}

/// Returns the number of days from 1970-01-01 to a date that is not earlier.
fn days_since_epoch(year: u64, month: u64, day: u64) -> Option<u64> {
    const BEFORE: [u64; 12] = [0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334];
    let is_leap = |year: u64| year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let leap_days = |year: u64| year / 4 - year / 100 + year / 400;
    let before = BEFORE.get(usize::try_from(month.checked_sub(1)?).ok()?)?;
    if year < 1970 || !(1..=31).contains(&day) {
        return None;
    }
    let years = (year - 1970) * 365 + leap_days(year - 1) - leap_days(1969);
    let leap_day = u64::from(month > 2 && is_leap(year));
    Some(years + before + leap_day + day - 1)
}
