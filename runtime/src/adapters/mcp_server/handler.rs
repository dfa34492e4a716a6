//! The handler of a client's requests.

use std::pin::pin;
use std::sync::Arc;

use rmcp::model::{
    CallToolRequestParams, CallToolResponse, CallToolResult, ContentBlock, ErrorData,
    Implementation, ListToolsResult, PaginatedRequestParams, ServerCapabilities, ServerConfig,
    Tool,
};
use rmcp::service::{RequestContext, RoleServer};
use rmcp::{ServerHandler, model};
use tokio::sync::mpsc;

use super::ask::{self, Elicited};
use super::progress::Progress;
use super::{Server, definition, structured};
use crate::adapters::dialect_tools::DialectTools;
use crate::agent::{Reply, ReplyOutcome};
use crate::codec::Json;
use crate::progress::watch;

/// The handler of a client's requests. Cheap to clone.
#[derive(Debug, Clone)]
pub(super) struct Handler(Arc<State>);

#[derive(Debug)]
struct State {
    tools: DialectTools,
    listed: Vec<Tool>,
    page_size: usize,
    config: ServerConfig,
}

impl Handler {
    pub(super) fn new(server: Server) -> Self {
        let tools = DialectTools::for_mcp(server.toolbox);
        let listed = definition::tools(&tools);
        let identity = server.identity;
        let capabilities = ServerCapabilities::builder().enable_tools().build();
        let mut config = ServerConfig::new(capabilities)
            .with_server_info(Implementation::new(identity.name, identity.version));
        config.instructions = identity.instructions;
        Self(Arc::new(State {
            page_size: server.page_size.unwrap_or(listed.len()).max(1),
            tools,
            listed,
            config,
        }))
    }

    /// Makes a call. If a person has to approve it, asks the person at the client.
    async fn call(
        &self,
        name: &str,
        arguments: &Json,
        context: &RequestContext<RoleServer>,
    ) -> CallToolResult {
        let tools = &self.0.tools;
        let reply = tools.call(name, arguments).await;
        let ReplyOutcome::ApprovalRequired(request) = reply.outcome() else {
            return self.result(&reply);
        };
        match ask::ask(&context.peer, request).await {
            Elicited::Granted { by } => {
                let reply = tools.call_approved(name, arguments, &by).await;
                self.result(&reply)
            }
            Elicited::Declined { by } => {
                let reply = tools.call_declined(name, arguments, &by, "");
                self.result(&reply)
            }
            Elicited::Unavailable => self.result(&reply),
        }
    }

    fn result(&self, reply: &Reply) -> CallToolResult {
        let name = reply.tool().map_or("", |tool| tool.name);
        let listed_name = self.0.tools.list().name_of(name).unwrap_or(name);
        let schema = self.schema_of(listed_name);
        let json = match reply.outcome() {
            // A client may show it to the model instead of the text.
            ReplyOutcome::Succeeded(response) => match reply.tool() {
                Some(tool) => self.0.tools.toolbox().fit(tool, response),
                None => response.clone(),
            },
            _ => reply.to_json(),
        };
        let text = vec![ContentBlock::text(reply.text())];
        let mut result = if reply.is_error() {
            CallToolResult::error(text)
        } else {
            CallToolResult::success(text)
        };
        result.structured_content = Some(structured::content(json, schema.as_ref()));
        result
    }

    fn schema_of(&self, name: &str) -> Option<Json> {
        let mut listed = self.0.listed.iter();
        let tool = listed.find(|tool| tool.name == name)?;
        Some(Json::Object((**tool.output_schema.as_ref()?).clone()))
    }

    /// Returns a page of the list. The cursor is the number of tools before the page.
    fn page(&self, cursor: Option<&str>) -> Result<ListToolsResult, ErrorData> {
        let state = &self.0;
        let invalid = || ErrorData::invalid_params("there is no page at this cursor", None);
        let start = match cursor {
            None => 0,
            Some(cursor) => cursor.parse::<usize>().map_err(|_| invalid())?,
        };
        let rest = state.listed.get(start..).ok_or_else(invalid)?;
        let page = rest.get(..state.page_size).unwrap_or(rest);
        let mut result = ListToolsResult::with_all_items(page.to_vec());
        let is_last = page.len() == rest.len();
        result.next_cursor = (!is_last).then(|| (start + page.len()).to_string());
        Ok(result)
    }
}

impl ServerHandler for Handler {
    fn get_info(&self) -> ServerConfig {
        self.0.config.clone()
    }

    async fn list_tools(
        &self,
        request: Option<PaginatedRequestParams>,
        _context: RequestContext<RoleServer>,
    ) -> Result<ListToolsResult, ErrorData> {
        self.page(request.and_then(|request| request.cursor).as_deref())
    }

    async fn call_tool(
        &self,
        request: CallToolRequestParams,
        context: RequestContext<RoleServer>,
    ) -> Result<CallToolResponse, ErrorData> {
        let arguments = Json::Object(request.arguments.unwrap_or_default());
        let mut progress = Progress::new(&context);
        progress.notify(format!("{} started", request.name)).await;
        let (sender, mut steps) = mpsc::unbounded_channel();
        let call = self.call(&request.name, &arguments, &context);
        // The receiver lives as long as this function, so sending does not fail.
        let mut call = pin!(watch(call, move |step| {
            let _ = sender.send(step);
        }));
        loop {
            tokio::select! {
                biased;
                () = context.ct.cancelled() => {
                    return Err(ErrorData::new(model::ErrorCode::INTERNAL_ERROR, "cancelled", None));
                }
                Some(step) = steps.recv() => progress.step(step).await,
                result = &mut call => {
                    // The client gets the last steps before the result.
                    while let Ok(step) = steps.try_recv() {
                        progress.step(step).await;
                    }
                    return Ok(result.into());
                }
                elapsed = progress.heartbeat() => progress.still_running(elapsed).await,
            }
        }
    }
}
