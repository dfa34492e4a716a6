//! Checks that are run on arguments before they are sent.

use super::{Json, ProblemKind, Walk};

/// One check of one value. Each looks at values of its own type only, as JSON Schema's
/// keywords do (2020-12 validation, section 6).
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub enum Check {
    /// `minimum`.
    Minimum(f64),
    /// `maximum`.
    Maximum(f64),
    /// `exclusiveMinimum`.
    ExclusiveMinimum(f64),
    /// `exclusiveMaximum`.
    ExclusiveMaximum(f64),
    /// `multipleOf`.
    MultipleOf(f64),
    /// `minLength`, in characters.
    MinLength(u64),
    /// `maxLength`, in characters.
    MaxLength(u64),
    /// `minItems`.
    MinItems(u64),
    /// `maxItems`.
    MaxItems(u64),
    /// `uniqueItems`.
    UniqueItems,
    /// `minProperties`.
    MinProperties(u64),
    /// `maxProperties`.
    MaxProperties(u64),
    /// `format`.
    Format(Format),
    /// Checks of each element of a list.
    Items(&'static [Check]),
    /// Checks of each value of a map.
    Values(&'static [Check]),
}

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

impl Check {
    /// Runs every check on `json`; problems go to `walk`.
    pub fn run_all(checks: &[Self], json: &Json, walk: &mut Walk) {
        for check in checks {
            check.run(json, walk);
        }
    }

    fn run(self, json: &Json, walk: &mut Walk) {
        match (self, json) {
            (Self::Items(checks), Json::Array(elements)) => {
                for (index, element) in elements.iter().enumerate() {
                    walk.element(index, |walk| Self::run_all(checks, element, walk));
                }
            }
            (Self::Values(checks), Json::Object(entries)) => {
                for (name, value) in entries {
                    walk.field(name.clone(), |walk| Self::run_all(checks, value, walk));
                }
            }
            _ => {
                if let Some(expected) = self.broken(json) {
                    walk.report(ProblemKind::check(expected, json));
                }
            }
        }
    }

    /// What is expected instead, if `json` breaks this check.
    fn broken(self, json: &Json) -> Option<String> {
        match json {
            Json::Number(number) => self.broken_number(number.as_f64()?),
            Json::String(text) => self.broken_text(text),
            Json::Array(elements) => self.broken_list(elements),
            Json::Object(entries) => self.broken_map(entries.len()),
            Json::Null | Json::Bool(_) => None,
        }
    }

    fn broken_number(self, number: f64) -> Option<String> {
        match self {
            Self::Minimum(bound) if number < bound => Some(format!("at least {bound}")),
            Self::Maximum(bound) if number > bound => Some(format!("at most {bound}")),
            Self::ExclusiveMinimum(bound) if number <= bound => Some(format!("more than {bound}")),
            Self::ExclusiveMaximum(bound) if number >= bound => Some(format!("less than {bound}")),
            Self::MultipleOf(step) if !is_multiple(number, step) => {
                Some(format!("a multiple of {step}"))
            }
            _ => None,
        }
    }

    fn broken_text(self, text: &str) -> Option<String> {
        let length = || text.chars().count() as u64;
        match self {
            Self::MinLength(bound) if length() < bound => {
                Some(format!("at least {}", count(bound, "character")))
            }
            Self::MaxLength(bound) if length() > bound => {
                Some(format!("at most {}", count(bound, "character")))
            }
            Self::Format(format) if !format.accepts(text) => Some(format.describe().to_owned()),
            _ => None,
        }
    }

    fn broken_list(self, elements: &[Json]) -> Option<String> {
        let length = elements.len() as u64;
        match self {
            Self::MinItems(bound) if length < bound => {
                Some(format!("at least {}", count(bound, "element")))
            }
            Self::MaxItems(bound) if length > bound => {
                Some(format!("at most {}", count(bound, "element")))
            }
            Self::UniqueItems if has_duplicates(elements) => {
                Some("elements that differ from each other".to_owned())
            }
            _ => None,
        }
    }

    fn broken_map(self, length: usize) -> Option<String> {
        match self {
            Self::MinProperties(bound) if (length as u64) < bound => {
                Some(format!("at least {}", count(bound, "entry")))
            }
            Self::MaxProperties(bound) if length as u64 > bound => {
                Some(format!("at most {}", count(bound, "entry")))
            }
            _ => None,
        }
    }
}

fn is_multiple(number: f64, step: f64) -> bool {
    let quotient = number / step;
    (quotient - quotient.round()).abs() <= f64::EPSILON * quotient.abs().max(1.0)
}

fn has_duplicates(elements: &[Json]) -> bool {
    let mut texts: Vec<String> = elements.iter().map(Json::to_string).collect();
    texts.sort_unstable();
    texts.windows(2).any(|pair| pair.first() == pair.last())
}

fn count(number: u64, noun: &str) -> String {
    match (number, noun.strip_suffix('y')) {
        (1, _) => format!("1 {noun}"),
        (_, Some(stem)) => format!("{number} {stem}ies"),
        (_, None) => format!("{number} {noun}s"),
    }
}

impl Format {
    /// Whether `text` has this format.
    #[must_use]
    pub fn accepts(self, text: &str) -> bool {
        match self {
            Self::DateTime => super::date::is_date_time(text),
            Self::Date => super::date::is_date(text),
            Self::Email => is_email(text),
            Self::Uri => url::Url::parse(text).is_ok(),
            Self::Ipv4 => text.parse::<std::net::Ipv4Addr>().is_ok(),
            Self::Ipv6 => text.parse::<std::net::Ipv6Addr>().is_ok(),
            Self::Uuid => is_uuid(text),
        }
    }

    pub(super) fn describe(self) -> &'static str {
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

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::codec::Mode;

    /// What `check` says of `json`, if it is broken.
    fn broken(check: Check, json: &Json) -> Option<String> {
        let mut walk = Walk::new(Mode::Strict);
        Check::run_all(&[check], json, &mut walk);
        walk.finish()
            .err()
            .map(|error| error.to_string().replace("the arguments: ", ""))
    }

    /// `good` passes and `bad` does not, whatever else stands there is another check's business.
    #[track_caller]
    fn compare(check: Check, good: &Json, bad: &Json) {
        assert_eq!(broken(check, good), None);
        assert!(broken(check, bad).is_some());
        assert_eq!(broken(check, &Json::Null), None);
        assert_eq!(broken(check, &json!(true)), None);
    }

    #[test]
    fn numbers_have_bounds() {
        compare(Check::Minimum(2.0), &json!(2), &json!(1));
        compare(Check::Maximum(2.0), &json!(2), &json!(3));
        compare(Check::ExclusiveMinimum(2.0), &json!(2.1), &json!(2));
        compare(Check::ExclusiveMaximum(2.0), &json!(1.9), &json!(2));
        compare(Check::MultipleOf(0.1), &json!(0.3), &json!(0.35));
    }

    #[test]
    fn texts_are_counted_in_characters() {
        compare(Check::MinLength(2), &json!("üü"), &json!("ü"));
        compare(Check::MaxLength(2), &json!("üü"), &json!("üüü"));
    }

    #[test]
    fn lists_and_maps_have_sizes() {
        compare(Check::MinItems(1), &json!([1]), &json!([]));
        compare(Check::MaxItems(1), &json!([1]), &json!([1, 2]));
        compare(
            Check::UniqueItems,
            &json!([1, "1", [1]]),
            &json!([{"a": 1}, {"a": 1}]),
        );
        compare(Check::MinProperties(1), &json!({"a": 1}), &json!({}));
        compare(
            Check::MaxProperties(1),
            &json!({"a": 1}),
            &json!({"a": 1, "b": 2}),
        );
        compare(
            Check::Items(&[Check::Minimum(0.0)]),
            &json!([0, 1]),
            &json!([0, -1]),
        );
        compare(
            Check::Values(&[Check::Minimum(0.0)]),
            &json!({"a": 0}),
            &json!({"a": -1}),
        );
        let found = broken(Check::MaxProperties(0), &json!({"a": 1}));
        assert_eq!(
            found.unwrap(),
            "expected at most 0 entries, found {\"a\":1}"
        );
    }

    #[test]
    fn formats_are_known() {
        for (format, good, bad) in [
            (Format::Email, "a@b.test", "a b@c"),
            (Format::Uri, "https://a.test/?b", "a.test"),
            (Format::Ipv4, "192.0.2.7", "192.0.2.700"),
            (Format::Ipv6, "2001:db8::7", "2001:db8"),
            (Format::Date, "2024-02-29", "2026-02-29"),
            (Format::DateTime, "2026-06-23T10:00:00Z", "2026-06-23"),
            (
                Format::Uuid,
                "f81d4fae-7dec-11d0-a765-00a0c91e6bf6",
                "f81d4fae",
            ),
        ] {
            compare(Check::Format(format), &json!(good), &json!(bad));
        }
    }
}
