//! A toolbox in the dialect of a provider.

use std::borrow::Cow;

use crate::agent::{Arguments, Reply, Toolbox};
use crate::codec::Json;
use crate::dialect::{Dialect, ToolList};
use crate::tools::ToolSpec;

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

    /// Calls the tool that a model calls so, with arguments as the dialect has them: JSON, or its
    /// text, as OpenAI has it.
    ///
    /// It never fails; see [`Toolbox::call`]. Dropping the future gives the call up.
    pub async fn call(&self, name: &str, arguments: impl Into<Arguments>) -> Reply {
        let (name, arguments) = self.resolve(name, arguments.into());
        self.toolbox.call(&name, arguments).await
    }

    /// The same, where a person has said yes already: `by`, for the record.
    pub async fn call_approved(
        &self,
        name: &str,
        arguments: impl Into<Arguments>,
        by: &str,
    ) -> Reply {
        let (name, arguments) = self.resolve(name, arguments.into());
        self.toolbox.call_approved(&name, arguments, by).await
    }

    /// The same, where a person has said no: `by`, for the record, and why, which may be empty.
    /// Nothing is sent.
    pub fn call_declined(
        &self,
        name: &str,
        arguments: impl Into<Arguments>,
        by: &str,
        reason: &str,
    ) -> Reply {
        let (name, arguments) = self.resolve(name, arguments.into());
        self.toolbox.call_declined(&name, arguments, by, reason)
    }

    /// The tool's own name and its own arguments. What no tool of the list is called stays as it
    /// is: the toolbox says why it is not to be had, since it may be kept back, or misspelt.
    fn resolve<'a>(&self, name: &'a str, arguments: Arguments) -> (Cow<'a, str>, Arguments) {
        let Some(json) = arguments.json() else {
            let own = self.list.resolve(name, &Json::Null);
            return (own.map_or(name.into(), |call| call.tool.into()), arguments);
        };
        match self.list.resolve(name, json) {
            Ok(call) => (call.tool.into(), call.arguments.into()),
            Err(_) => (name.into(), arguments),
        }
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
