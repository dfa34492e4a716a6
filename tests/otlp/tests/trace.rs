//! The spans that a collector receives.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a panic fails a test")]

use std::collections::BTreeMap;

use axum::extract::Request;
use axum::middleware::{Next, from_fn};
use axum::response::Response;
use generated::the_auth_api::CATALOG;
use opentelemetry::trace::TraceContextExt;
use serde_json::json;
use tokio::net::TcpListener;
use toolsmith_otlp_tests::{Api, Collector, ReceivedSpan};
use toolsmith_runtime::adapters::mcp_server::Server;
use toolsmith_runtime::agent::{Tool, Toolbox};
use toolsmith_runtime::context::TraceContext;
use toolsmith_runtime::mcp::{Client as McpClient, Endpoint};
use toolsmith_runtime::{CallContext, Effect, transport::reqwest};
use tracing::{Instrument, Span};
use tracing_opentelemetry::OpenTelemetrySpanExt;

const GET: &str = "get_single_the_auth_api_project_by_id";

const INTERNAL: u64 = 1;
const SERVER: u64 = 2;
const CLIENT: u64 = 3;
const ERROR: u64 = 2;

/// Runs `work` in a span of the program, and returns the spans of its trace.
async fn traced<F: Future>(work: F) -> Vec<ReceivedSpan> {
    let collector = Collector::get();
    let span = tracing::info_span!(target: "program", "agent turn");
    let trace = span.context().span().span_context().trace_id().to_string();
    work.instrument(span).await;
    tokio::task::spawn_blocking(move || collector.trace(&trace))
        .await
        .unwrap()
}

/// Returns the only span of this name and kind.
fn only<'a>(spans: &'a [ReceivedSpan], name: &str, kind: u64) -> &'a ReceivedSpan {
    let mut found = spans
        .iter()
        .filter(|span| span.name == name && span.kind == kind);
    let first = found.next();
    let first = first.unwrap_or_else(|| panic!("no {name} of kind {kind} in {spans:#?}"));
    assert!(found.next().is_none(), "several {name} in {spans:#?}");
    first
}

fn assert_attributes(span: &ReceivedSpan, expected: &[(&str, &str)]) {
    for (name, value) in expected {
        assert_eq!(span.attribute(name), Some(*value), "{name} of {span:#?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn each_call_is_one_span_and_a_401_fails_it() {
    let api = Api::start().await;
    let client = api.client();
    let tools = client.toolbox();
    let spans = traced(async {
        for (call, id) in [("call_1", "prj_1"), ("call_2", "prj_2")] {
            let context = CallContext::new()
                .call_id(call)
                .principal("ann")
                .session("chat-7");
            tools.call_in(context, GET, json!({"id": id})).await;
        }
        let _ = client.call_tool(GET, json!({"id": "prj_1"})).await;
    })
    .await;
    let calls: Vec<_> = spans
        .iter()
        .filter(|span| span.name.starts_with("execute_tool"))
        .collect();
    let requests: Vec<_> = spans.iter().filter(|span| span.kind == CLIENT).collect();
    assert_eq!(
        (calls.len(), requests.len()),
        (api.parents().len(), api.parents().len()),
        "{spans:#?}"
    );
    let failed = calls.iter().find(|span| span.status == ERROR).unwrap();
    assert_attributes(
        failed,
        &[
            ("gen_ai.operation.name", "execute_tool"),
            ("gen_ai.tool.name", GET),
            ("gen_ai.tool.type", "extension"),
            ("gen_ai.tool.call.id", "call_2"),
            ("gen_ai.conversation.id", "chat-7"),
            ("enduser.id", "ann"),
            ("error.type", "401"),
            ("toolsmith.catalog", "the_auth_api"),
            ("toolsmith.account.id", "ia_551"),
            ("toolsmith.attempts", "1"),
        ],
    );
    assert_eq!(
        (failed.kind, failed.name.as_str()),
        (INTERNAL, &*format!("execute_tool {GET}"))
    );
    let refused = requests
        .iter()
        .find(|span| span.parent == failed.id)
        .unwrap();
    assert_eq!(refused.status, ERROR);
    assert_attributes(
        refused,
        &[
            ("http.request.method", "GET"),
            ("http.response.status_code", "401"),
            ("error.type", "401"),
            ("server.address", "127.0.0.1"),
            ("url.scheme", "http"),
        ],
    );
    let printed = format!("{spans:?}");
    for hidden in ["s3cr3t-canary", "prj_1", "prj_2", "token is not valid"] {
        assert!(!printed.contains(hidden), "{hidden} in {printed}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn one_trace_joins_program_mcp_client_mcp_server_and_request() {
    let api = Api::start().await;
    let server = Server::new(api.client().toolbox()).http();
    let bound = server.listen(([127, 0, 0, 1], 0).into()).await.unwrap();
    let endpoint = Endpoint::http(bound.url());
    tokio::spawn(bound.serve());
    let remote = McpClient::connect(CATALOG, endpoint).await.unwrap();
    let tools = remote.toolbox();
    let spans = traced(async {
        tools.call(GET, json!({"id": "prj_1"})).await;
    })
    .await;
    let by_id: BTreeMap<_, _> = spans.iter().map(|span| (span.id.as_str(), span)).collect();
    let request = only(&spans, "GET /proxy/projects/{id}", CLIENT);
    let mut chain = vec![(request.name.as_str(), request.kind)];
    let mut span = request;
    while let Some(parent) = by_id.get(span.parent.as_str()) {
        chain.push((parent.name.as_str(), parent.kind));
        span = parent;
    }
    let call = format!("execute_tool {GET}");
    let message = format!("tools/call {GET}");
    assert_eq!(
        chain,
        [
            ("GET /proxy/projects/{id}", CLIENT),
            (&*call, INTERNAL),
            (&*message, SERVER),
            (&*message, CLIENT),
            (&*call, INTERNAL),
            ("agent turn", INTERNAL),
        ],
        "{spans:#?}"
    );
    assert_eq!(span.parent, "");
    let expected = format!("00-{}-{}-01", request.trace, request.id);
    assert_eq!(api.parents(), [expected]);
    for kind in [CLIENT, SERVER] {
        assert_attributes(
            only(&spans, &message, kind),
            &[
                ("mcp.method.name", "tools/call"),
                ("mcp.protocol.version", "2026-07-28"),
                ("gen_ai.tool.name", GET),
                ("network.transport", "tcp"),
                ("network.protocol.name", "http"),
            ],
        );
    }
}

/// Handles a request in a span of the program.
async fn inbound(request: Request, next: Next) -> Response {
    let span = tracing::info_span!(target: "program", "inbound");
    next.run(request).instrument(span).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_without_a_trace_is_in_the_span_of_the_programs_router() {
    let api = Api::start().await;
    let router = Server::new(api.client().toolbox()).http().into_router();
    let router = router.layer(from_fn(inbound));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/mcp", listener.local_addr().unwrap());
    tokio::spawn(async move { axum::serve(listener, router).await });
    let meta = json!({
        "io.modelcontextprotocol/protocolVersion": "2026-07-28",
        "io.modelcontextprotocol/clientInfo": {"name": "test", "version": "1"},
        "io.modelcontextprotocol/clientCapabilities": {},
    });
    let call = json!({
        "jsonrpc": "2.0", "id": "a-1", "method": "tools/call",
        "params": {"name": GET, "arguments": {"id": "prj_2"}, "_meta": meta},
    });
    let collector = Collector::get();
    let request = reqwest::Client::new().post(url).body(call.to_string());
    let headers = [
        ("accept", "application/json, text/event-stream"),
        ("content-type", "application/json"),
        ("mcp-protocol-version", "2026-07-28"),
        ("mcp-method", "tools/call"),
        ("mcp-name", GET),
    ];
    let request = headers.into_iter().fold(request, |request, (name, value)| {
        request.header(name, value)
    });
    let response = request.send().await.unwrap();
    assert!(response.status().is_success(), "{response:?}");
    response.bytes().await.unwrap();
    let parent = api.parents().remove(0);
    let trace = parent.split('-').nth(1).unwrap().to_owned();
    let spans = tokio::task::spawn_blocking(move || collector.trace(&trace))
        .await
        .unwrap();
    let arrived = only(&spans, "inbound", INTERNAL);
    let handled = only(&spans, &format!("tools/call {GET}"), SERVER);
    assert_eq!(handled.parent, arrived.id);
    assert_eq!(handled.status, ERROR);
    assert_attributes(
        handled,
        &[("error.type", "tool_error"), ("jsonrpc.request.id", "a-1")],
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn functions_are_in_the_trace_of_their_context() {
    const TRACE: &str = "0af7651916cd43dd8448eb211c80319c";
    let inside = Tool::from_json_fn(
        "inside",
        "Returns its trace.",
        json!({"type": "object", "properties": {}}),
        |_| async {
            tracing::info_span!(target: "program", "work").in_scope(|| ());
            let trace = toolsmith_runtime::context::current().trace;
            trace
                .map(|trace| trace.parent().to_owned())
                .ok_or("no trace")
        },
    );
    let tools = Toolbox::of("own", [inside.effect(Effect::Reads)]).unwrap();
    let collector = Collector::get();
    let parent = format!("00-{TRACE}-b7ad6b7169203331-01");
    let context = CallContext::new().trace(TraceContext::new(&parent).unwrap());
    // The program that resumes the call is in no span.
    assert!(Span::current().is_none());
    let reply = tools.call_in(context, "inside", json!({})).await;
    let spans = tokio::task::spawn_blocking(|| collector.trace(TRACE))
        .await
        .unwrap();
    let call = only(&spans, "execute_tool inside", INTERNAL);
    assert_eq!(call.parent, "b7ad6b7169203331");
    assert_attributes(call, &[("gen_ai.tool.type", "function")]);
    assert_eq!(only(&spans, "work", INTERNAL).parent, call.id);
    assert!(
        reply.text().contains(&format!("00-{TRACE}-{}-01", call.id)),
        "{reply}"
    );
}
