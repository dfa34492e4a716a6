//! The trace of a call.

use serde_json::json;

use super::wire::{Connection, start};
use super::{Server, project};
use crate::adapters::tests::{toolbox, valid_call};

const IN_HEADER: &str = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
const IN_META: &str = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

#[tokio::test]
async fn the_trace_of_the_meta_counts_before_that_of_the_headers() {
    let (tools, transport) = toolbox(&project());
    let address = start(Server::new(tools).http()).await;
    let (name, arguments) = valid_call();
    let mut client = Connection::open(&address).await;
    client = client.with("traceparent", IN_HEADER);
    for (id, meta) in [(1, json!({})), (2, json!({"traceparent": IN_META}))] {
        let params = json!({"name": name, "arguments": arguments, "_meta": meta});
        let response = client.ask_modern(id, "tools/call", &params).await;
        assert_eq!(
            response.message()["result"]["isError"],
            false,
            "{response:?}"
        );
    }
    let requests = transport.requests();
    let traces: Vec<_> = requests
        .iter()
        .map(|request| request.header("traceparent"))
        .collect();
    assert_eq!(traces, [Some(IN_HEADER), Some(IN_META)]);
}
