//! Reads a page from its text, without a tree of JSON.

use super::envelope::Envelope;
use super::page::Page;
use crate::codec::{FastReader, Scalar, Value};
use crate::error::Error;
use crate::http::Response;

/// Reads a page that matches the catalog; `None` if it does not.
pub(crate) fn read_quickly<T: Value>(response: &Response) -> Result<Option<Page<T>>, Error> {
    let mut items: Vec<T> = Vec::new();
    let envelope = read_text(response.json_text()?, &mut items);
    Ok(envelope.map(|envelope| envelope.into_page(items, response)))
}

/// `{"result": […], "next_cursor": …}`, or a bare list.
fn read_text(text: &[u8], records: &mut dyn Value) -> Option<Envelope> {
    let mut reader = FastReader::new(text)?;
    let envelope = if reader.peek()? == b'[' {
        reader.fill(records)?;
        Envelope::default()
    } else {
        read_envelope(&mut reader, records)?
    };
    reader.end().map(|()| envelope)
}

fn read_envelope(reader: &mut FastReader<'_>, records: &mut dyn Value) -> Option<Envelope> {
    let mut envelope = Envelope::default();
    // A second list of records would replace the first.
    let mut records = Some(records);
    reader.open_object()?;
    let mut is_first = true;
    while reader.next_member(is_first)? {
        is_first = false;
        match &*reader.name()? {
            "result" => {
                reader.fill(records.take()?)?;
            }
            // A value of another type takes the slow path.
            "next_cursor" => envelope.next_cursor = reader.scalar(cursor)?.ok()?,
            "prev_cursor" => envelope.prev_cursor = reader.scalar(cursor)?.ok()?,
            "result_count" => envelope.result_count = reader.scalar(count)?.ok()?,
            "is_partial_response" => envelope.is_partial = reader.scalar(flag)?.ok()?,
            "nextCursor" => return None,
            _ => reader.skip()?,
        }
    }
    records.is_none().then_some(envelope)
}

/// The type of a field of the envelope is another one.
struct OtherType;

/// Reads a cursor. An empty one ends the list.
fn cursor(scalar: Scalar<'_>) -> Result<Option<String>, OtherType> {
    match scalar {
        Scalar::Null => Ok(None),
        Scalar::String(text) => Ok((!text.is_empty()).then(|| text.to_owned())),
        _ => Err(OtherType),
    }
}

fn count(scalar: Scalar<'_>) -> Result<Option<u64>, OtherType> {
    match scalar {
        Scalar::Null => Ok(None),
        Scalar::Unsigned(count) => Ok(Some(count)),
        _ => Err(OtherType),
    }
}

fn flag(scalar: Scalar<'_>) -> Result<bool, OtherType> {
    match scalar {
        Scalar::Boolean(flag) => Ok(flag),
        _ => Err(OtherType),
    }
}
