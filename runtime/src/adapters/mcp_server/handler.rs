//! The handler of a client's requests.

use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use axum::http::HeaderName;
use axum::http::request::Parts;
use rmcp::ServerHandler;
use rmcp::model::{
    self, CacheScope, CallToolRequestParams, CallToolResponse, CallToolResult, ContentBlock,
    DiscoverResult, ErrorData, Implementation, InitializeRequestParams, InitializeResult,
    ListToolsResult, MetaObject, PaginatedRequestParams, ProtocolVersion, ServerCapabilities,
    ServerConfig,
};
use rmcp::service::{RequestContext, RoleServer};
use tokio::sync::mpsc;
use tracing::Instrument;

use super::approval::ClientApprovals;
use super::call::{Call, CallStep};
use super::caller::{Caller, ClientState, Identity, Requester};
use super::list::milliseconds;
use super::listing::{Listing, Listings};
use super::operation::{self, Operation};
use super::progress::Progress;
use super::settings::Settings;
use super::structured;
use crate::adapters::dialect_tools::resolve;
use crate::agent::{MemoryKind, Reply, ReplyOutcome, ServerCounts, Toolbox};
use crate::codec::Json;
use crate::progress::watch;

/// The header of the session of a request.
pub(super) const SESSION_ID: HeaderName = HeaderName::from_static("mcp-session-id");

/// The field of `_meta` in which a server names itself.
const SERVER_INFO: &str = "io.modelcontextprotocol/serverInfo";

/// The name of a server whose tools have none.
const DEFAULT_NAME: &str = "toolsmith";

/// The parts that all clients of a server share.
#[derive(Debug)]
pub(super) struct Shared {
    pub(super) listings: Listings,
    pub(super) approvals: ClientApprovals,
    pub(super) counts: ServerCounts,
    settings: Settings,
}

/// The handler of the requests of one client.
#[derive(Debug)]
pub(super) struct Handler {
    shared: Arc<Shared>,
    /// The client of the connection or session.
    client: ClientState,
    /// The origin of all requests of a connection; those over HTTP have their own.
    requester: Option<Requester>,
    /// `true` if the client has opened a session, so that all its requests are those of one client.
    has_session: AtomicBool,
}

impl Shared {
    pub(super) fn new(settings: &Settings, counts: ServerCounts) -> Self {
        Self {
            listings: Listings::new(settings),
            approvals: ClientApprovals::new(
                settings.approval_key,
                settings.approval_store.clone(),
                settings.approval_timeout,
            ),
            counts,
            settings: settings.clone(),
        }
    }

    /// Describes the server to a client whose tools have this name.
    fn config(&self, name: &str) -> ServerConfig {
        let settings = &self.settings;
        let name = settings.name.as_deref().unwrap_or(name);
        let name = if name.is_empty() { DEFAULT_NAME } else { name };
        let capabilities = ServerCapabilities::builder().enable_tools().build();
        let implementation = Implementation::new(name, settings.version.as_str());
        let mut config = ServerConfig::new(capabilities).with_server_info(implementation);
        config.instructions.clone_from(&settings.instructions);
        config
    }

    /// Returns the result of a call.
    fn result(caller: &Caller, listing: &Listing, reply: &Reply, text: &str) -> CallToolResult {
        let name = reply.tool().map_or("", |tool| tool.name);
        let listed_name = listing.list.name_of(name).unwrap_or(name);
        let schema = listing.pages.get(listed_name).and_then(|tool| {
            let schema = tool.output_schema.as_ref()?;
            Some(Json::Object((**schema).clone()))
        });
        // A client may show it to the model instead of the text.
        let mut json = match (reply.outcome(), reply.tool()) {
            (ReplyOutcome::Succeeded(response), Some(tool)) => caller.toolbox.fit(tool, response),
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

    /// Returns the `_meta` with the name of the server, for a client whose tools have this name.
    fn meta(&self, name: &str) -> MetaObject {
        let mut meta = MetaObject::default();
        let info = serde_json::to_value(&self.config(name).server_info).unwrap_or_default();
        meta.insert(SERVER_INFO.to_owned(), info);
        meta
    }
}

impl Handler {
    /// Creates the handler of another client. Over HTTP, each request has its own requester.
    pub(super) fn new(
        shared: &Arc<Shared>,
        identity: Identity,
        requester: Option<Requester>,
    ) -> Self {
        Self {
            client: ClientState {
                memory: shared.counts.client(MemoryKind::CountsAndIdentifiers),
                identity,
                lease: None,
            },
            requester,
            shared: Arc::clone(shared),
            has_session: AtomicBool::new(false),
        }
    }

    /// Returns the origin of a request.
    ///
    /// # Errors
    ///
    /// The request did not pass the endpoint.
    fn requester(&self, context: &RequestContext<RoleServer>) -> Result<Requester, ErrorData> {
        let parts = context.extensions.get::<Parts>();
        let named = parts.and_then(|parts| parts.extensions.get::<Requester>());
        let requester = named.or(self.requester.as_ref()).cloned();
        requester.ok_or_else(|| ErrorData::internal_error("the request has no tools", None))
    }

    /// Returns the client of a request: that of the session, or the one that the request names.
    fn client(&self, context: &RequestContext<RoleServer>) -> ClientState {
        let Some(parts) = context.extensions.get::<Parts>() else {
            return self.client.clone();
        };
        if !self.has_session.load(Ordering::Relaxed) {
            let named = parts.extensions.get::<ClientState>();
            return named.unwrap_or(&self.client).clone();
        }
        let session = parts
            .headers
            .get(SESSION_ID)
            .and_then(|id| id.to_str().ok());
        ClientState {
            identity: session.map(Identity::new).unwrap_or_default(),
            ..self.client.clone()
        }
    }

    /// Makes a call. If a person has to approve it, asks the person at the client.
    async fn call(
        &self,
        request: CallToolRequestParams,
        context: &RequestContext<RoleServer>,
    ) -> Result<CallToolResponse, ErrorData> {
        let caller = Caller::new(self.requester(context)?, self.client(context));
        let listing = self.shared.listings.of(&caller.toolbox);
        let (name, arguments) = resolve(
            &listing.list,
            &request.name,
            Json::Object(request.arguments.unwrap_or_default()).into(),
        );
        let call = Call {
            asks_client_first: self.shared.settings.asks_client_first,
            context: caller.context(&context.meta, operation::trace(context)),
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
            CallStep::Question(question) => CallToolResponse::InputRequired(*question),
            CallStep::Reply { reply, text } => {
                let text = text.as_deref().unwrap_or(reply.text());
                let mut result = Shared::result(&caller, &listing, &reply, text);
                let meta = || self.shared.meta(caller.toolbox.name());
                result.meta = is_modern(context).then(meta);
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
        let requester = self.requester.as_ref();
        let name = requester.map_or("", |requester| requester.toolbox.name());
        self.shared.config(name)
    }

    async fn initialize(
        &self,
        request: InitializeRequestParams,
        context: RequestContext<RoleServer>,
    ) -> Result<InitializeResult, ErrorData> {
        let operation = Operation::begin("initialize", None, &context);
        self.has_session.store(true, Ordering::Relaxed);
        context.peer.set_peer_info(request.clone());
        operation.end(self.describe(&request, &context))
    }

    async fn discover(
        &self,
        context: RequestContext<RoleServer>,
    ) -> Result<DiscoverResult, ErrorData> {
        let operation = Operation::begin("server/discover", None, &context);
        operation.end(self.describe_now(&context))
    }

    async fn list_tools(
        &self,
        request: Option<PaginatedRequestParams>,
        context: RequestContext<RoleServer>,
    ) -> Result<ListToolsResult, ErrorData> {
        let operation = Operation::begin("tools/list", None, &context);
        let cursor = request.and_then(|request| request.cursor);
        operation.end(self.page(cursor.as_deref(), &context))
    }

    async fn call_tool(
        &self,
        request: CallToolRequestParams,
        context: RequestContext<RoleServer>,
    ) -> Result<CallToolResponse, ErrorData> {
        let requester = self.requester(&context)?;
        let listing = self.shared.listings.of(&requester.toolbox);
        let tool = called_tool(&requester.toolbox, &listing, &request.name);
        let operation = Operation::begin("tools/call", tool, &context);
        let result = self.call_with_progress(request, &context);
        let result = result.instrument(operation.span()).await;
        operation.end(result)
    }
}

/// Returns the catalog and the listed name of the tool that a client calls by this name, if there is one.
fn called_tool(toolbox: &Toolbox, listing: &Listing, name: &str) -> Option<(String, String)> {
    let listed_name = listing.pages.get(name)?.name.to_string();
    let resolved = listing.list.resolve(name, &Json::Null).ok()?;
    let catalog = toolbox.catalog_of(&resolved.tool)?;
    Some((catalog.to_owned(), listed_name))
}

impl Handler {
    /// Describes the server to a client that opens a session.
    fn describe(
        &self,
        request: &InitializeRequestParams,
        context: &RequestContext<RoleServer>,
    ) -> Result<InitializeResult, ErrorData> {
        let requester = self.requester(context)?;
        let mut result = self.negotiate_initialize(request)?;
        result.server_info = self.shared.config(requester.toolbox.name()).server_info;
        Ok(result)
    }

    /// Describes the server to a client without a session.
    fn describe_now(
        &self,
        context: &RequestContext<RoleServer>,
    ) -> Result<DiscoverResult, ErrorData> {
        let versions = self.supported_protocol_versions().into_owned();
        let requester = self.requester(context)?;
        let config = self.shared.config(requester.toolbox.name());
        let mut result = DiscoverResult::from_server_info(versions, config);
        result.ttl_ms = milliseconds(self.shared.settings.list_ttl);
        result.cache_scope = CacheScope::Private;
        Ok(result)
    }

    /// Returns a page of the list of tools.
    fn page(
        &self,
        cursor: Option<&str>,
        context: &RequestContext<RoleServer>,
    ) -> Result<ListToolsResult, ErrorData> {
        let toolbox = self.requester(context)?.toolbox;
        let listing = self.shared.listings.of(&toolbox);
        let mut page = listing.pages.page(cursor)?;
        if is_modern(context) {
            listing.pages.add_cache_hints(&mut page);
            page.meta = Some(self.shared.meta(toolbox.name()));
        }
        Ok(page)
    }

    /// Makes a call, and notifies the client of its progress.
    async fn call_with_progress(
        &self,
        request: CallToolRequestParams,
        context: &RequestContext<RoleServer>,
    ) -> Result<CallToolResponse, ErrorData> {
        let mut progress = Progress::new(context);
        progress.notify(format!("{} started", request.name)).await;
        let (sender, mut steps) = mpsc::unbounded_channel();
        let call = self.call(request, context);
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
