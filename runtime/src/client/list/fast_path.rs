//! From the text of an answer to a page, without a tree of JSON in between.

use std::fmt;

use serde::de::value::SeqAccessDeserializer;
use serde::de::{DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor};

use super::envelope::Envelope;
use super::page::Page;
use crate::codec::{Json, Slot, Value, leave_fast_path};
use crate::error::Error;
use crate::http::Response;

/// Reads a page on which all is as the catalog promises; `None` if it is not.
pub(crate) fn read_quickly<T: Value>(response: &Response) -> Result<Option<Page<T>>, Error> {
    let mut items: Vec<T> = Vec::new();
    // Checked once, the text need not be checked again at each string in it.
    let Ok(text) = std::str::from_utf8(response.json_text()?) else {
        return Ok(None);
    };
    let mut deserializer = serde_json::Deserializer::from_str(text);
    let envelope = deserializer.deserialize_any(PageVisitor(&mut items));
    let envelope = envelope.and_then(|envelope| deserializer.end().map(|()| envelope));
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
        // A name that is written with escapes goes the long way as well.
        while let Some(name) = fields.next_key::<&str>()? {
            match name {
                "result" => {
                    // A second list of records would stand for the first.
                    let records = records.take().ok_or_else(leave_fast_path)?;
                    fields.next_value_seed(Slot(records))?;
                }
                // One that is not of its type goes the long way too.
                "next_cursor" => envelope.next_cursor = cursor(fields.next_value()?),
                "prev_cursor" => envelope.prev_cursor = cursor(fields.next_value()?),
                "result_count" => envelope.result_count = fields.next_value()?,
                "is_partial_response" => envelope.is_partial = fields.next_value()?,
                // Read, so that what is no JSON is found on both ways.
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

/// An empty cursor is none.
fn cursor(text: Option<String>) -> Option<String> {
    text.filter(|text| !text.is_empty())
}
