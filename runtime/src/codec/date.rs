//! Dates and times as text: checked where they are sent, kept as they came where they are read.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use super::{Json, ProblemKind, Scalar, Taken, Value, Walk};
use crate::codec::Format;

macro_rules! dated_text {
    ($(#[$doc:meta])* $name:ident, $format:expr) => {
        $(#[$doc])*
        #[derive(Clone, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(String);

        $crate::texts!($name);

        impl Value for $name {
            fn blank() -> Self {
                Self::default()
            }

            fn encode(&mut self, walk: &mut Walk) -> Option<Json> {
                if walk.is_strict() {
                    check($format, &self.0, walk);
                }
                Some(Json::String(self.0.clone()))
            }

            fn decode(&mut self, json: Json, walk: &mut Walk) {
                match json {
                    Json::String(text) => {
                        if walk.is_strict() {
                            check($format, &text, walk);
                        }
                        self.0 = text;
                    }
                    other => walk.report_type("a string", &other),
                }
            }

            fn take(&mut self, scalar: Scalar<'_>) -> Taken {
                self.0.take(scalar)
            }
        }
    };
}

fn check(format: Format, text: &str, walk: &mut Walk) {
    if !format.accepts(text) {
        let kind = ProblemKind::check(format.describe().to_owned(), &Json::from(text));
        walk.report(kind);
    }
}

dated_text! {
    /// A point in time as RFC 3339 text, as in `2026-06-23T10:00:00.000Z`.
    ///
    /// ```
    /// use std::time::{Duration, UNIX_EPOCH};
    /// use toolsmith_runtime::DateTime;
    ///
    /// let time = DateTime::from(UNIX_EPOCH + Duration::from_secs(1_782_208_800));
    /// assert_eq!(time, "2026-06-23T10:00:00Z");
    /// assert_eq!(DateTime::from("2026-06-23T12:00:00+02:00").to_system_time(), time.to_system_time());
    /// ```
    DateTime, Format::DateTime
}

dated_text! {
    /// A day as RFC 3339 text, as in `2026-06-23`.
    Date, Format::Date
}

impl DateTime {
    /// The point in time, or `None` if the text is not RFC 3339.
    #[must_use]
    pub fn to_system_time(&self) -> Option<SystemTime> {
        let time = parse_date_time(&self.0)?;
        let seconds = Duration::from_secs(time.seconds.unsigned_abs());
        let second = if time.seconds < 0 {
            UNIX_EPOCH.checked_sub(seconds)
        } else {
            UNIX_EPOCH.checked_add(seconds)
        };
        second?.checked_add(Duration::from_nanos(time.nanoseconds.into()))
    }
}

/// Written in UTC, with as many decimals as needed. RFC 3339 has the years 0 to 9999; another is
/// written all the same, and refused where it is sent.
impl From<SystemTime> for DateTime {
    fn from(time: SystemTime) -> Self {
        let Instant {
            seconds,
            nanoseconds,
        } = since_epoch(time);
        let (year, month, day) = civil_from_days(seconds.div_euclid(SECONDS_PER_DAY));
        let second = seconds.rem_euclid(SECONDS_PER_DAY);
        let (hour, minute, second) = (second / 3600, second / 60 % 60, second % 60);
        let fraction = format!("{nanoseconds:09}");
        let fraction = fraction.trim_end_matches('0');
        let point = if fraction.is_empty() { "" } else { "." };
        Self(format!(
            "{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}{point}{fraction}Z"
        ))
    }
}

const SECONDS_PER_DAY: i64 = 86_400;

/// The second that a time lies in, counted from 1970, and what has passed of it.
fn since_epoch(time: SystemTime) -> Instant {
    let whole = |duration: Duration| i64::try_from(duration.as_secs()).unwrap_or(i64::MAX);
    match time.duration_since(UNIX_EPOCH) {
        Ok(after) => Instant {
            seconds: whole(after),
            nanoseconds: after.subsec_nanos(),
        },
        Err(earlier) => {
            let before = earlier.duration();
            match before.subsec_nanos() {
                0 => Instant {
                    seconds: -whole(before),
                    nanoseconds: 0,
                },
                part => Instant {
                    seconds: -whole(before) - 1,
                    nanoseconds: 1_000_000_000 - part,
                },
            }
        }
    }
}

/// Seconds since 1970, and the nanoseconds that follow.
struct Instant {
    seconds: i64,
    nanoseconds: u32,
}

pub(super) fn is_date(text: &str) -> bool {
    parse_date(text).is_some()
}

pub(super) fn is_date_time(text: &str) -> bool {
    parse_date_time(text).is_some()
}

pub(super) fn is_time(text: &str) -> bool {
    parse_time(text).is_some()
}

/// Days since 1970-01-01 of `2026-06-23`.
fn parse_date(text: &str) -> Option<i64> {
    let mut parts = text.split('-');
    let year = digits(parts.next()?, 4)?;
    let month = digits(parts.next()?, 2)?;
    let day = digits(parts.next()?, 2)?;
    if parts.next().is_some() || day == 0 || day > days_in_month(year, month)? {
        return None;
    }
    Some(days_from_civil(year, month, day))
}

/// RFC 3339, section 5.6: `T` and `Z` may be lower case.
fn parse_date_time(text: &str) -> Option<Instant> {
    let (date, time) = text.split_once(['T', 't'])?;
    let days = parse_date(date)?;
    let time = parse_time(time)?;
    Some(Instant {
        seconds: days * SECONDS_PER_DAY + time.seconds,
        ..time
    })
}

/// Time since midnight UTC of `10:00:00Z`; second 60 is a leap second.
fn parse_time(text: &str) -> Option<Instant> {
    let zone_start = text.find(['Z', 'z', '+', '-'])?;
    let (clock, zone) = text.split_at_checked(zone_start)?;
    let (whole, nanoseconds) = match clock.split_once('.') {
        Some((whole, fraction)) => (whole, parse_fraction(fraction)?),
        None => (clock, 0),
    };
    let mut parts = whole.split(':');
    let hour = digits(parts.next()?, 2).filter(|hour| *hour < 24)?;
    let minute = digits(parts.next()?, 2).filter(|minute| *minute < 60)?;
    let second = digits(parts.next()?, 2).filter(|second| *second <= 60)?;
    if parts.next().is_some() {
        return None;
    }
    Some(Instant {
        seconds: hour * 3600 + minute * 60 + second - parse_zone(zone)?,
        nanoseconds,
    })
}

fn parse_fraction(text: &str) -> Option<u32> {
    if text.is_empty() || !text.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let nine: String = text.chars().chain("000000000".chars()).take(9).collect();
    nine.parse().ok()
}

/// Seconds east of UTC of `Z` or `+02:00`.
fn parse_zone(text: &str) -> Option<i64> {
    if text.eq_ignore_ascii_case("z") {
        return Some(0);
    }
    let (sign, clock) = match text.strip_prefix('-') {
        Some(clock) => (-1, clock),
        None => (1, text.strip_prefix('+')?),
    };
    let (hour, minute) = clock.split_once(':')?;
    let hour = digits(hour, 2).filter(|hour| *hour < 24)?;
    let minute = digits(minute, 2).filter(|minute| *minute < 60)?;
    Some(sign * (hour * 3600 + minute * 60))
}

fn digits(text: &str, length: usize) -> Option<i64> {
    let all_digits = text.bytes().all(|byte| byte.is_ascii_digit());
    (text.len() == length && all_digits).then(|| text.parse().ok())?
}

fn days_in_month(year: i64, month: i64) -> Option<i64> {
    let is_leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    match month {
        1 | 3 | 5 | 7 | 8 | 10 | 12 => Some(31),
        4 | 6 | 9 | 11 => Some(30),
        2 => Some(if is_leap { 29 } else { 28 }),
        _ => None,
    }
}

/// Days since 1970-01-01 in the proleptic Gregorian calendar.
fn days_from_civil(year: i64, month: i64, day: i64) -> i64 {
    // Years begin in March, so that the leap day is the last of a year.
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let year_of_era = year.rem_euclid(400);
    let day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    era * 146_097 + day_of_era - 719_468
}

/// The inverse of [`days_from_civil`].
fn civil_from_days(days: i64) -> (i64, i64, i64) {
    let days = days + 719_468;
    let era = days.div_euclid(146_097);
    let day_of_era = days.rem_euclid(146_097);
    let year_of_era =
        (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted_month = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * shifted_month + 2) / 5 + 1;
    let month = if shifted_month < 10 {
        shifted_month + 3
    } else {
        shifted_month - 9
    };
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    (year, month, day)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn accepts_what_rfc_3339_does() {
        for text in [
            "1985-04-12T23:20:50.52Z",
            "1996-12-19T16:39:57-08:00",
            "1990-12-31T23:59:60Z",
            "2026-06-23t10:00:00z",
        ] {
            assert!(is_date_time(text), "{text}");
        }
        for text in [
            "2026-06-23",
            "2026-06-23T10:00:00",
            "2026-02-29T10:00:00Z",
            "2026-06-23T24:00:00Z",
            "2026-06-23 10:00:00Z",
            "2026-06-23T10:00:00+2:00",
        ] {
            assert!(!is_date_time(text), "{text}");
        }
    }

    #[test]
    fn dates_survive_a_round_trip() {
        for days in (-719_000..60_000).step_by(17) {
            let (year, month, day) = civil_from_days(days);
            let text = format!("{year:04}-{month:02}-{day:02}");
            assert_eq!(parse_date(&text), Some(days), "{text}");
        }
    }

    #[test]
    fn times_survive_a_round_trip_before_1970_too() {
        let half = Duration::from_millis(500);
        for (time, text) in [
            (UNIX_EPOCH - half, "1969-12-31T23:59:59.5Z"),
            (UNIX_EPOCH - 3 * half, "1969-12-31T23:59:58.5Z"),
            (UNIX_EPOCH - 2 * half, "1969-12-31T23:59:59Z"),
            (UNIX_EPOCH + half, "1970-01-01T00:00:00.5Z"),
        ] {
            assert_eq!(DateTime::from(time), text);
            assert_eq!(DateTime::from(text).to_system_time(), Some(time), "{text}");
        }
    }

    #[test]
    fn an_empty_date_is_a_problem_beside_others() {
        let mut walk = Walk::new(crate::codec::Mode::Strict);
        Date::blank().decode(Json::from(""), &mut walk);
        assert_eq!(walk.problem_count(), 1);
        Date::blank().decode(Json::from(1), &mut walk);
        assert_eq!(walk.problem_count(), 2);
    }

    #[test]
    fn a_date_is_passed_on_by_reference() {
        let day = Date::from("2026-06-23");
        assert_eq!(Date::from(&day), day);
        assert_eq!(AsRef::<str>::as_ref(&day), "2026-06-23");
    }
}
