//! Tests of whole calls, on a small catalog.

mod by_name;
mod concurrent_calls;
mod configuration;
mod decoding_paths;
mod hostile;
mod http_transport;
mod json_text;
mod layers_and_bodies;
#[cfg(feature = "metrics")]
mod metrics;
mod paging;
mod recursive_types;
mod responses;
mod retries;
mod secrets;
pub(crate) mod shop;
mod wire;

use serde_json::json;

use crate::Json;
use crate::transport::{MemoryTransport, MockResponse};

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

fn project(id: &str) -> Json {
    json!({"id": id, "name": "Billing", "env": "live"})
}
