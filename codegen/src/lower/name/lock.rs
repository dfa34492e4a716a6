//! The lock: the Rust names given so far.
//!
//! Each regeneration reads the lock first, so that a public name never changes by accident: a
//! locked item keeps its name, and a new item that would collide gets another one. Removed items
//! keep their entries, so that an item that reappears gets its old name.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::catalog::SchemaPlace;
use crate::diag::{Diagnostic, Diagnostics, SourceLocation};
use crate::options::SourceText;

/// The version of the file format.
const VERSION: u32 = 1;

const PREAMBLE: &str = "\
# The Rust names given so far. Written by the generator and checked in: what has a name keeps it.
# To rename something on purpose, change the name here or add a change to the overlay.

";

/// The names given so far.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::lower) struct Lock {
    version: u32,
    /// Resources, by their name in the catalog or the overlay.
    #[serde(default)]
    pub(in crate::lower) resources: BTreeMap<String, ResourceLock>,
    /// Identifiers, by the noun that they identify: `api key` => `ApiKeyId`.
    #[serde(default)]
    pub(in crate::lower) identifiers: BTreeMap<String, String>,
    /// Tools, by name.
    #[serde(default)]
    pub(in crate::lower) tools: BTreeMap<String, ToolLock>,
    /// Enums, records and inner objects, by Rust name.
    #[serde(default)]
    pub(in crate::lower) types: BTreeMap<String, TypeLock>,
}

/// The names of one resource.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::lower) struct ResourceLock {
    /// The method of the client, and the module, such as `api_keys`.
    pub(in crate::lower) accessor: String,
    /// The handle, such as `ApiKeys`.
    pub(in crate::lower) handle: String,
}

/// The names of one tool.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::lower) struct ToolLock {
    /// The resource of the tool.
    pub(in crate::lower) resource: String,
    /// The method that calls it, or empty if the tool was removed and another one has its method.
    pub(in crate::lower) method: String,
    /// The request type.
    pub(in crate::lower) request: String,
    /// The resource and the method on the wire, if the overlay places the tool elsewhere: `keys/rotate`.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub(in crate::lower) route: String,
    /// The wire names of the constructor's arguments, in order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(in crate::lower) arguments: Vec<String>,
    /// The fields, by wire name: `projectId` => `project_id`.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub(in crate::lower) fields: BTreeMap<String, String>,
}

/// The names of one type.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::lower) struct TypeLock {
    /// The places of the type: `list_all_webhooks#/query_schema/properties/topic`.
    pub(in crate::lower) places: Vec<SchemaPlace>,
    /// A hash of the structure, if there are several places or one in a union. If their schemas
    /// differ one day, the places that did not change keep the name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(in crate::lower) shape: Option<String>,
    /// The tag of a variant of a union.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(in crate::lower) tag: Option<String>,
    /// The constructor's arguments of an inner object, in order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(in crate::lower) arguments: Vec<String>,
    /// Fields or variants, by wire name.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub(in crate::lower) names: BTreeMap<String, String>,
    /// The places to which the overlay gives this name.
    #[serde(skip)]
    pub(in crate::lower) pinned: BTreeSet<SchemaPlace>,
    /// The places that had this name before the overlay gave it to another place.
    #[serde(skip)]
    pub(in crate::lower) rivals: BTreeSet<SchemaPlace>,
}

impl Default for Lock {
    fn default() -> Self {
        Self {
            version: VERSION,
            resources: BTreeMap::new(),
            identifiers: BTreeMap::new(),
            tools: BTreeMap::new(),
            types: BTreeMap::new(),
        }
    }
}

/// Parses a lock. A missing lock is empty.
pub(in crate::lower) fn parse_lock(document: Option<&SourceText>) -> Result<Lock, Diagnostics> {
    let Some(document) = document else {
        return Ok(Lock::default());
    };
    let lock: Lock = toml::from_str(&document.text).map_err(|error| {
        let what = format!("this is not a lock: {}", error.message());
        let diagnostic = Diagnostic::new(locate(document, error.span()), what);
        diagnostic.help("the generator writes this file: restore it from version control")
    })?;
    if lock.version == VERSION {
        return Ok(lock);
    }
    let what = format!("the lock has version {}, not {VERSION}", lock.version);
    let diagnostic = Diagnostic::new(locate(document, None), what);
    Err(diagnostic
        .help("use the version of Toolsmith that wrote it")
        .into())
}

fn locate(document: &SourceText, span: Option<std::ops::Range<usize>>) -> SourceLocation {
    let before = span.and_then(|span| document.text.get(..span.start));
    let line = before.map(|before| before.matches('\n').count() + 1);
    SourceLocation {
        file: document.file.clone(),
        pointer: line.map_or_else(String::new, |line| format!("line {line}")),
        tool: None,
    }
}

impl Lock {
    /// Returns the lock as its file has it: without the names of the overlay.
    pub(in crate::lower) fn into_written(mut self) -> Self {
        for entry in self.types.values_mut() {
            entry.pinned.clear();
            entry.rivals.clear();
        }
        self
    }

    /// Returns every locked type name.
    pub(in crate::lower) fn type_names(&self) -> impl Iterator<Item = &str> {
        let handles = self
            .resources
            .values()
            .map(|resource| resource.handle.as_str());
        let requests = self.tools.values().map(|tool| tool.request.as_str());
        let identifiers = self.identifiers.values().map(String::as_str);
        let types = self.types.keys().map(String::as_str);
        handles.chain(requests).chain(identifiers).chain(types)
    }
}

/// Renders a lock with sorted tables, so that its diff shows only what is new.
pub(in crate::lower) fn render_lock(lock: &Lock) -> String {
    let text = toml::to_string(lock).unwrap_or_else(|error| {
        unreachable!("a lock is tables of text, which TOML can say: {error}")
    });
    format!("{PREAMBLE}{text}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn round_trips_a_lock() {
        let mut lock = Lock::default();
        let resource = ResourceLock {
            accessor: "api_keys".to_owned(),
            handle: "ApiKeys".to_owned(),
        };
        lock.resources.insert("api_keys".to_owned(), resource);
        let tool = ToolLock {
            resource: "api_keys".to_owned(),
            method: "list".to_owned(),
            request: "ListApiKeys".to_owned(),
            route: "keys/list".to_owned(),
            arguments: vec!["projectId".to_owned()],
            fields: BTreeMap::from([("StartTime<".to_owned(), "start_time_before".to_owned())]),
        };
        lock.tools.insert("list all \"keys\"".to_owned(), tool);
        let document = SourceText {
            file: "x.lock.toml".to_owned(),
            text: render_lock(&lock),
        };
        assert_eq!(parse_lock(Some(&document)), Ok(lock));
    }

    #[test]
    fn reports_the_line_of_a_broken_lock() {
        let document = SourceText {
            file: "x.lock.toml".to_owned(),
            text: "version = 1\n[tools\n".to_owned(),
        };
        let problems = parse_lock(Some(&document)).unwrap_err().to_string();
        assert!(problems.contains("x.lock.toml, line 2"), "{problems}");
    }
}
