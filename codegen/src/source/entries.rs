//! Parsing of a list some of whose entries are not valid JSON, or have duplicate keys.

use std::collections::BTreeMap;

use serde_json::value::RawValue;

use super::json::{Explanation, parse_strictly};
use super::members::Members;
use super::pointer::child;
use super::value::Json;
use crate::diag::{Diagnostic, Diagnostics, SourceLocation};

/// A list whose entries were parsed one by one.
#[derive(Debug)]
pub(crate) struct ParsedEntries {
    /// The document with only the list. Broken entries are null.
    pub(crate) json: Json,
    /// The broken entries.
    pub(crate) broken: Vec<BrokenEntry>,
}

/// An entry that is not valid JSON.
#[derive(Debug)]
pub(crate) struct BrokenEntry {
    /// The JSON pointer of the entry.
    pub(crate) pointer: String,
    /// The value of its key `name`, if it has one.
    pub(crate) name: Option<String>,
    /// The errors.
    pub(crate) problems: Diagnostics,
}

/// Parses each entry of the list at one of `paths` separately. Returns `None` if none of the paths
/// leads to a list.
pub(crate) fn parse_entries(file: &str, text: &str, paths: &[&[&str]]) -> Option<ParsedEntries> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut lists = paths.iter().map(|path| Some((*path, find(text, path)?)));
    let (path, list) = lists.find_map(|found| found)?;
    let base = path
        .iter()
        .fold(String::new(), |pointer, key| child(&pointer, key));
    let mut entries = Vec::with_capacity(list.len());
    let mut broken = Vec::new();
    for (index, entry) in list.into_iter().enumerate() {
        let pointer = child(&base, &index.to_string());
        match parse_entry(file, &pointer, entry.get()) {
            Ok(json) => entries.push(json),
            Err(problems) => {
                entries.push(Json::Null);
                broken.push(BrokenEntry {
                    pointer,
                    name: name_of(entry.get()),
                    problems,
                });
            }
        }
    }
    let json = path.iter().rev().fold(Json::Array(entries), |json, key| {
        Json::Object(Members::from([((*key).to_owned(), json)]))
    });
    Some(ParsedEntries { json, broken })
}

/// Returns the elements of the list at `path`.
fn find<'text>(text: &'text str, path: &[&str]) -> Option<Vec<&'text RawValue>> {
    let Some((key, inner)) = path.split_first() else {
        return serde_json::from_str(text).ok();
    };
    let members: BTreeMap<String, &RawValue> = serde_json::from_str(text).ok()?;
    find(members.get(*key)?.get(), inner)
}

fn parse_entry(file: &str, pointer: &str, text: &str) -> Result<Json, Diagnostics> {
    let place = SourceLocation {
        file: file.to_owned(),
        pointer: pointer.to_owned(),
        tool: None,
    };
    match parse_strictly(&place, text) {
        Ok(json) => json,
        Err(failure) => {
            let Explanation { what, help } = failure.explain();
            let diagnostic = Diagnostic::new(place, what).help(help);
            let line = format!("the parser stopped at {} of the entry", failure.line);
            Err(diagnostic.because(line).into())
        }
    }
}

fn name_of(text: &str) -> Option<String> {
    let members: BTreeMap<String, &RawValue> = serde_json::from_str(text).ok()?;
    serde_json::from_str(members.get("name")?.get()).ok()
}
