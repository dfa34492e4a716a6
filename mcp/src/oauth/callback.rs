//! The page to which a browser returns: a listener on this machine that takes one response.

use std::net::Ipv4Addr;
use std::time::Duration;

use secrecy::{ExposeSecret, SecretString};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;
use url::Url;

use super::error::{OAuthError, OAuthErrorKind};
use crate::single_line::single_line;

/// The path of the page.
const PATH: &str = "/callback";

/// The size of a request, in bytes.
const MAX_REQUEST_BYTES: usize = 16 * 1024;

/// The time for a browser to send a request.
const REQUEST_TIMEOUT: Duration = Duration::from_secs(10);

/// The connections at the same time. Browsers open some in advance.
const MAX_CONNECTIONS: usize = 16;

/// A listener on a loopback address.
pub(super) struct Callback {
    listener: TcpListener,
    port: u16,
}

/// The values that a response must have.
pub(super) struct Expected {
    /// The state of the request.
    pub(super) state: SecretString,
    /// The issuer that was asked.
    pub(super) issuer: String,
    /// The server promised to name its issuer.
    pub(super) names_issuer: bool,
}

/// The response of an authorization server, through the browser.
#[derive(Default)]
struct AuthorizationResponse {
    code: Option<String>,
    state: Option<String>,
    issuer: Option<String>,
    error: Option<String>,
    description: Option<String>,
}

impl Callback {
    /// Listens on a port of 127.0.0.1; 0 is any that is free.
    pub(super) async fn listen(port: u16) -> Result<Self, OAuthError> {
        let failed = |error: std::io::Error| {
            let message = format!("cannot listen on 127.0.0.1:{port} for the browser: {error}");
            OAuthError::new(OAuthErrorKind::Configuration, message)
        };
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port))
            .await
            .map_err(failed)?;
        let port = listener.local_addr().map_err(failed)?.port();
        Ok(Self { listener, port })
    }

    /// Returns the URL of the page.
    pub(super) fn url(&self) -> Result<Url, OAuthError> {
        let url = format!("http://127.0.0.1:{}{PATH}", self.port);
        Url::parse(&url)
            .map_err(|error| OAuthError::new(OAuthErrorKind::Configuration, error.to_string()))
    }

    /// Waits for the response and returns its code. Requests with another state are not the response:
    /// any page can send them, so they get an error as the response and change nothing.
    pub(super) async fn wait(
        self,
        expected: &Expected,
        timeout: Duration,
    ) -> Result<SecretString, OAuthError> {
        let mut discarded = 0_usize;
        let waited = tokio::time::timeout(timeout, self.take(expected, &mut discarded)).await;
        waited.unwrap_or_else(|_| {
            let others = match discarded {
                0 => "",
                _ => "; responses with another state were discarded",
            };
            Err(OAuthError::new(
                OAuthErrorKind::Timeout,
                format!(
                    "the authorization was not completed in the browser within {} s{others}",
                    timeout.as_secs()
                ),
            ))
        })
    }

    async fn take(
        self,
        expected: &Expected,
        discarded: &mut usize,
    ) -> Result<SecretString, OAuthError> {
        let mut requests = JoinSet::new();
        loop {
            let has_room = requests.len() < MAX_CONNECTIONS;
            tokio::select! {
                accepted = self.listener.accept(), if has_room => {
                    if let Ok((stream, _)) = accepted {
                        requests.spawn(tokio::time::timeout(REQUEST_TIMEOUT, receive(stream)));
                    }
                }
                Some(received) = requests.join_next() => {
                    // A connection without a request is not a response.
                    let Ok(Ok(Some((stream, response)))) = received else { continue };
                    let is_expected = response
                        .as_ref()
                        .and_then(|response| response.state.as_deref())
                        .is_some_and(|state| state == expected.state.expose_secret());
                    let Some(response) = response.filter(|_| is_expected) else {
                        *discarded += 1;
                        respond(stream, "404 Not Found", "This is not the expected response.").await;
                        continue;
                    };
                    let code = check(response, expected);
                    let (status, text) = match &code {
                        Ok(_) => ("200 OK", "Authorization succeeded. You can close this page."),
                        Err(_) => (
                            "400 Bad Request",
                            "Authorization failed. See the program for the reason. You can close this page.",
                        ),
                    };
                    respond(stream, status, text).await;
                    return code;
                }
            }
        }
    }
}

/// Checks a response with the right state, and returns its code. The issuer is checked before anything
/// else is used (RFC 9207).
fn check(response: AuthorizationResponse, expected: &Expected) -> Result<SecretString, OAuthError> {
    let refuse = |kind, message: String| Err(OAuthError::new(kind, message));
    match response.issuer {
        Some(issuer) if issuer != expected.issuer => {
            return refuse(
                OAuthErrorKind::Response,
                "the response in the browser is that of another authorization server; it was discarded"
                    .to_owned(),
            );
        }
        None if expected.names_issuer => {
            return refuse(
                OAuthErrorKind::Response,
                "the response in the browser does not name its authorization server, which promised to; it \
                 was discarded"
                    .to_owned(),
            );
        }
        _ => {}
    }
    if let Some(error) = response.error {
        let description = response
            .description
            .map(|text| format!(": {}", single_line(&text)));
        let message = format!(
            "the authorization was refused ({}{})",
            single_line(&error),
            description.unwrap_or_default()
        );
        return refuse(OAuthErrorKind::Denied, message);
    }
    match response.code.filter(|code| !code.is_empty()) {
        Some(code) => Ok(code.into()),
        None => refuse(
            OAuthErrorKind::Response,
            "the response in the browser has no code".to_owned(),
        ),
    }
}

/// Reads the head of a request. Returns `None` if it is not one, and no response if it is for another
/// page.
async fn receive(mut stream: TcpStream) -> Option<(TcpStream, Option<AuthorizationResponse>)> {
    let mut bytes = Vec::new();
    while !bytes.windows(4).any(|end| end == b"\r\n\r\n") {
        let mut piece = [0; 1024];
        let length = stream.read(&mut piece).await.ok()?;
        bytes.extend_from_slice(piece.get(..length)?);
        if length == 0 || bytes.len() > MAX_REQUEST_BYTES {
            return None;
        }
    }
    let text = String::from_utf8_lossy(&bytes);
    let line = text.lines().next()?;
    let mut words = line.split(' ');
    let (method, target) = (words.next()?, words.next()?);
    let response = (method == "GET").then(|| parse(target)).flatten();
    Some((stream, response))
}

/// Reads the response in the target of a request. A parameter that appears twice makes it invalid.
fn parse(target: &str) -> Option<AuthorizationResponse> {
    let url = Url::parse("http://127.0.0.1").ok()?.join(target).ok()?;
    if url.path() != PATH {
        return None;
    }
    let mut response = AuthorizationResponse::default();
    for (name, value) in url.query_pairs() {
        let place = match name.as_ref() {
            "code" => &mut response.code,
            "state" => &mut response.state,
            "iss" => &mut response.issuer,
            "error" => &mut response.error,
            "error_description" => &mut response.description,
            _ => continue,
        };
        if place.replace(value.into_owned()).is_some() {
            return None;
        }
    }
    Some(response)
}

/// Sends a page without scripts, links or text of a server.
async fn respond(mut stream: TcpStream, status: &str, text: &str) {
    let body =
        format!("<!doctype html><meta charset=\"utf-8\"><title>Toolsmith</title><p>{text}</p>\n");
    let head = format!(
        "HTTP/1.1 {status}\r\nContent-Type: text/html; charset=utf-8\r\nContent-Length: {}\r\n\
         Cache-Control: no-store\r\nReferrer-Policy: no-referrer\r\n\
         Content-Security-Policy: default-src 'none'\r\nConnection: close\r\n\r\n",
        body.len()
    );
    // The browser may be gone.
    let _sent = stream.write_all(format!("{head}{body}").as_bytes()).await;
    let _closed = stream.shutdown().await;
}
