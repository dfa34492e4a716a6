//! The page on telemetry names the spans, attributes, metrics and labels that are emitted, and no others.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex};

use serde_json::json;
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Metadata, Subscriber};

use super::metrics::{Counts, counted};
use super::{project, secrets, shop};
use crate::adapters::mcp_server::Server;
use crate::agent::{Tool, Toolbox};
use crate::context::TraceContext;
use crate::mcp::{Client as McpClient, SessionBuilder};
use crate::telemetry::describe_metrics;
use crate::transport::{MemoryTransport, MockResponse};
use crate::{CallContext, Effect};

pub(super) const GET: &str = "get_single_shop_project_by_id";

/// A span: its name, the fields that it declares, and those with a value.
#[derive(Debug, Clone, Default)]
pub(super) struct Recorded {
    name: &'static str,
    declared: BTreeSet<&'static str>,
    pub(super) values: BTreeMap<&'static str, String>,
}

/// Keeps the spans.
#[derive(Clone, Default)]
pub(super) struct Spans(pub(super) Arc<Mutex<Vec<Recorded>>>);

struct Values<'a>(&'a mut Recorded);

impl Visit for Values<'_> {
    fn record_debug(&mut self, field: &Field, value: &dyn std::fmt::Debug) {
        self.0.values.insert(field.name(), format!("{value:?}"));
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        self.0.values.insert(field.name(), value.to_owned());
    }
}

impl Subscriber for Spans {
    fn enabled(&self, _metadata: &Metadata<'_>) -> bool {
        true
    }

    fn new_span(&self, attributes: &Attributes<'_>) -> Id {
        let metadata = attributes.metadata();
        let mut span = Recorded::default();
        if metadata.target() == "toolsmith" {
            span.name = metadata.name();
            span.declared = metadata.fields().iter().map(|field| field.name()).collect();
            attributes.record(&mut Values(&mut span));
        }
        let mut spans = self.0.lock().unwrap();
        spans.push(span);
        Id::from_u64(spans.len().try_into().unwrap())
    }

    fn record(&self, span: &Id, values: &Record<'_>) {
        let index = usize::try_from(span.into_u64()).unwrap() - 1;
        values.record(&mut Values(&mut self.0.lock().unwrap()[index]));
    }

    fn record_follows_from(&self, _span: &Id, _follows: &Id) {}

    fn event(&self, _event: &Event<'_>) {}

    fn enter(&self, _span: &Id) {}

    fn exit(&self, _span: &Id) {}
}

impl Spans {
    /// Returns the spans of this name.
    fn of(&self, name: &str) -> Vec<Recorded> {
        let spans = self.0.lock().unwrap();
        let named = spans.iter().filter(|span| span.name == name);
        named.cloned().collect()
    }

    /// Returns the spans of this name with this value of a field.
    pub(super) fn with(&self, name: &str, field: &'static str, value: &str) -> Vec<Recorded> {
        let is_value = |span: &Recorded| span.values.get(field).is_some_and(|known| known == value);
        self.of(name).into_iter().filter(is_value).collect()
    }
}

/// The rows of the page: for each heading, the first cells of its tables and the other cells.
fn page() -> BTreeMap<String, BTreeMap<String, Vec<String>>> {
    let text = include_str!("../../../docs/telemetry.md");
    let mut page = BTreeMap::<_, BTreeMap<_, _>>::new();
    let mut heading = "";
    for line in text.lines() {
        if let Some(name) = line
            .trim_start_matches('#')
            .strip_prefix(' ')
            .filter(|_| line.starts_with('#'))
        {
            heading = name;
        }
        let mut cells = line.split('|').skip(1).map(|cell| cell.trim().to_owned());
        if let Some(first) = cells.next().filter(|cell| cell.starts_with('`')) {
            let rows = page
                .entry(heading.trim_matches('`').to_owned())
                .or_default();
            rows.insert(first.trim_matches('`').to_owned(), cells.collect());
        }
    }
    page
}

/// Returns the names in backticks.
fn quoted(text: &str) -> BTreeSet<String> {
    let odd = text.split('`').skip(1).step_by(2);
    odd.map(str::to_owned).collect()
}

/// Makes calls of every kind: over HTTP, of functions, and over MCP to a server of both.
async fn call_everything() {
    let transport = MemoryTransport::respond_with(|request| {
        if request.path.contains("integrated-account/") {
            return MockResponse::json(200, &json!({"id": "acc_551", "status": "active"}));
        }
        if request.path.contains("/gone") {
            MockResponse::new(401)
        } else {
            MockResponse::json(200, &project("p"))
        }
    });
    let client: shop::Client = shop::Client::builder()
        .token("t")
        .account("acc_551")
        .transport(transport)
        .account_in_metrics()
        .build()
        .unwrap();
    let _ = client.account_status().await;
    let schema = json!({"type": "object", "properties": {}});
    let add = Tool::from_json_fn("add", "Adds.", schema, |_| async { Ok::<_, String>(1) });
    let own = Toolbox::of("own", [add.effect(Effect::Reads)]).unwrap();
    let tools = Toolbox::join([client.toolbox(), own]).unwrap();
    let (here, there) = tokio::io::duplex(1 << 16);
    let (read, write) = tokio::io::split(there);
    tokio::spawn(Server::new(tools).serve(read, write));
    let (read, write) = tokio::io::split(here);
    let session = SessionBuilder::over(read, write).open().await.unwrap();
    let remote = McpClient::with_session(shop::CATALOG, session.clone());
    let parent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
    let context = CallContext::new()
        .call_id("call_1")
        .principal("ann")
        .session("chat")
        .trace(TraceContext::new(parent).unwrap());
    for id in ["p", "gone"] {
        let call = remote.call_tool(GET, json!({"id": id}));
        assert_eq!(call.context(context.clone()).await.is_ok(), id == "p");
    }
    session.list_tools(None).await.unwrap();
    let wrong = session
        .request("tools/call", &json!({"name": "made_up"}))
        .await;
    assert!(wrong.is_ok(), "{wrong:?}");
    let params = json!({"name": "add", "arguments": {}});
    session.request("tools/call", &params).await.unwrap();
}

fn watched() -> (Spans, Counts) {
    secrets::listen();
    let spans = Spans::default();
    let _guard = tracing::subscriber::set_default(spans.clone());
    let counts = counted(|| async {
        describe_metrics();
        call_everything().await;
    });
    (spans, counts)
}

#[test]
fn the_page_names_the_attributes_of_every_span() {
    let (spans, _) = watched();
    let page = page();
    for name in [
        "execute_tool",
        "http_request",
        "mcp_request",
        "mcp_operation",
        "account_request",
    ] {
        let documented: BTreeSet<_> = page[name].keys().map(String::as_str).collect();
        let found = spans.of(name);
        assert!(!found.is_empty(), "{name}");
        for span in found {
            assert_eq!(span.declared, documented, "{name}");
        }
    }
    let known = |span: &Recorded| span.name.is_empty() || page.contains_key(span.name);
    assert!(spans.0.lock().unwrap().iter().all(known));
}

#[test]
fn a_call_has_its_context_and_its_outcome() {
    let (spans, _) = watched();
    let calls = spans.with("execute_tool", "gen_ai.tool.call.id", "call_1");
    assert_eq!(calls.len(), 2, "the calls at the client: {calls:#?}");
    let (right, failed) = (&calls[0].values, &calls[1].values);
    for (field, value) in [
        ("otel.name", "execute_tool get_single_shop_project_by_id"),
        ("otel.kind", "internal"),
        ("gen_ai.operation.name", "execute_tool"),
        ("gen_ai.tool.type", "extension"),
        ("gen_ai.conversation.id", "chat"),
        ("enduser.id", "ann"),
        ("toolsmith.attempts", "1"),
    ] {
        assert_eq!(
            right.get(field).map(String::as_str),
            Some(value),
            "{right:#?}"
        );
    }
    assert_eq!(right.get("otel.status_code"), None);
    assert_eq!(failed["otel.status_code"], "ERROR");
    assert_eq!(failed["error.type"], "tool_error");
}

#[test]
fn requests_have_the_values_of_the_conventions() {
    let (spans, _) = watched();
    let refused = &spans.with("http_request", "http.response.status_code", "401")[0].values;
    for (field, value) in [
        ("otel.name", "GET /proxy/projects/{id}"),
        ("otel.kind", "client"),
        ("otel.status_code", "ERROR"),
        ("error.type", "401"),
        ("server.address", "api.shop.test"),
        ("server.port", "443"),
    ] {
        assert_eq!(refused[field], value, "{refused:#?}");
    }
    let refused = &spans.with("execute_tool", "error.type", "401")[0].values;
    assert_eq!(refused["toolsmith.account.id"], "acc_551");
    for (name, kind) in [("mcp_request", "client"), ("mcp_operation", "server")] {
        let called = "tools/call get_single_shop_project_by_id";
        let calls = spans.with(name, "otel.name", called);
        assert_eq!(calls.len(), 2, "{name}");
        for (call, error) in calls.iter().zip([None, Some("tool_error")]) {
            let value = |field| call.values.get(field).map(String::as_str);
            assert_eq!(value("otel.kind"), Some(kind));
            assert_eq!(value("mcp.protocol.version"), Some("2026-07-28"));
            assert_eq!(value("network.transport"), Some("pipe"));
            assert_eq!(value("error.type"), error, "{name}");
        }
    }
    let made_up = spans.with("mcp_operation", "otel.name", "tools/call");
    assert_eq!(
        made_up.len(),
        1,
        "a name that a client made up is not in a span"
    );
    let functions = spans.with("execute_tool", "gen_ai.tool.type", "function");
    assert_eq!(functions[0].values["gen_ai.tool.name"], "add");
    assert_eq!(
        spans
            .with("account_request", "otel.name", "account_status")
            .len(),
        1
    );
}

#[test]
fn the_page_names_every_metric_and_label() {
    const COMMON: [&str; 3] = [
        "toolsmith.catalog",
        "gen_ai.tool.name",
        "toolsmith.account.id",
    ];
    let (_, counts) = watched();
    let page = &page()["Metrics"];
    let described = counts.described();
    assert_eq!(
        described.keys().collect::<BTreeSet<_>>(),
        page.keys().collect::<BTreeSet<_>>()
    );
    for (name, description) in described {
        let unit = if page[&name][0] == "histogram" {
            "seconds"
        } else {
            "count"
        };
        assert!(description.starts_with(unit), "{name}: {description}");
    }
    let mut emitted = BTreeMap::<String, BTreeSet<String>>::new();
    for (key, _) in counts.all() {
        let mut words = key.split(' ');
        let name = words.next().unwrap().to_owned();
        let labels = words.filter_map(|word| Some(word.split_once('=')?.0.to_owned()));
        emitted.entry(name).or_default().extend(labels);
    }
    for (name, cells) in page {
        if name == "toolsmith.wait.duration" {
            // No call waits here.
            continue;
        }
        let labels = cells
            .last()
            .filter(|cell| !cell.is_empty())
            .or_else(|| cells.iter().rev().nth(1));
        let mut documented = quoted(labels.unwrap());
        documented.remove("CallOutcome");
        let mut found = emitted[name].clone();
        for common in &COMMON[..2] {
            assert!(found.contains(*common), "{name} has {common}");
        }
        found.retain(|label| !COMMON.contains(&label.as_str()));
        assert_eq!(found, documented, "{name}");
    }
}
