//! The list of tools in a dialect, and the way back.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, json};

use super::note::{Change, Note};
use super::plan::{PlanId, Plans};
use super::provider::{Dialect, Limits};
use super::resolved::{ResolveError, Resolved};
use super::tool::Definition;
use super::write::{Arguments, Counts, has_arguments, write};
use crate::codec::{Json, nearest};
use crate::tools::{Effect, ToolSpec};

/// The tools in the form that a provider accepts.
#[derive(Debug, Clone)]
pub struct ToolList {
    dialect: Dialect,
    definitions: Vec<Json>,
    tools: Vec<Listed>,
    notes: Vec<Note>,
    /// Positions by the name that the model knows.
    by_said: BTreeMap<String, usize>,
    by_name: BTreeMap<String, usize>,
}

#[derive(Debug, Clone)]
struct Listed {
    name: String,
    said: String,
    size: usize,
    plans: Plans,
    root: PlanId,
}

impl Dialect {
    /// The tools of a generated crate in this dialect.
    #[must_use]
    pub fn list(self, tools: &[&ToolSpec]) -> ToolList {
        self.list_of(tools.iter().map(|spec| Definition::from(*spec)))
    }

    /// Tools of any kind in this dialect. Of two with the same name the later one is given another.
    #[must_use]
    pub fn list_of<'a>(self, tools: impl IntoIterator<Item = Definition<'a>>) -> ToolList {
        let tools: Vec<Definition<'a>> = tools.into_iter().collect();
        let mut list = ToolList {
            dialect: self,
            definitions: Vec::new(),
            tools: Vec::new(),
            notes: Vec::new(),
            by_said: BTreeMap::new(),
            by_name: BTreeMap::new(),
        };
        let names = tools.iter().map(|tool| tool.name);
        let said = self.rules().tool_name.fit_all(names, &mut BTreeSet::new());
        let mut room = Room::new(self.rules().limits);
        for (tool, said) in tools.iter().zip(said) {
            list.add(tool, said, &mut room);
        }
        list
    }
}

impl ToolList {
    /// The dialect.
    #[must_use]
    pub fn dialect(&self) -> Dialect {
        self.dialect
    }

    /// The tools as the provider's request holds them: its `tools`, or for Gemini the
    /// `functionDeclarations` of one tool, in the order in which they were given.
    #[must_use]
    pub fn definitions(&self) -> &[Json] {
        &self.definitions
    }

    /// The size of all definitions in characters, as compact JSON.
    #[must_use]
    pub fn size(&self) -> usize {
        self.tools.iter().map(|tool| tool.size).sum()
    }

    /// The size of each definition in characters, by the tool's own name.
    pub fn sizes(&self) -> impl Iterator<Item = (&str, usize)> {
        self.tools
            .iter()
            .map(|tool| (tool.name.as_str(), tool.size))
    }

    /// What stands otherwise than in the tools' own schemas, or not at all.
    #[must_use]
    pub fn notes(&self) -> &[Note] {
        &self.notes
    }

    /// The name that a tool has in this list.
    #[must_use]
    pub fn name_of(&self, tool: &str) -> Option<&str> {
        Some(&self.listed(tool)?.said)
    }

    /// The tool and its arguments, from what a model answered in this dialect. Arguments that are
    /// not as the dialect has them stay as they are: the tool's own check says what is wrong.
    ///
    /// # Errors
    ///
    /// A name that no tool has.
    pub fn resolve(&self, name: &str, arguments: &Json) -> Result<Resolved, ResolveError> {
        let tool = self.called(name)?;
        Ok(Resolved {
            tool: tool.name.clone(),
            arguments: tool.plans.restore(tool.root, arguments),
        })
    }

    /// The same, from arguments as text, as OpenAI has them; an empty text is no arguments.
    ///
    /// # Errors
    ///
    /// A name that no tool has, a text that holds no JSON.
    pub fn resolve_text(&self, name: &str, arguments: &str) -> Result<Resolved, ResolveError> {
        self.called(name)?;
        let arguments = match arguments.trim() {
            "" => "{}",
            text => text,
        };
        let arguments = serde_json::from_str(arguments).map_err(|error| ResolveError::NotJson {
            name: name.to_owned(),
            problem: error.to_string(),
        })?;
        self.resolve(name, &arguments)
    }

    /// The arguments of a tool as this dialect has them, for examples that a model is shown; none
    /// if the tool is not in the list. [`ToolList::resolve`] gives them back.
    #[must_use]
    pub fn encode(&self, tool: &str, arguments: &Json) -> Option<Json> {
        let tool = self.listed(tool)?;
        Some(tool.plans.encode(tool.root, arguments))
    }

    fn listed(&self, tool: &str) -> Option<&Listed> {
        self.tools.get(*self.by_name.get(tool)?)
    }

    /// The tool that a model calls so, by the name in this list or by its own.
    fn called(&self, name: &str) -> Result<&Listed, ResolveError> {
        let position = self.by_said.get(name).or_else(|| self.by_name.get(name));
        let tool = position.and_then(|position| self.tools.get(*position));
        tool.ok_or_else(|| {
            let said = self.by_said.keys().map(String::as_str);
            ResolveError::UnknownTool {
                name: name.to_owned(),
                nearest: nearest(name, said).map(str::to_owned),
            }
        })
    }

    fn add(&mut self, tool: &Definition<'_>, said: String, room: &mut Room) {
        let mut dialect = self.dialect;
        let mut arguments = write(tool.name, &tool.schema, dialect.rules());
        if !room.takes(arguments.counts)
            && let Some(looser) = dialect.looser()
        {
            dialect = looser;
            arguments = write(tool.name, &tool.schema, looser.rules());
            self.note(tool, "strict", Change::Loosened);
        }
        if said != tool.name {
            self.note(tool, "name", Change::Renamed);
        }
        let definition = self.define(dialect, tool, &said, &mut arguments);
        self.notes.append(&mut arguments.notes);
        let position = self.tools.len();
        self.by_said.insert(said.clone(), position);
        self.by_name.entry(tool.name.to_owned()).or_insert(position);
        self.tools.push(Listed {
            name: tool.name.to_owned(),
            said,
            size: definition.to_string().chars().count(),
            plans: arguments.plans,
            root: arguments.root,
        });
        self.definitions.push(definition);
    }

    fn note(&mut self, tool: &Definition<'_>, keyword: &str, change: Change) {
        self.notes.push(Note {
            tool: tool.name.to_owned(),
            pointer: String::new(),
            keyword: keyword.to_owned(),
            change,
        });
    }

    /// The tool as it stands in a request.
    fn define(
        &mut self,
        dialect: Dialect,
        tool: &Definition<'_>,
        said: &str,
        arguments: &mut Arguments,
    ) -> Json {
        let description = self.description(dialect, tool, &mut arguments.schema);
        let schema = std::mem::take(&mut arguments.schema);
        let is_strict = dialect.looser().is_some();
        match dialect {
            Dialect::OpenAiChat | Dialect::OpenAiChatStrict => {
                let mut function = json!({
                    "name": said, "description": description, "parameters": schema,
                });
                if let (true, Some(function)) = (is_strict, function.as_object_mut()) {
                    function.insert("strict".to_owned(), json!(true));
                }
                json!({"type": "function", "function": function})
            }
            // Here strict is what holds unless one says otherwise.
            Dialect::OpenAiResponses | Dialect::OpenAiResponsesStrict => json!({
                "type": "function", "name": said, "description": description,
                "parameters": schema, "strict": is_strict,
            }),
            Dialect::Anthropic => json!({
                "name": said, "description": description, "input_schema": schema,
            }),
            Dialect::AnthropicStrict => json!({
                "name": said, "description": description, "input_schema": schema, "strict": true,
            }),
            Dialect::Gemini | Dialect::GeminiJsonSchema => {
                let mut declaration = json!({"name": said, "description": description});
                let key = match dialect {
                    Dialect::Gemini => "parameters",
                    _ => "parametersJsonSchema",
                };
                // An object without properties is refused; without parameters it is a function of none.
                if let (true, Some(members)) = (has_arguments(&schema), declaration.as_object_mut())
                {
                    members.insert(key.to_owned(), schema);
                }
                declaration
            }
            Dialect::Mcp => self.define_mcp(tool, said, &description, schema),
        }
    }

    fn define_mcp(
        &mut self,
        tool: &Definition<'_>,
        said: &str,
        description: &str,
        schema: Json,
    ) -> Json {
        let mut members = Map::new();
        members.insert("name".to_owned(), json!(said));
        if let Some(title) = tool.title {
            members.insert("title".to_owned(), json!(title));
        }
        members.insert("description".to_owned(), json!(description));
        members.insert("inputSchema".to_owned(), schema);
        if let Some(answer) = &tool.answer {
            // A structured answer is an object.
            if answer.get("type").is_some_and(|kind| kind == "object") {
                let answer = write(tool.name, answer, Dialect::Mcp.rules()).schema;
                members.insert("outputSchema".to_owned(), answer);
            } else {
                self.note(tool, "outputSchema", Change::Dropped);
            }
        }
        if let Some(effect) = tool.effect {
            let annotations = json!({
                "readOnlyHint": effect == Effect::Reads,
                "destructiveHint": effect == Effect::Destroys,
                "idempotentHint": tool.is_idempotent,
                "openWorldHint": true,
            });
            members.insert("annotations".to_owned(), annotations);
        }
        Json::Object(members)
    }

    /// The description, as long as it may be; what is left of it stands with the arguments.
    fn description(
        &mut self,
        dialect: Dialect,
        tool: &Definition<'_>,
        schema: &mut Json,
    ) -> String {
        let text = tool.description;
        let longest = dialect.rules().description.unwrap_or(usize::MAX);
        if text.chars().count() <= longest {
            return text.to_owned();
        }
        let end = text
            .char_indices()
            .nth(longest.saturating_sub(1))
            .map_or(text.len(), |(end, _)| end);
        let head = text.get(..end).unwrap_or_default();
        let cut = [". ", ".\n", "\n", " "]
            .iter()
            .find_map(|mark| head.rfind(mark).filter(|at| at * 2 > end).map(|at| at + 1));
        let (head, tail) = text.split_at(cut.unwrap_or(end));
        self.note(tool, "description", Change::Described);
        if let Some(members) = schema.as_object_mut() {
            let own = members.get("description").and_then(Json::as_str);
            let whole = match own {
                Some(own) => format!("{}\n{own}", tail.trim()),
                None => tail.trim().to_owned(),
            };
            members.insert("description".to_owned(), json!(whole));
        }
        head.trim_end().to_owned()
    }
}

/// What is left of the limits of one request.
struct Room {
    limits: Limits,
}

impl Room {
    fn new(limits: Limits) -> Self {
        Self { limits }
    }

    /// Whether a tool finds room, which it then takes. Limits of one schema do not shrink.
    fn takes(&mut self, counts: Counts) -> bool {
        let limits = &mut self.limits;
        let has_room = counts.properties <= limits.properties
            && counts.values <= limits.values
            && counts.text <= limits.text
            && limits.tools > 0
            && counts.optional <= limits.optional
            && counts.unions <= limits.unions;
        if has_room {
            let shrink = |limit: &mut usize, by: usize| {
                if *limit != usize::MAX {
                    *limit -= by;
                }
            };
            shrink(&mut limits.tools, 1);
            shrink(&mut limits.optional, counts.optional);
            shrink(&mut limits.unions, counts.unions);
        }
        has_room
    }
}
