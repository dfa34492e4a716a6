//! HTTP/2 over bare sockets: a connection that is stuck is left.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

use super::CANARY;
use super::shop::{Client, GetProject};

const PREFACE: usize = 24;
const DATA: u8 = 0;
const HEADERS: u8 = 1;
const SETTINGS: u8 = 4;
const PING: u8 = 6;
const ACK: u8 = 1;
const END_STREAM: u8 = 1;
const END_HEADERS: u8 = 4;

/// `:status: 200` and `content-type: application/json`, in HPACK.
const HEAD: &[u8] = b"\x88\x0f\x10\x10application/json";
const BODY: &[u8] = br#"{"id":"p","name":"Shop"}"#;

/// A server that never responds to the first requests of its first connection.
struct StuckServer {
    address: String,
    connections: Arc<AtomicUsize>,
}

impl StuckServer {
    /// `stuck` is the number of requests of the first connection without a response.
    async fn start(stuck: usize) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        let connections = Arc::new(AtomicUsize::new(0));
        let count = Arc::clone(&connections);
        tokio::spawn(async move {
            while let Ok((socket, _)) = listener.accept().await {
                let is_first = count.fetch_add(1, Ordering::SeqCst) == 0;
                tokio::spawn(serve(socket, if is_first { stuck } else { 0 }));
            }
        });
        Self {
            address,
            connections,
        }
    }

    fn connections(&self) -> usize {
        self.connections.load(Ordering::SeqCst)
    }
}

fn frame(kind: u8, flags: u8, stream: [u8; 4], payload: &[u8]) -> Vec<u8> {
    let length = u32::try_from(payload.len()).unwrap().to_be_bytes();
    [&length[1..], &[kind, flags], &stream, payload].concat()
}

async fn serve(mut socket: TcpStream, mut stuck: usize) -> std::io::Result<()> {
    let mut preface = [0; PREFACE];
    socket.read_exact(&mut preface).await?;
    socket.write_all(&frame(SETTINGS, 0, [0; 4], &[])).await?;
    loop {
        let mut head = [0; 9];
        socket.read_exact(&mut head).await?;
        let [a, b, c, kind, flags, stream @ ..] = head;
        let mut payload = vec![0; u32::from_be_bytes([0, a, b, c]) as usize];
        socket.read_exact(&mut payload).await?;
        let answer = match kind {
            SETTINGS if flags & ACK == 0 => frame(SETTINGS, ACK, [0; 4], &[]),
            PING if flags & ACK == 0 => frame(PING, ACK, [0; 4], &payload),
            HEADERS if stuck > 0 => {
                stuck -= 1;
                continue;
            }
            HEADERS => [
                frame(HEADERS, END_HEADERS, stream, HEAD),
                frame(DATA, END_STREAM, stream, BODY),
            ]
            .concat(),
            _ => continue,
        };
        socket.write_all(&answer).await?;
    }
}

fn client(address: &str) -> Client {
    let http = || reqwest::Client::builder().http2_prior_knowledge().build();
    Client::builder()
        .token(CANARY)
        .account("acc_551")
        .base_url(address)
        .http_client_with(http)
        .attempt_timeout(Duration::from_millis(300))
        .timeout(Duration::from_secs(20))
        .build()
        .unwrap()
}

#[tokio::test]
async fn a_stuck_connection_is_left_after_a_timeout() {
    let server = StuckServer::start(usize::MAX).await;
    let client = client(&server.address);
    let call = || client.projects().get(GetProject::new("p")).into_future();
    let outcomes = futures_util::future::join_all((0..8).map(|_| call())).await;
    for outcome in outcomes {
        assert_eq!(outcome.unwrap().name, "Shop");
    }
    // All attempts share the new connection.
    assert_eq!(server.connections(), 2);
}

#[tokio::test]
async fn a_cancelled_call_leaves_no_connection() {
    let server = StuckServer::start(1).await;
    let client = client(&server.address);
    let call = || client.projects().get(GetProject::new("p")).into_future();
    let cancelled = tokio::time::timeout(Duration::from_millis(50), call()).await;
    assert!(cancelled.is_err());
    call().await.unwrap();
    assert_eq!(server.connections(), 1);
}
