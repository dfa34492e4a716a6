//! The formats that are checked before sending.

/// A format that is checked before sending.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Format {
    /// RFC 3339, as in `2026-06-23T10:00:00Z`.
    DateTime,
    /// RFC 3339 full date, as in `2026-06-23`.
    Date,
    /// Text with an `@` between two parts.
    Email,
    /// An absolute URI.
    Uri,
    /// An IPv4 address.
    Ipv4,
    /// An IPv6 address.
    Ipv6,
    /// RFC 9562, as in `f81d4fae-7dec-11d0-a765-00a0c91e6bf6`.
    Uuid,
}

impl Format {
    /// Whether `text` has this format.
    #[must_use]
    pub fn accepts(self, text: &str) -> bool {
        match self {
            Self::DateTime => crate::codec::date::is_date_time(text),
            Self::Date => crate::codec::date::is_date(text),
            Self::Email => is_email(text),
            Self::Uri => url::Url::parse(text).is_ok(),
            Self::Ipv4 => text.parse::<std::net::Ipv4Addr>().is_ok(),
            Self::Ipv6 => text.parse::<std::net::Ipv6Addr>().is_ok(),
            Self::Uuid => is_uuid(text),
        }
    }

    pub(in crate::codec) fn describe(self) -> &'static str {
        match self {
            Self::DateTime => "a date and time such as \"2026-06-23T10:00:00Z\"",
            Self::Date => "a date such as \"2026-06-23\"",
            Self::Email => "an email address such as \"ops@example.com\"",
            Self::Uri => "an absolute URI such as \"https://example.com/hook\"",
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

fn is_uuid(text: &str) -> bool {
    const LENGTHS: [usize; 5] = [8, 4, 4, 4, 12];
    let mut groups = text.split('-');
    LENGTHS.iter().all(|length| {
        let is_group = |group: &str| {
            group.len() == *length && group.bytes().all(|byte| byte.is_ascii_hexdigit())
        };
        groups.next().is_some_and(is_group)
    }) && groups.next().is_none()
}
