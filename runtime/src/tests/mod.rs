//! Tests of whole calls with the generated client of a small catalog.

mod answers;
mod around;
mod by_name;
mod circles;
#[cfg(feature = "metrics")]
mod counts;
mod crowd;
mod hostile;
mod http;
mod paging;
mod retries;
mod secrets;
mod setup;
#[path = "../../../tests/golden/shop/src/shop/mod.rs"]
#[allow(
    dead_code,
    unreachable_pub,
    unused_imports,
    reason = "generated code is public and complete; the tests need only parts of it"
)]
pub(crate) mod shop;
mod text_source;
mod texts;
mod wire;

use serde_json::json;

use crate::transport::{MemoryTransport, MockResponse};
use crate::{Json, ToolSpec};

/// The token of every client here. It may appear nowhere but in a header.
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

/// A client that gets these answers, one after the other, and what it sent.
fn scripted(replies: impl IntoIterator<Item = MockResponse>) -> (shop::Client, MemoryTransport) {
    let transport = MemoryTransport::script(replies);
    (client(&transport), transport)
}

/// A client that gets one answer with status 200.
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
