//! Dates and times as strings: checked when they are sent, kept unchanged when they are received.

use std::cmp::Ordering;
use std::hash::{Hash, Hasher};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

#[cfg(any(feature = "jiff", feature = "chrono", feature = "time"))]
use toolsmith_dialect::calendar::parse_date;
use toolsmith_dialect::calendar::{Instant, SECONDS_PER_DAY, civil_from_days, parse_date_time};

use super::{Container, Format, Json, ProblemKind, Scalar, Taken, Value, Walk};

macro_rules! date_string {
    ($(#[$doc:meta])* $name:ident, $format:expr) => {
        $(#[$doc])*
        #[derive(Clone, Default)]
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
    /// The conversion from a string never fails. A call with a string that is not a point in time is
    /// refused before it is sent, with [`Error::Arguments`](crate::Error::Arguments).
    ///
    /// Two values are compared, ordered and hashed as points in time: offsets and trailing zeros of a
    /// fraction do not matter. Strings that are not points in time are compared as strings, and order
    /// after all points in time. A comparison with a string, as in `time == "…"`, compares the strings.
    /// The value is sent and serialized unchanged.
    ///
    /// ```
    /// use std::time::{Duration, SystemTime, UNIX_EPOCH};
    /// use toolsmith_runtime::DateTime;
    ///
    /// let time = DateTime::from(UNIX_EPOCH + Duration::from_secs(1_782_208_800));
    /// assert_eq!(time, "2026-06-23T10:00:00Z");
    /// assert_eq!(time, DateTime::from("2026-06-23T12:00:00.000+02:00"));
    /// assert!(time < DateTime::from("2026-06-23T09:00:00-02:00"));
    /// assert!(DateTime::from("2026-01-31T12:00:00Z") < DateTime::from(SystemTime::now()));
    /// assert_eq!(DateTime::from("soon").to_system_time(), None);
    /// ```
    DateTime, Format::DateTime
}

date_string! {
    /// A date as an RFC 3339 string, as in `2026-06-23`.
    ///
    /// The conversion from a string never fails. A call with a string that is not a date is refused
    /// before it is sent, with [`Error::Arguments`](crate::Error::Arguments). Dates are compared and
    /// ordered as strings, which is the order of the days.
    #[derive(PartialEq, Eq, PartialOrd, Ord, Hash)]
    Date, Format::Date
}

/// The value by which a [`DateTime`] is compared. Points in time order before other strings.
#[derive(PartialEq, Eq, PartialOrd, Ord, Hash)]
enum TimeKey<'t> {
    Instant(i64, u32),
    Text(&'t str),
}

impl DateTime {
    fn key(&self) -> TimeKey<'_> {
        match parse_date_time(&self.0) {
            Some(time) => TimeKey::Instant(time.seconds, time.nanoseconds),
            None => TimeKey::Text(&self.0),
        }
    }
}

impl PartialEq for DateTime {
    fn eq(&self, other: &Self) -> bool {
        self.0 == other.0 || self.key() == other.key()
    }
}

impl Eq for DateTime {}

impl PartialOrd for DateTime {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for DateTime {
    fn cmp(&self, other: &Self) -> Ordering {
        self.key().cmp(&other.key())
    }
}

impl Hash for DateTime {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.key().hash(state);
    }
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
    use std::hash::DefaultHasher;

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
    fn points_in_time_are_compared_as_such() {
        // In ascending order; the values of a row are equal.
        let rows: [&[&str]; 8] = [
            &["1969-12-31T23:59:59.5Z"],
            &["2026-06-23T09:59:59.999999999Z"],
            &[
                "2026-06-23T10:00:00Z",
                "2026-06-23T10:00:00.000Z",
                "2026-06-23t10:00:00z",
                "2026-06-23T12:00:00+02:00",
                "2026-06-22T22:00:00.0-12:00",
            ],
            &["2026-06-23T10:00:00.000000001Z"],
            &["2026-06-23T09:00:00-02:00"],
            &[""],
            &["2026-02-30T10:00:00Z"],
            &["soon"],
        ];
        let hash = |value: &DateTime| {
            let mut hasher = DefaultHasher::new();
            value.hash(&mut hasher);
            hasher.finish()
        };
        for (place, row) in rows.iter().enumerate() {
            for (other_place, other_row) in rows.iter().enumerate() {
                for text in *row {
                    for other in *other_row {
                        let (left, right) = (DateTime::from(*text), DateTime::from(*other));
                        let expected = place.cmp(&other_place);
                        assert_eq!(left.cmp(&right), expected, "{text:?} {other:?}");
                        assert_eq!(left == right, expected.is_eq(), "{text:?} {other:?}");
                        if expected.is_eq() {
                            assert_eq!(hash(&left), hash(&right), "{text:?} {other:?}");
                        }
                        assert_eq!(left == *other, text == other);
                    }
                }
            }
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
