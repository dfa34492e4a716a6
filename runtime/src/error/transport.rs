//! Errors of the transport.

use std::fmt;

use crate::scrubber::Scrubber;
use crate::single_line::Line;

/// The cause of a missing or incomplete response.
#[derive(Debug)]
pub struct TransportError {
    kind: TransportErrorKind,
    message: String,
    source: Option<Box<dyn std::error::Error + Send + Sync>>,
}

/// The kind of a transport error.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum TransportErrorKind {
    /// The connection could not be established. Nothing was sent.
    Connect,
    /// The TLS handshake failed, for example because of an invalid certificate. A retry would fail the
    /// same way.
    Tls,
    /// An attempt timed out.
    Timeout,
    /// The connection broke before the response was complete.
    Broken,
    /// The response exceeds the maximum size.
    TooLarge,
    /// The response has an unsupported content encoding.
    Compressed,
    /// The request cannot be sent: the HTTP client cannot be set up, a layer around the transport refused the
    /// request, or its body is a stream that was already sent. Nothing was sent.
    Request,
    /// The arguments make the URL of the request too long. Nothing was sent.
    UrlTooLong,
    /// A layer around the transport failed. The request may have been sent.
    Layer,
    /// The session with the server has ended and cannot be opened again. Nothing was sent.
    Closed,
}

impl TransportError {
    /// Creates an error with a short message.
    #[must_use]
    pub fn new(kind: TransportErrorKind, message: impl Into<String>) -> Self {
        Self {
            kind,
            message: message.into(),
            source: None,
        }
    }

    /// Sets the cause.
    #[must_use]
    pub fn with_source(
        mut self,
        source: impl Into<Box<dyn std::error::Error + Send + Sync>>,
    ) -> Self {
        self.source = Some(source.into());
        self
    }

    /// Returns the kind.
    #[must_use]
    pub fn kind(&self) -> TransportErrorKind {
        self.kind
    }

    /// Removes the client's secrets. A cause that contains one is replaced with its message.
    pub(crate) fn scrubbed(self, scrubber: &Scrubber) -> Self {
        let source = self.source.map(|source| {
            let is_dirty = scrubber.finds(format!("{source:?}").as_bytes())
                || sources(&*source).any(|cause| scrubber.finds(cause.to_string().as_bytes()));
            if is_dirty {
                scrubber.string(source.to_string()).into()
            } else {
                source
            }
        });
        Self {
            kind: self.kind,
            message: scrubber.string(self.message),
            source,
        }
    }
}

/// Returns an error and its causes.
pub(super) fn sources<'a>(
    error: &'a (dyn std::error::Error + 'static),
) -> impl Iterator<Item = &'a (dyn std::error::Error + 'static)> {
    std::iter::successors(Some(error), |error| error.source())
}

impl TransportErrorKind {
    /// Returns `true` if a retry may succeed.
    #[must_use]
    pub fn is_transient(self) -> bool {
        matches!(self, Self::Connect | Self::Broken | Self::Timeout)
    }

    /// Returns `true` if the server may have received the request.
    pub(crate) fn may_have_been_sent(self) -> bool {
        match self {
            Self::Connect | Self::Tls | Self::Request | Self::UrlTooLong | Self::Closed => false,
            Self::Timeout | Self::Broken | Self::TooLarge | Self::Compressed | Self::Layer => true,
        }
    }
}

/// Writes the kind briefly.
impl fmt::Display for TransportErrorKind {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Connect => "no connection",
            Self::Tls => "TLS failed",
            Self::Timeout => "timed out",
            Self::Broken => "broken connection",
            Self::TooLarge => "too large",
            Self::Compressed => "compressed",
            Self::Request => "cannot be sent",
            Self::UrlTooLong => "URL too long",
            Self::Layer => "failed layer",
            Self::Closed => "closed session",
        })
    }
}

impl fmt::Display for TransportError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&Line::whole(&self.message), formatter)
    }
}

impl std::error::Error for TransportError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.source.as_deref().map(|source| source as _)
    }
}
