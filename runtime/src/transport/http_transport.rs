//! HTTP by reqwest.

use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use futures_core::Stream;
use http::{HeaderMap, header};

use super::{Body, Transport, TransportFuture};
use crate::error::{Error, TransportError, TransportErrorKind};

/// HTTP by reqwest. The transport that a client has unless it is given another.
#[derive(Debug, Clone)]
pub struct HttpTransport {
    client: reqwest::Client,
}

impl HttpTransport {
    /// A transport of its own: TLS by rustls with the certificates of the system, and no
    /// redirects, so that the token goes to no other host.
    ///
    /// # Errors
    ///
    /// [`Error::Config`] if TLS cannot be set up.
    pub fn new(connect_timeout: Duration) -> Result<Self, Error> {
        install_crypto_provider();
        let client = reqwest::Client::builder()
            .connect_timeout(connect_timeout)
            .redirect(reqwest::redirect::Policy::none())
            .build()
            .map_err(|error| {
                let cause = innermost(&error);
                Error::config(format!("the HTTP client cannot be set up: {cause}"))
            })?;
        Ok(Self { client })
    }
}

/// A client that is set up already: its proxies, certificates and redirects apply.
impl From<reqwest::Client> for HttpTransport {
    fn from(client: reqwest::Client) -> Self {
        Self { client }
    }
}

impl Transport for HttpTransport {
    fn send(&self, request: http::Request<Body>) -> TransportFuture<'_> {
        Box::pin(async move {
            let request = request.map(into_reqwest_body);
            let request = reqwest::Request::try_from(request).map_err(from_reqwest)?;
            let mut answer = self.client.execute(request).await.map_err(from_reqwest)?;
            let mut response = http::Response::new(Body::default());
            *response.status_mut() = answer.status();
            *response.headers_mut() = std::mem::take(answer.headers_mut());
            *response.body_mut() = match undecoded(response.headers()) {
                Some(coding) => Body::from_stream(Refused(Some(compressed(&coding)))),
                None => Body::from_stream(Chunks(answer.bytes_stream())),
            };
            Ok(response)
        })
    }
}

/// How a body is still compressed. What reqwest has unpacked it no longer names.
fn undecoded(headers: &HeaderMap) -> Option<String> {
    let coding = String::from_utf8_lossy(headers.get(header::CONTENT_ENCODING)?.as_bytes());
    let coding = coding.trim();
    let is_plain = coding.is_empty() || coding.eq_ignore_ascii_case("identity");
    (!is_plain).then(|| coding.escape_debug().collect())
}

/// It was not asked for, and read as it is it would be nonsense.
fn compressed(coding: &str) -> TransportError {
    let message = format!(
        "the answer is compressed by `{coding}`, which was not asked for; the feature `gzip` of \
         toolsmith-runtime unpacks gzip"
    );
    TransportError::new(TransportErrorKind::Compressed, message)
}

/// A body that cannot be read.
struct Refused(Option<TransportError>);

impl Stream for Refused {
    type Item = Result<Bytes, TransportError>;

    fn poll_next(mut self: Pin<&mut Self>, _context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        Poll::Ready(self.0.take().map(Err))
    }
}

/// reqwest is built without a provider, so that a program has the one that it chose; a program
/// that chose none gets ring.
pub(crate) fn install_crypto_provider() {
    if rustls::crypto::CryptoProvider::get_default().is_none() {
        // It fails only if another thread was faster, which is as good.
        let _ = rustls::crypto::ring::default_provider().install_default();
    }
}

fn into_reqwest_body(body: Body) -> reqwest::Body {
    match body.as_bytes() {
        Some([]) => reqwest::Body::default(),
        Some(_) => body
            .into_bytes()
            .map_or_else(reqwest::Body::wrap_stream, reqwest::Body::from),
        None => reqwest::Body::wrap_stream(body),
    }
}

fn from_reqwest(error: reqwest::Error) -> TransportError {
    // The address holds arguments.
    let error = error.without_url();
    let cause = innermost(&error);
    let (kind, what) = if is_tls(&error) {
        (TransportErrorKind::Tls, "no trusted connection to the API")
    } else if error.is_connect() {
        (TransportErrorKind::Connect, "no connection to the API")
    } else if error.is_builder() || error.is_redirect() {
        (TransportErrorKind::Request, "the request cannot be sent")
    } else {
        (TransportErrorKind::Broken, "the connection broke")
    };
    TransportError::new(kind, format!("{what}: {cause}")).with_source(error)
}

/// Whether TLS was refused, as for a certificate: another try would end the same way. A handshake
/// that the other side broke off is a broken connection and no such error.
fn is_tls(error: &(dyn std::error::Error + 'static)) -> bool {
    if error.is::<rustls::Error>() {
        return true;
    }
    // An error of input and output has the one that it wraps not as its source.
    let wrapped = error
        .downcast_ref::<std::io::Error>()
        .and_then(std::io::Error::get_ref);
    wrapped.is_some_and(|wrapped| is_tls(wrapped)) || error.source().is_some_and(is_tls)
}

/// The words of the first cause, which say more than those of its wrappers.
fn innermost(error: &dyn std::error::Error) -> String {
    let mut innermost = error;
    while let Some(source) = innermost.source() {
        innermost = source;
    }
    innermost.to_string()
}

/// The chunks of an answer, with the errors translated.
struct Chunks<S>(S);

impl<S: Stream<Item = reqwest::Result<Bytes>> + Unpin> Stream for Chunks<S> {
    type Item = Result<Bytes, TransportError>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        Pin::new(&mut self.0)
            .poll_next(context)
            .map(|item| item.map(|chunk| chunk.map_err(from_reqwest)))
    }
}
