//! Describes checks for people, in the words of JSON Schema.

use crate::model::Check;
use crate::source::shortened_to;

/// Maximum length of the description of a check, in characters.
const MAX_CHECK_LENGTH: usize = 120;

/// Returns one line for each check: `minimum 1`, `format email`.
pub(crate) fn describe_checks<'c>(checks: impl IntoIterator<Item = &'c Check>) -> Vec<String> {
    checks
        .into_iter()
        .map(|check| shortened_to(&describe(check), MAX_CHECK_LENGTH))
        .collect()
}

fn describe(check: &Check) -> String {
    match check {
        Check::Number(bound, value) => format!("{} {value}", bound.keyword()),
        Check::Integer(bound, value) => format!("{} {value}", bound.keyword()),
        Check::Count(bound, value) => format!("{} {value}", bound.keyword()),
        Check::UniqueItems => "uniqueItems".to_owned(),
        Check::Format(format) => format!("format {}", format.as_str()),
        Check::Pattern(pattern) => format!("pattern {pattern}"),
        Check::Type(kinds) => {
            let names: Vec<&str> = kinds.iter().map(|kind| kind.as_str()).collect();
            format!("type {}", names.join(" or "))
        }
        Check::Enum(values) => format!("enum {}", values.join(", ")),
        Check::Required(names) => format!("required {}", names.join(", ")),
        Check::Property(name, checks) => format!("{name}: {}", all(checks)),
        Check::PatternProperty(pattern, checks) => {
            format!("patternProperties {pattern}: {}", all(checks))
        }
        Check::PropertyNames(checks) => format!("propertyNames: {}", all(checks)),
        Check::AdditionalProperties(_, _, checks) | Check::Values(checks) => {
            format!("additionalProperties: {}", all(checks))
        }
        Check::Items(checks) => format!("items: {}", all(checks)),
        Check::PrefixItems(branches) => {
            let branches: Vec<String> = branches.iter().map(|checks| all(checks)).collect();
            format!("prefixItems: [{}]", branches.join("; "))
        }
        Check::ItemsAfter(first, checks) => format!("items after {first}: {}", all(checks)),
        Check::Contains(checks, least, most) => {
            let most = match most {
                &u64::MAX => String::new(),
                most => format!(", at most {most}"),
            };
            format!("contains at least {least}{most}: {}", all(checks))
        }
        Check::AnyOf(branches) => format!("anyOf {}", any(branches)),
        Check::OneOf(branches) => format!("oneOf {}", any(branches)),
        Check::Not(checks) => format!("not ({})", all(checks)),
        Check::If(condition, then, otherwise) => {
            let mut text = format!("if ({}) then ({})", all(condition), all(then));
            if !otherwise.is_empty() {
                text.extend([" else (", &all(otherwise), ")"]);
            }
            text
        }
        Check::Dependent(name, checks) => format!("with {name}: {}", all(checks)),
        Check::Never => "false".to_owned(),
    }
}

fn all(checks: &[Check]) -> String {
    let texts: Vec<String> = checks.iter().map(describe).collect();
    if texts.is_empty() {
        "anything".to_owned()
    } else {
        texts.join(", ")
    }
}

fn any(branches: &[Vec<Check>]) -> String {
    let texts: Vec<String> = branches.iter().map(|checks| all(checks)).collect();
    format!("({})", texts.join("; "))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Bound, Format, JsonType};

    #[track_caller]
    fn check(check: Check, expected: &str) {
        assert_eq!(describe_checks(&[check]), [expected]);
    }

    #[test]
    fn describes_checks_with_schema_keywords() {
        let least = || vec![Check::Number(Bound::Minimum, 1.0)];
        check(Check::Count(Bound::MaxLength, 40), "maxLength 40");
        check(Check::Format(Format::Hostname), "format hostname");
        check(
            Check::AnyOf(vec![least(), vec![Check::Type(vec![JsonType::String])]]),
            "anyOf (minimum 1; type string)",
        );
        check(
            Check::If(
                vec![Check::Required(vec!["a".to_owned()])],
                least(),
                Vec::new(),
            ),
            "if (required a) then (minimum 1)",
        );
        check(
            Check::Contains(Vec::new(), 1, u64::MAX),
            "contains at least 1: anything",
        );
        let long = describe_checks(&[Check::Pattern("x".repeat(1000))]);
        assert_eq!(long[0].chars().count(), MAX_CHECK_LENGTH);
    }
}
