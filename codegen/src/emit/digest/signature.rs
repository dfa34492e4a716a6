//! What is sent: a constructor with what is required, and a setter for each thing that is not.

use super::line::{Line, REMARK, bounded};
use crate::ident::Ident;
use crate::model::{Bound, Check, Field, Format, Need, Rest, TypeRef};

/// `CreateApiKey::new(name: String, project_id: ProjectId)`, and the setters on lines of their own.
pub(super) fn chain(name: &Ident, fields: &[Field], rest: Option<&Rest>) -> Vec<Line> {
    let is_required = |field: &&Field| field.need == Need::Required;
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
    for field in fields.iter().filter(|field| field.need == Need::Optional) {
        let setter = format!("    .{}({})", field.ident, type_name(&field.ty));
        lines.push(Line::new(setter, remark(field)));
        if let Some(setter) = &field.null_setter {
            lines.push(Line::new(format!("    .{setter}()"), "Sends null."));
        }
    }
    if let Some(rest) = rest {
        let values = type_name(&rest.values);
        lines.push(Line::new(
            format!("    .{}(name: String, value: {values})", rest.ident),
            "A further argument; may be called again.",
        ));
    }
    lines
}

fn parameter(field: &Field) -> String {
    let ty = type_name(&field.ty);
    if field.nullable {
        format!("{}: Option<{ty}>", field.ident)
    } else {
        format!("{}: {ty}", field.ident)
    }
}

/// What a field is for, and what is checked of it.
fn remark(field: &Field) -> String {
    let text = bounded(&field.docs, REMARK);
    let checks: Vec<String> = field.checks.iter().filter_map(describe).collect();
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

/// A check in a few words; what takes more is left to the refusal, which says all of it.
fn describe(check: &Check) -> Option<String> {
    Some(match check {
        Check::Number(bound, number) => format!("{} {}", sign(*bound)?, plain(*number)),
        Check::Count(bound, count) => {
            let (noun, is_least) = counted(*bound)?;
            let at = if is_least { "at least" } else { "at most" };
            let ending = if *count == 1 { "" } else { "s" };
            match noun {
                "property" if *count != 1 => format!("{at} {count} properties"),
                noun => format!("{at} {count} {noun}{ending}"),
            }
        }
        Check::UniqueItems => "no two equal".to_owned(),
        Check::Format(format) => match format {
            Format::Email => "an email address",
            Format::Uri => "a URI",
            Format::Ipv4 => "an IPv4 address",
            Format::Ipv6 => "an IPv6 address",
            Format::Uuid => "a UUID",
        }
        .to_owned(),
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
}

fn sign(bound: Bound) -> Option<&'static str> {
    match bound {
        Bound::Minimum => Some("at least"),
        Bound::Maximum => Some("at most"),
        Bound::ExclusiveMinimum => Some("more than"),
        Bound::ExclusiveMaximum => Some("less than"),
        Bound::MultipleOf => Some("a multiple of"),
        Bound::MinLength
        | Bound::MaxLength
        | Bound::MinItems
        | Bound::MaxItems
        | Bound::MinProperties
        | Bound::MaxProperties => None,
    }
}

/// What is counted, and whether it is the least that is.
fn counted(bound: Bound) -> Option<(&'static str, bool)> {
    match bound {
        Bound::MinLength => Some(("character", true)),
        Bound::MaxLength => Some(("character", false)),
        Bound::MinItems => Some(("item", true)),
        Bound::MaxItems => Some(("item", false)),
        Bound::MinProperties => Some(("property", true)),
        Bound::MaxProperties => Some(("property", false)),
        Bound::Minimum
        | Bound::Maximum
        | Bound::ExclusiveMinimum
        | Bound::ExclusiveMaximum
        | Bound::MultipleOf => None,
    }
}

fn plain(number: f64) -> String {
    if number.abs() < 1e15 {
        number.to_string()
    } else {
        format!("{number:e}")
    }
}

/// A type as a program that imports it names it.
pub(super) fn type_name(ty: &TypeRef) -> String {
    match ty {
        TypeRef::String => "String".to_owned(),
        TypeRef::Bool => "bool".to_owned(),
        TypeRef::Integer => "i64".to_owned(),
        TypeRef::Unsigned => "u64".to_owned(),
        TypeRef::Number => "f64".to_owned(),
        TypeRef::DateTime => "DateTime".to_owned(),
        TypeRef::Date => "Date".to_owned(),
        TypeRef::Json => "Json".to_owned(),
        TypeRef::Id(name)
        | TypeRef::Choice(name)
        | TypeRef::Struct(name)
        | TypeRef::Union(name) => name.to_string(),
        TypeRef::Open(name) => format!("Open<{name}>"),
        TypeRef::List(element) => format!("Vec<{}>", type_name(element)),
        TypeRef::Map(value) => format!("BTreeMap<String, {}>", type_name(value)),
        TypeRef::OrNull(value) => format!("Option<{}>", type_name(value)),
        TypeRef::Tuple(elements) => {
            let elements = elements.iter().map(|element| type_name(element) + ", ");
            format!("({})", elements.collect::<String>().trim_end())
        }
        TypeRef::Boxed(inner) => format!("Box<{}>", type_name(inner)),
    }
}
