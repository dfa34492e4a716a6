//! The envelope of a page: everything in the response of a list except its records.

use super::page::Page;
use crate::codec::Json;
use crate::http::Response;

/// Everything in the response of a list except its records.
#[derive(Default)]
pub(super) struct Envelope {
    pub(super) next_cursor: Option<String>,
    pub(super) prev_cursor: Option<String>,
    pub(super) result_count: Option<u64>,
    pub(super) is_partial: bool,
}

impl Envelope {
    /// Reads the field `name` of the envelope.
    pub(super) fn take(&mut self, name: &str, json: Json) {
        match name {
            "next_cursor" => self.next_cursor = into_cursor(json),
            "prev_cursor" => self.prev_cursor = into_cursor(json),
            "result_count" => self.result_count = json.as_u64(),
            "is_partial_response" => self.is_partial = json == Json::Bool(true),
            _ => {}
        }
    }

    pub(super) fn into_page<T>(self, items: Vec<T>, response: &Response) -> Page<T> {
        Page {
            items,
            rejected: Vec::new(),
            next_cursor: self.next_cursor,
            prev_cursor: self.prev_cursor,
            result_count: self.result_count,
            is_partial: self.is_partial,
            rate_limit: response.rate_limit(),
            request_id: response.scrubbed_request_id(),
        }
    }
}

/// Reads a cursor: a number or a string that is not empty.
fn into_cursor(json: Json) -> Option<String> {
    match json {
        Json::String(text) => Some(text).filter(|text| !text.is_empty()),
        Json::Number(number) => Some(number.to_string()),
        _ => None,
    }
}
