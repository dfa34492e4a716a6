//! What is sent: a constructor with what is required, and a setter for each thing that is not.

use super::line::{Line, REMARK, bounded};
use crate::ident::Ident;
use crate::model::{Bound, Check, Field, Format, Rest};

/// `CreateApiKey::new(name: String, project_id: ProjectId)`, and the setters on lines of their own.
pub(super) fn chain(name: &Ident, fields: &[Field], rest: Option<&Rest>) -> Vec<Line> {
    let is_required = |field: &&Field| field.presence.is_required();
    let required: Vec<&Field> = fields.iter().filter(is_required).collect();
    let mut lines = match required.as_slice() {
        [] => vec![Line::new(format!("{name}::new()"), "")],
        [only] => vec![Line::new(
            format!("{name}::new({})", parameter(only)),
            remark(only),
        )],
        several => {
            let parameters = several.iter();
            let parameters = parameters
                .map(|field| Line::new(format!("    {},", parameter(field)), remark(field)));
            let begin = [Line::new(format!("{name}::new("), "")];
            let end = [Line::new(")", "")];
            begin.into_iter().chain(parameters).chain(end).collect()
        }
    };
    for field in fields.iter().filter(|field| !field.presence.is_required()) {
        let setter = format!("    .{}({})", field.ident, field.ty);
        lines.push(Line::new(setter, remark(field)));
        if let Some(setter) = &field.null_setter {
            lines.push(Line::new(format!("    .{setter}()"), "Sends null."));
        }
    }
    if let Some(rest) = rest {
        let values = &rest.values;
        lines.push(Line::new(
            format!("    .{}(name: String, value: {values})", rest.ident),
            "A further argument; may be called again.",
        ));
    }
    lines
}

fn parameter(field: &Field) -> String {
    let ty = &field.ty;
    if field.presence.is_nullable() {
        format!("{}: Option<{ty}>", field.ident)
    } else {
        format!("{}: {ty}", field.ident)
    }
}

/// What a field is for, and what is checked of it.
fn remark(field: &Field) -> String {
    let text = bounded(&field.docs, REMARK);
    let checks = describe(&field.checks);
    if checks.is_empty() {
        return text;
    }
    let checks = checks.join(", ");
    if text.is_empty() {
        return checks;
    }
    let dot = if text.ends_with(['.', '…', '!', '?']) {
        ""
    } else {
        "."
    };
    format!("{text}{dot} ({checks})")
}

/// Checks in a few words; what takes more is left to the refusal, which says all of it.
fn describe(checks: &[Check]) -> Vec<String> {
    let mut words = describe_ranges(checks);
    words.extend(checks.iter().filter_map(|check| {
        Some(match check {
            Check::Number(Bound::ExclusiveMinimum, number) => {
                format!("more than {}", plain(*number))
            }
            Check::Number(Bound::ExclusiveMaximum, number) => {
                format!("less than {}", plain(*number))
            }
            Check::Number(Bound::MultipleOf, number) => {
                format!("a multiple of {}", plain(*number))
            }
            Check::UniqueItems => "no two equal".to_owned(),
            Check::Format(format) => describe_format(*format).to_owned(),
            Check::Pattern(pattern) => {
                let shown = bounded(std::slice::from_ref(pattern), 60);
                if shown == *pattern {
                    format!("matches {shown}")
                } else {
                    "matches a pattern".to_owned()
                }
            }
            _ => return None,
        })
    }));
    words
}

/// The ranges of the value and of what is counted in it: `1 to 100`, `at least 1 item`.
fn describe_ranges(checks: &[Check]) -> Vec<String> {
    let ranges = [
        (Bound::Minimum, Bound::Maximum, ["", ""]),
        (
            Bound::MinLength,
            Bound::MaxLength,
            [" character", " characters"],
        ),
        (Bound::MinItems, Bound::MaxItems, [" item", " items"]),
        (
            Bound::MinProperties,
            Bound::MaxProperties,
            [" entry", " entries"],
        ),
    ];
    let find = |wanted: Bound| {
        checks.iter().find_map(|check| match check {
            Check::Number(bound, number) if *bound == wanted => Some(plain(*number)),
            Check::Count(bound, count) if *bound == wanted => Some(count.to_string()),
            _ => None,
        })
    };
    let range = |(least, most, [one, several]): (Bound, Bound, [&str; 2])| {
        let noun = |number: &str| if number == "1" { one } else { several }.to_owned();
        Some(match (find(least), find(most)) {
            (Some(least), Some(most)) if least == most => least.clone() + &noun(&least),
            (Some(least), Some(most)) => format!("{least} to {most}{several}"),
            (Some(least), None) => format!("at least {least}{}", noun(&least)),
            (None, Some(most)) => format!("at most {most}{}", noun(&most)),
            (None, None) => return None,
        })
    };
    ranges.into_iter().filter_map(range).collect()
}

fn describe_format(format: Format) -> &'static str {
    match format {
        Format::Email => "an email address",
        Format::Uri => "a URI",
        Format::Ipv4 => "an IPv4 address",
        Format::Ipv6 => "an IPv6 address",
        Format::Uuid => "a UUID",
        Format::Hostname => "a host name",
        Format::Time => "a time",
        Format::Duration => "a duration",
    }
}

fn plain(number: f64) -> String {
    if number.abs() < 1e15 {
        number.to_string()
    } else {
        format!("{number:e}")
    }
}
