//! One message per line: the standard streams, or any other pair of streams.

use std::io;
use std::sync::Arc;

use rmcp::RoleServer;
use rmcp::model::{ClientJsonRpcMessage, ProtocolVersion, ServerJsonRpcMessage};
use rmcp::transport::Transport;
use tokio::io::{AsyncBufRead, AsyncBufReadExt, AsyncRead, AsyncWrite, AsyncWriteExt, BufReader};
use tokio::sync::{Mutex, mpsc};
use tokio::task::JoinHandle;

use super::in_flight::InFlight;
use super::incoming::{Incoming, Rejection};
use super::listing::Listing;
use crate::codec::Json;

/// The number of messages that are read ahead.
const READ_AHEAD: usize = 16;

/// The transport of one message per line.
pub(super) struct Lines<W> {
    writer: Writer<W>,
    in_flight: InFlight,
    messages: mpsc::Receiver<ClientJsonRpcMessage>,
    reader: JoinHandle<()>,
}

impl<W: AsyncWrite + Send + Unpin + 'static> Lines<W> {
    /// Starts to read `input`. Lines of more than `max_bytes` are rejected.
    pub(super) fn new<R>(input: R, output: W, max_bytes: usize, listing: Arc<Listing>) -> Self
    where
        R: AsyncRead + Send + Unpin + 'static,
    {
        let writer = Writer {
            output: Arc::new(Mutex::new(Some(output))),
            listing,
        };
        let (sender, messages) = mpsc::channel(READ_AHEAD);
        let in_flight = InFlight::default();
        let reader = Reader {
            input: BufReader::new(input),
            max_bytes,
            rejections: writer.clone(),
            messages: sender,
            in_flight: in_flight.clone(),
            is_open: false,
            takes_batches: false,
        };
        Self {
            writer,
            in_flight,
            messages,
            reader: tokio::spawn(reader.run()),
        }
    }
}

impl<W: AsyncWrite + Send + Unpin + 'static> Transport<RoleServer> for Lines<W> {
    type Error = io::Error;

    fn send(
        &mut self,
        message: ServerJsonRpcMessage,
    ) -> impl Future<Output = io::Result<()>> + Send + 'static {
        let writer = self.writer.clone();
        let in_flight = self.in_flight.clone();
        async move {
            let json = serde_json::to_value(&message)?;
            // A client may use the identifier again as soon as it has the response.
            in_flight.end_with(&message);
            writer.write(json).await
        }
    }

    async fn receive(&mut self) -> Option<ClientJsonRpcMessage> {
        self.messages.recv().await
    }

    async fn close(&mut self) -> io::Result<()> {
        self.reader.abort();
        self.writer.output.lock().await.take();
        Ok(())
    }
}

impl<W> Drop for Lines<W> {
    fn drop(&mut self) {
        self.reader.abort();
    }
}

/// The writer of lines. Clones share the stream.
struct Writer<W> {
    output: Arc<Mutex<Option<W>>>,
    listing: Arc<Listing>,
}

impl<W> Clone for Writer<W> {
    fn clone(&self) -> Self {
        Self {
            output: Arc::clone(&self.output),
            listing: Arc::clone(&self.listing),
        }
    }
}

impl<W: AsyncWrite + Unpin> Writer<W> {
    async fn write(&self, message: Json) -> io::Result<()> {
        let mut line = self.listing.pages.to_text(message);
        line.push('\n');
        let mut output = self.output.lock().await;
        let Some(output) = output.as_mut() else {
            return Err(io::ErrorKind::NotConnected.into());
        };
        output.write_all(line.as_bytes()).await?;
        output.flush().await
    }
}

/// The reader of lines.
struct Reader<R, W> {
    input: BufReader<R>,
    max_bytes: usize,
    rejections: Writer<W>,
    messages: mpsc::Sender<ClientJsonRpcMessage>,
    in_flight: InFlight,
    /// `true` from the first request that opens the connection.
    is_open: bool,
    /// `true` if the client has opened it with a version that has batches.
    takes_batches: bool,
}

impl<R: AsyncRead + Unpin, W: AsyncWrite + Unpin> Reader<R, W> {
    /// Reads until the end of the input.
    async fn run(mut self) {
        let mut line = Vec::new();
        loop {
            let read = read_line(&mut self.input, &mut line, self.max_bytes).await;
            let handled = match read {
                Ok(Line::Whole) => self.handle(&line).await,
                Ok(Line::TooLong) => self.reject(&Rejection::too_long(self.max_bytes)).await,
                Ok(Line::End) => return,
                Err(error) => Err(error),
            };
            if let Err(error) = handled {
                tracing::debug!(target: "toolsmith", %error, "the connection to the client broke");
                return;
            }
        }
    }

    async fn handle(&mut self, line: &[u8]) -> io::Result<()> {
        if !self.takes_batches {
            return self.handle_message(line).await;
        }
        match Incoming::batch(line) {
            Ok(None) => self.handle_message(line).await,
            Ok(Some(messages)) => {
                for message in messages {
                    self.handle_message(message.to_string().as_bytes()).await?;
                }
                Ok(())
            }
            Err(rejection) => self.reject(&rejection).await,
        }
    }

    async fn handle_message(&mut self, line: &[u8]) -> io::Result<()> {
        let incoming = match Incoming::read(line) {
            Ok(Some(incoming)) => incoming,
            Ok(None) => return Ok(()),
            Err(rejection) => return self.reject(&rejection).await,
        };
        // rmcp ends a connection that does not begin with a request.
        let is_request = incoming.json.get("method").is_some() && incoming.json.get("id").is_some();
        if !self.is_open && !is_request {
            return Ok(());
        }
        self.is_open |= opens(&incoming);
        self.takes_batches |= incoming.opens_with_batches();
        let admitted = match self.in_flight.admit(&incoming) {
            Ok(admitted) => admitted,
            Err(rejection) => return self.reject(&rejection).await,
        };
        match incoming.into_message() {
            Ok(message) => {
                let sent = self.messages.send(message).await;
                sent.map_err(|_| io::ErrorKind::NotConnected.into())
            }
            Err(rejection) => {
                if let Some(id) = admitted {
                    self.in_flight.end(&id);
                }
                self.reject(&rejection).await
            }
        }
    }

    async fn reject(&mut self, rejection: &Rejection) -> io::Result<()> {
        tracing::debug!(target: "toolsmith", message = rejection.message, "a message of the client was rejected");
        self.rejections.write(rejection.to_json()).await
    }
}

/// Returns `true` if a request opens the connection, in either era.
fn opens(request: &Incoming) -> bool {
    match request.method() {
        Some("initialize") => true,
        Some("ping" | "server/discover") => false,
        _ => {
            let meta = request.meta();
            let missing = meta.missing_required_keys(&ProtocolVersion::V_2026_07_28);
            let version = meta.protocol_version();
            let is_known = |version| ProtocolVersion::KNOWN_VERSIONS.contains(&version);
            missing.is_empty() && version.is_some_and(is_known)
        }
    }
}

/// The result of reading a line.
enum Line {
    /// The line is in the buffer.
    Whole,
    /// The line was longer than the limit, and is left out.
    TooLong,
    /// The input is over.
    End,
}

/// Reads a line into `line`, without its end. Keeps at most `max_bytes` in memory.
async fn read_line(
    input: &mut (impl AsyncBufRead + Unpin),
    line: &mut Vec<u8>,
    max_bytes: usize,
) -> io::Result<Line> {
    line.clear();
    let mut is_too_long = false;
    loop {
        let available = input.fill_buf().await?;
        if available.is_empty() {
            // The last line may have no end.
            return Ok(match (is_too_long, line.is_empty()) {
                (true, _) => Line::TooLong,
                (false, true) => Line::End,
                (false, false) => Line::Whole,
            });
        }
        let end = available.iter().position(|byte| *byte == b'\n');
        let part = available.get(..end.unwrap_or(available.len()));
        let part = part.unwrap_or_default();
        is_too_long |= line.len() + part.len() > max_bytes;
        if is_too_long {
            line.clear();
        } else {
            line.extend_from_slice(part);
        }
        let consumed = part.len() + usize::from(end.is_some());
        input.consume(consumed);
        if end.is_some() {
            return Ok(if is_too_long {
                Line::TooLong
            } else {
                Line::Whole
            });
        }
    }
}
