//! Accepted changes: a file of those that a team has agreed on.

use std::path::Path;
use std::time::{SystemTime, UNIX_EPOCH};

use anyhow::{Context as _, Result, bail};
use serde::Deserialize;
use serde::de::{DeserializeOwned, Deserializer, Visitor};
use toml::Spanned;
use toml::de::DeTable;
use toml::value::{Date, Datetime};
use toolsmith_codegen::diff::ChangeKind;
use toolsmith_dialect::calendar::civil_from_days;

use super::result::{CatalogDiff, ChangeResult, CodeLocation, StaleEntry};
use crate::config::Reader;
use crate::context::Context;
use crate::system::{disk, git};
use crate::text::nearest::{listed, nearest};

/// The file of accepted changes that is read if it exists.
pub(crate) const ACCEPTED: &str = "toolsmith.accept.toml";

/// The accepted changes of a project.
#[derive(Debug, Default)]
pub(crate) struct Accepted {
    /// The file, as messages name it.
    file: String,
    /// The entries, each with its line.
    entries: Vec<(usize, Entry)>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Document {
    #[serde(default)]
    accept: Vec<Spanned<Entry>>,
}

/// One accepted change.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    /// The kind: `arg-became-required`.
    id: String,
    /// The name of the catalog. Every catalog without it.
    catalog: Option<String>,
    /// The name of the tool.
    tool: String,
    /// The place inside the tool, as `diff` prints it. All places without it.
    place: Option<String>,
    /// The reason.
    reason: String,
    /// The last day on which the entry applies: `2027-01-31`.
    until: Option<Until>,
}

impl Accepted {
    /// Reads the file of accepted changes: the given one, or the usual one if it exists.
    ///
    /// # Errors
    ///
    /// Returns an error if the given file does not exist, or if a file is not valid.
    pub(crate) fn load(given: Option<&Path>, context: &Context) -> Result<Self> {
        let usual = context.workspace.path(ACCEPTED);
        let path = given.unwrap_or(&usual);
        match disk::read_if_there(path)? {
            Some(text) => Self::parse(&text, &given.map_or(ACCEPTED.into(), Path::to_string_lossy))
                .with_context(|| format!("{} is not a list of accepted changes", path.display())),
            None if given.is_some() => bail!("{} does not exist", path.display()),
            None => Ok(Self::default()),
        }
    }

    fn parse(text: &str, file: &str) -> Result<Self> {
        refuse_unknown_keys(text, file)?;
        let document: Document = toml::from_str(text)?;
        let line = |start: usize| {
            let before = text.get(..start).unwrap_or_default();
            before.matches('\n').count() + 1
        };
        let entries = document.accept.into_iter();
        Ok(Self {
            file: file.to_owned(),
            entries: entries
                .map(|entry| (line(entry.span().start), entry.into_inner()))
                .collect(),
        })
    }

    /// Marks the changes that are accepted. Returns the entries that are expired or match no change. An
    /// entry that may be about a catalog that is not compared is not judged; `is_complete` says that all
    /// of them are.
    pub(crate) fn apply(
        &self,
        catalogs: &mut [CatalogDiff],
        is_complete: bool,
        today: Date,
        context: &Context,
    ) -> Vec<StaleEntry> {
        let complaints = self.judge(catalogs, is_complete, today);
        let file = format!("{}{}", git::prefix(context.root()), self.file);
        let stale = complaints.into_iter().map(|(line, complaint)| StaleEntry {
            location: CodeLocation {
                file: file.clone(),
                line,
            },
            complaint: format!("{} line {line}: {complaint}", self.file),
        });
        stale.collect()
    }

    fn judge(
        &self,
        catalogs: &mut [CatalogDiff],
        is_complete: bool,
        today: Date,
    ) -> Vec<(usize, String)> {
        let mut is_used = vec![false; self.entries.len()];
        for catalog in &mut *catalogs {
            for change in &mut catalog.changes {
                for ((_, entry), is_used) in self.entries.iter().zip(&mut is_used) {
                    if entry.is_about(&catalog.name, change) {
                        *is_used = true;
                        if !entry.is_expired(today) && !entry.reason.trim().is_empty() {
                            change.accepted = Some(entry.reason.clone());
                        }
                    }
                }
            }
        }
        let is_judged = |entry: &Entry| match &entry.catalog {
            _ if is_complete => true,
            Some(name) => catalogs.iter().any(|catalog| catalog.name == *name),
            None => false,
        };
        let entries = self.entries.iter().zip(is_used);
        entries
            .filter(|((_, entry), is_used)| *is_used || is_judged(entry))
            .filter_map(|((line, entry), is_used)| Some((*line, entry.complaint(is_used, today)?)))
            .collect()
    }
}

/// Refuses keys that an entry does not have, each with its line and a suggestion.
fn refuse_unknown_keys(text: &str, file: &str) -> Result<()> {
    let root = DeTable::parse(text)?;
    let known = keys_of::<Entry>();
    let mut reader = Reader::new(file, text);
    for (key, value) in root.get_ref() {
        if key.get_ref() != "accept" {
            reader.unknown_key(key.span(), key.get_ref(), &["accept"]);
            continue;
        }
        let entries = value.get_ref().as_array().into_iter().flatten();
        let keys = entries.filter_map(|entry| entry.get_ref().as_table());
        for (key, _) in keys.flatten() {
            if !known.contains(&key.get_ref().as_ref()) {
                reader.unknown_key(key.span(), key.get_ref(), known);
            }
        }
    }
    Ok(reader.finish()?)
}

/// Returns the names of the fields of a struct, as serde reads them.
fn keys_of<T: DeserializeOwned>() -> &'static [&'static str] {
    let mut keys: &[&str] = &[];
    // Only the names are of interest; there is nothing to read.
    let _nothing_to_read = T::deserialize(KeyReader(&mut keys));
    keys
}

/// A deserializer that notes the names of the fields of the struct that it is to read.
struct KeyReader<'a>(&'a mut &'static [&'static str]);

impl<'de> Deserializer<'de> for KeyReader<'_> {
    type Error = serde::de::value::Error;

    fn deserialize_any<V: Visitor<'de>>(self, _visitor: V) -> Result<V::Value, Self::Error> {
        Err(serde::de::Error::custom(
            "only the fields of a struct are read",
        ))
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Self::Error> {
        *self.0 = fields;
        self.deserialize_any(visitor)
    }

    serde::forward_to_deserialize_any! {
        bool i8 i16 i32 i64 u8 u16 u32 u64 f32 f64 char str string bytes byte_buf option unit unit_struct
        newtype_struct seq tuple tuple_struct map enum identifier ignored_any
    }
}

/// Returns the day in UTC.
///
/// # Errors
///
/// Returns an error if the clock of the machine is before 1970 or after the year 65535.
pub(crate) fn today() -> Result<Date> {
    let since = SystemTime::now().duration_since(UNIX_EPOCH)?;
    date_after_epoch(since.as_secs() / 86_400)
}

/// Returns the date that is some days after 1970-01-01.
fn date_after_epoch(days: u64) -> Result<Date> {
    let (year, month, day) = civil_from_days(i64::try_from(days)?);
    Ok(Date {
        year: u16::try_from(year)?,
        month: u8::try_from(month)?,
        day: u8::try_from(day)?,
    })
}

impl Entry {
    fn is_about(&self, catalog: &str, change: &ChangeResult) -> bool {
        let is_catalog = self.catalog.as_ref().is_none_or(|name| name == catalog);
        let is_place = self
            .place
            .as_ref()
            .is_none_or(|place| *place == change.place);
        is_catalog && self.id == change.id && self.tool == change.tool && is_place
    }

    fn is_expired(&self, today: Date) -> bool {
        self.until.as_ref().is_some_and(|until| until.0 < today)
    }

    /// Returns the entry in words: `` `arg-became-required` of `list_keys` ``.
    fn name(&self) -> String {
        let place = self.place.as_ref();
        let place = place.map_or_else(String::new, |place| format!(", {place}"));
        format!("`{}` of `{}`{place}", self.id, self.tool)
    }

    fn complaint(&self, is_used: bool, today: Date) -> Option<String> {
        let name = self.name();
        let ids = ChangeKind::ALL.iter().map(|kind| kind.as_str());
        if ids.clone().all(|id| id != self.id) {
            let near = nearest(&self.id, ids);
            return Some(match near.as_slice() {
                [] => format!("{name}: there is no such kind of change; remove the entry"),
                near => format!(
                    "{name}: there is no such kind of change; did you mean {}?",
                    listed(near)
                ),
            });
        }
        if self.reason.trim().is_empty() {
            return Some(format!("{name} has no reason; write one"));
        }
        if !is_used {
            return Some(format!(
                "{name} is accepted, but there is no such change; remove the entry"
            ));
        }
        let until = self.until.as_ref().filter(|_| self.is_expired(today));
        until.map(|Until(until)| format!("{name} was accepted until {until}; decide again"))
    }
}

/// A day: `2027-01-31`.
#[derive(Debug, Clone, Copy)]
struct Until(Date);

impl<'de> Deserialize<'de> for Until {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = match toml::Value::deserialize(deserializer)? {
            toml::Value::String(text) => text,
            other => other.to_string(),
        };
        let date = match text.parse() {
            Ok(Datetime {
                date: Some(date),
                time: None,
                offset: None,
            }) => Some(date),
            _ => None,
        };
        date.map(Self).ok_or_else(|| {
            serde::de::Error::custom(format!(
                "`{text}` is not a date; write one such as 2027-01-31"
            ))
        })
    }
}

#[cfg(test)]
mod tests;
