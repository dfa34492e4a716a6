//! Clients on an in-memory transport.

use generated::the_auth_api::Client;
use serde_json::{Value, json};
use toolsmith_runtime::transport::{MemoryTransport, MockResponse};

/// The account of the recorded calls.
pub(crate) const ACCOUNT: &str = "acc_551";

/// Creates a client whose requests all get the response `answer`, and its transport.
pub(crate) fn client_with_response(answer: Value) -> (Client, MemoryTransport) {
    let transport = MemoryTransport::respond_with(move |_| MockResponse::json(200, &answer));
    (client_on(&transport), transport)
}

/// Creates a client whose requests all get an empty object.
pub(crate) fn client() -> (Client, MemoryTransport) {
    client_with_response(json!({}))
}

/// Creates a client on `transport`.
pub(crate) fn client_on(transport: &MemoryTransport) -> Client {
    Client::builder()
        .token("s3cr3t-canary")
        .account(ACCOUNT)
        .transport(transport.clone())
        .build()
        .expect("everything that a client needs is given")
}
