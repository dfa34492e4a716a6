//! The lock: the Rust names given so far.
//!
//! A regeneration reads it first, so that a public name never changes by accident: what has a name
//! keeps it, and a newcomer that would clash is renamed. Names of what is gone stay in it, so that
//! what comes back comes back under its name.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::diag::{Diagnostic, Diagnostics, SourceLocation};
use crate::options::SourceText;

/// The version of the form.
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
    /// Resources by their name in the catalog or the overlay.
    #[serde(default)]
    pub(in crate::lower) resources: BTreeMap<String, ResourceLock>,
    /// Identifiers by what they identify: `api key` => `ApiKeyId`.
    #[serde(default)]
    pub(in crate::lower) identifiers: BTreeMap<String, String>,
    /// Tools by name.
    #[serde(default)]
    pub(in crate::lower) tools: BTreeMap<String, ToolLock>,
    /// Enums, records and inner objects by Rust name.
    #[serde(default)]
    pub(in crate::lower) types: BTreeMap<String, TypeLock>,
}

/// The names of one resource.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::lower) struct ResourceLock {
    /// The method of the client, and the module: `api_keys`.
    pub(in crate::lower) accessor: String,
    /// The handle: `ApiKeys`.
    pub(in crate::lower) handle: String,
}

/// The names of one tool.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::lower) struct ToolLock {
    /// The resource that it is found under.
    pub(in crate::lower) resource: String,
    /// The method that calls it.
    pub(in crate::lower) method: String,
    /// The request type.
    pub(in crate::lower) request: String,
    /// The arguments of the constructor by their names on the wire, in order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(in crate::lower) arguments: Vec<String>,
    /// The fields: `projectId` => `project_id`.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub(in crate::lower) fields: BTreeMap<String, String>,
}

/// The names of one type.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::lower) struct TypeLock {
    /// Where it stands: `list_all_webhooks#/query_schema/properties/topic`.
    pub(in crate::lower) places: Vec<String>,
    /// The constructor's arguments of an inner object, in order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(in crate::lower) arguments: Vec<String>,
    /// Fields or variants by what stands on the wire.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub(in crate::lower) names: BTreeMap<String, String>,
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

/// Reads a lock; none is an empty one.
pub(in crate::lower) fn parse_lock(document: Option<&SourceText>) -> Result<Lock, Diagnostics> {
    let Some(document) = document else {
        return Ok(Lock::default());
    };
    let lock: Lock = toml::from_str(&document.text).map_err(|error| {
        let what = format!("this is not a lock: {}", error.message());
        let diagnostic = Diagnostic::new(locate(document, error.span()), what);
        diagnostic.help("restore the file from version control; it is written by the generator")
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
    /// Every name in the namespace of types, with what it is the name of.
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

/// Writes a lock; tables by name, so that a diff of it shows what is new.
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
    fn a_lock_survives_a_round_trip() {
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
    fn a_broken_lock_is_named_with_its_line() {
        let document = SourceText {
            file: "x.lock.toml".to_owned(),
            text: "version = 1\n[tools\n".to_owned(),
        };
        let problems = parse_lock(Some(&document)).unwrap_err().to_string();
        assert!(problems.contains("x.lock.toml, line 2"), "{problems}");
    }
}
