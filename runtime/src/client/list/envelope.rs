//! The envelope of a page: everything in the response of a list except its records.

use super::page::Page;
use crate::codec::{Json, parse_json};
use crate::http::Response;
use crate::interrupt::{Interrupt, NEVER};

/// Everything in the response of a list except its records.
#[derive(Default)]
pub(super) struct Envelope {
    pub(super) next_cursor: Option<String>,
    /// The cursor under the name that APIs with other conventions pass through.
    pub(super) other_cursor: Option<String>,
    pub(super) prev_cursor: Option<String>,
    pub(super) result_count: Option<u64>,
    pub(super) is_partial: bool,
}

impl Envelope {
    /// Reads the field `name` of the envelope from its JSON text.
    pub(super) fn take(&mut self, name: &str, text: &[u8], interrupt: &Interrupt) {
        match name {
            "next_cursor" => self.next_cursor = read_cursor(text, interrupt),
            "nextCursor" => self.other_cursor = read_cursor(text, interrupt),
            "prev_cursor" => self.prev_cursor = read_cursor(text, interrupt),
            "result_count" => {
                let count = parse_json(text, interrupt).ok();
                self.result_count = count.and_then(|count| count.as_u64());
            }
            "is_partial_response" => self.is_partial = read_flag(text, interrupt),
            _ => {}
        }
    }

    pub(super) fn into_page<T>(self, items: Vec<T>, response: &Response) -> Page<T> {
        Page {
            items,
            rejected: Vec::new(),
            rejected_count: 0,
            next_cursor: self.next_cursor.or(self.other_cursor),
            prev_cursor: self.prev_cursor,
            result_count: self.result_count,
            is_partial: self.is_partial,
            rate_limit: response.rate_limit(),
            request_id: response.scrubbed_request_id(),
        }
    }
}

/// Returns the name of the field with the cursor of the next page, and the cursor, if more pages follow.
pub(crate) fn next_cursor(response: &Json) -> Option<(&'static str, String)> {
    let cursor = |name: &'static str| {
        let text = response.get(name)?.to_string();
        Some((name, read_cursor(text.as_bytes(), &NEVER)?))
    };
    cursor("next_cursor").or_else(|| cursor("nextCursor"))
}

/// Reads a flag. APIs write it as a boolean, a number or a string, and anything that does not say no is a yes: a list
/// must not count as complete by mistake.
fn read_flag(text: &[u8], interrupt: &Interrupt) -> bool {
    match parse_json(text, interrupt) {
        Ok(Json::Bool(flag)) => flag,
        Ok(Json::Number(number)) => number.as_f64() != Some(0.0),
        Ok(Json::String(text)) => {
            let text = text.trim();
            let says_no = |no: &&str| text.eq_ignore_ascii_case(no);
            !["", "false", "0", "no", "null"].iter().any(says_no)
        }
        Ok(Json::Array(elements)) => !elements.is_empty(),
        Ok(Json::Object(fields)) => !fields.is_empty(),
        Ok(Json::Null) | Err(_) => false,
    }
}

/// Reads a cursor. Null, `false`, an empty string and the number 0 end the list. Any other value is
/// a cursor: a string, or the JSON text of a number, an array or an object, unchanged.
fn read_cursor(text: &[u8], interrupt: &Interrupt) -> Option<String> {
    let as_text = || String::from_utf8_lossy(text).into_owned();
    match text.first()? {
        b'"' => match parse_json(text, interrupt) {
            Ok(Json::String(cursor)) => Some(cursor).filter(|cursor| !cursor.is_empty()),
            _ => Some(as_text()),
        },
        b'n' | b'f' => None,
        b'-' | b'0'..=b'9' => Some(as_text()).filter(|number| !is_zero(number)),
        _ => Some(as_text()),
    }
}

/// Returns `true` for 0, which APIs with numeric cursors send on the last page. As a cursor it would
/// begin the list again.
fn is_zero(number: &str) -> bool {
    number.parse::<f64>().is_ok_and(|number| number == 0.0)
}
