//! A toolbox in the dialect of a provider.

use std::borrow::Cow;

use toolsmith_dialect::{Dialect, ListError, ListOptions, OrderedJson, ResolveError, ToolList};

use super::model_call::ModelCall;
use crate::agent::{Approval, Arguments, Reply, Toolbox};
use crate::codec::{Json, Problem, ProblemKind};
use crate::context::CallContext;
use crate::tools::ToolSpec;

/// A toolbox in the dialect of a provider: lists the tools as JSON for a request, and makes the calls
/// of the model's response.
///
/// ```
/// use serde_json::json;
/// use toolsmith_runtime::adapters::DialectTools;
/// use toolsmith_runtime::dialect::{Dialect, ListError, OrderedJson};
/// use toolsmith_runtime::{Client, Json};
///
/// /// Returns the body of a chat request, in which the arguments are in the order of their author.
/// fn request(client: &Client, messages: Json) -> Result<OrderedJson, ListError> {
///     let tools = DialectTools::new(client.toolbox(), Dialect::OpenAiChat)?;
///     Ok(tools.list().add_to(json!({"model": "any", "messages": messages})))
/// }
/// ```
#[derive(Debug, Clone)]
pub struct DialectTools {
    toolbox: Toolbox,
    list: ToolList,
}

impl DialectTools {
    /// Lists the tools that the model may call in this dialect.
    ///
    /// # Errors
    ///
    /// Returns an error if the provider accepts fewer tools in one request; leave tools out with a
    /// [`ToolFilter`](crate::ToolFilter).
    pub fn new(toolbox: Toolbox, dialect: Dialect) -> Result<Self, ListError> {
        Self::with_options(toolbox, &dialect.options())
    }

    /// Lists the tools that the model may call, with other limits or with the given strict tools.
    ///
    /// # Errors
    ///
    /// Returns an error if there are more tools than the limits allow, or if the options name a tool
    /// that the model may not call.
    pub fn with_options(toolbox: Toolbox, options: &ListOptions) -> Result<Self, ListError> {
        let tools: Vec<&ToolSpec> = toolbox.tools().collect();
        let list = options.list(&tools)?;
        Ok(Self { toolbox, list })
    }

    /// Returns the toolbox.
    #[must_use]
    pub fn toolbox(&self) -> &Toolbox {
        &self.toolbox
    }

    /// Returns the list, with notes on its differences from the tools' own schemas.
    #[must_use]
    pub fn list(&self) -> &ToolList {
        &self.list
    }

    /// Returns the tools as a request to the provider contains them; see
    /// [`ToolList::definitions`].
    #[must_use]
    pub fn definitions(&self) -> &[OrderedJson] {
        self.list.definitions()
    }

    /// Calls a tool by its name in the dialect, with arguments in the dialect: JSON, or a string of
    /// JSON as OpenAI sends it.
    ///
    /// It never fails; see [`Toolbox::call`]. Dropping the future cancels the call.
    pub async fn call(&self, name: &str, arguments: impl Into<Arguments>) -> Reply {
        let (name, arguments) = self.resolve(name, arguments.into());
        self.toolbox.call(&name, arguments).await
    }

    /// Calls a tool like [`call`](Self::call), in a context, such as the identifier that the provider gave to the call;
    /// see [`Toolbox::call_in`].
    pub async fn call_in(
        &self,
        context: CallContext,
        name: &str,
        arguments: impl Into<Arguments>,
    ) -> Reply {
        let (name, arguments) = self.resolve(name, arguments.into());
        self.toolbox.call_in(context, &name, arguments).await
    }

    /// Makes a call as the provider's response contains it, under its identifier: an element of `tool_calls`, an
    /// item `function_call`, a block `tool_use`, a part `functionCall`, or the parameters of `tools/call`.
    ///
    /// ```
    /// use serde_json::json;
    /// use toolsmith_runtime::Json;
    /// use toolsmith_runtime::adapters::DialectTools;
    ///
    /// /// Makes the calls of a response of Anthropic, and returns the blocks that answer them.
    /// async fn answer(tools: &DialectTools, content: &[Json]) -> Vec<Json> {
    ///     let mut results = Vec::new();
    ///     for block in content.iter().filter(|block| block["type"] == "tool_use") {
    ///         let reply = tools.call_json(block).await;
    ///         results.push(json!({
    ///             "type": "tool_result", "tool_use_id": block["id"],
    ///             "content": reply.text(), "is_error": reply.is_error(),
    ///         }));
    ///     }
    ///     results
    /// }
    /// ```
    pub async fn call_json(&self, call: &Json) -> Reply {
        let call = ModelCall::read(call);
        let context = call.id.map(|id| CallContext::new().call_id(id));
        self.call_in(context.unwrap_or_default(), call.name, call.arguments)
            .await
    }

    /// Makes or declines a call about which a person has decided; see [`Toolbox::call_decided`].
    pub async fn call_decided(
        &self,
        context: CallContext,
        name: &str,
        arguments: impl Into<Arguments>,
        approval: Approval,
    ) -> Reply {
        let (name, arguments) = self.resolve(name, arguments.into());
        self.toolbox
            .call_decided(context, &name, arguments, approval)
            .await
    }

    /// Calls a tool after a person has approved the call; see [`Toolbox::call_approved`].
    pub async fn call_approved(
        &self,
        name: &str,
        arguments: impl Into<Arguments>,
        by: &str,
    ) -> Reply {
        let (name, arguments) = self.resolve(name, arguments.into());
        self.toolbox.call_approved(&name, arguments, by).await
    }

    /// Replies to a call that a person has declined; see [`Toolbox::call_declined`]. Nothing is sent.
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

    fn resolve<'a>(&self, name: &'a str, arguments: Arguments) -> (Cow<'a, str>, Arguments) {
        resolve(&self.list, name, arguments)
    }
}

/// Returns the tool's own name and arguments. A name that is not in the list stays unchanged: the
/// toolbox replies that it is unknown or not allowed.
pub(super) fn resolve<'a>(
    list: &ToolList,
    name: &'a str,
    arguments: Arguments,
) -> (Cow<'a, str>, Arguments) {
    let Some(json) = arguments.json() else {
        let own = list.resolve(name, &Json::Null);
        return (own.map_or(name.into(), |call| call.tool.into()), arguments);
    };
    match list.resolve(name, json) {
        Ok(call) => (call.tool.into(), call.arguments.into()),
        Err(ResolveError::RepeatedName { tool, path, name }) => {
            let kind =
                ProblemKind::check("a name that is not given twice".to_owned(), &name.into());
            (
                tool.into(),
                arguments.with_problem(Problem::new(path, kind)),
            )
        }
        Err(_) => (name.into(), arguments),
    }
}

/// The parts of a tool's definition, independent of the dialect.
#[cfg(any(feature = "async-openai", feature = "mcp-server", feature = "rig"))]
pub(super) struct Parts {
    pub(super) name: String,
    pub(super) description: String,
    /// The JSON Schema of the arguments.
    pub(super) parameters: Json,
    #[cfg_attr(
        not(feature = "async-openai"),
        expect(dead_code, reason = "only OpenAI has strict tools")
    )]
    pub(super) is_strict: bool,
}

#[cfg(any(feature = "async-openai", feature = "mcp-server", feature = "rig"))]
impl Parts {
    pub(super) fn of(definition: &OrderedJson) -> Self {
        const SCHEMAS: [&str; 4] = [
            "parameters",
            "parametersJsonSchema",
            "input_schema",
            "inputSchema",
        ];
        let definition = definition.clone().into_json();
        let tool = definition.get("function").unwrap_or(&definition);
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
