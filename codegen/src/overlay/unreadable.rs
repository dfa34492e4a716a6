//! Tools that cannot be read.

use std::collections::BTreeSet;

use super::change::Change;
use crate::catalog::{LoadedTools, RawTool, Tool, describe_unreadable};
use crate::diag::Diagnostics;
use crate::report::SkippedEntry;
use crate::source::Json;

/// The tools of a catalog that cannot be read.
#[derive(Debug, Default)]
pub(super) struct Unreadable {
    /// The names of those that have one.
    pub(super) names: BTreeSet<String>,
    /// The names of those that the selection excludes.
    excluded: BTreeSet<String>,
    /// Their resources.
    resources: BTreeSet<String>,
    /// The errors of each, with its place.
    found: Vec<(SkippedEntry, Diagnostics)>,
}

impl Unreadable {
    /// Collects the entries of the list that cannot be used. The name of a duplicate belongs to the
    /// first tool.
    pub(super) fn of(loaded: &LoadedTools<'_>) -> Self {
        let found = loaded.unusable.iter().map(|entry| {
            let name = entry.name.unwrap_or_default();
            let skipped = describe_unreadable(&entry.pointer, name, &entry.problems);
            (skipped, entry.problems.clone())
        });
        Self {
            found: found.collect(),
            ..Self::default()
        }
    }

    /// Adds a tool.
    pub(super) fn add(&mut self, raw: &RawTool<'_>, problems: Diagnostics) {
        self.add_name(raw);
        let skipped = describe_unreadable(&raw.pointer, &raw.name, &problems);
        self.found.push((skipped, problems));
    }

    /// Adds a tool that the selection excludes. It is not reported, but changes to it stay valid.
    pub(super) fn add_excluded(&mut self, raw: &RawTool<'_>) {
        self.add_name(raw);
        self.excluded.insert(raw.name.clone().into_owned());
    }

    fn add_name(&mut self, raw: &RawTool<'_>) {
        self.names.insert(raw.name.clone().into_owned());
        let resource = raw.members.get("resource").and_then(Json::as_str);
        self.resources.extend(resource.map(str::to_owned));
    }

    /// Takes the errors of all. Only the names of excluded tools stay.
    pub(super) fn take_problems(&mut self) -> Diagnostics {
        let mut problems = Diagnostics::default();
        for (_, found) in std::mem::take(&mut self.found) {
            problems.extend(found);
        }
        self.names.clone_from(&self.excluded);
        problems
    }

    /// Returns the tools as entries of the report.
    pub(super) fn skipped(self) -> Vec<SkippedEntry> {
        self.found.into_iter().map(|(skipped, _)| skipped).collect()
    }

    /// Returns `true` if a change is about a tool that cannot be read, or about a resource of which
    /// only such tools exist.
    pub(super) fn is_about(&self, change: &Change, tools: &[Tool]) -> bool {
        match &change.resource {
            None => self.names.contains(&change.tool),
            Some(resource) => {
                self.resources.contains(resource)
                    && tools.iter().all(|tool| tool.resource != *resource)
            }
        }
    }
}
