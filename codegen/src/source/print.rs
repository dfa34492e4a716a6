//! Writes JSON in an order that the caller gives.

use super::Json;

/// JSON about to be written, its members in order.
#[derive(Debug, Clone)]
pub(crate) enum Layout<'json> {
    /// Null, a truth value, a number or text.
    Scalar(&'json Json),
    /// Text.
    Text(&'json str),
    /// A list.
    List(Vec<Layout<'json>>),
    /// An object.
    Map(Vec<(&'json str, Layout<'json>)>),
}

impl<'json> From<&'json Json> for Layout<'json> {
    /// The value with its members by name.
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

/// Indented by two spaces, with a newline at the end.
pub(crate) fn pretty(layout: &Layout<'_>) -> String {
    let mut out = String::new();
    write(layout, Some(0), &mut out);
    out.push('\n');
    out
}

/// On one line, without a space.
pub(crate) fn compact(layout: &Layout<'_>) -> String {
    let mut out = String::new();
    write(layout, None, &mut out);
    out
}

/// A value on one line, without a space, its members by name.
pub(crate) fn compact_json(json: &Json) -> String {
    compact(&Layout::from(json))
}

/// Text in quotes, escaped.
pub(crate) fn quoted(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    write_text(text, &mut out);
    out
}

/// The text if it is short, else its beginning and `…`.
pub(crate) fn shortened(text: &str) -> String {
    const LONGEST: usize = 60;
    match text.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or(text)),
        None => text.to_owned(),
    }
}

/// The text if it has at most `limit` characters, else its beginning and `…`, which count as well.
pub(crate) fn shortened_to(text: &str, limit: usize) -> String {
    if text.chars().count() <= limit {
        return text.to_owned();
    }
    let start: String = text.chars().take(limit.saturating_sub(1)).collect();
    format!("{start}…")
}

/// Writes a value; `depth` is how far to indent, or `None` for one line.
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

/// Begins a new line, if there are lines.
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
