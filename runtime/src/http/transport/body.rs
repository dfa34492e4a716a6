//! The body of a request or a response.

use std::fmt;
use std::future::poll_fn;
use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::Bytes;
use futures_core::Stream;
use http::{HeaderMap, header};

use crate::error::{TransportError, TransportErrorKind};

/// The body of a request or a response: bytes, or a stream of chunks.
#[derive(Default)]
pub struct Body(Inner);

#[derive(Default)]
enum Inner {
    #[default]
    Empty,
    Whole(Bytes),
    Stream(Chunks),
}

type Chunks = Pin<Box<dyn Stream<Item = Result<Bytes, TransportError>> + Send>>;

impl Body {
    /// Creates a body from a stream of chunks.
    pub fn from_stream(
        stream: impl Stream<Item = Result<Bytes, TransportError>> + Send + 'static,
    ) -> Self {
        Self(Inner::Stream(Box::pin(stream)))
    }

    /// Returns the whole body, unless it is a stream.
    #[must_use]
    pub fn as_bytes(&self) -> Option<&[u8]> {
        match &self.0 {
            Inner::Empty => Some(&[]),
            Inner::Whole(bytes) => Some(bytes),
            Inner::Stream(_) => None,
        }
    }

    /// Returns the whole body, or the unchanged body if it is a stream.
    pub(crate) fn into_bytes(self) -> Result<Bytes, Self> {
        match self.0 {
            Inner::Empty => Ok(Bytes::new()),
            Inner::Whole(bytes) => Ok(bytes),
            Inner::Stream(chunks) => Err(Self(Inner::Stream(chunks))),
        }
    }

    /// Reads the whole body, up to `max_size` bytes.
    ///
    /// # Errors
    ///
    /// Returns [`TransportErrorKind::TooLarge`] if the body is larger, and the errors of the
    /// stream.
    pub async fn collect(self, max_size: usize) -> Result<Bytes, TransportError> {
        collect(self, Ok(None), max_size).await
    }

    /// Reads the whole body of a response with these headers, up to `max_size` bytes.
    pub(crate) fn collect_response(
        self,
        headers: &HeaderMap,
        max_size: usize,
    ) -> impl Future<Output = Result<Bytes, TransportError>> + Send + use<> {
        collect(self, content_length(headers, max_size), max_size)
    }
}

/// Returns the length of the body that the headers of a response name.
fn content_length(headers: &HeaderMap, max_size: usize) -> Result<Option<usize>, TransportError> {
    let length = headers.get(header::CONTENT_LENGTH);
    let length = length.and_then(|length| length.to_str().ok()?.parse::<u64>().ok());
    match length.map(usize::try_from) {
        None => Ok(None),
        Some(Ok(length)) if length <= max_size => Ok(Some(length)),
        Some(_) => Err(too_large(max_size)),
    }
}

/// The size up to which a body gets the room that its `content-length` asks for. A server that asks
/// for more has to send it first.
const TRUSTED_LENGTH: usize = 1024 * 1024;

async fn collect(
    body: Body,
    length: Result<Option<usize>, TransportError>,
    max_size: usize,
) -> Result<Bytes, TransportError> {
    let length = length?;
    let mut chunks = match body.0 {
        Inner::Empty => return Ok(Bytes::new()),
        Inner::Whole(bytes) => return check_size(bytes.len(), max_size).map(|()| bytes),
        Inner::Stream(chunks) => chunks,
    };
    let mut next = async || poll_fn(|context| chunks.as_mut().poll_next(context)).await;
    let Some(first) = next().await.transpose()? else {
        return Ok(Bytes::new());
    };
    check_size(first.len(), max_size)?;
    let Some(second) = next().await.transpose()? else {
        return Ok(first);
    };
    let mut collected = Vec::new();
    make_room(&mut collected, first.len() + second.len(), length);
    collected.extend_from_slice(&first);
    drop(first);
    let mut chunk = second;
    loop {
        check_size(collected.len().saturating_add(chunk.len()), max_size)?;
        make_room(&mut collected, chunk.len(), length);
        collected.extend_from_slice(&chunk);
        match next().await {
            Some(following) => chunk = following?,
            None => return Ok(Bytes::from(collected)),
        }
    }
}

/// Makes room for a chunk: for the whole body if half of it is there, and for half as much again
/// otherwise. Room that doubles would take three times the size of the body.
fn make_room(collected: &mut Vec<u8>, chunk: usize, length: Option<usize>) {
    let size = collected.len().saturating_add(chunk);
    if size <= collected.capacity() {
        return;
    }
    let larger = size.saturating_add(collected.len() / 2);
    let room = match length {
        Some(length) if length >= size && length <= TRUSTED_LENGTH.max(2 * size) => length,
        _ => larger,
    };
    collected.reserve_exact(room - collected.len());
}

fn check_size(size: usize, max_size: usize) -> Result<(), TransportError> {
    if size > max_size {
        Err(too_large(max_size))
    } else {
        Ok(())
    }
}

fn too_large(max_size: usize) -> TransportError {
    let message = format!(
        "the response is larger than {max_size} bytes; allow more with `max_response_size` of the builder"
    );
    TransportError::new(TransportErrorKind::TooLarge, message)
}

impl From<Bytes> for Body {
    fn from(bytes: Bytes) -> Self {
        Self(if bytes.is_empty() {
            Inner::Empty
        } else {
            Inner::Whole(bytes)
        })
    }
}

impl From<Vec<u8>> for Body {
    fn from(bytes: Vec<u8>) -> Self {
        Bytes::from(bytes).into()
    }
}

impl From<String> for Body {
    fn from(text: String) -> Self {
        Bytes::from(text).into()
    }
}

impl From<&'static str> for Body {
    fn from(text: &'static str) -> Self {
        Bytes::from(text).into()
    }
}

/// The chunks of the body.
impl Stream for Body {
    type Item = Result<Bytes, TransportError>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        match &mut self.0 {
            Inner::Empty => Poll::Ready(None),
            Inner::Whole(bytes) => {
                let bytes = std::mem::take(bytes);
                self.0 = Inner::Empty;
                Poll::Ready(Some(Ok(bytes)))
            }
            Inner::Stream(chunks) => chunks.as_mut().poll_next(context),
        }
    }
}

impl fmt::Debug for Body {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.as_bytes() {
            Some(bytes) => write!(formatter, "{} bytes", bytes.len()),
            None => formatter.write_str("a stream"),
        }
    }
}
