//! Clients whose calls are recorded and all get one response.

use std::sync::{Arc, Mutex};

use serde_json::{Value, json};
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};
use toolsmith_runtime::functions::{FunctionHandler, HandlerError};
use toolsmith_runtime::transport::{MemoryTransport, MockResponse};

/// The calls so far.
#[derive(Clone, Default)]
pub struct Log(Arc<Mutex<Vec<String>>>);

impl Log {
    fn add(&self, call: String) {
        self.0.lock().unwrap().push(call);
    }

    pub fn calls(&self) -> Vec<String> {
        self.0.lock().unwrap().clone()
    }
}

/// Handles the calls of functions.
pub struct Handler {
    response: Value,
    log: Log,
}

impl Handler {
    pub fn new(response: &str, log: Log) -> Self {
        let response = serde_json::from_str(response).unwrap();
        Self { response, log }
    }
}

impl FunctionHandler for Handler {
    async fn call(&self, name: &str, arguments: Value) -> Result<Value, HandlerError> {
        self.log.add(format!("{name} {arguments}"));
        Ok(self.response.clone())
    }
}

/// Creates a transport for the client of an account.
pub fn transport(response: &str, log: Log) -> MemoryTransport {
    let response: Value = serde_json::from_str(response).unwrap();
    MemoryTransport::respond_with(move |request| {
        let mut pairs = request.query_pairs();
        pairs.retain(|(name, _)| name != "integrated_account_id");
        let query: Vec<String> = pairs.iter().map(|(name, value)| format!("{name}={value}")).collect();
        let mark = if query.is_empty() { "" } else { "?" };
        let body = String::from_utf8_lossy(&request.body);
        let call = format!("{} {}{mark}{} {body}", request.method, request.path, query.join("&"));
        log.add(call.trim_end().to_owned());
        MockResponse::json(200, &response)
    })
}

/// Starts an MCP server of 2026-07-28 and returns its URL.
pub async fn mcp_server(log: Log) -> String {
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let url = format!("http://{}/mcp", listener.local_addr().unwrap());
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            tokio::spawn(serve(stream, log.clone()));
        }
    });
    url
}

async fn serve(stream: TcpStream, log: Log) {
    let (read, mut write) = stream.into_split();
    let mut read = BufReader::new(read);
    loop {
        let (mut length, mut headers) = (0, Vec::new());
        loop {
            let mut line = String::new();
            if read.read_line(&mut line).await.unwrap_or(0) == 0 {
                return;
            }
            let line = line.trim().to_lowercase();
            if line.is_empty() {
                break;
            }
            if let Some(value) = line.strip_prefix("content-length:") {
                length = value.trim().parse().unwrap();
            }
            headers.extend(line.starts_with("mcp-param-").then_some(line));
        }
        let mut body = vec![0; length];
        read.read_exact(&mut body).await.unwrap();
        let message: Value = serde_json::from_slice(&body).unwrap();
        let result = if message["method"] == "server/discover" {
            json!({"supportedVersions": ["2026-07-28"]})
        } else {
            let params = &message["params"];
            let (name, arguments) = (params["name"].as_str().unwrap(), &params["arguments"]);
            log.add(format!("{name} {arguments} {}", headers.join(" ")).trim_end().to_owned());
            json!({"content": []})
        };
        let body = json!({"jsonrpc": "2.0", "id": message["id"], "result": result}).to_string();
        let response = format!(
            "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
            body.len()
        );
        if write.write_all(response.as_bytes()).await.is_err() {
            return;
        }
    }
}
