//! One message per line: the standard streams, or any other pair of streams.

use std::io;
use std::sync::Arc;

use rmcp::RoleServer;
use rmcp::model::{ClientJsonRpcMessage, ProtocolVersion, ServerJsonRpcMessage};
use rmcp::transport::Transport;
use tokio::io::{AsyncBufRead, AsyncBufReadExt, AsyncRead, AsyncWrite, AsyncWriteExt, BufReader};
use tokio::sync::{Mutex, mpsc};
use tokio::task::JoinHandle;

use super::incoming::{Incoming, Rejection};
use super::list::ToolPages;
use crate::codec::Json;

/// The number of messages that are read ahead.
const READ_AHEAD: usize = 16;

/// The transport of one message per line.
pub(super) struct Lines<W> {
    writer: Writer<W>,
    messages: mpsc::Receiver<ClientJsonRpcMessage>,
    reader: JoinHandle<()>,
}

impl<W: AsyncWrite + Send + Unpin + 'static> Lines<W> {
    /// Starts to read `input`. Lines of more than `max_bytes` are rejected.
    pub(super) fn new<R>(input: R, output: W, max_bytes: usize, pages: Arc<ToolPages>) -> Self
    where
        R: AsyncRead + Send + Unpin + 'static,
    {
        let writer = Writer {
            output: Arc::new(Mutex::new(Some(output))),
            pages,
        };
        let (sender, messages) = mpsc::channel(READ_AHEAD);
        let reader = Reader {
            input: BufReader::new(input),
            max_bytes,
            rejections: writer.clone(),
            messages: sender,
            is_open: false,
        };
        Self {
            writer,
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
        async move {
            let json = serde_json::to_value(&message)?;
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
    pages: Arc<ToolPages>,
}

impl<W> Clone for Writer<W> {
    fn clone(&self) -> Self {
        Self {
            output: Arc::clone(&self.output),
            pages: Arc::clone(&self.pages),
        }
    }
}

impl<W: AsyncWrite + Unpin> Writer<W> {
    async fn write(&self, message: Json) -> io::Result<()> {
        let mut line = self.pages.to_text(message);
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
    /// `true` from the first request that opens the connection.
    is_open: bool,
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
        match incoming.into_message() {
            Ok(message) => {
                let sent = self.messages.send(message).await;
                sent.map_err(|_| io::ErrorKind::NotConnected.into())
            }
            Err(rejection) => self.reject(&rejection).await,
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
