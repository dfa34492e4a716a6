//! Servers that answer with what a test wants.

use std::sync::{Arc, Mutex};

use serde_json::{Value, json};
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};

/// A request that a server received.
#[derive(Debug, Clone)]
pub(crate) struct Received {
    /// The request line: `POST /mcp`.
    pub(crate) target: String,
    /// The headers, with their names in lower case.
    pub(crate) headers: Vec<(String, String)>,
    /// The body; null if it is not JSON.
    pub(crate) body: Value,
}

impl Received {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        let mut headers = self.headers.iter();
        headers.find_map(|(found, value)| (found == name).then_some(value.as_str()))
    }

    pub(crate) fn method(&self) -> &str {
        self.body["method"].as_str().unwrap_or_default()
    }
}

/// A server over HTTP. It ends with the test.
pub(crate) struct HttpServer {
    pub(crate) url: String,
    received: Arc<Mutex<Vec<Received>>>,
}

impl HttpServer {
    /// Starts a server. `respond` returns the whole response to a request; an empty one closes the
    /// connection.
    pub(crate) async fn start(
        respond: impl Fn(&Received) -> String + Send + Sync + 'static,
    ) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let url = format!("http://{}/mcp", listener.local_addr().unwrap());
        let received: Arc<Mutex<Vec<Received>>> = Arc::default();
        let kept = Arc::clone(&received);
        let respond = Arc::new(respond);
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let (kept, respond) = (Arc::clone(&kept), Arc::clone(&respond));
                tokio::spawn(async move {
                    serve(stream, &kept, &*respond).await;
                });
            }
        });
        Self { url, received }
    }

    /// Returns the requests so far.
    pub(crate) fn received(&self) -> Vec<Received> {
        self.received.lock().unwrap().clone()
    }

    /// Returns the number of requests of a method of the protocol.
    pub(crate) fn count(&self, method: &str) -> usize {
        let received = self.received();
        received.iter().filter(|one| one.method() == method).count()
    }
}

async fn serve(
    stream: TcpStream,
    received: &Mutex<Vec<Received>>,
    respond: &(dyn Fn(&Received) -> String + Send + Sync),
) {
    let (read, mut write) = stream.into_split();
    let mut read = BufReader::new(read);
    loop {
        let mut lines = Vec::new();
        loop {
            let mut line = String::new();
            if read.read_line(&mut line).await.unwrap_or(0) == 0 {
                return;
            }
            if line.trim().is_empty() {
                break;
            }
            lines.push(line.trim().to_owned());
        }
        let headers: Vec<(String, String)> = lines
            .iter()
            .skip(1)
            .filter_map(|line| line.split_once(':'))
            .map(|(name, value)| (name.to_lowercase(), value.trim().to_owned()))
            .collect();
        let target = lines[0].trim_end_matches(" HTTP/1.1").to_owned();
        let mut one = Received {
            target,
            headers,
            body: Value::Null,
        };
        let length = one
            .header("content-length")
            .map_or(0, |length| length.parse().unwrap());
        let mut body = vec![0; length];
        read.read_exact(&mut body).await.unwrap();
        one.body = serde_json::from_slice(&body).unwrap_or_default();
        received.lock().unwrap().push(one.clone());
        let response = respond(&one);
        if response.is_empty() || write.write_all(response.as_bytes()).await.is_err() {
            return;
        }
        if response.contains("Connection: close") {
            return;
        }
    }
}

/// Writes a response with a length.
pub(crate) fn response(status: &str, headers: &str, body: &str) -> String {
    let length = body.len();
    format!("HTTP/1.1 {status}\r\nContent-Length: {length}\r\n{headers}\r\n{body}")
}

/// Writes a response of JSON.
pub(crate) fn ok(body: &str) -> String {
    response("200 OK", "Content-Type: application/json\r\n", body)
}

/// Writes a response with a stream of events, which ends with the connection.
pub(crate) fn stream(events: &str) -> String {
    format!(
        "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nConnection: close\r\n\r\n{events}"
    )
}

/// Returns the response of a server of 2026-07-28 to the first request, if it is one.
pub(crate) fn discovered(message: &Value) -> Option<String> {
    let result = json!({
        "resultType": "complete", "supportedVersions": ["2026-07-28"], "capabilities": {"tools": {}},
    });
    (message["method"] == "server/discover").then(|| result_of(message, &result))
}

/// Returns the response of a server of the older era to what opens a session; empty for a notification.
pub(crate) fn initialized(message: &Value) -> Option<String> {
    match message["method"].as_str().unwrap_or_default() {
        "initialize" => Some(result_of(
            message,
            &json!({
                "protocolVersion": message["params"]["protocolVersion"],
                "capabilities": {"tools": {}},
                // Without a version, as some servers write it.
                "serverInfo": {"name": "odd"},
            }),
        )),
        method if method.starts_with("notifications/") => Some(String::new()),
        "server/discover" => Some(error_of(message, -32601, "no such method")),
        _ => None,
    }
}

pub(crate) fn result_of(message: &Value, result: &Value) -> String {
    json!({"jsonrpc": "2.0", "id": message["id"], "result": result}).to_string()
}

pub(crate) fn error_of(message: &Value, code: i64, text: &str) -> String {
    json!({"jsonrpc": "2.0", "id": message["id"], "error": {"code": code, "message": text}})
        .to_string()
}

/// A server of the older era over HTTP, which answers calls with `call`.
pub(crate) async fn legacy(
    call: impl Fn(&Received) -> String + Send + Sync + 'static,
) -> HttpServer {
    HttpServer::start(move |received| match initialized(&received.body) {
        Some(body) if body.is_empty() => response("202 Accepted", "", ""),
        Some(body) => ok(&body),
        None => call(received),
    })
    .await
}

/// A server of 2026-07-28 alone over HTTP, which answers calls with `call`.
pub(crate) async fn modern(
    call: impl Fn(&Received) -> String + Send + Sync + 'static,
) -> HttpServer {
    HttpServer::start(move |received| match discovered(&received.body) {
        Some(body) => ok(&body),
        None if received.method() == "initialize" => {
            let body = json!({"jsonrpc": "2.0", "id": received.body["id"], "error": {
                "code": -32022, "message": "Unsupported protocol version",
                "data": {"supported": ["2026-07-28"], "requested": "2025-11-25"},
            }});
            response(
                "400 Bad Request",
                "Content-Type: application/json\r\n",
                &body.to_string(),
            )
        }
        None => call(received),
    })
    .await
}

/// A server of the older era over streams: returns the client's ends. `call` answers a call with the
/// text to write, which may be of several lines.
pub(crate) fn over_streams(
    call: impl Fn(&Value) -> String + Send + 'static,
) -> (
    tokio::io::ReadHalf<tokio::io::DuplexStream>,
    tokio::io::WriteHalf<tokio::io::DuplexStream>,
) {
    let (here, there) = tokio::io::duplex(1 << 16);
    tokio::spawn(async move {
        let (read, mut write) = tokio::io::split(there);
        let mut lines = BufReader::new(read).lines();
        while let Ok(Some(line)) = lines.next_line().await {
            let message: Value = serde_json::from_str(&line).unwrap();
            let mut answer = initialized(&message).unwrap_or_else(|| call(&message));
            if !answer.is_empty() {
                answer.push('\n');
                write.write_all(answer.as_bytes()).await.unwrap();
            }
        }
    });
    tokio::io::split(here)
}
