//! Reads a page from its text, without a tree of JSON.

use std::fmt;

use serde::de::value::SeqAccessDeserializer;
use serde::de::{DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor};

use super::envelope::Envelope;
use super::page::Page;
use crate::codec::{Json, Slot, Value, leave_fast_path};
use crate::error::Error;
use crate::http::Response;

/// Reads a page that matches the catalog; `None` if it does not.
pub(crate) fn read_quickly<T: Value>(response: &Response) -> Result<Option<Page<T>>, Error> {
    let mut items: Vec<T> = Vec::new();
    // Checked once here instead of once for each string.
    let Ok(text) = std::str::from_utf8(response.json_text()?) else {
        return Ok(None);
    };
    let mut deserializer = serde_json::Deserializer::from_str(text);
    let envelope = deserializer
        .deserialize_any(PageVisitor(&mut items))
        .and_then(|envelope| deserializer.end().map(|()| envelope));
    Ok(envelope
        .ok()
        .map(|envelope| envelope.into_page(items, response)))
}

/// `{"result": […], "next_cursor": …}`, or a bare list.
struct PageVisitor<'a>(&'a mut dyn Value);

impl<'de> Visitor<'de> for PageVisitor<'_> {
    type Value = Envelope;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a page")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, records: A) -> Result<Envelope, A::Error> {
        Slot(self.0).deserialize(SeqAccessDeserializer::new(records))?;
        Ok(Envelope::default())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut fields: A) -> Result<Envelope, A::Error> {
        let mut envelope = Envelope::default();
        let mut records = Some(self.0);
        // A name with escapes takes the slow path.
        while let Some(name) = fields.next_key::<&str>()? {
            match name {
                "result" => {
                    // A second list of records would replace the first.
                    let records = records.take().ok_or_else(leave_fast_path)?;
                    fields.next_value_seed(Slot(records))?;
                }
                // A value of another type takes the slow path.
                "next_cursor" => envelope.next_cursor = cursor(fields.next_value()?),
                "prev_cursor" => envelope.prev_cursor = cursor(fields.next_value()?),
                "result_count" => envelope.result_count = fields.next_value()?,
                "is_partial_response" => envelope.is_partial = fields.next_value()?,
                "nextCursor" => return Err(leave_fast_path()),
                // Read, so that both paths reject invalid JSON.
                _ => {
                    fields.next_value::<Json>()?;
                }
            }
        }
        match records {
            None => Ok(envelope),
            Some(_) => Err(leave_fast_path()),
        }
    }
}

/// Drops an empty cursor.
fn cursor(text: Option<String>) -> Option<String> {
    text.filter(|text| !text.is_empty())
}
