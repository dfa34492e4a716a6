//! The handler of a client's requests.

use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use rmcp::ServerHandler;
use rmcp::model::{
    self, CacheScope, CallToolRequestParams, CallToolResponse, CallToolResult, ContentBlock,
    DiscoverResult, ErrorData, Implementation, InitializeRequestParams, InitializeResult,
    ListToolsResult, MetaObject, PaginatedRequestParams, ProtocolVersion, ServerCapabilities,
    ServerConfig,
};
use rmcp::service::{RequestContext, RoleServer};
use tokio::sync::mpsc;

use super::approval::Approvals;
use super::call::{Call, Outcome};
use super::caller::{Caller, Identity};
use super::list::ToolPages;
use super::progress::Progress;
use super::settings::Settings;
use super::structured;
use crate::adapters::dialect_tools::DialectTools;
use crate::agent::{MemoryKind, Reply, ReplyOutcome, Toolbox};
use crate::codec::Json;
use crate::progress::watch;

/// The field of `_meta` in which a server names itself.
const SERVER_INFO: &str = "io.modelcontextprotocol/serverInfo";

/// The parts that all clients of a server share.
#[derive(Debug)]
pub(super) struct Shared {
    pub(super) tools: DialectTools,
    pub(super) pages: Arc<ToolPages>,
    pub(super) approvals: Approvals,
    config: ServerConfig,
    asks_client_first: bool,
}

/// The handler of the requests of one client.
#[derive(Debug)]
pub(super) struct Handler {
    shared: Arc<Shared>,
    /// The client of the connection or session.
    caller: Caller,
    /// `true` if the client has opened a session, so that all its requests are those of one client.
    has_session: AtomicBool,
}

impl Shared {
    pub(super) fn new(settings: &Settings, toolbox: Toolbox) -> Self {
        let tools = DialectTools::for_mcp(toolbox.with_absent_nulls());
        let pages = ToolPages::new(&tools, settings.page_size, settings.list_ttl);
        let capabilities = ServerCapabilities::builder().enable_tools().build();
        let implementation = Implementation::new(settings.name.as_str(), settings.version.as_str());
        let mut config = ServerConfig::new(capabilities).with_server_info(implementation);
        config.instructions.clone_from(&settings.instructions);
        Self {
            tools,
            pages: Arc::new(pages),
            approvals: Approvals::new(
                settings.approval_key,
                settings.approval_store.clone(),
                settings.approval_timeout,
            ),
            config,
            asks_client_first: settings.asks_client_first,
        }
    }

    /// Returns the tools for another client.
    pub(super) fn toolbox(&self, memory: MemoryKind) -> Toolbox {
        self.tools.toolbox().for_another_client(memory)
    }

    /// Returns the result of a call.
    fn result(&self, reply: &Reply, text: &str) -> CallToolResult {
        let name = reply.tool().map_or("", |tool| tool.name);
        let listed_name = self.tools.list().name_of(name).unwrap_or(name);
        let schema = self.pages.get(listed_name).and_then(|tool| {
            let schema = tool.output_schema.as_ref()?;
            Some(Json::Object((**schema).clone()))
        });
        // A client may show it to the model instead of the text.
        let mut json = match (reply.outcome(), reply.tool()) {
            (ReplyOutcome::Succeeded(response), Some(tool)) => {
                self.tools.toolbox().fit(tool, response)
            }
            (ReplyOutcome::Succeeded(response), None) => response.clone(),
            _ => reply.to_json(),
        };
        if reply.is_error()
            && let Some(message) = json.get_mut("message")
        {
            *message = text.into();
        }
        let content = vec![ContentBlock::text(text)];
        let mut result = if reply.is_error() {
            CallToolResult::error(content)
        } else {
            CallToolResult::success(content)
        };
        result.structured_content = Some(structured::content(json, schema.as_ref()));
        result
    }

    /// Returns the `_meta` with the name of the server.
    fn meta(&self) -> MetaObject {
        let mut meta = MetaObject::default();
        let info = serde_json::to_value(&self.config.server_info).unwrap_or_default();
        meta.insert(SERVER_INFO.to_owned(), info);
        meta
    }
}

impl Handler {
    /// Creates the handler of another client.
    pub(super) fn new(shared: &Arc<Shared>, identity: Identity) -> Self {
        Self {
            caller: Caller {
                toolbox: shared.toolbox(MemoryKind::CountsAndIdentifiers),
                identity,
                owner: [0; 32],
                principal: None,
                _lease: None,
            },
            shared: Arc::clone(shared),
            has_session: AtomicBool::new(false),
        }
    }

    /// Returns the client of a request: that of the session, or the one that the request names.
    fn caller(&self, context: &RequestContext<RoleServer>) -> Caller {
        let parts = context.extensions.get::<axum::http::request::Parts>();
        let named = parts.and_then(|parts| parts.extensions.get::<Caller>());
        match named {
            Some(caller) if !self.has_session.load(Ordering::Relaxed) => caller.clone(),
            _ => self.caller.clone(),
        }
    }

    /// Makes a call. If a person has to approve it, asks the person at the client.
    async fn call(
        &self,
        request: CallToolRequestParams,
        context: &RequestContext<RoleServer>,
    ) -> Result<CallToolResponse, ErrorData> {
        let caller = self.caller(context);
        let (name, arguments) = self.shared.tools.resolve(
            &request.name,
            Json::Object(request.arguments.unwrap_or_default()).into(),
        );
        let call = Call {
            asks_client_first: self.shared.asks_client_first,
            context: caller.context(&context.meta),
            approvals: &self.shared.approvals,
            caller: &caller,
            request: context,
            name: &name,
            arguments,
        };
        let outcome = if is_modern(context) {
            let responses = request.input_responses.as_ref();
            call.make(request.request_state.as_deref(), responses)
                .await?
        } else {
            call.make_and_wait().await
        };
        Ok(match outcome {
            Outcome::Question(question) => CallToolResponse::InputRequired(*question),
            Outcome::Reply { reply, text } => {
                let text = text.as_deref().unwrap_or(reply.text());
                let mut result = self.shared.result(&reply, text);
                result.meta = is_modern(context).then(|| self.shared.meta());
                result.into()
            }
        })
    }
}

/// Returns `true` for a request of 2026-07-28 or later.
fn is_modern(context: &RequestContext<RoleServer>) -> bool {
    let version = context.protocol_version();
    version.is_some_and(|version| version >= ProtocolVersion::V_2026_07_28)
}

impl ServerHandler for Handler {
    fn get_info(&self) -> ServerConfig {
        self.shared.config.clone()
    }

    async fn initialize(
        &self,
        request: InitializeRequestParams,
        context: RequestContext<RoleServer>,
    ) -> Result<InitializeResult, ErrorData> {
        self.has_session.store(true, Ordering::Relaxed);
        context.peer.set_peer_info(request.clone());
        self.negotiate_initialize(&request)
    }

    async fn discover(
        &self,
        _context: RequestContext<RoleServer>,
    ) -> Result<DiscoverResult, ErrorData> {
        let versions = self.supported_protocol_versions().into_owned();
        let mut result = DiscoverResult::from_server_info(versions, self.get_info());
        result.ttl_ms = self.shared.pages.ttl_ms();
        result.cache_scope = CacheScope::Private;
        Ok(result)
    }

    async fn list_tools(
        &self,
        request: Option<PaginatedRequestParams>,
        context: RequestContext<RoleServer>,
    ) -> Result<ListToolsResult, ErrorData> {
        let cursor = request.and_then(|request| request.cursor);
        let mut page = self.shared.pages.page(cursor.as_deref())?;
        if is_modern(&context) {
            self.shared.pages.add_cache_hints(&mut page);
            page.meta = Some(self.shared.meta());
        }
        Ok(page)
    }

    async fn call_tool(
        &self,
        request: CallToolRequestParams,
        context: RequestContext<RoleServer>,
    ) -> Result<CallToolResponse, ErrorData> {
        let mut progress = Progress::new(&context);
        progress.notify(format!("{} started", request.name)).await;
        let (sender, mut steps) = mpsc::unbounded_channel();
        let call = self.call(request, &context);
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
                    return result;
                }
                elapsed = progress.heartbeat() => progress.still_running(elapsed).await,
            }
        }
    }
}
