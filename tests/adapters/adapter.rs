//! The adapters behind one interface.

use std::sync::atomic::{AtomicUsize, Ordering};

use serde_json::{Value as Json, json};
use toolsmith_mcp::{Endpoint, Session, ToolRequest};
use toolsmith_runtime::adapters::mcp_server::Server;
use toolsmith_runtime::adapters::openai::{ChatTools, ResponseTools};
use toolsmith_runtime::adapters::rig::{self, rig_core};
use toolsmith_runtime::agent::Toolbox;
use toolsmith_runtime::dialect::Dialect;

/// The token of the client of MCP.
const TOKEN: &str = "s3cr3t-canary";

#[derive(Debug, Clone, Copy)]
pub(crate) enum Kind {
    Rig,
    Chat,
    Responses,
    Mcp,
}

/// A toolbox in an adapter.
pub(crate) enum Adapter {
    Rig(Vec<rig_core::tool::DynamicTool>),
    Chat(ChatTools),
    Responses(ResponseTools),
    Mcp(Session),
}

impl Adapter {
    pub(crate) async fn new(kind: Kind, toolbox: Toolbox) -> Self {
        match kind {
            Kind::Rig => Self::Rig(rig::tools(toolbox, Dialect::OpenAiChat).unwrap()),
            Kind::Chat => Self::Chat(ChatTools::new(toolbox).unwrap()),
            Kind::Responses => Self::Responses(ResponseTools::new(toolbox).unwrap()),
            Kind::Mcp => {
                // Without credentials, a client is its connection, of which a session may have several.
                let http = Server::new(toolbox).http().token(TOKEN);
                let bound = http.listen(([127, 0, 0, 1], 0).into()).await.unwrap();
                let url = bound.url();
                tokio::spawn(bound.serve());
                Self::Mcp(
                    Session::open(Endpoint::http(url).token(TOKEN))
                        .await
                        .unwrap(),
                )
            }
        }
    }

    /// Returns the names of the tools that the model sees.
    pub(crate) async fn names(&self) -> Vec<String> {
        let (tools, pointer) = match self {
            Self::Rig(tools) => {
                return tools
                    .iter()
                    .map(|tool| tool.name().as_str().to_owned())
                    .collect();
            }
            Self::Chat(tools) => (json!(tools.tools()), "/function/name"),
            Self::Responses(tools) => (json!(tools.tools()), "/name"),
            Self::Mcp(session) => {
                let text = session.request("tools/list", &json!({})).await.unwrap();
                let result: Json = serde_json::from_str(&text).unwrap();
                (result["tools"].clone(), "/name")
            }
        };
        let tools = tools.as_array().expect("a list").iter();
        let name = |tool: &Json| tool.pointer(pointer).unwrap().as_str().unwrap().to_owned();
        tools.map(name).collect()
    }

    /// Makes a call as a model would, and returns whether it is an error, and the text for the model.
    pub(crate) async fn call(&self, name: &str, arguments: &Json) -> (bool, String) {
        static CALLS: AtomicUsize = AtomicUsize::new(0);
        let id = format!("call_{}", CALLS.fetch_add(1, Ordering::Relaxed));
        let text = arguments.to_string();
        match self {
            Self::Rig(tools) => {
                let tool = tools.iter().find(|tool| tool.name().as_str() == name);
                match tool.expect("a tool").execute(arguments.clone()).await {
                    Ok(output) => (false, output.as_text().unwrap().to_owned()),
                    Err(error) => (true, error.model_output().render()),
                }
            }
            Self::Chat(tools) => {
                let function = json!({"name": name, "arguments": text});
                let call = json!({"id": id, "type": "function", "function": function});
                let reply = tools.call(&serde_json::from_value(call).unwrap()).await;
                (reply.is_error(), reply.text().to_owned())
            }
            Self::Responses(tools) => {
                let call = json!({"call_id": id, "name": name, "arguments": text});
                let reply = tools.call(&serde_json::from_value(call).unwrap()).await;
                (reply.is_error(), reply.text().to_owned())
            }
            Self::Mcp(session) => {
                let request = ToolRequest {
                    name,
                    arguments: Some(arguments),
                    headers: &[],
                };
                let text = session.call_tool(&request).await.outcome.unwrap();
                let result: Json = serde_json::from_str(&text).unwrap();
                let text = result["content"][0]["text"].as_str().unwrap().to_owned();
                (result["isError"] == true, text)
            }
        }
    }
}
