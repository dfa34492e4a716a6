//! Tests of whole calls with the generated client of a small catalog.

mod accounts;
mod by_name;
mod client_edges;
mod concurrent_calls;
mod configuration;
mod conveniences;
mod decoding_paths;
mod draining;
mod early_renewals;
mod echoed_token;
mod hostile;
#[cfg(feature = "reqwest")]
mod http2;
mod http_transport;
mod json_text;
mod layers_and_bodies;
mod limits;
mod list_ends;
#[cfg(feature = "metrics")]
mod metrics;
mod odd_json;
mod paging;
mod printed_secrets;
#[cfg(feature = "reqwest")]
mod proxies;
mod reconnecting;
mod recordings;
mod recursive_types;
mod refused_bodies;
mod renewed_tokens;
mod responses;
mod retries;
pub(crate) mod secrets;
#[path = "../../../tests/golden/shop/src/shop/mod.rs"]
#[allow(
    dead_code,
    unreachable_pub,
    unused_imports,
    reason = "generated code is public and complete; the tests need only parts of it"
)]
pub(crate) mod shop;
#[cfg(all(
    feature = "metrics",
    feature = "mcp-client",
    feature = "mcp-server",
    feature = "own-functions",
))]
mod telemetry;
#[cfg(all(
    feature = "metrics",
    feature = "mcp-client",
    feature = "mcp-server",
    feature = "own-functions",
))]
mod telemetry_bounds;
mod wire;

use serde_json::json;

use crate::transport::{MemoryTransport, MockResponse};
use crate::{Json, ToolSpec};

/// The token of every client in these tests. It may appear nowhere but in a header.
const CANARY: &str = "s3cr3t-canary";

fn client(transport: &MemoryTransport) -> shop::Client {
    secrets::listen();
    shop::Client::builder()
        .token(CANARY)
        .account("acc_551")
        .transport(transport.clone())
        .build()
        .unwrap()
}

/// Creates a client that gets these responses in order, and its transport.
fn scripted(replies: impl IntoIterator<Item = MockResponse>) -> (shop::Client, MemoryTransport) {
    let transport = MemoryTransport::script(replies);
    (client(&transport), transport)
}

/// Creates a client that gets one response with status 200.
fn answering(json: &Json) -> (shop::Client, MemoryTransport) {
    scripted([MockResponse::json(200, json)])
}

/// Returns a tool of the shop.
pub(crate) fn tool(name: &str) -> &'static ToolSpec {
    shop::CATALOG.tool(name).unwrap()
}

fn project(id: &str) -> Json {
    json!({"id": id, "name": "Billing", "env": "live"})
}
