//! A toolbox in the dialect of a provider.

use crate::agent::{Reply, Toolbox};
use crate::codec::Json;
use crate::dialect::{Dialect, ToolList};
use crate::tool::ToolSpec;

/// A toolbox in the dialect of a provider: the list of its tools as JSON for a request, and the
/// calls of an answer as replies.
///
/// ```
/// use toolsmith_runtime::adapters::DialectTools;
/// use toolsmith_runtime::dialect::Dialect;
/// use toolsmith_runtime::{Client, Json};
///
/// /// The body of a request for a chat.
/// fn request(client: &Client, messages: Json) -> Json {
///     let tools = DialectTools::new(client.toolbox(), Dialect::OpenAiChat);
///     serde_json::json!({"model": "any", "messages": messages, "tools": tools.definitions()})
/// }
/// ```
#[derive(Debug, Clone)]
pub struct DialectTools {
    toolbox: Toolbox,
    list: ToolList,
}

impl DialectTools {
    /// The tools that the model may call, in this dialect.
    #[must_use]
    pub fn new(toolbox: Toolbox, dialect: Dialect) -> Self {
        let tools: Vec<&ToolSpec> = toolbox.tools().collect();
        let list = dialect.list(&tools);
        Self { toolbox, list }
    }

    /// The toolbox.
    #[must_use]
    pub fn toolbox(&self) -> &Toolbox {
        &self.toolbox
    }

    /// The list, with what stands otherwise in it than in the tools' own schemas.
    #[must_use]
    pub fn list(&self) -> &ToolList {
        &self.list
    }

    /// The tools as the provider's request holds them; see [`ToolList::definitions`].
    #[must_use]
    pub fn definitions(&self) -> &[Json] {
        self.list.definitions()
    }

    /// Calls the tool that a model calls so, with arguments as the dialect has them.
    ///
    /// It never fails; see [`Toolbox::call`]. Dropping the future gives the call up.
    pub async fn call(&self, name: &str, arguments: &Json) -> Reply {
        match self.list.resolve(name, arguments) {
            Ok(call) => self.toolbox.call(&call.tool, call.arguments).await,
            // The toolbox says why it is not to be had: it may be kept back, or misspelt.
            Err(_) => self.toolbox.call(name, arguments).await,
        }
    }

    /// The same, where a person has said yes already: `by`, for the record.
    pub async fn call_approved(&self, name: &str, arguments: &Json, by: &str) -> Reply {
        let toolbox = &self.toolbox;
        match self.list.resolve(name, arguments) {
            Ok(call) => toolbox.call_approved(&call.tool, call.arguments, by).await,
            Err(_) => toolbox.call_approved(name, arguments, by).await,
        }
    }

    /// The same, where a person has said no: `by`, for the record. Nothing is sent.
    #[must_use]
    pub fn call_declined(&self, name: &str, arguments: &Json, by: &str) -> Reply {
        let toolbox = &self.toolbox;
        match self.list.resolve(name, arguments) {
            Ok(call) => toolbox.call_declined(&call.tool, call.arguments, by, ""),
            Err(_) => toolbox.call_declined(name, arguments, by, ""),
        }
    }

    /// The same as [`DialectTools::call`], with arguments as text, as OpenAI has them.
    pub async fn call_text(&self, name: &str, arguments: &str) -> Reply {
        match self.list.resolve_text(name, arguments) {
            Ok(call) => self.toolbox.call(&call.tool, call.arguments).await,
            Err(_) => self.toolbox.call(self.own_name(name), arguments).await,
        }
    }

    /// The tool's own name.
    fn own_name<'a>(&'a self, name: &'a str) -> &'a str {
        let own = self.toolbox.tools().map(|tool| tool.name);
        let mut own = own.filter(|own| self.list.name_of(own) == Some(name));
        own.next().unwrap_or(name)
    }
}

/// A tool of a list, whatever the dialect calls its parts.
#[cfg(any(feature = "async-openai", feature = "mcp-server", feature = "rig"))]
pub(super) struct Parts {
    pub(super) name: String,
    pub(super) description: String,
    /// JSON Schema of the arguments.
    pub(super) parameters: Json,
    #[cfg_attr(
        not(feature = "async-openai"),
        expect(dead_code, reason = "only OpenAI has it")
    )]
    pub(super) is_strict: bool,
}

#[cfg(any(feature = "async-openai", feature = "mcp-server", feature = "rig"))]
impl Parts {
    pub(super) fn of(definition: &Json) -> Self {
        const SCHEMAS: [&str; 4] = [
            "parameters",
            "parametersJsonSchema",
            "input_schema",
            "inputSchema",
        ];
        let tool = definition.get("function").unwrap_or(definition);
        let text = |key: &str| tool.get(key).and_then(Json::as_str).unwrap_or_default();
        let parameters = SCHEMAS.iter().find_map(|key| tool.get(*key)).cloned();
        Self {
            name: text("name").to_owned(),
            description: text("description").to_owned(),
            parameters: parameters
                .unwrap_or_else(|| serde_json::json!({"type": "object", "properties": {}})),
            is_strict: tool.get("strict") == Some(&Json::Bool(true)),
        }
    }
}
