//! HTTP by hand: requests and responses as bytes.

use serde_json::json;
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::TcpStream;
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};

use super::meta;
use crate::adapters::mcp_server::HttpServer;
use crate::codec::Json;

/// Starts a server and returns its address.
pub(super) async fn start(server: HttpServer) -> String {
    let bound = server.listen(([127, 0, 0, 1], 0).into()).await.unwrap();
    let url = bound.url();
    let address = url.trim_start_matches("http://").trim_end_matches("/mcp");
    let address = address.to_owned();
    tokio::spawn(bound.serve());
    address
}

/// Serves a router of a program and returns its address.
pub(super) async fn start_router(router: axum::Router) -> String {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap().to_string();
    tokio::spawn(async move { axum::serve(listener, router).await });
    address
}

/// A connection to a server.
pub(super) struct Connection {
    input: BufReader<OwnedReadHalf>,
    output: OwnedWriteHalf,
    address: String,
    path: String,
    /// The headers of every request.
    pub(super) headers: Vec<(String, String)>,
}

/// The head of a response.
#[derive(Debug)]
pub(super) struct Head {
    pub(super) status: u16,
    headers: Vec<(String, String)>,
}

/// A response.
#[derive(Debug)]
pub(super) struct Reply {
    pub(super) head: Head,
    pub(super) body: String,
}

impl Head {
    pub(super) fn header(&self, name: &str) -> Option<&str> {
        let mut headers = self.headers.iter();
        let (_, value) = headers.find(|(found, _)| found.eq_ignore_ascii_case(name))?;
        Some(value)
    }
}

impl Reply {
    /// Returns the last message of the body, which is JSON or a stream of events.
    pub(super) fn message(&self) -> Json {
        let lines = self.body.lines().rev();
        let mut events = lines.filter_map(|line| line.strip_prefix("data:"));
        let text = events.next().unwrap_or(&self.body);
        serde_json::from_str(text).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }
}

impl Connection {
    pub(super) async fn open(address: &str) -> Self {
        let stream = TcpStream::connect(address).await.unwrap();
        let (input, output) = stream.into_split();
        Self {
            input: BufReader::new(input),
            output,
            address: address.to_owned(),
            path: "/mcp".to_owned(),
            headers: Vec::new(),
        }
    }

    /// Sets the path of the endpoint.
    pub(super) fn at(mut self, path: &str) -> Self {
        path.clone_into(&mut self.path);
        self
    }

    pub(super) fn with(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    /// Sends a request with these headers, which replace the usual ones.
    pub(super) async fn send(&mut self, method: &str, headers: &[(&str, &str)], body: &[u8]) {
        let length = body.len().to_string();
        let usual = [
            ("Host", self.address.as_str()),
            ("Accept", "application/json, text/event-stream"),
            ("Content-Type", "application/json"),
            ("Content-Length", &length),
        ];
        let own = self.headers.iter().map(|(name, value)| (&**name, &**value));
        let own: Vec<(&str, &str)> = own.chain(headers.iter().copied()).collect();
        let is_own = |name: &str| {
            own.iter()
                .any(|(found, _)| found.eq_ignore_ascii_case(name))
        };
        let mut head = format!("{method} {} HTTP/1.1\r\n", self.path);
        let usual = usual.into_iter().filter(|(name, _)| !is_own(name));
        for (name, value) in usual.chain(own.iter().copied()) {
            head.extend([name, ": ", value, "\r\n"]);
        }
        head.push_str("\r\n");
        self.output.write_all(head.as_bytes()).await.unwrap();
        self.output.write_all(body).await.unwrap();
    }

    async fn line(&mut self) -> String {
        let mut line = String::new();
        self.input.read_line(&mut line).await.unwrap();
        line.trim_end().to_owned()
    }

    pub(super) async fn head(&mut self) -> Head {
        let status = self.line().await;
        let status = status
            .split(' ')
            .nth(1)
            .and_then(|status| status.parse().ok());
        let mut headers = Vec::new();
        loop {
            let line = self.line().await;
            let Some((name, value)) = line.split_once(": ") else {
                break;
            };
            headers.push((name.to_owned(), value.to_owned()));
        }
        Head {
            status: status.expect("a status"),
            headers,
        }
    }

    /// Reads a chunk of a body; empty at its end.
    pub(super) async fn chunk(&mut self) -> String {
        let length = self.line().await;
        let length = usize::from_str_radix(&length, 16).unwrap();
        let mut chunk = vec![0; length + 2];
        self.input.read_exact(&mut chunk).await.unwrap();
        String::from_utf8(chunk[..length].to_vec()).unwrap()
    }

    pub(super) async fn request(
        &mut self,
        method: &str,
        headers: &[(&str, &str)],
        body: &[u8],
    ) -> Reply {
        self.send(method, headers, body).await;
        let head = self.head().await;
        let mut text = String::new();
        match head
            .header("content-length")
            .map(|length| length.parse::<usize>().unwrap())
        {
            Some(length) => {
                let mut body = vec![0; length];
                self.input.read_exact(&mut body).await.unwrap();
                text = String::from_utf8(body).unwrap();
            }
            None if head.header("transfer-encoding").is_some() => loop {
                let chunk = self.chunk().await;
                if chunk.is_empty() {
                    break;
                }
                text.push_str(&chunk);
            },
            None => {}
        }
        Reply { head, body: text }
    }

    pub(super) async fn post(&mut self, message: &Json) -> Reply {
        self.request("POST", &[], message.to_string().as_bytes())
            .await
    }

    /// Opens a session of a client up to 2025-11-25, whose later requests belong to it.
    pub(super) async fn initialize(&mut self, capabilities: Json) -> Reply {
        self.initialize_with("2025-06-18", capabilities).await
    }

    pub(super) async fn initialize_with(&mut self, version: &str, capabilities: Json) -> Reply {
        let params = json!({
            "protocolVersion": version, "capabilities": capabilities,
            "clientInfo": {"name": "test", "version": "1"},
        });
        let request = json!({"jsonrpc": "2.0", "id": 0, "method": "initialize", "params": params});
        let reply = self.post(&request).await;
        if let Some(id) = reply.head.header("mcp-session-id") {
            self.headers
                .push(("Mcp-Session-Id".to_owned(), id.to_owned()));
            let initialized = json!({"jsonrpc": "2.0", "method": "notifications/initialized"});
            assert_eq!(self.post(&initialized).await.head.status, 202);
        }
        reply
    }

    /// Sends a request in a session.
    pub(super) async fn ask(&mut self, id: usize, method: &str, params: &Json) -> Reply {
        let request = json!({"jsonrpc": "2.0", "id": id, "method": method, "params": params});
        self.post(&request).await
    }

    /// Sends a request of 2026-07-28.
    pub(super) async fn ask_modern(&mut self, id: usize, method: &str, params: &Json) -> Reply {
        let mut params = params.clone();
        let mut meta = meta("test", &json!({"elicitation": {}}));
        if let Some(more) = params.get("_meta").and_then(Json::as_object) {
            meta.as_object_mut().unwrap().extend(more.clone());
        }
        params["_meta"] = meta;
        let request = json!({"jsonrpc": "2.0", "id": id, "method": method, "params": params});
        let name = params["name"].as_str().unwrap_or_default();
        let mut headers = vec![
            ("Mcp-Protocol-Version", "2026-07-28"),
            ("Mcp-Method", method),
        ];
        if method == "tools/call" {
            headers.push(("Mcp-Name", name));
        }
        self.request("POST", &headers, request.to_string().as_bytes())
            .await
    }
}
