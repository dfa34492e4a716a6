//! A toolbox with the types of [`async-openai`](async_openai), for its client or any other.
//!
//! ```
//! use async_openai::types::chat::{ChatCompletionMessageToolCalls, ChatCompletionRequestMessage};
//! use toolsmith_runtime::Client;
//! use toolsmith_runtime::adapters::openai::ChatTools;
//! use toolsmith_runtime::dialect::ListError;
//!
//! /// Makes the calls of a model and returns the messages that answer them.
//! async fn reply(
//!     client: &Client,
//!     calls: &[ChatCompletionMessageToolCalls],
//! ) -> Result<Vec<ChatCompletionRequestMessage>, ListError> {
//!     Ok(ChatTools::new(client.toolbox())?.reply(calls).await)
//! }
//! ```
//!
//! The types of `async-openai` contain maps of `serde_json`. Those keep the order of the arguments
//! only with the feature `preserve_order` of `serde_json`;
//! [`ToolList::add_to`](crate::dialect::ToolList::add_to) always keeps it.

use async_openai::types::chat::{
    ChatCompletionMessageToolCalls, ChatCompletionRequestMessage, ChatCompletionRequestToolMessage,
    ChatCompletionRequestToolMessageContent, ChatCompletionTool, ChatCompletionTools,
    FunctionObject,
};
use async_openai::types::responses::{
    FunctionCallOutput, FunctionCallOutputItemParam, FunctionTool, FunctionToolCall, Tool,
};
use toolsmith_dialect::{Dialect, ListError};

use super::dialect_tools::{DialectTools, Parts};
use crate::agent::{Reply, Toolbox};
use crate::context::CallContext;

pub use async_openai;

/// A toolbox for chat completions.
#[derive(Debug, Clone)]
pub struct ChatTools(DialectTools);

impl ChatTools {
    /// Lists the tools that the model may call, without strict mode.
    ///
    /// # Errors
    ///
    /// Returns an error if there are more tools than a request may have.
    pub fn new(toolbox: Toolbox) -> Result<Self, ListError> {
        DialectTools::new(toolbox, Dialect::OpenAiChat).map(Self)
    }

    /// Lists the tools in strict mode, in which the provider makes the model follow the schemas.
    ///
    /// # Errors
    ///
    /// Returns an error if there are more tools than a request may have.
    pub fn strict(toolbox: Toolbox) -> Result<Self, ListError> {
        DialectTools::new(toolbox, Dialect::OpenAiChatStrict).map(Self)
    }

    /// Returns the tools for a request.
    #[must_use]
    pub fn tools(&self) -> Vec<ChatCompletionTools> {
        let tool = |parts: Parts| {
            let function = FunctionObject {
                name: parts.name,
                description: Some(parts.description),
                parameters: Some(parts.parameters),
                strict: Some(parts.is_strict),
            };
            ChatCompletionTools::Function(ChatCompletionTool { function })
        };
        let definitions = self.0.definitions().iter();
        definitions.map(Parts::of).map(tool).collect()
    }

    /// Makes one call of the model, under its identifier; see [`Toolbox::call_in`].
    pub async fn call(&self, call: &ChatCompletionMessageToolCalls) -> Reply {
        let (id, name, arguments) = match call {
            ChatCompletionMessageToolCalls::Function(call) => {
                (&call.id, &call.function.name, &call.function.arguments)
            }
            ChatCompletionMessageToolCalls::Custom(call) => {
                (&call.id, &call.custom_tool.name, &call.custom_tool.input)
            }
        };
        let context = CallContext::new().call_id(id);
        self.0.call_in(context, name, arguments.as_str()).await
    }

    /// Makes the calls of the model, one after the other, and returns a message for each.
    pub async fn reply(
        &self,
        calls: &[ChatCompletionMessageToolCalls],
    ) -> Vec<ChatCompletionRequestMessage> {
        let mut messages = Vec::with_capacity(calls.len());
        for call in calls {
            let reply = self.call(call).await;
            messages.push(ChatCompletionRequestMessage::Tool(tool_message(
                call, &reply,
            )));
        }
        messages
    }
}

/// Returns the message with the reply to a call.
#[must_use]
pub fn tool_message(
    call: &ChatCompletionMessageToolCalls,
    reply: &Reply,
) -> ChatCompletionRequestToolMessage {
    let id = match call {
        ChatCompletionMessageToolCalls::Function(call) => &call.id,
        ChatCompletionMessageToolCalls::Custom(call) => &call.id,
    };
    ChatCompletionRequestToolMessage {
        content: ChatCompletionRequestToolMessageContent::Text(reply.text().to_owned()),
        tool_call_id: id.clone(),
    }
}

/// A toolbox for the Responses API.
#[derive(Debug, Clone)]
pub struct ResponseTools(DialectTools);

impl ResponseTools {
    /// Lists the tools that the model may call, without strict mode.
    ///
    /// # Errors
    ///
    /// Returns an error if there are more tools than a request may have.
    pub fn new(toolbox: Toolbox) -> Result<Self, ListError> {
        DialectTools::new(toolbox, Dialect::OpenAiResponses).map(Self)
    }

    /// Lists the tools in strict mode, in which the provider makes the model follow the schemas.
    ///
    /// # Errors
    ///
    /// Returns an error if there are more tools than a request may have.
    pub fn strict(toolbox: Toolbox) -> Result<Self, ListError> {
        DialectTools::new(toolbox, Dialect::OpenAiResponsesStrict).map(Self)
    }

    /// Returns the tools for a request.
    #[must_use]
    pub fn tools(&self) -> Vec<Tool> {
        let tool = |parts: Parts| {
            Tool::Function(FunctionTool {
                name: parts.name,
                description: Some(parts.description),
                parameters: Some(parts.parameters),
                strict: Some(parts.is_strict),
                ..FunctionTool::default()
            })
        };
        let definitions = self.0.definitions().iter();
        definitions.map(Parts::of).map(tool).collect()
    }

    /// Makes one call of the model, under its identifier; see [`Toolbox::call_in`].
    pub async fn call(&self, call: &FunctionToolCall) -> Reply {
        let context = CallContext::new().call_id(&call.call_id);
        let arguments = call.arguments.as_str();
        self.0.call_in(context, &call.name, arguments).await
    }

    /// Makes one call of the model, and returns the item with the reply.
    pub async fn reply(&self, call: &FunctionToolCall) -> FunctionCallOutputItemParam {
        let reply = self.call(call).await;
        FunctionCallOutputItemParam {
            call_id: Some(call.call_id.clone()),
            output: FunctionCallOutput::Text(reply.text().to_owned()),
            name: None,
            namespace: None,
            caller: None,
            id: None,
            status: None,
        }
    }
}
