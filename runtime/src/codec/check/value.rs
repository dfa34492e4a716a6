//! Checks of a value by itself: its size, its form.

use super::Check;
use super::pattern::is_found;
use super::same::has_duplicates;
use crate::codec::Json;

impl Check {
    /// What is expected instead, if `json` breaks this check.
    pub(super) fn broken(self, json: &Json) -> Option<String> {
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
            Self::Pattern(pattern) if !is_found(pattern, text) => {
                Some(format!("a text that matches `{pattern}`"))
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

fn count(number: u64, noun: &str) -> String {
    match (number, noun.strip_suffix('y')) {
        (1, _) => format!("1 {noun}"),
        (_, Some(stem)) => format!("{number} {stem}ies"),
        (_, None) => format!("{number} {noun}s"),
    }
}

/// How many elements must pass, as a sentence says it.
pub(super) fn describe_range(least: u64, most: u64) -> String {
    let what = "of the kind that it must contain";
    match most {
        u64::MAX => format!("at least {} {what}", count(least, "element")),
        most => format!("{least} to {} {what}", count(most, "element")),
    }
}
