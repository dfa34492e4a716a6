//! The selection of the tools of a catalog. Tools that it excludes are treated as if the catalog did
//! not have them, but their corrections stay valid.

use std::collections::BTreeSet;

use crate::catalog::{RawTool, Renaming, RenamingTarget, Sharing, Tool};
use crate::diag::{Diagnostic, Diagnostics, SourceLocation};
use crate::options::{Selection, ToolPattern};
use crate::source::{Json, quoted};

/// The tools that a selection excludes, and the patterns that matched a tool.
#[derive(Debug)]
pub(super) struct Selector<'a> {
    selection: &'a Selection,
    /// `true` if a pattern may match no tool.
    allows_unmatched: bool,
    /// The names and resources of all tools.
    known: BTreeSet<String>,
    /// The patterns that match a tool.
    used: BTreeSet<&'a str>,
    excluded: BTreeSet<String>,
    /// The resources of excluded tools.
    resources: BTreeSet<String>,
}

impl<'a> Selector<'a> {
    pub(super) fn new(selection: &'a Selection, allows_unmatched: bool) -> Self {
        Self {
            selection,
            allows_unmatched,
            known: BTreeSet::new(),
            used: BTreeSet::new(),
            excluded: BTreeSet::new(),
            resources: BTreeSet::new(),
        }
    }

    /// Returns `true` if a tool that cannot be read is selected.
    pub(super) fn selects_raw(&mut self, raw: &RawTool<'_>) -> bool {
        let resource = raw.members.get("resource").and_then(Json::as_str);
        self.selects(&raw.name, &[resource.unwrap_or_default()])
    }

    /// Returns `true` if a tool is selected, by its name, its resource, or the resource to which the
    /// overlay moves it.
    pub(super) fn selects_tool(&mut self, tool: &Tool) -> bool {
        let placement = tool.overlay.placement.as_ref();
        let moved = placement.map(|placement| placement.resource.as_str());
        self.selects(&tool.name, &[&tool.resource, moved.unwrap_or_default()])
    }

    fn selects(&mut self, name: &str, resources: &[&str]) -> bool {
        if self.selection.selects_all() {
            return true;
        }
        let names = [name].into_iter().chain(resources.iter().copied());
        let names = names.filter(|name| !name.is_empty());
        self.known.extend(names.map(str::to_owned));
        let patterns = self.selection.include.iter().chain(&self.selection.exclude);
        let matching = patterns.filter(|pattern| pattern.matches(name, resources));
        self.used.extend(matching.map(ToolPattern::as_str));
        let is_selected = self.selection.selects(name, resources);
        if !is_selected {
            self.excluded.insert(name.to_owned());
            let resources = resources.iter().copied();
            self.resources.extend(resources.map(str::to_owned));
        }
        is_selected
    }

    /// Returns the names of the excluded tools.
    ///
    /// # Errors
    ///
    /// Returns an error for each pattern that matches no tool, and if no tool is left. `file` is the
    /// snapshot.
    pub(super) fn finish(&self, file: &str, left: usize) -> Result<Vec<String>, Diagnostics> {
        let mut problems = Diagnostics::default();
        let lists = [
            ("include", &self.selection.include),
            ("exclude", &self.selection.exclude),
        ];
        for (key, patterns) in lists {
            let unused = patterns.iter().map(ToolPattern::as_str);
            let is_unused = |pattern: &&str| !self.allows_unmatched && !self.used.contains(pattern);
            for pattern in unused.filter(is_unused) {
                let what = format!("`{key}` lists {}, which matches no tool", quoted(pattern));
                let problem = Diagnostic::new(location(file), what);
                let known = self.known.iter().map(String::as_str);
                let otherwise =
                    "write the name of a tool or a resource, or a pattern such as \"list_*\"";
                problems.push(problem.suggest(pattern, known, otherwise));
            }
        }
        if left == 0 && !self.excluded.is_empty() && problems.is_empty() {
            let what = "`include` and `exclude` leave no tool of the catalog";
            let problem = Diagnostic::new(location(file), what);
            problems.push(problem.help("select at least one tool, or remove the catalog"));
        }
        problems.finish()?;
        Ok(self.excluded.iter().cloned().collect())
    }

    /// Drops the names that the overlay gives to excluded tools and resources.
    pub(super) fn retain_renamings(&self, renamings: &mut Vec<Renaming>, tools: &[Tool]) {
        renamings.retain(|renaming| match &renaming.target {
            RenamingTarget::Type { tool, .. } => !self.excluded.contains(tool),
            RenamingTarget::Resource(resource) => {
                let is_of = |tool: &Tool| {
                    let placement = tool.overlay.placement.as_ref();
                    let moved = placement.map(|placement| &placement.resource);
                    moved.unwrap_or(&tool.resource) == resource
                };
                !self.resources.contains(resource) || tools.iter().any(is_of)
            }
        });
    }

    /// Drops the places of excluded tools from the types that the overlay keeps shared.
    pub(super) fn retain_sharings(&self, sharings: &mut Vec<Sharing>) {
        for sharing in &mut *sharings {
            let places = &mut sharing.places;
            places.retain(|place| !self.excluded.contains(&*place.tool));
        }
        sharings.retain(|sharing| sharing.places.len() > 1);
    }
}

fn location(file: &str) -> SourceLocation {
    SourceLocation {
        file: file.to_owned(),
        ..SourceLocation::default()
    }
}
