//! The signature of a request: its constructor with the required arguments, and a setter for each
//! optional argument.

use super::line::{Line, MAX_COMMENT, shorten, shorten_lines};
use super::wire::{WireStyle, with_remarks};
use crate::ident::Ident;
use crate::model::{Bound, Check, Field, Format, Rest, constructor_arguments};

/// The characters of a pattern that is shown in full.
const MAX_PATTERN: usize = 60;

/// Emits `CreateApiKey::new(name: String, project_id: ProjectId)`, with each setter on its own
/// line. Setters of `left_out` are not emitted.
pub(super) fn emit_signature(
    wire: WireStyle,
    name: &Ident,
    (fields, rest): (&[Field], Option<&Rest>),
    left_out: &[&Field],
) -> Vec<Line> {
    let required = constructor_arguments(fields);
    let comment = |field: &Field| comment(wire, field);
    let mut lines = match required.as_slice() {
        [] => vec![Line::new(format!("{name}::new()"), "")],
        [only] => vec![Line::new(
            format!("{name}::new({})", parameter(only)),
            comment(only),
        )],
        several => {
            let mut lines = vec![Line::new(format!("{name}::new("), "")];
            lines.extend(
                several
                    .iter()
                    .map(|field| Line::new(format!("    {},", parameter(field)), comment(field))),
            );
            lines.push(Line::new(")", ""));
            lines
        }
    };
    let is_left_out = |field: &Field| left_out.iter().any(|other| other.ident == field.ident);
    let optional = fields.iter().filter(|field| !field.presence.is_required());
    for field in optional.filter(|field| !is_left_out(field)) {
        let setter = format!("    .{}({})", field.ident, field.ty);
        lines.push(Line::new(setter, comment(field)));
        if let Some(setter) = &field.null_setter {
            lines.push(Line::new(format!("    .{setter}()"), "Sends null."));
        }
    }
    if let Some(rest) = rest {
        let values = &rest.values;
        lines.push(Line::new(
            format!("    .{}(name: String, value: {values})", rest.ident),
            "Adds an additional argument. Can be called repeatedly.",
        ));
    }
    lines
}

/// Returns an argument of the constructor: `name: String`.
pub(super) fn parameter(field: &Field) -> String {
    let ty = &field.ty;
    if field.presence.is_nullable() {
        format!("{}: Option<{ty}>", field.ident)
    } else {
        format!("{}: {ty}", field.ident)
    }
}

/// Returns the description of a field, followed by its checks and its name on the wire.
fn comment(wire: WireStyle, field: &Field) -> String {
    let text = shorten_lines(&field.docs, MAX_COMMENT);
    let mut remarks = describe(&field.checks);
    remarks.extend(wire.remark(&field.ident, &field.wire));
    with_remarks(text, &remarks)
}

/// Describes checks in a few words. Longer ones are left out: the error explains them in full.
fn describe(checks: &[Check]) -> Vec<String> {
    let mut descriptions = describe_ranges(checks);
    descriptions.extend(checks.iter().filter_map(|check| {
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
            Check::UniqueItems => "no duplicates".to_owned(),
            Check::Format(format) => describe_format(*format).to_owned(),
            Check::Pattern(pattern) => {
                let shown = shorten(pattern, MAX_PATTERN);
                if shown == *pattern {
                    format!("matches {shown}")
                } else {
                    "matches a pattern".to_owned()
                }
            }
            _ => return None,
        })
    }));
    descriptions
}

/// Describes the ranges of values and sizes: `1 to 100`, `at least 1 item`.
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
            Check::Integer(bound, number) if *bound == wanted => Some(number.to_string()),
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
