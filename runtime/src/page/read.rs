//! From the answer of a list to a page.

use super::{Page, Rejected};
use crate::codec::{self, ArgumentError, Json, Problem, ProblemKind, Value};
use crate::error::{DecodeProblem, Error};
use crate::response::Response;

/// Reads a page: `{"result": […], "next_cursor": …}`, a bare list, or nothing at all.
pub(crate) fn read_page<T: Value>(response: &Response) -> Result<Page<T>, Error> {
    let json = response.json()?;
    let envelope = Envelope::read(json).map_err(|problem| {
        let problems = ArgumentError::new(vec![problem]);
        response.decode_error(DecodeProblem::Shape(problems))
    })?;
    let mut page = Page {
        items: Vec::with_capacity(envelope.records.len()),
        rejected: Vec::new(),
        next_cursor: envelope.next_cursor,
        prev_cursor: envelope.prev_cursor,
        result_count: envelope.result_count,
        is_partial: envelope.is_partial,
        rate_limit: response.rate_limit(),
        request_id: response.request_id().map(str::to_owned),
    };
    for (index, record) in envelope.records.into_iter().enumerate() {
        match codec::decode_lenient(record) {
            Ok(item) => page.items.push(item),
            Err(problems) => page.rejected.push(Rejected {
                tool: response.tool(),
                index,
                json: Json::Null,
                problems,
            }),
        }
    }
    if !page.rejected.is_empty() {
        restore(&mut page.rejected, response)?;
    }
    Ok(page)
}

/// Gives rejected records their JSON. Decoding consumed it, so it is read once more: that costs
/// the rare page that has one, where keeping a copy would cost every page.
fn restore(rejected: &mut [Rejected], response: &Response) -> Result<(), Error> {
    let Ok(envelope) = Envelope::read(response.json()?) else {
        return Ok(());
    };
    let mut records = envelope.records;
    for record in rejected {
        if let Some(json) = records.get_mut(record.index) {
            record.json = json.take();
        }
    }
    Ok(())
}

#[derive(Default)]
struct Envelope {
    records: Vec<Json>,
    next_cursor: Option<String>,
    prev_cursor: Option<String>,
    result_count: Option<u64>,
    is_partial: bool,
}

impl Envelope {
    fn read(json: Json) -> Result<Self, Problem> {
        let mut fields = match json {
            Json::Object(fields) => fields,
            Json::Array(records) => {
                return Ok(Self {
                    records,
                    ..Self::default()
                });
            }
            Json::Null => return Ok(Self::default()),
            other => return Err(not_a_list(String::new(), &other)),
        };
        let records = match fields.remove("result") {
            Some(Json::Array(records)) => records,
            Some(Json::Null) => Vec::new(),
            Some(other) => return Err(not_a_list("/result".to_owned(), &other)),
            None => return Err(Problem::new("/result".to_owned(), ProblemKind::Missing)),
        };
        Ok(Self {
            records,
            next_cursor: fields.remove("next_cursor").and_then(into_cursor),
            prev_cursor: fields.remove("prev_cursor").and_then(into_cursor),
            result_count: fields.get("result_count").and_then(Json::as_u64),
            is_partial: fields.get("is_partial_response") == Some(&Json::Bool(true)),
        })
    }
}

fn not_a_list(path: String, found: &Json) -> Problem {
    Problem::new(path, ProblemKind::wrong_type("a list of records", found))
}

/// An empty cursor is none; a number is one as well.
fn into_cursor(json: Json) -> Option<String> {
    match json {
        Json::String(text) => Some(text).filter(|text| !text.is_empty()),
        Json::Number(number) => Some(number.to_string()),
        _ => None,
    }
}
