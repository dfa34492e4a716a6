//! Days of the Gregorian calendar and moments in RFC 3339.

use std::fmt;

use toolsmith_dialect::calendar::{
    SECONDS_PER_DAY, civil_from_days, days_from_civil, parse_date_time,
};

/// A day, as the number of days since 1970-01-01.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Day(i64);

impl Day {
    /// Returns the day of a date such as 2026-05-04.
    pub(crate) fn of(year: i64, month: i64, day: i64) -> Day {
        Day(days_from_civil(year, month, day))
    }

    /// Returns the year, the month and the day of the month.
    fn date(self) -> (i64, i64, i64) {
        civil_from_days(self.0)
    }

    /// Returns the number of days since Monday: 0 to 6.
    pub(crate) fn weekday(self) -> usize {
        // 1970-01-01 was a Thursday.
        usize::try_from((self.0 + 3).rem_euclid(7)).unwrap_or_default()
    }

    /// Returns the Monday of this day's week.
    pub(crate) fn monday(self) -> Day {
        Day(self.0 - (self.0 + 3).rem_euclid(7))
    }

    /// Returns the first day of this day's month.
    pub(crate) fn first_of_month(self) -> Day {
        Day(self.0 - self.date().2 + 1)
    }

    /// Returns the number of days from an earlier day to this one.
    pub(crate) fn since(self, earlier: Day) -> i64 {
        self.0 - earlier.0
    }

    /// Returns all days from this one to `last`, both included.
    pub(crate) fn through(self, last: Day) -> impl Iterator<Item = Day> {
        (self.0..=last.0).map(Day)
    }

    /// Returns the moment at which this day begins.
    pub(crate) fn midnight(self) -> Moment {
        Moment(self.0 * SECONDS_PER_DAY)
    }
}

impl fmt::Display for Day {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (year, month, day) = self.date();
        write!(formatter, "{year:04}-{month:02}-{day:02}")
    }
}

/// A moment, in whole seconds since 1970.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Moment(i64);

impl Moment {
    /// Returns the moment some seconds later.
    pub(crate) fn plus(self, seconds: i64) -> Moment {
        Moment(self.0 + seconds)
    }

    /// Parses `2026-06-23T10:00:00.000Z`, also with an offset such as `+02:00`.
    pub(crate) fn parse(text: &str) -> Option<Moment> {
        let parsed = parse_date_time(text)?;
        Some(Moment(parsed.seconds))
    }
}

impl fmt::Display for Moment {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let day = Day(self.0.div_euclid(SECONDS_PER_DAY));
        let second = self.0.rem_euclid(SECONDS_PER_DAY);
        let (hour, minute, second) = (second / 3_600, second / 60 % 60, second % 60);
        write!(formatter, "{day}T{hour:02}:{minute:02}:{second:02}.000Z")
    }
}

#[cfg(test)]
mod tests {
    use super::{Day, Moment};

    #[test]
    fn days_and_moments_read_and_print() {
        for (year, month, day, text, weekday) in [
            (1970, 1, 1, "1970-01-01", 3),
            (2024, 2, 29, "2024-02-29", 3),
            (2026, 6, 15, "2026-06-15", 0),
            (2026, 12, 31, "2026-12-31", 3),
        ] {
            let day = Day::of(year, month, day);
            assert_eq!((day.to_string().as_str(), day.weekday()), (text, weekday));
        }
        assert_eq!(Day::of(2026, 6, 4).monday(), Day::of(2026, 6, 1));
        assert_eq!(Day::of(2026, 6, 4).first_of_month(), Day::of(2026, 6, 1));

        let utc = Moment::parse("2026-06-23T10:00:00.000Z").unwrap();
        assert_eq!(utc.to_string(), "2026-06-23T10:00:00.000Z");
        assert_eq!(Moment::parse("2026-06-23T12:00:00+02:00"), Some(utc));
        assert_eq!(Moment::parse("2026-06-23T04:30:00-05:30"), Some(utc));
        assert_eq!(Moment::parse("tomorrow"), None);
    }
}
