//! Collection of the pages of a catalog. The tools keep the text that was sent, so that the generator
//! sees numbers, the order of keys and duplicate keys unchanged.

use std::collections::BTreeSet;

use serde::Deserialize;
use serde_json::Value;
use serde_json::value::RawValue;

use super::Limits;
use super::problem::{self, Problem};

/// The tools of the pages so far.
#[derive(Default)]
pub(super) struct Pages {
    tools: Vec<Box<RawValue>>,
    cursors: BTreeSet<String>,
    count: usize,
}

/// A page in the form of an object.
#[derive(Deserialize)]
struct Page {
    result: Option<Vec<Box<RawValue>>>,
    /// The name of the list in other pages of the platform's documentation.
    results: Option<Vec<Box<RawValue>>>,
    #[serde(default)]
    next_cursor: Value,
}

impl Pages {
    /// Adds a page and returns the cursor of the next one, if there is one.
    pub(super) fn add(&mut self, body: &[u8], limits: Limits) -> Result<Option<String>, Problem> {
        let text = std::str::from_utf8(body).map_err(|_| problem::not_utf8())?;
        let text = text.trim_start_matches('\u{feff}').trim();
        if text.starts_with('[') {
            self.tools.extend(parse::<Vec<Box<RawValue>>>(text)?);
            return Ok(None);
        }
        let page: Page = parse(text)?;
        let tools = page.result.or(page.results);
        self.tools.extend(tools.ok_or_else(problem::no_list)?);
        self.count += 1;
        let cursor = match page.next_cursor {
            Value::String(cursor) if !cursor.is_empty() => cursor,
            Value::Number(cursor) => cursor.to_string(),
            _ => return Ok(None),
        };
        if !self.cursors.insert(cursor.clone()) {
            return Err(problem::repeated_cursor(self.count));
        }
        if self.count >= limits.pages {
            return Err(problem::too_many_pages(limits));
        }
        Ok(Some(cursor))
    }

    /// Returns the tools as they were sent.
    pub(super) fn into_tools(self) -> Vec<Box<RawValue>> {
        self.tools
    }
}

fn parse<'a, T: Deserialize<'a>>(text: &'a str) -> Result<T, Problem> {
    serde_json::from_str(text).map_err(|error| {
        if error.is_eof() {
            problem::ends_early(text.len())
        } else if error.is_data() {
            problem::no_list()
        } else {
            problem::not_json(&error)
        }
    })
}
