//! The grammar of RFC 3339 dates and times, and the Gregorian calendar.

pub const SECONDS_PER_DAY: i64 = 86_400;

/// The days of 400 years, after which the calendar repeats.
const ERA_DAYS: i64 = 146_097;

/// The days from 0000-03-01 to 1970-01-01.
const EPOCH_DAYS: i64 = 719_468;

/// A point in time: seconds since 1970, or since midnight, and the nanoseconds that follow.
pub struct Instant {
    pub seconds: i64,
    pub nanoseconds: u32,
}

/// Returns `true` for an RFC 3339 date: `2026-06-23`.
#[must_use]
pub fn is_date(text: &str) -> bool {
    parse_date(text).is_some()
}

/// Returns `true` for an RFC 3339 date and time: `2026-06-23T10:00:00Z`.
#[must_use]
pub fn is_date_time(text: &str) -> bool {
    parse_date_time(text).is_some()
}

/// Returns `true` for an RFC 3339 time: `10:00:00Z`.
#[must_use]
pub fn is_time(text: &str) -> bool {
    parse_time(text).is_some()
}

/// Parses `2026-06-23` into days since 1970-01-01.
#[must_use]
pub fn parse_date(text: &str) -> Option<i64> {
    let mut parts = text.split('-');
    let year = digits(parts.next()?, 4)?;
    let month = digits(parts.next()?, 2)?;
    let day = digits(parts.next()?, 2)?;
    if parts.next().is_some() || day == 0 || day > days_in_month(year, month)? {
        return None;
    }
    Some(days_from_civil(year, month, day))
}

/// Parses a date and time (RFC 3339, section 5.6); `T` and `Z` may be lower case.
#[must_use]
pub fn parse_date_time(text: &str) -> Option<Instant> {
    let (date, time) = text.split_once(['T', 't'])?;
    let days = parse_date(date)?;
    let time = parse_time(time)?;
    Some(Instant {
        seconds: days * SECONDS_PER_DAY + time.seconds,
        ..time
    })
}

/// Parses `10:00:00Z` into the time since midnight UTC; second 60 is a leap second.
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

/// Parses `Z` or `+02:00` into seconds east of UTC.
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

/// Describes the dates that exist, if `text` is written as a date and does not exist.
#[must_use]
pub fn missing_date(text: &str) -> Option<String> {
    const MONTHS: [&str; 12] = [
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ];
    if !has_form(text, "0000-00-00") || is_date(text) {
        return None;
    }
    let mut parts = text.split('-').filter_map(|part| part.parse::<i64>().ok());
    let (year, month) = (parts.next()?, parts.next()?);
    let Some(days) = days_in_month(year, month) else {
        return Some("a date that exists (the months are 01 to 12)".to_owned());
    };
    let name = MONTHS.get(usize::try_from(month - 1).ok()?)?;
    Some(format!(
        "a date that exists ({name} {year} has {days} days)"
    ))
}

/// Describes the times that exist, if `text` is written as a time and does not exist.
#[must_use]
pub fn missing_time(text: &str) -> Option<String> {
    let (clock, _) = text.split_at_checked(8)?;
    let exists = || {
        let mut parts = clock.split(':').filter_map(|part| part.parse::<u8>().ok());
        let bounds = [23, 59, 60];
        bounds
            .iter()
            .all(|bound| parts.next().is_some_and(|part| part <= *bound))
    };
    (has_form(clock, "00:00:00") && !is_time(text) && !exists())
        .then(|| "a time that exists (00:00:00 to 23:59:59)".to_owned())
}

/// Describes what exists, if `text` is written as a date and time and does not exist.
#[must_use]
pub fn missing_date_time(text: &str) -> Option<String> {
    let (date, time) = text.split_once(['T', 't'])?;
    missing_date(date).or_else(|| missing_time(time).filter(|_| is_date(date)))
}

/// Returns `true` if `text` has digits where `form` has a zero, and else the same characters.
fn has_form(text: &str, form: &str) -> bool {
    let is_alike = |(byte, form): (u8, u8)| match form {
        b'0' => byte.is_ascii_digit(),
        form => byte == form,
    };
    text.len() == form.len() && text.bytes().zip(form.bytes()).all(is_alike)
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

/// Returns the days since 1970-01-01 in the proleptic Gregorian calendar.
#[must_use]
pub fn days_from_civil(year: i64, month: i64, day: i64) -> i64 {
    // Years that begin in March end with the leap day.
    let march_year = if month <= 2 { year - 1 } else { year };
    let era = march_year.div_euclid(400);
    let year_of_era = march_year.rem_euclid(400);
    let day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    era * ERA_DAYS + day_of_era - EPOCH_DAYS
}

/// Returns the year, month and day: the inverse of `days_from_civil`.
#[must_use]
pub fn civil_from_days(days: i64) -> (i64, i64, i64) {
    let shifted_days = days + EPOCH_DAYS;
    let era = shifted_days.div_euclid(ERA_DAYS);
    let day_of_era = shifted_days.rem_euclid(ERA_DAYS);
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
    (year_of_era + era * 400 + i64::from(month <= 2), month, day)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn date_times_follow_rfc_3339() {
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
}
