//! Tools that cannot be read.

use std::collections::BTreeSet;

use super::change::Change;
use crate::catalog::{LoadedTools, RawTool, Tool, describe_unreadable};
use crate::diag::Diagnostics;
use crate::report::LeftOut;
use crate::source::Json;

/// The tools of a catalog that cannot be read.
#[derive(Debug, Default)]
pub(super) struct Unreadable {
    /// The names of those that have one.
    pub(super) names: BTreeSet<String>,
    /// Their resources.
    resources: BTreeSet<String>,
    /// The errors of each, with its place.
    found: Vec<(LeftOut, Diagnostics)>,
}

impl Unreadable {
    /// Collects the entries of the list that cannot be used. The name of a duplicate belongs to the
    /// first tool.
    pub(super) fn of(loaded: &LoadedTools<'_>) -> Self {
        let found = loaded.unusable.iter().map(|entry| {
            let name = entry.name.unwrap_or_default();
            let left_out = describe_unreadable(&entry.pointer, name, &entry.problems);
            (left_out, entry.problems.clone())
        });
        Self {
            found: found.collect(),
            ..Self::default()
        }
    }

    /// Adds a tool.
    pub(super) fn add(&mut self, raw: &RawTool<'_>, problems: Diagnostics) {
        self.add_excluded(raw);
        let left_out = describe_unreadable(&raw.pointer, &raw.name, &problems);
        self.found.push((left_out, problems));
    }

    /// Adds a tool that the selection excludes. It is not reported, but changes to it stay valid.
    pub(super) fn add_excluded(&mut self, raw: &RawTool<'_>) {
        self.names.insert(raw.name.clone().into_owned());
        let resource = raw.members.get("resource").and_then(Json::as_str);
        self.resources.extend(resource.map(str::to_owned));
    }

    /// Returns the errors of all.
    pub(super) fn into_problems(self) -> Diagnostics {
        let mut problems = Diagnostics::default();
        for (_, found) in self.found {
            problems.extend(found);
        }
        problems
    }

    /// Returns the tools as entries of the report.
    pub(super) fn skipped(self) -> Vec<LeftOut> {
        self.found
            .into_iter()
            .map(|(left_out, _)| left_out)
            .collect()
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
