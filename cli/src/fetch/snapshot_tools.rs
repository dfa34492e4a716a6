//! The tools of the snapshot, for the facts that a source no longer states.

use std::collections::BTreeMap;

use toolsmith_codegen::SourceText;

use super::Limits;
use super::pages::Pages;
use super::tool_text::{Entries, ToolText};

/// The tools of the snapshot, by name.
#[derive(Debug, Default)]
pub(super) struct KnownTools(BTreeMap<String, KnownTool>);

/// A tool of the snapshot.
#[derive(Debug)]
pub(super) struct KnownTool {
    /// Its resource.
    pub(super) resource: String,
    /// Its method.
    pub(super) method: String,
    /// Its members.
    pub(super) members: Entries,
}

impl KnownTools {
    /// Reads a snapshot. What cannot be read is left out.
    pub(super) fn parse(snapshot: Option<&SourceText>) -> Self {
        let mut pages = Pages::default();
        if let Some(snapshot) = snapshot {
            // A snapshot that cannot be read is reported by the generator.
            let _read = pages.add(snapshot.text.as_bytes(), Limits::default());
        }
        let tools = pages.into_tools().into_iter().filter_map(|text| {
            let members = Entries::parse(text.get())?;
            let tool = ToolText::of(&members);
            let known = KnownTool {
                resource: tool.resource,
                method: tool.method,
                members,
            };
            (!tool.name.is_empty()).then_some((tool.name, known))
        });
        Self(tools.collect())
    }

    /// Returns a tool.
    pub(super) fn get(&self, name: &str) -> Option<&KnownTool> {
        self.0.get(name)
    }

    /// Returns the name of the tool that calls a method of a resource.
    pub(super) fn name_of(&self, resource: &str, method: &str) -> Option<&str> {
        let mut tools = self.iter();
        tools
            .find(|(_, tool)| tool.resource == resource && tool.method == method)
            .map(|(name, _)| name)
    }

    /// Returns `true` if the snapshot marks a tool as deprecated.
    pub(super) fn is_deprecated(&self, name: &str) -> bool {
        let tool = self.get(name);
        tool.is_some_and(|tool| tool.members.get("deprecated") == Some("true"))
    }

    /// Returns the tools with their names.
    pub(super) fn iter(&self) -> impl Iterator<Item = (&str, &KnownTool)> {
        self.0.iter().map(|(name, tool)| (name.as_str(), tool))
    }
}
