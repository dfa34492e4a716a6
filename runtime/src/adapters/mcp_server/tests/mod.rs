//! Tests of the server, message by message.

mod approvals;
mod batches;
mod calls;
mod clients;
mod http;
mod in_flight;
mod many_clients;
mod messages;
mod per_request;
mod sessions;
mod stdio;
mod traces;
mod wire;

use std::sync::{Arc, Mutex};

use serde_json::json;

use super::Server;
use crate::agent::{Audit, AuditEntry};
use crate::codec::Json;

/// Returns the `_meta` of a client of 2026-07-28.
fn meta(name: &str, capabilities: &Json) -> Json {
    json!({
        "io.modelcontextprotocol/protocolVersion": "2026-07-28",
        "io.modelcontextprotocol/clientInfo": {"name": name, "version": "1"},
        "io.modelcontextprotocol/clientCapabilities": capabilities,
    })
}

/// Returns a project of the shop.
fn project() -> Json {
    json!({"id": "prj_1", "name": "A", "env": "live"})
}

/// Keeps the decision and the decider of each entry.
#[derive(Clone, Default)]
struct Decisions(Arc<Mutex<Vec<String>>>);

impl Audit for Decisions {
    fn record(&self, entry: &AuditEntry<'_>) -> std::io::Result<()> {
        let decision = format!("{} by {}", entry.decision, entry.by);
        self.0.lock().unwrap().push(decision);
        Ok(())
    }
}
