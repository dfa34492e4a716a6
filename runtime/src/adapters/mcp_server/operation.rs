//! The observation of a client's request: its span, which continues the trace of the client, and its metric.

use std::net::SocketAddr;

use axum::extract::ConnectInfo;
use axum::http::request::Parts;
use rmcp::model::{CallToolResponse, ErrorData};
use rmcp::service::{RequestContext, RoleServer};
#[cfg(feature = "metrics")]
use tokio::time::Instant;
use tracing::Span;
use tracing::field::{Empty, display};

use super::caller::Identity;
use crate::codec::Json;
use crate::context::TraceContext;
use crate::telemetry;

const SESSION_ID: &str = "mcp-session-id";

/// The span in which an HTTP request arrived. The task that handles its message is in that of a connection or a
/// session, which lives longer than the request.
#[derive(Debug, Clone)]
pub(super) struct AmbientSpan(Span);

impl AmbientSpan {
    pub(super) fn current() -> Self {
        Self(Span::current())
    }
}

/// A request of a client. If it is dropped before its end, it was cancelled.
pub(super) struct Operation {
    span: Span,
    #[cfg(feature = "metrics")]
    labels: Vec<metrics::Label>,
    #[cfg(feature = "metrics")]
    began: Instant,
    has_ended: bool,
}

impl Operation {
    /// Begins the observation of a request, for a call with the name of the tool's catalog and its name for the
    /// client.
    ///
    /// Only a tool that exists is named, because a client can make up names without bound.
    pub(super) fn begin(
        method: &'static str,
        tool: Option<(String, String)>,
        request: &RequestContext<RoleServer>,
    ) -> Self {
        let (catalog, tool) = tool.unzip();
        let (catalog, tool) = (catalog.as_deref(), tool.as_deref());
        let ambient = ambient(request);
        let span = span(method, (catalog, tool), (request, &ambient));
        match (trace_in_meta(request), trace_in_headers(request)) {
            (Some(trace), _) => {
                telemetry::set_parent(&trace, &span);
                span.follows_from(&ambient);
            }
            (None, Some(trace)) => telemetry::continue_trace(&trace, &span, &ambient),
            (None, None) => {}
        }
        Self {
            span,
            #[cfg(feature = "metrics")]
            labels: labels(method, (catalog, tool), transport(request)),
            #[cfg(feature = "metrics")]
            began: Instant::now(),
            has_ended: false,
        }
    }

    /// Returns the span of the request.
    pub(super) fn span(&self) -> Span {
        self.span.clone()
    }

    /// Records the end of a request, and returns its result.
    pub(super) fn end<T: ReportsFailure>(
        mut self,
        result: Result<T, ErrorData>,
    ) -> Result<T, ErrorData> {
        let failure = match &result {
            Ok(outcome) => outcome.is_error().then(|| "tool_error".to_owned()),
            Err(error) => {
                self.span
                    .record("rpc.response.status_code", display(error.code.0));
                Some(error.code.0.to_string())
            }
        };
        self.finish(failure.as_deref());
        result
    }

    fn finish(&mut self, failure: Option<&str>) {
        self.has_ended = true;
        if let Some(failure) = failure {
            telemetry::record_failure(&self.span, failure);
        }
        #[cfg(feature = "metrics")]
        {
            telemetry::describe_once();
            let mut labels = std::mem::take(&mut self.labels);
            let failure =
                failure.map(|failure| metrics::Label::new("error.type", failure.to_owned()));
            labels.extend(failure);
            let took = self.began.elapsed();
            metrics::histogram!(telemetry::names::MCP_SERVER, labels).record(took.as_secs_f64());
        }
    }
}

impl Drop for Operation {
    fn drop(&mut self) {
        if !self.has_ended {
            self.finish(Some(telemetry::CANCELLED));
        }
    }
}

/// The result of a request.
pub(super) trait ReportsFailure {
    /// Returns `true` if a tool reports failure.
    fn is_error(&self) -> bool {
        false
    }
}

impl ReportsFailure for CallToolResponse {
    fn is_error(&self) -> bool {
        match self {
            Self::Complete(result) => result.is_error == Some(true),
            _ => false,
        }
    }
}

impl ReportsFailure for rmcp::model::InitializeResult {}
impl ReportsFailure for rmcp::model::DiscoverResult {}
impl ReportsFailure for rmcp::model::ListToolsResult {}

/// Returns the trace of a request: that of its `_meta`, or else that of its HTTP headers.
pub(super) fn trace(request: &RequestContext<RoleServer>) -> Option<TraceContext> {
    trace_in_meta(request).or_else(|| trace_in_headers(request))
}

fn trace_in_meta(request: &RequestContext<RoleServer>) -> Option<TraceContext> {
    TraceContext::read(|name| request.meta.get(name).and_then(Json::as_str))
}

fn trace_in_headers(request: &RequestContext<RoleServer>) -> Option<TraceContext> {
    let headers = &parts(request)?.headers;
    TraceContext::read(|name| headers.get(name)?.to_str().ok())
}

/// Returns the span of the program in which an HTTP request arrived.
fn ambient(request: &RequestContext<RoleServer>) -> Span {
    let ambient = parts(request).and_then(|parts| parts.extensions.get::<AmbientSpan>());
    ambient.map_or_else(Span::none, |ambient| ambient.0.clone())
}

fn span(
    method: &'static str,
    (catalog, tool): (Option<&str>, Option<&str>),
    (request, ambient): (&RequestContext<RoleServer>, &Span),
) -> Span {
    let parts = parts(request);
    let client = parts.and_then(client_address);
    // The identifier may serve as a credential.
    let session = parts.and_then(|parts| parts.headers.get(SESSION_ID)?.to_str().ok());
    let session = session.map(|id| Identity::new(id).label());
    let request_id = request.id.to_string();
    let version = request.protocol_version();
    let separator = tool.map_or("", |_| " ");
    tracing::info_span!(
        target: "toolsmith",
        parent: ambient.id(),
        "mcp_operation",
        otel.name = format_args!("{method}{separator}{}", tool.unwrap_or_default()),
        otel.kind = "server",
        otel.status_code = Empty,
        mcp.method.name = method,
        mcp.protocol.version = version.as_ref().map(ToString::to_string),
        mcp.session.id = session.as_deref(),
        gen_ai.tool.name = tool,
        jsonrpc.request.id = telemetry::cut(&request_id),
        network.transport = transport(request),
        network.protocol.name = parts.map(|_| "http"),
        client.address = client.map(|client| display(client.ip())),
        client.port = client.map(|client| client.port()),
        rpc.response.status_code = Empty,
        "error.type" = Empty,
        toolsmith.catalog = catalog,
    )
}

/// Returns the labels of the metric of a request.
#[cfg(feature = "metrics")]
fn labels(
    method: &'static str,
    (catalog, tool): (Option<&str>, Option<&str>),
    transport: &'static str,
) -> Vec<metrics::Label> {
    use metrics::Label;
    let mut labels = vec![
        Label::from_static_parts("mcp.method.name", method),
        Label::from_static_parts("network.transport", transport),
    ];
    labels.extend(catalog.map(|catalog| Label::new("toolsmith.catalog", catalog.to_owned())));
    labels.extend(tool.map(|tool| Label::new("gen_ai.tool.name", tool.to_owned())));
    labels
}

/// Returns the transport, as OpenTelemetry names it.
fn transport(request: &RequestContext<RoleServer>) -> &'static str {
    match parts(request) {
        Some(_) => "tcp",
        None => "pipe",
    }
}

/// Returns the head of the HTTP request.
fn parts(request: &RequestContext<RoleServer>) -> Option<&Parts> {
    request.extensions.get::<Parts>()
}

/// Returns the address of the client, if the server of the program tells it.
fn client_address(parts: &Parts) -> Option<SocketAddr> {
    let info = parts.extensions.get::<ConnectInfo<SocketAddr>>();
    info.map(|info| info.0)
}
