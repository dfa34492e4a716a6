//! Reads a page: on the fast path from its text, or on the slow path from its JSON.

use super::envelope::Envelope;
use super::fast_path::read_quickly;
use super::page::{Page, Rejected};
use crate::codec::{self, Json, Problem, ProblemKind, RecordError, Value};
use crate::error::{DecodeProblem, Error};
use crate::http::Response;

/// Reads a page: `{"result": […], "next_cursor": …}`, a bare list, or an empty body.
pub(crate) fn read_page<T: Value>(response: &Response) -> Result<Page<T>, Error> {
    match read_quickly(response)? {
        Some(page) => Ok(page),
        None => read_page_from_tree(response),
    }
}

/// Reads a page on the slow path, which separates invalid records from valid ones.
pub(crate) fn read_page_from_tree<T: Value>(response: &Response) -> Result<Page<T>, Error> {
    let json = response.json()?;
    let (records, envelope) = read_envelope(json)
        .map_err(|problems| response.decode_error(DecodeProblem::Shape(problems)))?;
    let mut page = envelope.into_page(Vec::with_capacity(records.len()), response);
    for (index, record) in records.into_iter().enumerate() {
        match codec::decode_lenient(record) {
            Ok(item) => page.items.push(item),
            Err(problems) => page.rejected.push(Rejected {
                tool: response.tool(),
                request_id: response.scrubbed_request_id(),
                index,
                json: Json::Null,
                problems,
            }),
        }
    }
    if !page.rejected.is_empty() {
        restore(&mut page.rejected, response)?;
        for rejected in &mut page.rejected {
            rejected.scrub::<T>(response.scrubber());
        }
    }
    Ok(page)
}

/// Sets the JSON of rejected records. Decoding consumes it, so the page is parsed again: that costs
/// the rare page that has one, whereas a copy would cost every page.
fn restore(rejected: &mut [Rejected], response: &Response) -> Result<(), Error> {
    let Ok(envelope) = read_envelope(response.json()?) else {
        return Ok(());
    };
    let (mut records, _) = envelope;
    for record in rejected {
        if let Some(json) = records.get_mut(record.index) {
            record.json = json.take();
        }
    }
    Ok(())
}

/// Separates the records of a list from the other fields.
fn read_envelope(json: Json) -> Result<(Vec<Json>, Envelope), RecordError> {
    let mut fields = match json {
        Json::Object(fields) => fields,
        Json::Array(records) => return Ok((records, Envelope::default())),
        Json::Null => return Ok((Vec::new(), Envelope::default())),
        other => return Err(not_a_list("", &other)),
    };
    let records = match fields.remove("result") {
        Some(Json::Array(records)) => records,
        Some(Json::Null) => Vec::new(),
        Some(other) => return Err(not_a_list("/result", &other)),
        None => return Err(problem("/result", ProblemKind::Missing)),
    };
    let mut envelope = Envelope::default();
    for (name, json) in fields {
        envelope.take(&name, json);
    }
    Ok((records, envelope))
}

fn not_a_list(path: &str, found: &Json) -> RecordError {
    problem(path, ProblemKind::wrong_type("a list of records", found))
}

fn problem(path: &str, kind: ProblemKind) -> RecordError {
    RecordError::new(vec![Problem::new(path.to_owned(), kind)])
}
