//! A small MCP server to fetch a catalog from and to call, over its standard input and output or
//! over HTTP. It lists its tools on two pages, and its tools return every kind of content.

mod http;
mod tools;

use std::io::{BufRead, Write};

use serde_json::{Value, json};

pub use http::FakeMcp;

/// Serves messages, one per line, until the input ends.
///
/// # Errors
///
/// The output cannot be written.
pub fn serve_lines(input: impl BufRead, mut output: impl Write) -> std::io::Result<()> {
    for line in input.lines() {
        let Ok(message) = serde_json::from_str(&line?) else {
            continue;
        };
        if let Some(answer) = answer(&message) {
            writeln!(output, "{answer}")?;
            output.flush()?;
        }
    }
    Ok(())
}

/// Returns the response to a message, or `None` for a notification.
fn answer(message: &Value) -> Option<Value> {
    let id = message.get("id")?;
    let params = message.get("params").cloned().unwrap_or_default();
    let param = |key: &str| params.get(key).cloned().unwrap_or_default();
    let outcome = match message.get("method")?.as_str()? {
        "initialize" => Ok(json!({
            "protocolVersion": param("protocolVersion"),
            "capabilities": {"tools": {}},
            "serverInfo": {"name": "fake-mcp", "version": "1.0.0"},
        })),
        "ping" => Ok(json!({})),
        "tools/list" => Ok(tools::list(param("cursor").as_str())),
        "tools/call" => tools::call(&params),
        other => Err((-32601, format!("no method {other}"))),
    };
    Some(match outcome {
        Ok(result) => json!({"jsonrpc": "2.0", "id": id, "result": result}),
        Err((code, message)) => {
            json!({"jsonrpc": "2.0", "id": id, "error": {"code": code, "message": message}})
        }
    })
}
