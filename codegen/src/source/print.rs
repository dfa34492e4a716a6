//! Writing of JSON with the members of objects in the order that the caller gives.

use super::value::Json;

/// A JSON value to write, with the members of objects in order.
#[derive(Debug, Clone)]
pub(crate) enum Layout<'json> {
    /// Null, a boolean, a number or a string.
    Scalar(&'json Json),
    /// A string.
    Text(&'json str),
    /// An array.
    List(Vec<Layout<'json>>),
    /// An object.
    Map(Vec<(&'json str, Layout<'json>)>),
}

impl<'json> Layout<'json> {
    /// Returns a value with the members of objects in the order of the author.
    pub(crate) fn as_written(json: &'json Json) -> Self {
        match json {
            Json::Array(elements) => Self::List(elements.iter().map(Self::as_written).collect()),
            Json::Object(members) => {
                let members = members.in_order().into_iter();
                let layout = members.map(|(key, value)| (key.as_str(), Self::as_written(value)));
                Self::Map(layout.collect())
            }
            scalar => Self::Scalar(scalar),
        }
    }
}

impl<'json> From<&'json Json> for Layout<'json> {
    /// Sorts the members by name.
    fn from(json: &'json Json) -> Self {
        match json {
            Json::Array(elements) => Self::List(elements.iter().map(Self::from).collect()),
            Json::Object(members) => {
                let member = |(key, value): (&'json String, _)| (key.as_str(), Self::from(value));
                Self::Map(members.iter().map(member).collect())
            }
            scalar => Self::Scalar(scalar),
        }
    }
}

/// Writes a value indented by two spaces, with a newline at the end.
pub(crate) fn pretty(layout: &Layout<'_>) -> String {
    let mut out = String::new();
    write(layout, Some(0), &mut out);
    out.push('\n');
    out
}

/// Writes a value on one line, without spaces.
pub(crate) fn compact(layout: &Layout<'_>) -> String {
    let mut out = String::new();
    write(layout, None, &mut out);
    out
}

/// Writes a value on one line, without spaces, with the members of objects sorted by name.
pub(crate) fn compact_json(json: &Json) -> String {
    compact(&Layout::from(json))
}

/// Returns the text in double quotes, escaped as in JSON.
pub(crate) fn quoted(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    write_text(text, &mut out);
    out
}

/// Truncates text of more than 60 characters, and appends `…` to it.
pub(crate) fn shortened(text: &str) -> String {
    const MAX_QUOTED_LENGTH: usize = 60;
    match text.char_indices().nth(MAX_QUOTED_LENGTH) {
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or(text)),
        None => text.to_owned(),
    }
}

/// Truncates text to `limit` characters, of which the last is `…` if anything was cut.
pub(crate) fn shortened_to(text: &str, limit: usize) -> String {
    if text.chars().count() <= limit {
        return text.to_owned();
    }
    let start: String = text.chars().take(limit.saturating_sub(1)).collect();
    format!("{start}…")
}

/// Writes a value, indented by `depth` levels or, without a `depth`, on one line.
fn write(layout: &Layout<'_>, depth: Option<usize>, out: &mut String) {
    let inner = depth.map(|depth| depth + 1);
    match layout {
        Layout::Scalar(scalar) => write_scalar(scalar, out),
        Layout::Text(text) => write_text(text, out),
        Layout::List(elements) if elements.is_empty() => out.push_str("[]"),
        Layout::Map(members) if members.is_empty() => out.push_str("{}"),
        Layout::List(elements) => {
            let mut separator = '[';
            for element in elements {
                out.push(std::mem::replace(&mut separator, ','));
                write_break(inner, out);
                write(element, inner, out);
            }
            write_break(depth, out);
            out.push(']');
        }
        Layout::Map(members) => {
            let mut separator = '{';
            for (key, value) in members {
                out.push(std::mem::replace(&mut separator, ','));
                write_break(inner, out);
                write_text(key, out);
                out.push_str(if depth.is_some() { ": " } else { ":" });
                write(value, inner, out);
            }
            write_break(depth, out);
            out.push('}');
        }
    }
}

/// Begins a new line, unless everything is written on one.
fn write_break(depth: Option<usize>, out: &mut String) {
    if let Some(depth) = depth {
        out.push('\n');
        for _ in 0..depth {
            out.push_str("  ");
        }
    }
}

fn write_scalar(scalar: &Json, out: &mut String) {
    match scalar {
        Json::Null => out.push_str("null"),
        Json::Bool(value) => out.push_str(if *value { "true" } else { "false" }),
        Json::Number(number) => out.push_str(&number.to_string()),
        Json::String(text) => write_text(text, out),
        Json::Array(_) | Json::Object(_) => write(&Layout::from(scalar), None, out),
    }
}

fn write_text(text: &str, out: &mut String) {
    let needs_escape = |byte: u8| byte < b' ' || byte == b'"' || byte == b'\\';
    if text.bytes().any(needs_escape) {
        out.push_str(&serde_json::Value::from(text).to_string());
    } else {
        out.push('"');
        out.push_str(text);
        out.push('"');
    }
}
