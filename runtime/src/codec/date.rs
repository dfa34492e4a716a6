//! Dates and times as strings: checked when they are sent, kept unchanged when they are received.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

#[cfg(any(feature = "jiff", feature = "chrono", feature = "time"))]
use toolsmith_dialect::calendar::parse_date;
use toolsmith_dialect::calendar::{Instant, SECONDS_PER_DAY, civil_from_days, parse_date_time};

use super::{Container, Format, Json, ProblemKind, Scalar, Taken, Value, Walk};

macro_rules! date_string {
    ($(#[$doc:meta])* $name:ident, $format:expr) => {
        $(#[$doc])*
        #[derive(Clone, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(String);

        $crate::string_newtype!($name);

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
                    other => walk.report_type($format.describe(), &other),
                }
            }

            fn take_scalar(&mut self, scalar: Scalar<'_>) -> Taken {
                self.0.take_scalar(scalar)
            }

            fn container(&mut self) -> Container<'_> {
                self.0.container()
            }
        }
    };
}

fn check(format: Format, text: &str, walk: &mut Walk) {
    if !format.accepts(text) {
        let kind = ProblemKind::check(format.expectation(text), &Json::from(text));
        walk.report(kind);
    }
}

date_string! {
    /// A point in time as an RFC 3339 string, as in `2026-06-23T10:00:00.000Z`.
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

date_string! {
    /// A date as an RFC 3339 string, as in `2026-06-23`.
    Date, Format::Date
}

impl DateTime {
    /// Returns the point in time, or `None` if the string is not an RFC 3339 date and time.
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

#[cfg(any(feature = "jiff", feature = "chrono", feature = "time"))]
impl DateTime {
    /// Returns the point in time.
    pub(super) fn instant(&self) -> Option<Instant> {
        parse_date_time(&self.0)
    }

    /// Writes the time from the nanoseconds since 1970.
    pub(super) fn of_nanoseconds(nanoseconds: i128) -> Self {
        const PER_SECOND: i128 = 1_000_000_000;
        let seconds = nanoseconds.div_euclid(PER_SECOND);
        let rest = nanoseconds.rem_euclid(PER_SECOND);
        Self::of_instant(&Instant {
            // The types of all crates end long before.
            seconds: i64::try_from(seconds).unwrap_or(i64::MAX),
            nanoseconds: u32::try_from(rest).unwrap_or_default(),
        })
    }
}

#[cfg(any(feature = "jiff", feature = "chrono", feature = "time"))]
impl Date {
    /// Returns the year, the month and the day.
    pub(super) fn parts(&self) -> Option<(i64, i64, i64)> {
        parse_date(&self.0).map(civil_from_days)
    }

    /// Writes a day of the years 0 to 9999. Other years are written as well, and refused when they are
    /// sent.
    pub(super) fn of_parts(
        year: impl Into<i64>,
        month: impl Into<i64>,
        day: impl Into<i64>,
    ) -> Self {
        let (year, month, day) = (year.into(), month.into(), day.into());
        Self(format!("{year:04}-{month:02}-{day:02}"))
    }
}

/// Writes the time in UTC, with as many decimals as needed. RFC 3339 has the years 0 to 9999;
/// other years are written as well, and refused when they are sent.
impl From<SystemTime> for DateTime {
    fn from(time: SystemTime) -> Self {
        Self::of_instant(&since_epoch(time))
    }
}

impl DateTime {
    fn of_instant(instant: &Instant) -> Self {
        let Instant {
            seconds,
            nanoseconds,
        } = *instant;
        let (year, month, day) = civil_from_days(seconds.div_euclid(SECONDS_PER_DAY));
        let of_day = seconds.rem_euclid(SECONDS_PER_DAY);
        let (hour, minute, second) = (of_day / 3600, of_day / 60 % 60, of_day % 60);
        let decimals = format!("{nanoseconds:09}");
        let fraction = decimals.trim_end_matches('0');
        let point = if fraction.is_empty() { "" } else { "." };
        Self(format!(
            "{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}{point}{fraction}Z"
        ))
    }
}

/// Returns the whole seconds since 1970, rounded down, and the nanoseconds that follow.
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_before_1970_survive_a_round_trip() {
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
    fn reports_an_empty_date_and_a_number() {
        let mut walk = Walk::strict();
        Date::blank().decode(Json::from(""), &mut walk);
        assert_eq!(walk.problem_count(), 1);
        Date::blank().decode(Json::from(1), &mut walk);
        assert_eq!(walk.problem_count(), 2);
    }

    #[test]
    fn converts_from_a_reference() {
        let day = Date::from("2026-06-23");
        assert_eq!(Date::from(&day), day);
        assert_eq!(AsRef::<str>::as_ref(&day), "2026-06-23");
    }
}
