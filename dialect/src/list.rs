//! The list of tools in a dialect, and the resolution of calls.

use std::collections::BTreeMap;

use serde::{Serialize, Serializer};

use super::definition::Definition;
use super::entry::write_entry;
use super::mapping::{MappingId, Mappings, RepeatedName};
use super::note::{Note, NoteKind};
use super::ordered_json::OrderedJson;
use super::provider::Dialect;
use super::request_limits::RequestLimits;
use super::resolved::{ResolveError, ResolvedCall};
use super::tree::{Members, Tree, members, put};
use super::write::Arguments;
use crate::json_type::Json;
use crate::suggest::misspelt;

/// The tools in the form that a provider accepts.
#[derive(Debug, Clone)]
pub struct ToolList {
    dialect: Dialect,
    limits: RequestLimits,
    definitions: Vec<OrderedJson>,
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

impl ToolList {
    pub(super) fn empty(dialect: Dialect, limits: RequestLimits) -> Self {
        Self {
            dialect,
            limits,
            definitions: Vec::new(),
            tools: Vec::new(),
            notes: Vec::new(),
            by_provider_name: BTreeMap::new(),
            by_name: BTreeMap::new(),
        }
    }

    /// Returns the dialect.
    #[must_use]
    pub fn dialect(&self) -> Dialect {
        self.dialect
    }

    /// Returns the tools as the request of the provider contains them: its `tools`, or for Gemini
    /// the `functionDeclarations` of one tool. They are in the order in which they were given. A tool
    /// that no arguments can satisfy is not among them, and is [noted](ToolList::notes).
    ///
    /// The properties of each are in the order of the author when the definition is serialized, which
    /// `serde_json::json!` and other maps of `serde_json` lose; see [`ToolList::add_to`].
    #[must_use]
    pub fn definitions(&self) -> &[OrderedJson] {
        &self.definitions
    }

    /// Returns the definition of a tool, by its own name; `None` if it is not in the list.
    #[must_use]
    pub fn definition_of(&self, tool: &str) -> Option<&OrderedJson> {
        self.definitions.get(*self.by_name.get(tool)?)
    }

    /// Adds the tools to the other members of a request: as `tools`, in the form of the provider.
    /// Serialize the result as it is, so that the properties keep their order.
    ///
    /// ```
    /// use serde_json::json;
    /// use toolsmith_runtime::dialect::{Definition, Dialect, OrderedJson};
    ///
    /// let schema: OrderedJson =
    ///     r#"{"type": "object", "properties": {"reasoning": {}, "answer": {}}}"#.parse()?;
    /// let list = Dialect::Anthropic.list_of([Definition::new("reply", "Replies", schema)])?;
    /// let body = list.add_to(json!({"model": "any", "messages": []}));
    /// assert!(serde_json::to_string(&body)?.contains(r#"{"reasoning":{},"answer":{}}"#));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn add_to(&self, request: impl Into<OrderedJson>) -> OrderedJson {
        let definitions = self.definitions.iter().map(|entry| entry.tree().clone());
        let definitions = Tree::Array(definitions.collect());
        let tools = match self.dialect {
            Dialect::Gemini | Dialect::GeminiJsonSchema => {
                Tree::from([members! {"functionDeclarations": definitions}])
            }
            _ => definitions,
        };
        let mut request = match request.into().tree() {
            Tree::Object(members) => members.clone(),
            _ => Members::new(),
        };
        put(&mut request, "tools", tools);
        Tree::Object(request).into()
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
    /// Returns an error if no tool has this name, or if a map that is given as a list of pairs has a
    /// name twice.
    pub fn resolve(&self, name: &str, arguments: &Json) -> Result<ResolvedCall, ResolveError> {
        let tool = self.find(name)?;
        let restored = tool.mappings.restore_unique(tool.root, arguments);
        let own_name = tool.name.clone();
        match restored {
            Ok(arguments) => Ok(ResolvedCall {
                tool: own_name,
                arguments,
            }),
            Err(RepeatedName { path, name }) => Err(ResolveError::RepeatedName {
                tool: own_name,
                path,
                name,
            }),
        }
    }

    /// Maps a model's call whose arguments are JSON text, as OpenAI sends them. An empty text means
    /// no arguments.
    ///
    /// # Errors
    ///
    /// Returns an error if no tool has this name, if the text is not valid JSON, or if a map that is
    /// given as a list of pairs has a name twice.
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

    /// Notes that a tool is in the form that is not strict.
    pub(super) fn loosen(&mut self, tool: &Definition<'_>) {
        let note = Note::of_tool(tool.name, "strict", NoteKind::Loosened);
        self.notes.push(note);
    }

    /// Adds a tool whose arguments are written.
    pub(super) fn add(
        &mut self,
        dialect: Dialect,
        tool: &Definition<'_>,
        provider_name: String,
        mut arguments: Arguments,
    ) {
        if let Some((pointer, keyword)) = arguments.contradiction {
            self.notes.push(Note {
                tool: tool.name.to_owned(),
                pointer,
                keyword: keyword.to_owned(),
                kind: NoteKind::Uncallable,
            });
            return;
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
            self.limits.description_length,
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
        self.definitions.push(definition.into());
    }
}

/// Writes the definitions, in order and with their properties in the order of the author.
impl Serialize for ToolList {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.definitions.serialize(serializer)
    }
}
