//! Responses: records, pages, and errors in Truto's envelope.

use axum::http::StatusCode;
use serde_json::{Map, Value, json};

/// The fields of a record, or the arguments of a call.
pub(crate) type Record = Map<String, Value>;

/// The number of records on a page if the request has no `limit`.
const DEFAULT_PAGE_SIZE: usize = 25;

/// A response before it becomes HTTP, so that faults can spoil it and repeated writes can replay it.
#[derive(Debug, Clone)]
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: Vec<(&'static str, String)>,
    /// `None` for 204.
    pub(crate) body: Option<Value>,
    /// The text of the body, if the order of its keys matters.
    pub(crate) text: Option<String>,
}

impl Answer {
    /// Creates a response with status 200 and a body.
    pub(crate) fn ok(body: Value) -> Answer {
        Answer::new(StatusCode::OK, Some(body))
    }

    /// Creates a response with any status, with or without a body.
    pub(crate) fn new(status: StatusCode, body: Option<Value>) -> Answer {
        Answer {
            status,
            headers: Vec::new(),
            body,
            text: None,
        }
    }

    /// Sets the text of the body.
    pub(crate) fn written(mut self, text: String) -> Answer {
        self.text = Some(text);
        self
    }

    /// Adds a header.
    pub(crate) fn header(mut self, name: &'static str, value: impl Into<String>) -> Answer {
        self.headers.push((name, value.into()));
        self
    }
}

/// An error response, with its reason.
#[derive(Debug, Clone)]
pub(crate) struct Refusal {
    status: StatusCode,
    message: String,
    details: Value,
    /// `true` if the error comes from the Auth API and not from Truto.
    remote: bool,
}

impl Refusal {
    /// Creates an error of Truto itself.
    pub(crate) fn new(status: StatusCode, message: impl Into<String>) -> Refusal {
        Refusal {
            status,
            message: message.into(),
            details: Value::Null,
            remote: false,
        }
    }

    /// Creates an error of the Auth API behind Truto.
    pub(crate) fn remote(status: StatusCode, message: impl Into<String>) -> Refusal {
        Refusal {
            remote: true,
            ..Refusal::new(status, message)
        }
    }

    /// Creates the error for a record that does not exist.
    pub(crate) fn not_found(kind: &str, id: &str) -> Refusal {
        Refusal::remote(StatusCode::NOT_FOUND, format!("There is no {kind} {id:?}."))
    }

    /// Creates the error for a valid request that cannot be carried out.
    pub(crate) fn unprocessable(message: impl Into<String>) -> Refusal {
        Refusal::remote(StatusCode::UNPROCESSABLE_ENTITY, message)
    }

    /// Adds a list of problems.
    pub(crate) fn details(mut self, details: Value) -> Refusal {
        self.details = details;
        self
    }
}

impl From<Refusal> for Answer {
    fn from(refusal: Refusal) -> Answer {
        let mut body = json!({
            "statusCode": refusal.status.as_u16(),
            "error": refusal.status.canonical_reason().unwrap_or("Error"),
            "message": refusal.message,
            "details": refusal.details,
        });
        if let (true, Value::Object(fields)) = (refusal.remote, &mut body) {
            fields.insert("truto_is_remote_error".to_owned(), Value::Bool(true));
            fields.insert(
                "raw_response".to_owned(),
                json!({ "message": refusal.message }),
            );
        }
        Answer::new(refusal.status, Some(body))
    }
}

/// The part of a list that a page shows.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Window {
    offset: usize,
    length: usize,
}

impl Window {
    /// Reads `limit` and `next_cursor`; no page has more than `largest` records.
    pub(crate) fn read(
        query: &Record,
        default: Option<usize>,
        largest: Option<usize>,
    ) -> Result<Window, Refusal> {
        let limit = match query.get("limit") {
            None => default.unwrap_or(DEFAULT_PAGE_SIZE),
            Some(limit) => number(limit).ok_or_else(|| bad_request("limit must be a number."))?,
        };
        let cursor = query.get("next_cursor").and_then(Value::as_str);
        let offset = match cursor {
            // Truto's own client sends an empty cursor with the first page.
            None | Some("") => 0,
            Some(cursor) => offset_of(cursor).ok_or_else(|| {
                bad_request("next_cursor is not a cursor that this server has given.")
            })?,
        };
        Ok(Window {
            offset,
            length: limit.min(largest.unwrap_or(usize::MAX)).max(1),
        })
    }

    /// Returns the records of the page.
    pub(crate) fn cut<T>(self, records: Vec<T>) -> Vec<T> {
        let records = records.into_iter();
        records.skip(self.offset).take(self.length).collect()
    }

    /// Returns the cursor of the next page, or null on the last page.
    pub(crate) fn next_cursor(self, count: usize) -> Value {
        let next = self.offset.saturating_add(self.length);
        if next < count {
            Value::String(cursor_at(next))
        } else {
            Value::Null
        }
    }

    fn previous_cursor(self) -> Value {
        if self.offset == 0 {
            Value::Null
        } else {
            Value::String(cursor_at(self.offset.saturating_sub(self.length)))
        }
    }

    /// Returns the length of a full page.
    pub(crate) fn length(self) -> usize {
        self.length
    }
}

/// Returns a page in Truto's form.
pub(crate) fn page(records: Vec<Value>, window: Window) -> Answer {
    let next_cursor = window.next_cursor(records.len());
    let result = window.cut(records);
    Answer::ok(json!({
        "result_count": result.len(),
        "result": result,
        "next_cursor": next_cursor,
        "prev_cursor": window.previous_cursor(),
        "is_partial_response": false,
    }))
}

/// Creates the error for arguments that Truto does not accept.
pub(crate) fn bad_request(message: &str) -> Refusal {
    Refusal::new(StatusCode::BAD_REQUEST, message)
}

fn number(value: &Value) -> Option<usize> {
    match value {
        Value::String(text) => text.parse().ok(),
        _ => value.as_u64().and_then(|number| number.try_into().ok()),
    }
}

/// Returns a cursor that looks like base64 and has every character that a query must encode.
fn cursor_at(offset: usize) -> String {
    format!("b2Zm+c2V0/{offset}==")
}

fn offset_of(cursor: &str) -> Option<usize> {
    let offset = cursor.strip_prefix("b2Zm+c2V0/")?.strip_suffix("==")?;
    offset.parse().ok()
}
