//! A server that costs as little as possible: it sends the same page to every request, with or without
//! rate-limit headers.

use std::io;
use std::net::SocketAddr;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

/// The server. It ends with the program.
pub(crate) struct Canned(SocketAddr);

const PAGE: &str = r#"{"result":[{"id":"acc_1","name":"Ada","isActive":true,"createdAt":"2026-01-01T00:00:00Z","createdBy":"usr_1","createdByType":"user","lastChangedBy":"usr_1","lastChangedByType":"user","updatedAt":"2026-01-01T00:00:00Z"},{"id":"acc_2","name":"Grace","isActive":false,"createdAt":"2026-01-01T00:00:00Z","createdBy":"usr_1","createdByType":"user","lastChangedBy":"usr_2","lastChangedByType":"user","updatedAt":"2026-01-01T00:00:00Z"}],"next_cursor":null}"#;

/// The headers of a limit that is never reached.
const LIMIT: &str =
    "ratelimit-limit: 1000000;w=10\r\nratelimit-remaining: 999000\r\nratelimit-reset: 10\r\n";

impl Canned {
    /// Starts a server on a thread.
    pub(crate) fn start(has_headers: bool) -> io::Result<Self> {
        let limit = if has_headers { LIMIT } else { "" };
        let response = format!(
            "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n{limit}content-length: {}\r\n\r\n{PAGE}",
            PAGE.len()
        );
        let response: &'static [u8] = response.leak().as_bytes();
        let listener = std::net::TcpListener::bind("127.0.0.1:0")?;
        listener.set_nonblocking(true)?;
        let address = listener.local_addr()?;
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()?;
        std::thread::spawn(move || runtime.block_on(serve(listener, response)));
        Ok(Self(address))
    }

    pub(crate) fn base_url(&self) -> String {
        format!("http://{}", self.0)
    }
}

async fn serve(listener: std::net::TcpListener, response: &'static [u8]) {
    let listener = TcpListener::from_std(listener).unwrap();
    while let Ok((connection, _)) = listener.accept().await {
        // A client that goes away ends its task.
        tokio::spawn(respond(connection, response));
    }
}

/// Sends the response to every request of a connection. The requests have no body and arrive one after
/// the other.
async fn respond(mut connection: TcpStream, response: &'static [u8]) -> io::Result<()> {
    connection.set_nodelay(true)?;
    let mut received = Vec::with_capacity(1024);
    loop {
        if connection.read_buf(&mut received).await? == 0 {
            return Ok(());
        }
        if received.ends_with(b"\r\n\r\n") {
            received.clear();
            connection.write_all(response).await?;
        }
    }
}
