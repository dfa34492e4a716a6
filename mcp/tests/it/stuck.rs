//! Servers that become silent, and callers that stop waiting for them.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use secrecy::SecretString;
use serde_json::{Value, json};
use tokio::io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader};
#[cfg(target_os = "linux")]
use tokio::net::TcpSocket;
use tokio::net::{TcpListener, TcpStream};
use tokio::time::{sleep, timeout};
use toolsmith_mcp::authorization::{RefusedToken, TokenFuture, TokenSource};
use toolsmith_mcp::{Endpoint, Session, ToolRequest};

use crate::server::{discovered, ok, result_of};

/// The time that callers wait for a silent server.
const PATIENCE: Duration = Duration::from_millis(300);

fn call(name: &str) -> ToolRequest<'_> {
    ToolRequest {
        name,
        arguments: None,
        headers: &[],
    }
}

/// Reads the body of the next request on a connection; `None` at its end.
async fn next_request(stream: &mut BufReader<TcpStream>) -> Option<Value> {
    let mut length = 0;
    loop {
        let mut line = String::new();
        if stream.read_line(&mut line).await.unwrap_or(0) == 0 {
            return None;
        }
        let line = line.trim().to_lowercase();
        assert!(!line.starts_with("transfer-encoding"), "{line}");
        if line.is_empty() {
            break;
        }
        if let Some(found) = line.strip_prefix("content-length:") {
            length = found.trim().parse().unwrap();
        }
    }
    let mut body = vec![0; length];
    stream.read_exact(&mut body).await.ok()?;
    serde_json::from_slice(&body).ok()
}

/// Starts a server that is silent about calls of `hang`, and slow about those of `slow`. The result of a
/// call is the number of its connection. Returns its address.
async fn start() -> String {
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let url = format!("http://{}/mcp", listener.local_addr().unwrap());
    tokio::spawn(async move {
        for connection in 1.. {
            let Ok((stream, _)) = listener.accept().await else {
                return;
            };
            tokio::spawn(async move {
                let mut stream = BufReader::new(stream);
                while let Some(message) = next_request(&mut stream).await {
                    match message["params"]["name"].as_str() {
                        Some("hang") => std::future::pending().await,
                        Some("slow") => sleep(Duration::from_millis(100)).await,
                        _ => {}
                    }
                    let result = json!({"connection": connection});
                    let body = discovered(&message).unwrap_or_else(|| result_of(&message, &result));
                    stream.write_all(ok(&body).as_bytes()).await.unwrap();
                }
            });
        }
    });
    url
}

/// Returns the number of the connection of a call.
async fn connection_of(session: &Session, name: &str) -> u64 {
    let result = session.call_tool(&call(name)).await.outcome.unwrap();
    let result: Value = serde_json::from_str(&result).unwrap();
    result["connection"].as_u64().unwrap()
}

#[tokio::test]
async fn after_a_silent_timeout_the_next_call_has_a_new_connection() {
    let session = Session::open(Endpoint::http(start().await)).await.unwrap();
    let (one, other) = (call("slow"), call("slow"));
    let both = tokio::join!(session.call_tool(&one), session.call_tool(&other));
    assert!(both.0.outcome.is_ok() && both.1.outcome.is_ok());
    // Two connections are idle now.
    assert!(connection_of(&session, "fast").await <= 2);
    let hanging = call("hang");
    let mut rounds = session.call_rounds(&hanging);
    assert!(timeout(PATIENCE, rounds.send()).await.is_err());
    assert!(rounds.is_sent());
    assert!(connection_of(&session, "fast").await > 2);
}

#[tokio::test]
async fn a_server_that_answers_other_calls_keeps_its_connections() {
    let session = Session::open(Endpoint::http(start().await)).await.unwrap();
    let (one, other) = (call("slow"), call("slow"));
    let both = tokio::join!(session.call_tool(&one), session.call_tool(&other));
    assert!(both.0.outcome.is_ok() && both.1.outcome.is_ok());
    let hanging = call("hang");
    let waiting = timeout(PATIENCE, session.call_tool(&hanging));
    let (hung, used) = tokio::join!(waiting, connection_of(&session, "slow"));
    assert!(hung.is_err());
    assert_eq!(connection_of(&session, "fast").await, used);
}

/// A source that has a token for the first request alone.
#[derive(Default)]
struct SlowSource(AtomicUsize);

impl TokenSource for SlowSource {
    fn token<'a>(&'a self, _refused: Option<&'a RefusedToken>) -> TokenFuture<'a> {
        let is_first = self.0.fetch_add(1, Ordering::Relaxed) == 0;
        Box::pin(async move {
            if !is_first {
                sleep(Duration::from_secs(60)).await;
            }
            Ok(Some(SecretString::from("t-canary")))
        })
    }
}

#[tokio::test]
async fn a_call_is_not_sent_while_its_token_is_requested() {
    let endpoint = Endpoint::http(start().await).token_source(Arc::new(SlowSource::default()));
    let session = Session::open(endpoint).await.unwrap();
    let call = call("fast");
    let mut rounds = session.call_rounds(&call);
    assert!(timeout(PATIENCE, rounds.send()).await.is_err());
    assert!(!rounds.is_sent());
}

/// Fills the queue of a listener, so that further connections are not made.
#[cfg(target_os = "linux")]
async fn fill(address: std::net::SocketAddr) -> Vec<TcpStream> {
    let mut filling = Vec::new();
    while let Ok(stream) = timeout(PATIENCE, TcpStream::connect(address)).await {
        filling.push(stream.unwrap());
        assert!(filling.len() < 50, "the queue is full");
    }
    filling
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn a_call_is_not_sent_while_its_connection_is_made() {
    let socket = TcpSocket::new_v4().unwrap();
    socket.bind(([127, 0, 0, 1], 0).into()).unwrap();
    let listener = socket.listen(1).unwrap();
    let address = listener.local_addr().unwrap();
    let accepting = tokio::spawn(async move {
        let (stream, _) = listener.accept().await.unwrap();
        let mut stream = BufReader::new(stream);
        let message = next_request(&mut stream).await.unwrap();
        let response = ok(&discovered(&message).unwrap());
        stream.write_all(response.as_bytes()).await.unwrap();
        listener
    });
    let session = Session::open(Endpoint::http(format!("http://{address}/mcp")))
        .await
        .unwrap();
    // The connection is closed, and the listener accepts no other.
    let listener = accepting.await.unwrap();
    let filling = fill(address).await;
    let call = call("fast");
    let mut rounds = session.call_rounds(&call);
    assert!(timeout(PATIENCE, rounds.send()).await.is_err());
    assert!(!rounds.is_sent());
    drop(filling);
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            tokio::spawn(async move {
                let mut stream = BufReader::new(stream);
                if next_request(&mut stream).await.is_some() {
                    std::future::pending::<()>().await;
                }
            });
        }
    });
    assert!(timeout(10 * PATIENCE, rounds.send()).await.is_err());
    assert!(rounds.is_sent(), "the server has it and is silent");
}
