//! The two forms in which Truto writes the time of an event.

use crate::DateTime;

/// Returns the time in the form of RFC 3339. `2024-09-10 12:00:00` is in UTC.
pub(super) fn date_time(text: &str) -> DateTime {
    let has_zone = |time: &str| time.ends_with(['Z', 'z']) || time.contains(['+', '-']);
    match text.split_once([' ', 'T', 't']) {
        Some((date, time)) if !has_zone(time) => DateTime::from(format!("{date}T{time}Z")),
        Some((date, time)) => DateTime::from(format!("{date}T{time}")),
        None => DateTime::from(text),
    }
}
