//! The list of tools in a dialect, and the resolution of calls.

use std::collections::{BTreeMap, BTreeSet};

use super::definition::Definition;
use super::entry::write_entry;
use super::mapping::{MappingId, Mappings};
use super::note::{Note, NoteKind};
use super::provider::Dialect;
use super::request_limits::RequestLimits;
use super::resolved::{ResolveError, ResolvedCall};
use super::write::write;
use crate::codec::{Json, misspelt};
use crate::tools::ToolSpec;

/// The tools in the form that a provider accepts.
#[derive(Debug, Clone)]
pub struct ToolList {
    dialect: Dialect,
    definitions: Vec<Json>,
    tools: Vec<ListedTool>,
    notes: Vec<Note>,
    /// Indices of `tools` by the name that the provider sees.
    by_provider_name: BTreeMap<String, usize>,
    /// Indices of `tools` by the tool's own name.
    by_name: BTreeMap<String, usize>,
}

#[derive(Debug, Clone)]
struct ListedTool {
    name: String,
    provider_name: String,
    size: usize,
    mappings: Mappings,
    root: MappingId,
}

impl Dialect {
    /// Lists the tools of a generated crate.
    #[must_use]
    pub fn list(self, tools: &[&ToolSpec]) -> ToolList {
        self.list_of(tools.iter().map(|spec| Definition::from(*spec)))
    }

    /// Lists tools of any catalog. The second of two tools with the same name is renamed.
    #[must_use]
    pub fn list_of<'a>(self, tools: impl IntoIterator<Item = Definition<'a>>) -> ToolList {
        let tools: Vec<Definition<'a>> = tools.into_iter().collect();
        let mut list = ToolList {
            dialect: self,
            definitions: Vec::new(),
            tools: Vec::new(),
            notes: Vec::new(),
            by_provider_name: BTreeMap::new(),
            by_name: BTreeMap::new(),
        };
        let names = tools.iter().map(|tool| tool.name);
        let provider_names = self.rules().tool_name.fit_all(names, &mut BTreeSet::new());
        let mut limits = RequestLimits::new(self.rules().limits);
        for (tool, provider_name) in tools.iter().zip(provider_names) {
            list.add(tool, provider_name, &mut limits);
        }
        list
    }
}

impl ToolList {
    /// Returns the dialect.
    #[must_use]
    pub fn dialect(&self) -> Dialect {
        self.dialect
    }

    /// Returns the tools as the request of the provider contains them: its `tools`, or for Gemini
    /// the `functionDeclarations` of one tool. They are in the order in which they were given.
    #[must_use]
    pub fn definitions(&self) -> &[Json] {
        &self.definitions
    }

    /// Returns the size of all definitions, in characters of compact JSON.
    #[must_use]
    pub fn size(&self) -> usize {
        self.tools.iter().map(|tool| tool.size).sum()
    }

    /// Returns the size of each definition in characters, with the tool's own name.
    pub fn sizes(&self) -> impl Iterator<Item = (&str, usize)> {
        self.tools
            .iter()
            .map(|tool| (tool.name.as_str(), tool.size))
    }

    /// Returns the differences between the tools' own schemas and the list.
    #[must_use]
    pub fn notes(&self) -> &[Note] {
        &self.notes
    }

    /// Returns the name of a tool in this list, by its own name.
    #[must_use]
    pub fn name_of(&self, tool: &str) -> Option<&str> {
        Some(&self.listed(tool)?.provider_name)
    }

    /// Maps a model's call back to the tool and its arguments. Arguments that do not follow the
    /// dialect are returned unchanged: the tool's own check reports what is wrong with them.
    ///
    /// # Errors
    ///
    /// Returns an error if no tool has this name.
    pub fn resolve(&self, name: &str, arguments: &Json) -> Result<ResolvedCall, ResolveError> {
        let tool = self.find(name)?;
        Ok(ResolvedCall {
            tool: tool.name.clone(),
            arguments: tool.mappings.restore(tool.root, arguments),
        })
    }

    /// Maps a model's call whose arguments are JSON text, as OpenAI sends them. An empty text means
    /// no arguments.
    ///
    /// # Errors
    ///
    /// Returns an error if no tool has this name, or if the text is not valid JSON.
    pub fn resolve_text(&self, name: &str, arguments: &str) -> Result<ResolvedCall, ResolveError> {
        self.find(name)?;
        let text = match arguments.trim() {
            "" => "{}",
            text => text,
        };
        let arguments = serde_json::from_str(text).map_err(|error| ResolveError::NotJson {
            name: name.to_owned(),
            problem: error.to_string(),
        })?;
        self.resolve(name, &arguments)
    }

    /// Maps the arguments of a tool to this dialect, for examples in a prompt; `None` if the tool
    /// is not in the list. [`ToolList::resolve`] is the inverse.
    #[must_use]
    pub fn encode(&self, tool: &str, arguments: &Json) -> Option<Json> {
        let tool = self.listed(tool)?;
        Some(tool.mappings.encode(tool.root, arguments))
    }

    fn listed(&self, tool: &str) -> Option<&ListedTool> {
        self.tools.get(*self.by_name.get(tool)?)
    }

    /// Finds the tool that a model calls, by its name in this list or by its own.
    fn find(&self, name: &str) -> Result<&ListedTool, ResolveError> {
        self.by_provider_name
            .get(name)
            .or_else(|| self.by_name.get(name))
            .and_then(|index| self.tools.get(*index))
            .ok_or_else(|| {
                let known = self.by_provider_name.keys().map(String::as_str);
                ResolveError::UnknownTool {
                    name: name.to_owned(),
                    nearest: misspelt(name, known).map(str::to_owned),
                }
            })
    }

    fn add(&mut self, tool: &Definition<'_>, provider_name: String, limits: &mut RequestLimits) {
        let mut dialect = self.dialect;
        let mut arguments = write(tool.name, &tool.schema, dialect.rules());
        if !limits.admit(arguments.counts)
            && let Some(looser) = dialect.looser()
        {
            dialect = looser;
            arguments = write(tool.name, &tool.schema, looser.rules());
            self.notes
                .push(Note::of_tool(tool.name, "strict", NoteKind::Loosened));
        }
        if provider_name != tool.name {
            self.notes
                .push(Note::of_tool(tool.name, "name", NoteKind::Renamed));
        }
        let definition = write_entry(
            dialect,
            tool,
            &provider_name,
            arguments.schema,
            &mut self.notes,
        );
        self.notes.append(&mut arguments.notes);
        let index = self.tools.len();
        self.by_provider_name.insert(provider_name.clone(), index);
        self.by_name.entry(tool.name.to_owned()).or_insert(index);
        self.tools.push(ListedTool {
            name: tool.name.to_owned(),
            provider_name,
            size: definition.to_string().chars().count(),
            mappings: arguments.mappings,
            root: arguments.root,
        });
        self.definitions.push(definition);
    }
}
