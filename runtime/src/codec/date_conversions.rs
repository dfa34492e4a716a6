//! Conversions between dates and the types of the crates `jiff`, `chrono` and `time`.
//!
//! A value of such a crate becomes a string in UTC. A string becomes a point in time; its offset is
//! not kept.

use std::fmt;

use toolsmith_dialect::calendar::Instant;

use super::{Date, DateTime};

/// A string is not a date, or not one that the target type can hold.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct DateError {
    text: String,
}

impl fmt::Display for DateError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            formatter,
            "`{}` is not a valid date of RFC 3339 in range",
            self.text.escape_debug()
        )
    }
}

impl std::error::Error for DateError {}

/// Converts a point in time, if the string is one and the target can hold it.
fn date_time<T>(
    date: &DateTime,
    convert: impl FnOnce(Instant) -> Option<T>,
) -> Result<T, DateError> {
    date.instant().and_then(convert).ok_or_else(|| DateError {
        text: date.as_str().to_owned(),
    })
}

/// Converts a year, a month and a day, if the string is a date and the target can hold it.
fn date<T>(date: &Date, convert: impl FnOnce(i64, u8, u8) -> Option<T>) -> Result<T, DateError> {
    let parts = date
        .parts()
        .and_then(|(year, month, day)| convert(year, month.try_into().ok()?, day.try_into().ok()?));
    parts.ok_or_else(|| DateError {
        text: date.as_str().to_owned(),
    })
}

/// Converts from and to a type, and from a reference to a string as well.
macro_rules! conversions {
    ($($feature:literal: $ours:ident, $theirs:ty, $into:expr, $from:expr;)*) => {$(
        #[cfg(feature = $feature)]
        impl TryFrom<&$ours> for $theirs {
            type Error = DateError;

            fn try_from(date: &$ours) -> Result<Self, DateError> {
                $into(date)
            }
        }

        #[cfg(feature = $feature)]
        impl TryFrom<$ours> for $theirs {
            type Error = DateError;

            fn try_from(date: $ours) -> Result<Self, DateError> {
                $into(&date)
            }
        }

        #[cfg(feature = $feature)]
        impl From<$theirs> for $ours {
            fn from(date: $theirs) -> Self {
                $from(date)
            }
        }
    )*};
}

conversions! {
    "jiff": DateTime, jiff::Timestamp,
        |ours| date_time(ours, |time| {
            jiff::Timestamp::new(time.seconds, time.nanoseconds.try_into().ok()?).ok()
        }),
        |theirs: jiff::Timestamp| DateTime::of_nanoseconds(theirs.as_nanosecond());
    "jiff": Date, jiff::civil::Date,
        |ours| date(ours, |year, month, day| {
            jiff::civil::Date::new(year.try_into().ok()?, month.try_into().ok()?, day.try_into().ok()?).ok()
        }),
        |theirs: jiff::civil::Date| Date::of_parts(theirs.year(), theirs.month(), theirs.day());
    "chrono": DateTime, chrono::DateTime<chrono::Utc>,
        |ours| date_time(ours, |time| chrono::DateTime::from_timestamp(time.seconds, time.nanoseconds)),
        |theirs: chrono::DateTime<chrono::Utc>| {
            let seconds = i128::from(theirs.timestamp());
            DateTime::of_nanoseconds(seconds * 1_000_000_000 + i128::from(theirs.timestamp_subsec_nanos()))
        };
    "chrono": Date, chrono::NaiveDate,
        |ours| date(ours, |year, month, day| {
            chrono::NaiveDate::from_ymd_opt(year.try_into().ok()?, month.into(), day.into())
        }),
        |theirs: chrono::NaiveDate| {
            use chrono::Datelike as _;
            Date::of_parts(theirs.year(), theirs.month(), theirs.day())
        };
    "time": DateTime, time::OffsetDateTime,
        |ours| date_time(ours, |instant| {
            let seconds = i128::from(instant.seconds) * 1_000_000_000;
            let nanoseconds = seconds + i128::from(instant.nanoseconds);
            time::OffsetDateTime::from_unix_timestamp_nanos(nanoseconds).ok()
        }),
        |theirs: time::OffsetDateTime| DateTime::of_nanoseconds(theirs.unix_timestamp_nanos());
    "time": Date, time::Date,
        |ours| date(ours, |year, month, day| {
            let month = time::Month::try_from(month).ok()?;
            time::Date::from_calendar_date(year.try_into().ok()?, month, day).ok()
        }),
        |theirs: time::Date| Date::of_parts(theirs.year(), u8::from(theirs.month()), theirs.day());
}

#[cfg(all(test, feature = "jiff", feature = "chrono", feature = "time"))]
mod tests {
    use super::*;

    #[test]
    fn points_in_time_survive_every_crate() {
        for (text, utc) in [
            ("2026-06-23T10:00:00Z", "2026-06-23T10:00:00Z"),
            ("2026-06-23T12:00:00.25+02:00", "2026-06-23T10:00:00.25Z"),
            (
                "1969-12-31T23:59:59.999999999Z",
                "1969-12-31T23:59:59.999999999Z",
            ),
            ("0001-01-01T00:00:00Z", "0001-01-01T00:00:00Z"),
            ("9999-12-30T21:59:59Z", "9999-12-30T21:59:59Z"),
        ] {
            let date = DateTime::from(text);
            assert_eq!(
                DateTime::from(jiff::Timestamp::try_from(&date).unwrap()),
                utc
            );
            assert_eq!(
                DateTime::from(time::OffsetDateTime::try_from(&date).unwrap()),
                utc
            );
            let chrono = chrono::DateTime::<chrono::Utc>::try_from(date).unwrap();
            assert_eq!(DateTime::from(chrono), utc);
        }
        for text in ["", "soon", "2026-02-30T10:00:00Z", "2026-06-23"] {
            let error = jiff::Timestamp::try_from(DateTime::from(text)).unwrap_err();
            assert!(error.to_string().contains(text), "{error}");
            assert!(time::OffsetDateTime::try_from(DateTime::from(text)).is_err());
        }
    }

    #[test]
    fn days_survive_every_crate() {
        for text in ["2026-06-23", "2024-02-29", "0001-01-01", "9999-12-31"] {
            let day = Date::from(text);
            assert_eq!(Date::from(jiff::civil::Date::try_from(&day).unwrap()), text);
            assert_eq!(Date::from(chrono::NaiveDate::try_from(&day).unwrap()), text);
            assert_eq!(Date::from(time::Date::try_from(&day).unwrap()), text);
        }
        assert!(chrono::NaiveDate::try_from(Date::from("2026-02-29")).is_err());
    }
}
