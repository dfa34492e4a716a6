//! The keyword `format`: the formats that are checked before sending.

use crate::calendar;

/// A format that is checked before sending.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Format {
    /// RFC 3339, as in `2026-06-23T10:00:00Z`.
    DateTime,
    /// RFC 3339 full date, as in `2026-06-23`.
    Date,
    /// RFC 3339 full time, as in `10:00:00Z`.
    Time,
    /// RFC 3339, appendix A, as in `P3DT12H`.
    Duration,
    /// A string with an `@` between two parts.
    Email,
    /// An absolute URI.
    Uri,
    /// RFC 1123, section 2.1, as in `api.example.com`.
    Hostname,
    /// An IPv4 address.
    Ipv4,
    /// An IPv6 address.
    Ipv6,
    /// RFC 9562, as in `f81d4fae-7dec-11d0-a765-00a0c91e6bf6`.
    Uuid,
}

impl Format {
    /// Returns `true` if `text` has this format.
    #[must_use]
    pub fn accepts(self, text: &str) -> bool {
        match self {
            Self::DateTime => calendar::is_date_time(text),
            Self::Date => calendar::is_date(text),
            Self::Time => calendar::is_time(text),
            Self::Duration => is_duration(text),
            Self::Email => is_email(text),
            Self::Uri => url::Url::parse(text).is_ok(),
            Self::Hostname => is_hostname(text),
            Self::Ipv4 => text.parse::<std::net::Ipv4Addr>().is_ok(),
            Self::Ipv6 => text.parse::<std::net::Ipv6Addr>().is_ok(),
            Self::Uuid => is_uuid(text),
        }
    }

    /// Describes what is expected instead of a text that does not have this format. A date or time
    /// that does not exist is distinguished from one that is written in another way.
    #[must_use]
    pub fn expectation(self, text: &str) -> String {
        let missing = match self {
            Self::DateTime => calendar::missing_date_time(text),
            Self::Date => calendar::missing_date(text),
            Self::Time => calendar::missing_time(text),
            _ => None,
        };
        missing.unwrap_or_else(|| self.describe().to_owned())
    }

    /// Returns the format with this name in JSON Schema.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Some(match name {
            "date-time" => Self::DateTime,
            "date" => Self::Date,
            "time" => Self::Time,
            "duration" => Self::Duration,
            "email" => Self::Email,
            "uri" => Self::Uri,
            "hostname" => Self::Hostname,
            "ipv4" => Self::Ipv4,
            "ipv6" => Self::Ipv6,
            "uuid" => Self::Uuid,
            _ => return None,
        })
    }

    /// Returns the least and the greatest number of characters of a string of this format.
    #[must_use]
    pub(super) const fn lengths(self) -> (u64, u64) {
        match self {
            Self::DateTime => (20, u64::MAX),
            Self::Date => (10, 10),
            Self::Time => (9, u64::MAX),
            Self::Duration | Self::Email => (3, u64::MAX),
            Self::Uri => (2, u64::MAX),
            Self::Hostname => (1, 253),
            Self::Ipv4 => (7, 15),
            Self::Ipv6 => (2, 45),
            Self::Uuid => (36, 36),
        }
    }

    #[must_use]
    pub fn describe(self) -> &'static str {
        match self {
            Self::DateTime => "a date and time such as \"2026-06-23T10:00:00Z\"",
            Self::Date => "a date such as \"2026-06-23\"",
            Self::Time => "a time such as \"10:00:00Z\"",
            Self::Duration => "a duration such as \"P3DT12H\"",
            Self::Email => "an email address such as \"ops@example.com\"",
            Self::Uri => "an absolute URI such as \"https://example.com/hook\"",
            Self::Hostname => "a host name such as \"api.example.com\"",
            Self::Ipv4 => "an IPv4 address such as \"192.0.2.7\"",
            Self::Ipv6 => "an IPv6 address such as \"2001:db8::7\"",
            Self::Uuid => "a UUID such as \"f81d4fae-7dec-11d0-a765-00a0c91e6bf6\"",
        }
    }
}

fn is_email(text: &str) -> bool {
    let Some((local, domain)) = text.rsplit_once('@') else {
        return false;
    };
    !local.is_empty() && !domain.is_empty() && !text.contains(char::is_whitespace)
}

/// Accepts labels of letters, digits and inner hyphens, separated by dots.
fn is_hostname(text: &str) -> bool {
    const MAX_LENGTH: usize = 253;
    const MAX_LABEL_LENGTH: usize = 63;
    let is_label = |label: &str| {
        (1..=MAX_LABEL_LENGTH).contains(&label.len())
            && !label.starts_with('-')
            && !label.ends_with('-')
            && label
                .bytes()
                .all(|byte| byte == b'-' || byte.is_ascii_alphanumeric())
    };
    text.len() <= MAX_LENGTH && text.split('.').all(is_label)
}

fn is_duration(text: &str) -> bool {
    let Some(rest) = text.strip_prefix('P') else {
        return false;
    };
    if rest.ends_with('W') {
        return has_units(rest, "W");
    }
    match rest.split_once('T') {
        Some(("", time)) => has_units(time, "HMS"),
        Some((date, time)) => has_units(date, "YMD") && has_units(time, "HMS"),
        None => has_units(rest, "YMD"),
    }
}

/// Accepts digits before each of some adjacent units: hours and seconds without minutes are not a
/// duration.
fn has_units(text: &str, units: &str) -> bool {
    let mut found = String::new();
    let mut rest = text;
    while !rest.is_empty() {
        let unit = rest.trim_start_matches(|character: char| character.is_ascii_digit());
        let mut characters = unit.chars();
        match characters.next() {
            Some(character) if unit.len() < rest.len() => found.push(character),
            _ => return false,
        }
        rest = characters.as_str();
    }
    !found.is_empty() && units.contains(&found)
}

fn is_uuid(text: &str) -> bool {
    const GROUP_LENGTHS: [usize; 5] = [8, 4, 4, 4, 12];
    let mut groups = text.split('-');
    GROUP_LENGTHS.iter().all(|length| {
        let is_group = |group: &str| {
            group.len() == *length && group.bytes().all(|byte| byte.is_ascii_hexdigit())
        };
        groups.next().is_some_and(is_group)
    }) && groups.next().is_none()
}
