//! The HTTP transport, based on reqwest.

use std::fmt;
use std::future::ready;
use std::pin::Pin;
use std::sync::{Arc, OnceLock};
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use futures_core::Stream;
use http::uri::{Authority, Scheme};
use http::{HeaderMap, Uri, header};
use reqwest::Url;
use toolsmith_dialect::loopback::is_loopback;

use super::connections::{Connections, SendError};
use super::{Body, Transport, TransportFuture};
use crate::clock::boxed;
use crate::error::{Error, TransportError, TransportErrorKind};

/// The time between two pings of an HTTP/2 connection with requests in flight, and the time that its
/// peer has to respond.
const PING_INTERVAL: Duration = Duration::from_secs(10);
const PING_TIMEOUT: Duration = Duration::from_secs(10);

/// The default transport: HTTP, based on reqwest.
///
/// Requests to this machine and plain HTTP requests never use a proxy, because the proxy could read the token. Other
/// requests use the proxies from the environment. A client supplied by the program ([`with`](Self::with), `From`)
/// uses its proxies for every request: build it with `no_proxy()` for plain HTTP and for this machine. If the
/// environment names a proxy, a warning may be logged.
///
/// After an attempt that timed out without a response, the next one uses a new connection.
#[derive(Debug, Clone)]
pub struct HttpTransport {
    connections: Connections,
    /// The connections without a proxy; `None` for a client of the program.
    direct: Option<Connections>,
    /// The origin of the first request, which is usually that of all.
    origin: OnceLock<Origin>,
}

impl HttpTransport {
    /// Creates a transport that uses rustls with the certificates of the system. It follows no
    /// redirects, so that the token is sent to no other host.
    ///
    /// # Errors
    ///
    /// Returns [`Error::Config`] if TLS cannot be set up.
    pub fn new(connect_timeout: Duration) -> Result<Self, Error> {
        let transport = Self::lazy(connect_timeout);
        transport
            .connections
            .open()
            .map_err(|error| config_error(&error))?;
        Ok(transport)
    }

    /// Creates a transport for requests to this base URL.
    pub(crate) fn to(base_url: &str, connect_timeout: Duration) -> Result<Self, Error> {
        let transport = Self::lazy(connect_timeout);
        let is_direct = Url::parse(base_url).is_ok_and(|url| is_direct(&url));
        let direct = transport.direct.as_ref().filter(|_| is_direct);
        let connections = direct.unwrap_or(&transport.connections);
        connections.open().map_err(|error| config_error(&error))?;
        Ok(transport)
    }

    fn lazy(connect_timeout: Duration) -> Self {
        let builder = move || Self::client_builder().connect_timeout(connect_timeout);
        Self {
            connections: Connections::lazy(Arc::new(move || builder().build())),
            direct: Some(Connections::lazy(Arc::new(move || {
                builder().no_proxy().build()
            }))),
            origin: OnceLock::new(),
        }
    }

    /// Returns a builder of a reqwest client with the settings of [`new`](Self::new), to add others, such
    /// as a proxy or a certificate.
    ///
    /// reqwest is built without a TLS provider. This function installs ring, unless the program has
    /// installed another one, so that `build` does not panic.
    ///
    /// ```
    /// use std::time::Duration;
    /// use toolsmith_runtime::transport::HttpTransport;
    ///
    /// # fn example(builder: toolsmith_runtime::ClientBuilder) -> Result<(), Box<dyn std::error::Error>> {
    /// let http = HttpTransport::client_builder().pool_idle_timeout(Duration::from_secs(30)).build()?;
    /// let client = builder.http_client(http).build()?;
    /// # let _: toolsmith_runtime::Client = client;
    /// # Ok(())
    /// # }
    /// ```
    pub fn client_builder() -> reqwest::ClientBuilder {
        install_crypto_provider();
        reqwest::Client::builder()
            .redirect(reqwest::redirect::Policy::none())
            .http2_keep_alive_interval(PING_INTERVAL)
            .http2_keep_alive_timeout(PING_TIMEOUT)
            // The client retries, counts attempts and waits for the rate limit. Without this
            // setting, reqwest would copy every request.
            .retry(reqwest::retry::never().max_retries_per_request(0))
    }

    /// Creates a transport that uses the client which `make` creates, with its proxies, certificates and redirects.
    /// Its proxies also apply to this machine and to plain HTTP, unless it has `no_proxy()`. After an attempt that
    /// timed out without a response, it creates another client, to avoid a stuck connection.
    ///
    /// # Errors
    ///
    /// Returns [`Error::Config`] if `make` fails.
    pub fn with(
        make: impl Fn() -> Result<reqwest::Client, reqwest::Error> + Send + Sync + 'static,
    ) -> Result<Self, Error> {
        install_crypto_provider();
        let connections = Connections::lazy(Arc::new(make));
        connections.open().map_err(|error| config_error(&error))?;
        Ok(Self {
            connections,
            direct: None,
            origin: OnceLock::new(),
        })
    }

    /// Converts a request to the types of reqwest, and returns the connections for it.
    fn translate(
        &self,
        request: http::Request<Body>,
    ) -> Result<(reqwest::Request, &Connections), TransportError> {
        let (parts, body) = request.into_parts();
        let known = self.origin.get();
        let (url, is_direct) = if let Some(url) = known.and_then(|origin| origin.url(&parts.uri)) {
            (url, known.is_some_and(|origin| origin.is_direct))
        } else {
            let url = self.parse(&parts.uri)?;
            let is_direct = is_direct(&url);
            (url, is_direct)
        };
        let mut request = reqwest::Request::new(parts.method, url);
        *request.headers_mut() = parts.headers;
        *request.version_mut() = parts.version;
        *request.body_mut() = Some(into_reqwest_body(body));
        let direct = self.direct.as_ref().filter(|_| is_direct);
        Ok((request, direct.unwrap_or(&self.connections)))
    }

    fn parse(&self, uri: &Uri) -> Result<Url, TransportError> {
        let url = Url::parse(&uri.to_string()).map_err(|error| {
            let message = format!("the request cannot be sent: {error}");
            TransportError::new(TransportErrorKind::Request, message).with_source(error)
        })?;
        self.origin.get_or_init(|| {
            if self.direct.is_none() && is_direct(&url) {
                warn_of_proxy();
            }
            Origin::of(uri, &url)
        });
        Ok(url)
    }
}

/// Scheme, host and port in both forms, parsed once.
#[derive(Clone)]
struct Origin {
    scheme: Option<Scheme>,
    authority: Option<Authority>,
    root: Url,
    is_direct: bool,
}

impl Origin {
    /// Parses the origin of a URI in both forms.
    fn of(uri: &Uri, url: &Url) -> Self {
        // The rest is the arguments of one call.
        let mut root = url.clone();
        root.set_path("/");
        root.set_query(None);
        root.set_fragment(None);
        Self {
            scheme: uri.scheme().cloned(),
            authority: uri.authority().cloned(),
            is_direct: is_direct(url),
            root,
        }
    }

    /// Converts a URI of this origin.
    fn url(&self, uri: &Uri) -> Option<Url> {
        if uri.scheme() != self.scheme.as_ref() || uri.authority() != self.authority.as_ref() {
            return None;
        }
        let path_and_query = uri.path_and_query()?.as_str();
        // Two slashes would begin another authority.
        let is_path = match path_and_query.as_bytes() {
            [b'/', second, ..] => !matches!(second, b'/' | b'\\'),
            first => first == b"/",
        };
        is_path.then(|| self.root.join(path_and_query).ok())?
    }
}

/// Redacted, because a URL may contain a password.
impl fmt::Debug for Origin {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Origin").finish_non_exhaustive()
    }
}

/// Returns `true` if requests go through no proxy: to this machine, and over plain HTTP.
fn is_direct(url: &Url) -> bool {
    url.scheme() == "http" || is_loopback(url)
}

/// Logs a warning if the environment names a proxy, because the client of the program may use it: reqwest
/// does not say whether it does.
fn warn_of_proxy() {
    let mut names = ["http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"].into_iter();
    let is_set = |name: &&str| std::env::var_os(name).is_some_and(|value| !value.is_empty());
    if let Some(name) = names.find(is_set) {
        tracing::warn!(
            target: "toolsmith",
            name,
            "requests to this machine or over plain HTTP may go through the proxy of the environment, which \
             could read the token; build the HTTP client with `no_proxy()`"
        );
    }
}

fn config_error(error: &reqwest::Error) -> Error {
    let cause = innermost(error);
    Error::config(format!("the HTTP client cannot be set up: {cause}"))
}

/// Uses an existing client, with its proxies, certificates and redirects. Its proxies apply to this machine and
/// to plain HTTP as well, where they can read the token, unless it has `no_proxy()`. It keeps its connections, so
/// set `http2_keep_alive_interval` for it, or use [`HttpTransport::with`].
impl From<reqwest::Client> for HttpTransport {
    fn from(client: reqwest::Client) -> Self {
        Self {
            connections: Connections::of_client(client),
            direct: None,
            origin: OnceLock::new(),
        }
    }
}

impl Transport for HttpTransport {
    fn send(&self, request: http::Request<Body>) -> TransportFuture<'_> {
        let (request, connections) = match self.translate(request) {
            Ok(translated) => translated,
            Err(error) => return Box::pin(ready(Err(error))),
        };
        boxed(|| async move {
            let convert = |error: SendError| error.into_transport_error(from_reqwest);
            // Started here and not in `finish`, where the request would take room again.
            let started = connections.start(request).map_err(convert)?;
            let received = connections.finish(started).await.map_err(convert)?;
            Ok::<_, TransportError>(translate_response(received))
        })
    }
}

/// Converts a response to the types of this crate. Its body is a stream.
fn translate_response(mut received: reqwest::Response) -> http::Response<Body> {
    let mut response = http::Response::new(Body::default());
    *response.status_mut() = received.status();
    *response.headers_mut() = std::mem::take(received.headers_mut());
    *response.body_mut() = match undecoded(response.headers()) {
        Some(coding) => Body::from_stream(Refused(Some(compressed(&coding)))),
        None => Body::from_stream(Chunks(received.bytes_stream())),
    };
    response
}

/// Returns the content encoding of a body. reqwest removes the header of an encoding that it
/// decodes.
fn undecoded(headers: &HeaderMap) -> Option<String> {
    let coding = String::from_utf8_lossy(headers.get(header::CONTENT_ENCODING)?.as_bytes());
    let coding = coding.trim();
    let is_plain = coding.is_empty() || coding.eq_ignore_ascii_case("identity");
    (!is_plain).then(|| coding.escape_debug().collect())
}

/// The error of a content encoding that was not requested.
fn compressed(coding: &str) -> TransportError {
    let message = format!(
        "the response is compressed with `{coding}`, which was not requested; the feature `gzip` of \
         toolsmith-runtime unpacks gzip"
    );
    TransportError::new(TransportErrorKind::Compressed, message)
}

/// The error of a body that cannot be read.
struct Refused(Option<TransportError>);

impl Stream for Refused {
    type Item = Result<Bytes, TransportError>;

    fn poll_next(mut self: Pin<&mut Self>, _context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        Poll::Ready(self.0.take().map(Err))
    }
}

/// Installs ring as the crypto provider, unless the program has chosen one. reqwest is built
/// without a provider, so that the program can choose.
pub(crate) fn install_crypto_provider() {
    if rustls::crypto::CryptoProvider::get_default().is_none() {
        // It fails only if another thread was faster, which is fine.
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
    // Without the URL, which contains arguments.
    let error = error.without_url();
    let cause = innermost(&error);
    // A later error of TLS breaks a connection on which the request may have been sent.
    let (kind, what) = if is_tls(&error) && error.is_connect() {
        (TransportErrorKind::Tls, "no trusted connection to the API")
    } else if error.is_connect() {
        (TransportErrorKind::Connect, "no connection to the API")
    } else if error.is_timeout() {
        // The timeout of an existing client.
        (TransportErrorKind::Timeout, "no response in time")
    } else if error.is_builder() || error.is_redirect() {
        (TransportErrorKind::Request, "the request cannot be sent")
    } else {
        (TransportErrorKind::Broken, "the connection broke")
    };
    TransportError::new(kind, format!("{what}: {cause}")).with_source(error)
}

/// Returns `true` if the TLS handshake failed, for example because of a certificate. A retry would
/// fail the same way. A handshake that the server interrupted is a broken connection. `toolsmith-mcp`,
/// without which this crate compiles, has the same function, and the next one.
fn is_tls(error: &(dyn std::error::Error + 'static)) -> bool {
    if error.is::<rustls::Error>() {
        return true;
    }
    // `io::Error` does not return its inner error as a source.
    let wrapped = error
        .downcast_ref::<std::io::Error>()
        .and_then(std::io::Error::get_ref);
    wrapped.is_some_and(|wrapped| is_tls(wrapped)) || error.source().is_some_and(is_tls)
}

/// Returns the message of the root cause, which is more precise than those of its wrappers.
fn innermost(error: &dyn std::error::Error) -> String {
    let mut innermost = error;
    while let Some(source) = innermost.source() {
        innermost = source;
    }
    innermost.to_string()
}

/// The chunks of a response, with converted errors.
struct Chunks<S>(S);

impl<S: Stream<Item = reqwest::Result<Bytes>> + Unpin> Stream for Chunks<S> {
    type Item = Result<Bytes, TransportError>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        Pin::new(&mut self.0)
            .poll_next(context)
            .map(|item| item.map(|chunk| chunk.map_err(from_reqwest)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_of_a_known_origin_are_read_as_any_others() {
        let parsed = |text: &str| Url::parse(&text.parse::<Uri>().unwrap().to_string()).unwrap();
        let first = "https://user:word@API.truto.one:8443/proxy/users?limit=1";
        let origin = Origin::of(&first.parse().unwrap(), &parsed(first));
        for (rest, is_known) in [
            ("/", true),
            ("/proxy/users", true),
            ("/a/../b/./c?d=..", true),
            ("/proxy/a%2Fb/%2e%2E/c", true),
            ("/a//b?q=a|b'c,d/../e", true),
            ("/?x", true),
            ("//evil.test/a", false),
            ("?x=/", false),
            ("", true),
        ] {
            let uri: Uri = format!("https://user:word@API.truto.one:8443{rest}")
                .parse()
                .unwrap();
            let url = origin.url(&uri);
            assert_eq!(url.is_some(), is_known, "{rest}");
            if let Some(url) = url {
                assert_eq!(url, parsed(&uri.to_string()), "{rest}");
            }
        }
        for other in [
            "http://user:word@api.truto.one:8443/proxy/users",
            "https://user:word@api.truto.one/proxy/users",
            "https://user:word@api.truto.one.test:8443/proxy/users",
            "https://other:word@api.truto.one:8443/proxy/users",
            "/proxy/users",
        ] {
            assert_eq!(origin.url(&other.parse().unwrap()), None, "{other}");
        }
    }

    #[test]
    fn the_future_of_a_request_fits_a_small_allocation() {
        let transport = HttpTransport::new(Duration::from_secs(10)).unwrap();
        let request = http::Request::get("https://api.truto.one/proxy/users");
        let size = size_of_val(&*transport.send(request.body(Body::default()).unwrap()));
        assert!(size <= 512, "{size} bytes");
    }
}
