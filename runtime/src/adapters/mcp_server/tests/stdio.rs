//! A client over a pair of streams, message by message.

use serde_json::json;
use tokio::io::{
    AsyncBufReadExt, AsyncWriteExt, BufReader, DuplexStream, Lines, ReadHalf, WriteHalf,
};

use super::Server;
use crate::codec::Json;

/// A client of the server.
pub(super) struct Peer {
    input: Lines<BufReader<ReadHalf<DuplexStream>>>,
    output: WriteHalf<DuplexStream>,
    /// The `_meta` of a client of 2026-07-28.
    meta: Option<Json>,
}

impl Peer {
    /// Connects without a handshake.
    pub(super) fn bare(server: Server) -> Self {
        let (here, there) = tokio::io::duplex(1 << 20);
        let (read, write) = tokio::io::split(there);
        tokio::spawn(server.serve(read, write));
        let (read, output) = tokio::io::split(here);
        Self {
            input: BufReader::new(read).lines(),
            output,
            meta: None,
        }
    }

    /// Connects a client up to 2025-11-25.
    pub(super) async fn connect(server: Server) -> Self {
        Self::connect_with(server, json!({})).await
    }

    pub(super) async fn connect_with(server: Server, capabilities: Json) -> Self {
        let mut peer = Self::bare(server);
        peer.initialize(capabilities).await;
        peer
    }

    pub(super) async fn initialize(&mut self, capabilities: Json) -> Json {
        self.initialize_with("2025-06-18", capabilities).await
    }

    pub(super) async fn initialize_with(&mut self, version: &str, capabilities: Json) -> Json {
        let params = json!({
            "protocolVersion": version, "capabilities": capabilities,
            "clientInfo": {"name": "test", "version": "1"},
        });
        let response = self.ask(0, "initialize", params).await;
        self.send(json!({"method": "notifications/initialized"}))
            .await;
        response
    }

    /// Connects a client of 2026-07-28, which has no handshake.
    pub(super) fn modern(server: Server, capabilities: &Json) -> Self {
        let mut peer = Self::bare(server);
        peer.meta = Some(super::meta("test", capabilities));
        peer
    }

    /// Sets the name of a client of 2026-07-28.
    pub(super) fn rename(&mut self, name: &str) {
        if let Some(meta) = &mut self.meta {
            meta["io.modelcontextprotocol/clientInfo"]["name"] = name.into();
        }
    }

    pub(super) async fn send(&mut self, mut message: Json) {
        message["jsonrpc"] = json!("2.0");
        self.send_line(format!("{message}\n").as_bytes()).await;
    }

    pub(super) async fn send_line(&mut self, line: &[u8]) {
        self.output.write_all(line).await.unwrap();
    }

    pub(super) async fn receive_text(&mut self) -> String {
        let line = self.input.next_line().await.unwrap();
        line.expect("the server is running")
    }

    pub(super) async fn receive(&mut self) -> Json {
        serde_json::from_str(&self.receive_text().await).unwrap()
    }

    /// Sends a request and returns its response; skips other messages before it.
    pub(super) async fn ask(&mut self, id: u32, method: &str, params: Json) -> Json {
        self.request(id, method, params).await;
        loop {
            let message = self.receive().await;
            if message["id"] == id && message.get("method").is_none() {
                return message;
            }
        }
    }

    /// Sends a request.
    pub(super) async fn request(&mut self, id: u32, method: &str, mut params: Json) {
        if let Some(meta) = &self.meta {
            params["_meta"] = meta.clone();
        }
        let request = json!({"id": id, "method": method, "params": params});
        self.send(request).await;
    }
}
