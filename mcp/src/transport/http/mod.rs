//! A connection over streamable HTTP.

mod body;
mod listen;
mod send;
mod sse;
mod stream;
mod tokens;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use reqwest::header::{ACCEPT, CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue};
use reqwest::{Method, Response, StatusCode};
use tokio::task::AbortHandle;
use url::Url;

use super::parts::{Head, Reply, Request};
use crate::authorization::Challenge;
use crate::error::{HttpError, NotSent, RequestError};
use crate::input::Inputs;
use crate::message;
use crate::secrets::Secrets;
pub(crate) use tokens::{Asked, Tokens};

const SESSION_ID: HeaderName = HeaderName::from_static("mcp-session-id");
pub(crate) const PROTOCOL_VERSION: HeaderName = HeaderName::from_static("mcp-protocol-version");

/// The time to end a session.
const CLOSE_TIMEOUT: Duration = Duration::from_secs(2);

/// The settings of a connection, from which another one can be made.
#[derive(Clone)]
pub(crate) struct HttpTarget {
    pub(crate) client: reqwest::Client,
    pub(crate) url: Url,
    pub(crate) tokens: Tokens,
    pub(crate) secrets: Secrets,
    pub(crate) inputs: Inputs,
}

/// A connection over streamable HTTP.
pub(crate) struct HttpLink {
    connection: Arc<Connection>,
    /// The stream of the server's own requests.
    listening: Mutex<Option<AbortHandle>>,
}

/// The connection, which the tasks of its streams share.
struct Connection {
    target: HttpTarget,
    legacy: Mutex<Legacy>,
}

/// The state that only the older era has.
#[derive(Default, Clone)]
struct Legacy {
    session: Option<HeaderValue>,
    version: Option<HeaderValue>,
}

impl HttpLink {
    pub(crate) fn new(target: HttpTarget) -> Self {
        Self {
            connection: Arc::new(Connection {
                target,
                legacy: Mutex::default(),
            }),
            listening: Mutex::default(),
        }
    }

    /// Returns the questions to the source of tokens, if there is one.
    pub(crate) fn asked(&self) -> Option<&Asked> {
        self.connection.target.tokens.asked()
    }

    /// Sends a request and waits for its end. Dropping the future cancels the request.
    pub(crate) async fn exchange(&self, request: Request) -> Reply {
        let mut cancelling = Cancelling {
            connection: &self.connection,
            id: Some(request.id),
        };
        let reply = self.connection.exchange(&request).await;
        cancelling.id = None;
        reply
    }

    /// Sends a notification.
    pub(crate) async fn notify(&self, body: String, headers: HeaderMap) {
        // A notification has no response, so its failure shows in the next request.
        let _sent = self.connection.post(&body, headers).await.is_ok();
    }

    /// Marks the server as one of the older era.
    pub(crate) fn set_legacy(&self, version: &str) {
        self.connection.legacy().version = HeaderValue::from_str(version).ok();
        if self.connection.target.inputs.answers_any() {
            let listening = listen::start(Arc::clone(&self.connection));
            let mut known = self
                .listening
                .lock()
                .unwrap_or_else(PoisonError::into_inner);
            if let Some(before) = known.replace(listening) {
                before.abort();
            }
        }
    }

    /// Ends the session, if the server has one.
    pub(crate) async fn close(&self) {
        self.stop_listening();
        if self.connection.legacy().session.is_some() {
            let headers = self.connection.headers(HeaderMap::new());
            let ending = self.connection.send(Method::DELETE, None, headers);
            let _in_time = tokio::time::timeout(CLOSE_TIMEOUT, ending).await.is_ok();
        }
    }

    fn stop_listening(&self) {
        let mut listening = self
            .listening
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        if let Some(task) = listening.take() {
            task.abort();
        }
    }
}

impl Drop for HttpLink {
    fn drop(&mut self) {
        self.stop_listening();
    }
}

impl Connection {
    fn legacy(&self) -> MutexGuard<'_, Legacy> {
        self.legacy.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn is_legacy(&self) -> bool {
        self.legacy().version.is_some()
    }

    /// Adds the headers of the session.
    fn headers(&self, mut headers: HeaderMap) -> HeaderMap {
        let Legacy { session, version } = self.legacy().clone();
        let known = [(SESSION_ID, session), (PROTOCOL_VERSION, version)];
        for (name, value) in known {
            if let Some(value) = value {
                headers.insert(name, value);
            }
        }
        headers
    }

    /// Sends a message.
    async fn post(&self, body: &str, headers: HeaderMap) -> Result<Response, RequestError> {
        let mut headers = self.headers(headers);
        let accept = HeaderValue::from_static("application/json, text/event-stream");
        headers.insert(ACCEPT, accept);
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        self.send(Method::POST, Some(body), headers).await
    }

    async fn exchange(&self, request: &Request) -> Reply {
        let names_session = self.legacy().session.is_some();
        let response = match self.post(&request.body, request.headers.clone()).await {
            Ok(response) => response,
            Err(error) => return Err(error).into(),
        };
        if request.opens_session {
            self.legacy().session = response.headers().get(SESSION_ID).cloned();
        }
        let head = Head {
            status: response.status().as_u16(),
            headers: response.headers().clone(),
        };
        let sent = Sent {
            id: request.id,
            names_session,
        };
        let outcome = self.outcome(&sent, &head, response).await;
        Reply {
            head: Some(head),
            outcome,
        }
    }

    /// Reads the end of a request from its response.
    async fn outcome(
        &self,
        sent: &Sent,
        head: &Head,
        response: Response,
    ) -> Result<String, RequestError> {
        let id = sent.id;
        if response.status().is_success() {
            let content_type = head.headers.get(CONTENT_TYPE);
            let content_type = content_type.and_then(|value| value.to_str().ok());
            if content_type.is_some_and(|kind| kind.trim().starts_with("text/event-stream")) {
                return self.read_stream(id, response).await;
            }
            return body::read_success(id, response, &self.target.secrets).await;
        }
        let status = response.status();
        let text = body::read_refusal(response).await;
        let is_final = matches!(status.as_u16(), 401 | 403 | 429);
        let responded = body::find_response(id, &text, &self.target.secrets).filter(|_| !is_final);
        // A response that names the request is its end, regardless of its message.
        let is_named = responded
            .as_ref()
            .is_some_and(|responded| responded.names_request);
        if !is_named && sent.names_session && is_session_lost(status, &text) {
            return Err(RequestError::NotSent {
                reason: NotSent::Closed,
                message: "the MCP server ended the session".to_owned(),
            });
        }
        match responded {
            Some(responded) => responded.outcome,
            None => Err(self.refusal(head, text)),
        }
    }

    fn refusal(&self, head: &Head, body: String) -> RequestError {
        let text = |name: HeaderName| head.headers.get(name)?.to_str().ok();
        let location = text(reqwest::header::LOCATION).filter(|_| head.status / 100 == 3);
        let location = location.map(|location| match self.target.url.join(location) {
            Ok(url) => url.to_string(),
            Err(_) => location.to_owned(),
        });
        let challenge =
            matches!(head.status, 401 | 403).then(|| Challenge::read(head.status, &head.headers));
        RequestError::Http(Box::new(HttpError {
            status: head.status,
            headers: head.headers.clone(),
            body,
            location,
            challenge,
        }))
    }
}

/// A request that was sent.
struct Sent {
    id: u64,
    /// `true` if it named a session.
    names_session: bool,
}

/// Returns `true` if a refusal says that the server does not know the session, so that it did not
/// carry out the request: a status of 404, or one of 400 whose body names no request.
fn is_session_lost(status: StatusCode, body: &str) -> bool {
    let mentions_session = || body.to_lowercase().contains("session");
    match status {
        StatusCode::NOT_FOUND => true,
        StatusCode::BAD_REQUEST => mentions_session() && body::names_no_request(body),
        _ => false,
    }
}

/// Cancels a request whose caller stopped waiting. A server of the newer era sees that the connection
/// was closed.
struct Cancelling<'a> {
    connection: &'a Arc<Connection>,
    id: Option<u64>,
}

impl Drop for Cancelling<'_> {
    fn drop(&mut self) {
        let Some(id) = self.id.filter(|_| self.connection.is_legacy()) else {
            return;
        };
        if let Ok(runtime) = tokio::runtime::Handle::try_current() {
            let connection = Arc::clone(self.connection);
            runtime.spawn(async move {
                let body = message::cancellation(id);
                let sending = connection.post(&body, HeaderMap::new());
                let _in_time = tokio::time::timeout(CLOSE_TIMEOUT, sending).await.is_ok();
            });
        }
    }
}
