//! Two hundred clients at once, in both eras.

use std::sync::Arc;

use serde_json::json;
use tokio::sync::Barrier;
use tokio::task::JoinSet;

use super::Server;
use super::wire::{Connection, start};
use crate::adapters::mcp_server::HttpServer;
use crate::adapters::tests::toolbox_over;
use crate::agent::Policy;
use crate::transport::{MemoryTransport, MockResponse};

const CLIENTS: usize = 200;
const CALLS: usize = 3;

/// Returns a server that answers with the identifier that is asked for; each client has three calls.
fn server() -> HttpServer {
    let transport = MemoryTransport::respond_with(|request| {
        let path = request.path.split('?').next().unwrap_or_default();
        let id = path.rsplit('/').next().unwrap_or_default();
        MockResponse::json(200, &json!({"id": id, "name": id}))
    });
    let policy = Policy::new().max_calls(CALLS as u64);
    Server::new(toolbox_over(&transport).policy(policy)).http()
}

/// Makes the calls of one client, and one more than it may.
async fn run(address: &str, client: usize, is_modern: bool, start: &Barrier) {
    let mut connection = Connection::open(address).await;
    if !is_modern {
        let opened = connection.initialize(json!({})).await;
        assert_eq!(opened.head.status, 200, "{opened:?}");
    }
    start.wait().await;
    for call in 0..=CALLS {
        let id = format!("prj_{client}_{call}");
        let params = json!({"name": "get_single_shop_project_by_id", "arguments": {"id": id}});
        let reply = if is_modern {
            connection.ask_modern(call, "tools/call", &params).await
        } else {
            connection.ask(call, "tools/call", &params).await
        };
        let message = reply.message();
        assert_eq!(message["id"], call, "{message}");
        let content = &message["result"]["structuredContent"];
        if call < CALLS {
            assert_eq!(content["id"], id, "{message}");
        } else {
            assert_eq!(content["outcome"], "denied", "{message}");
        }
    }
}

#[tokio::test]
async fn nothing_is_mixed_up_among_two_hundred_clients() {
    for is_modern in [false, true] {
        let address = start(server().max_sessions(CLIENTS)).await;
        let barrier = Arc::new(Barrier::new(CLIENTS));
        let mut clients = JoinSet::new();
        for client in 0..CLIENTS {
            let (address, barrier) = (address.clone(), Arc::clone(&barrier));
            clients.spawn(async move { run(&address, client, is_modern, &barrier).await });
        }
        while let Some(client) = clients.join_next().await {
            client.unwrap();
        }
        let mut more = Connection::open(&address).await;
        let opened = more.initialize(json!({})).await;
        let expected = if is_modern { 200 } else { 503 };
        assert_eq!(opened.head.status, expected, "{opened:?}");
    }
}

/// Returns the memory of this process that is in use, in kilobytes.
#[expect(clippy::disallowed_methods, reason = "a measurement of this process")]
fn memory() -> usize {
    let statm = std::fs::read_to_string("/proc/self/statm").unwrap();
    let pages: usize = statm.split(' ').nth(1).unwrap().parse().unwrap();
    pages * 4
}

#[tokio::test]
#[ignore = "prints a measurement"]
#[allow(clippy::print_stdout, reason = "a measurement is printed")]
async fn prints_the_memory_of_a_session() {
    for (era, is_modern) in [("up to 2025-11-25", false), ("2026-07-28", true)] {
        let address = start(server().max_sessions(2 * CLIENTS)).await;
        let mut measured = Vec::new();
        let mut connections = Vec::new();
        for client in 0..2 * CLIENTS {
            if client == CLIENTS {
                measured.push(memory());
            }
            let mut connection = Connection::open(&address).await;
            let params = json!({"name": "get_single_shop_project_by_id", "arguments": {"id": format!("prj_{client}")}});
            if is_modern {
                let token = format!("Bearer {client}");
                connection = connection.with("Authorization", &token);
                connection.ask_modern(1, "tools/call", &params).await;
            } else {
                connection.initialize(json!({})).await;
                connection.ask(1, "tools/call", &params).await;
            }
            connections.push(connection);
        }
        measured.push(memory());
        let each = (measured[1] - measured[0]) / CLIENTS;
        println!("{era}: {each} kB for a client, with both ends of its connection");
    }
}
