//! A server on bare sockets, for behavior that no correct server has.

use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

/// The behavior for a connection.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Act {
    /// Resets the connection before a byte of the request is read.
    ResetBefore,
    /// Sends these bytes without waiting for a request.
    Greet(&'static str),
    /// Sends these bytes, then resets the connection.
    ResetAfter(&'static str),
    /// Sends these bytes, then closes the connection.
    Say(&'static str),
    /// Sends these bytes and keeps the connection open.
    SayAndStay(&'static str),
}

/// A received request and its time.
#[derive(Debug, Clone)]
pub(crate) struct Arrived {
    pub(crate) at: Duration,
    pub(crate) text: String,
}

/// The server and the received requests.
pub(crate) struct Raw {
    pub(crate) address: String,
    arrived: Arc<Mutex<Vec<Arrived>>>,
}

impl Raw {
    /// Starts a server that follows a script, one act per connection. The last act repeats.
    pub(crate) async fn start(script: &'static [Act]) -> Raw {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        let arrived: Arc<Mutex<Vec<Arrived>>> = Arc::default();
        let log = Arc::clone(&arrived);
        let began = Instant::now();
        tokio::spawn(async move {
            let mut kept = Vec::new();
            let last = script.len() - 1;
            for index in 0.. {
                let (socket, _) = listener.accept().await.unwrap();
                kept.extend(act(script[index.min(last)], socket, &log, began).await);
            }
        });
        Raw { address, arrived }
    }

    pub(crate) fn arrived(&self) -> Vec<Arrived> {
        self.arrived.lock().unwrap().clone()
    }
}

async fn act(
    act: Act,
    mut socket: TcpStream,
    log: &Mutex<Vec<Arrived>>,
    began: Instant,
) -> Option<TcpStream> {
    let at = began.elapsed();
    if let Act::Greet(greeting) = act {
        let text = String::new();
        log.lock().unwrap().push(Arrived { at, text });
        socket.write_all(greeting.as_bytes()).await.unwrap();
        return Some(socket);
    }
    let (Act::ResetAfter(answer) | Act::Say(answer) | Act::SayAndStay(answer)) = act else {
        let text = String::new();
        log.lock().unwrap().push(Arrived { at, text });
        socket.set_zero_linger().unwrap();
        return None;
    };
    let text = read_request(&mut socket).await;
    log.lock().unwrap().push(Arrived { at, text });
    socket.write_all(answer.as_bytes()).await.unwrap();
    if matches!(act, Act::ResetAfter(_)) {
        // The bytes must arrive before the reset.
        tokio::time::sleep(Duration::from_millis(20)).await;
        socket.set_zero_linger().unwrap();
        return None;
    }
    matches!(act, Act::SayAndStay(_)).then_some(socket)
}

async fn read_request(socket: &mut TcpStream) -> String {
    let mut received = Vec::new();
    let mut buffer = [0; 4096];
    loop {
        let count = socket.read(&mut buffer).await.unwrap_or_default();
        received.extend_from_slice(&buffer[..count]);
        let text = String::from_utf8_lossy(&received);
        let is_whole = text
            .split_once("\r\n\r\n")
            .is_some_and(|(head, body)| !head.contains("content-length") || body.ends_with('}'));
        if is_whole || count == 0 {
            return text.into_owned();
        }
    }
}
