//! Queries in the default form of the npm library `qs`.

use std::borrow::Cow;

use super::push_encoded;
use crate::codec::Json;

/// The number of elements up to which a list is written with indices. A parser like `qs` reads a list with
/// larger ones as an object. Without indices, it would join the fields of several objects, so that a list
/// of objects keeps them.
const MAX_INDEXED: usize = 20;

/// A path and its query under construction, encoded.
#[derive(Debug)]
pub(super) struct Query(String);

impl Query {
    /// Starts a query after `path`.
    pub(super) fn after(mut path: String) -> Self {
        path.push('?');
        Self(path)
    }

    pub(super) fn finish(self) -> String {
        self.0
    }

    /// Adds the account, as the first parameter.
    pub(super) fn push_account(&mut self, account: &str) {
        self.0.push_str("integrated_account_id=");
        push_encoded(&mut self.0, account);
    }

    /// Adds `name=text`.
    pub(super) fn push_text(&mut self, name: &str, text: &str) {
        // Any other `?` is encoded.
        if !self.0.ends_with('?') {
            self.0.push('&');
        }
        push_encoded(&mut self.0, name);
        self.0.push('=');
        push_encoded(&mut self.0, text);
    }

    /// Adds `name=1`, `name[key]=1`, `name[0]=1` or, for a long list, `name[]=1`. An empty list or object
    /// adds nothing.
    pub(super) fn push(&mut self, name: &str, value: &Json) {
        match value {
            Json::Array(elements)
                if elements.len() > MAX_INDEXED && elements.iter().all(is_scalar) =>
            {
                for element in elements {
                    self.push(&format!("{name}[]"), element);
                }
            }
            Json::Array(elements) => {
                for (index, element) in elements.iter().enumerate() {
                    self.push(&format!("{name}[{index}]"), element);
                }
            }
            Json::Object(entries) => {
                for (key, entry) in entries {
                    self.push(&format!("{name}[{key}]"), entry);
                }
            }
            _ => self.push_text(name, &scalar(value).unwrap_or_default()),
        }
    }
}

fn is_scalar(value: &Json) -> bool {
    !value.is_array() && !value.is_object()
}

/// Returns a scalar as JavaScript prints it, and an empty string for null; `None` for a list or an
/// object.
pub(super) fn scalar(value: &Json) -> Option<Cow<'_, str>> {
    match value {
        Json::Null => Some(Cow::Borrowed("")),
        Json::Bool(true) => Some(Cow::Borrowed("true")),
        Json::Bool(false) => Some(Cow::Borrowed("false")),
        Json::String(text) => Some(Cow::Borrowed(text)),
        Json::Number(number) => Some(Cow::Owned(print_number(number))),
        Json::Array(_) | Json::Object(_) => None,
    }
}

/// `Number.prototype.toString` of ECMAScript: decimals between 1e-6 and 1e21, else an exponent
/// with its sign. An integer is printed exactly, even where JavaScript would round it.
fn print_number(number: &serde_json::Number) -> String {
    match number.as_f64() {
        Some(float) if number.is_f64() => print_float(float),
        _ => number.to_string(),
    }
}

fn print_float(float: f64) -> String {
    if float == 0.0 {
        return "0".to_owned();
    }
    if (1e-6..1e21).contains(&float.abs()) {
        return float.to_string();
    }
    let text = format!("{float:e}");
    match text.split_once('e') {
        Some((digits, exponent)) if !exponent.starts_with('-') => format!("{digits}e+{exponent}"),
        _ => text,
    }
}
