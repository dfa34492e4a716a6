//! Changes between two snapshots.

use std::collections::BTreeSet;

use crate::source::Members;

/// One change between two snapshots.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct CatalogChange {
    /// The name of the tool.
    pub tool: String,
    /// A JSON pointer into the tool, empty for the whole tool.
    pub pointer: String,
    /// A short description: `enum value added "hour"`.
    pub what: String,
}

/// A collection of changes, with the tool that is being compared.
pub(super) struct Changes<'a> {
    pub(super) tool: &'a str,
    pub(super) found: &'a mut Vec<CatalogChange>,
}

impl Changes<'_> {
    pub(super) fn push(&mut self, pointer: &str, what: impl Into<String>) {
        self.found.push(CatalogChange {
            tool: self.tool.to_owned(),
            pointer: pointer.to_owned(),
            what: what.into(),
        });
    }
}

/// Returns the keys of both, each once.
pub(super) fn all_keys<'json>(
    before: &'json Members,
    after: &'json Members,
) -> BTreeSet<&'json String> {
    before.keys().chain(after.keys()).collect()
}
