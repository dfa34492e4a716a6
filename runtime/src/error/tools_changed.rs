//! The difference between the tools of a server and those of a generated crate.

use std::fmt;

use toolsmith_pattern::hidden::escape;

use crate::single_line::Line;

/// The number of tools that a message lists of each kind.
const MAX_LISTED: usize = 10;

/// The tools that a server lists are not those from which the crate was generated.
///
/// A model is shown the tools of the crate, so nothing that the server changed has reached it.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct ToolsChangedError {
    /// The catalog.
    pub catalog: &'static str,
    /// The tools that only the server has, sorted by name.
    pub added: Vec<String>,
    /// The tools that the server no longer lists, sorted by name.
    pub removed: Vec<&'static str>,
    /// The tools that the server describes in another way, sorted by name.
    pub changed: Vec<ChangedTool>,
}

/// A tool that a server describes in another way.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct ChangedTool {
    /// The name.
    pub name: &'static str,
    /// The parts that differ; at least one.
    pub parts: Vec<ToolPart>,
}

/// A part of a tool.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ToolPart {
    /// The title or the description.
    Description,
    /// The schema of the arguments.
    Arguments,
    /// The annotations of an MCP tool; the resource, the method or the tags of a tool at Truto.
    Annotations,
    /// The schema of the result.
    Result,
}

impl ToolPart {
    /// Every part.
    pub const ALL: [Self; 4] = [
        Self::Description,
        Self::Arguments,
        Self::Annotations,
        Self::Result,
    ];

    /// Returns the part as a word: `description`, `arguments`, `annotations` or `result`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Description => "description",
            Self::Arguments => "arguments",
            Self::Annotations => "annotations",
            Self::Result => "result",
        }
    }
}

impl fmt::Display for ToolPart {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(self.as_str())
    }
}

impl fmt::Display for ToolsChangedError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            formatter,
            "the tools of the catalog `{}` are not those that the server lists now: ",
            self.catalog
        )?;
        let name = |name: &str| format!("`{}`", Line::short(&escape(name)));
        let changed = self.changed.iter().map(|tool| {
            let parts: Vec<&str> = tool.parts.iter().map(|part| part.as_str()).collect();
            format!("{} ({})", name(tool.name), parts.join(", "))
        });
        let lists = [
            ("changed", changed.collect::<Vec<_>>()),
            (
                "removed",
                self.removed.iter().map(|one| name(one)).collect(),
            ),
            ("added", self.added.iter().map(|one| name(one)).collect()),
        ];
        let lists = lists.iter().filter(|(_, tools)| !tools.is_empty());
        let lists: Vec<String> = lists.map(|(verb, tools)| list(verb, tools)).collect();
        write!(formatter, "{}; generate the crate again", lists.join("; "))
    }
}

/// Lists the first tools of a kind.
fn list(verb: &str, tools: &[String]) -> String {
    let listed: Vec<&str> = tools.iter().take(MAX_LISTED).map(String::as_str).collect();
    let listed = listed.join(", ");
    match tools.len().saturating_sub(MAX_LISTED) {
        0 => format!("{verb} {listed}"),
        more => format!("{verb} {listed} and {more} more"),
    }
}

impl std::error::Error for ToolsChangedError {}
