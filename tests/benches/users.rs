//! The throughput of what many users share, with one user and with a thousand at once: the audit file,
//! the MCP server, and the stream of pages.
//!
//! `cargo bench -p toolsmith-benches --bench users`. The API responds in memory, so
//! that all of the time is that of this process. A thousand users keep the throughput if a call takes
//! no longer than with one; two threads make about two calls of different users at once.

#![allow(
    clippy::unwrap_used,
    reason = "a measurement that cannot be made ends there"
)]

#[path = "measure/turn.rs"]
mod turn;

use std::future::{poll_fn, ready};
use std::io::{self, Write};
use std::sync::Arc;
use std::time::Duration;

use generated::the_auth_api::{Client, ListAccounts};
use serde_json::{Value as Json, json};
use tokio::runtime::Runtime;
use toolsmith_runtime::adapters::mcp_server::{McpService, Server};
use toolsmith_runtime::agent::{JsonLines, Toolbox};
use toolsmith_runtime::transport::{Body, Transport, TransportFuture};
use tower_service::Service;
use turn::{Side, middle, turn};

const USERS: u32 = 1000;

/// The number of calls in a turn.
const TURN: u32 = 4000;
const ROUNDS: usize = 15;

const TOOL: &str = "list_all_the_auth_api_accounts";

/// The number of pages of a list, and of records of a page.
const PAGES: usize = 10;
const RECORDS: usize = 50;

fn main() -> io::Result<()> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()?;
    let folder = tempfile::tempdir()?;
    let audit = JsonLines::append(folder.path().join("calls.jsonl"))?;
    let toolbox = client(1, 2).toolbox();
    let mut out = io::stdout().lock();
    writeln!(out, "| what | 1 user | {USERS} users | throughput |")?;
    writeln!(out, "|---|--:|--:|--:|")?;
    let plain = Called(toolbox.clone());
    row(&mut out, &runtime, "a call of a toolbox", &plain, TURN)?;
    let audited = Called(toolbox.clone().audit(audit));
    row(
        &mut out,
        &runtime,
        "the same with an audit file",
        &audited,
        TURN,
    )?;
    let served = Served::new(Server::new(toolbox).http().into_service());
    row(
        &mut out,
        &runtime,
        "a call of the MCP server",
        &served,
        TURN,
    )?;
    let streamed = Streamed(client(PAGES, RECORDS));
    let what = format!("a stream of {PAGES} pages of {RECORDS} records");
    row(&mut out, &runtime, &what, &streamed, TURN / 10)
}

/// Alternates many turns, so that other work on the machine affects both numbers of users equally.
fn row(
    out: &mut impl Write,
    runtime: &Runtime,
    what: &str,
    side: &impl Side,
    count: u32,
) -> io::Result<()> {
    for users in [1, USERS] {
        turn(runtime, side, users, count);
    }
    let rounds = (0..ROUNDS).map(|_| {
        let one = turn(runtime, side, 1, count);
        (one, turn(runtime, side, USERS, count))
    });
    let rounds: Vec<_> = rounds.collect();
    let per_call = |time: Duration| time.as_secs_f64() * 1e6 / f64::from(count);
    writeln!(
        out,
        "| {what} | {:.1} us | {:.1} us | {:.2} |",
        middle(rounds.iter().map(|(one, _)| per_call(*one))),
        middle(rounds.iter().map(|(_, many)| per_call(*many))),
        middle(rounds.iter().map(|(one, many)| one.div_duration_f64(*many))),
    )
}

/// Creates a client of an API whose lists have this many pages of this many records.
fn client(pages: usize, records: usize) -> Client {
    let client = Client::builder()
        .token("s3cr3t-canary")
        .account("acc_551")
        .transport(Fixed::new(pages, records));
    client.build().unwrap()
}

/// A call of a toolbox by name, as a model makes it.
#[derive(Clone)]
struct Called(Toolbox);

impl Side for Called {
    async fn call(&self) {
        let reply = self.0.call(TOOL, json!({})).await;
        assert!(!reply.is_error());
    }
}

/// A call of the MCP server, without a socket.
#[derive(Clone)]
struct Served {
    service: McpService,
    request: Arc<str>,
}

impl Served {
    fn new(service: McpService) -> Self {
        let meta = json!({
            "io.modelcontextprotocol/protocolVersion": "2026-07-28",
            "io.modelcontextprotocol/clientInfo": {"name": "bench", "version": "1"},
            "io.modelcontextprotocol/clientCapabilities": {},
        });
        let request = json!({
            "jsonrpc": "2.0", "id": 1, "method": "tools/call",
            "params": {"name": TOOL, "arguments": {}, "_meta": meta},
        });
        Self {
            service,
            request: request.to_string().into(),
        }
    }
}

impl Side for Served {
    async fn call(&self) {
        let request = http::Request::post("http://127.0.0.1/mcp")
            .header("host", "127.0.0.1")
            .header("accept", "application/json, text/event-stream")
            .header("content-type", "application/json")
            .header("mcp-protocol-version", "2026-07-28")
            .header("mcp-method", "tools/call")
            .header("mcp-name", TOOL)
            .body(self.request.to_string())
            .unwrap();
        let mut service = self.service.clone();
        poll_fn(|context| Service::<http::Request<String>>::poll_ready(&mut service, context))
            .await
            .unwrap();
        let response = service.call(request).await.unwrap();
        assert!(response.status().is_success());
        let body = axum::body::to_bytes(response.into_body(), usize::MAX).await;
        assert!(!body.unwrap().is_empty());
    }
}

/// A stream of all records of a list.
#[derive(Clone)]
struct Streamed(Client);

impl Side for Streamed {
    async fn call(&self) {
        let mut pages = self.0.accounts().list(ListAccounts::new()).pages();
        let mut records = 0;
        while let Some(page) = pages.next().await {
            records += page.unwrap().items.len();
        }
        assert_eq!(records, PAGES * RECORDS);
    }
}

/// An API that responds at once, with the pages of a list.
struct Fixed(Vec<String>);

impl Fixed {
    fn new(pages: usize, records: usize) -> Self {
        let page = |number: usize| {
            let records: Vec<Json> = (0..records).map(record).collect();
            let next = (number < pages).then(|| number.to_string());
            json!({"result": records, "next_cursor": next}).to_string()
        };
        Self((1..=pages).map(page).collect())
    }
}

fn record(number: usize) -> Json {
    json!({
        "id": format!("acc_{number}"), "name": "Ada", "isActive": true,
        "createdAt": "2026-01-01T00:00:00Z", "createdBy": "usr_1", "createdByType": "user",
        "updatedAt": "2026-01-01T00:00:00Z",
    })
}

impl Transport for Fixed {
    fn send(&self, request: http::Request<Body>) -> TransportFuture<'_> {
        let query = request.uri().query().unwrap_or_default();
        let (_, cursor) = query.split_once("next_cursor=").unwrap_or_default();
        let page = self.0.get(cursor.parse().unwrap_or(0_usize)).unwrap();
        let response = http::Response::builder()
            .header("content-type", "application/json")
            .body(Body::from(page.clone()));
        Box::pin(ready(Ok(response.unwrap())))
    }

    fn reaches_server(&self) -> bool {
        false
    }
}
