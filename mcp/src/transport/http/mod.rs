//! A connection over streamable HTTP.

mod body;
mod clients;
mod legacy;
mod listen;
mod outgoing;
mod send;
mod sse;
mod stream;
mod tokens;
mod waiting;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use bytes::Bytes;
use reqwest::header::{ACCEPT, CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue};
use reqwest::{Method, Response, StatusCode};
use tokio::sync::oneshot;
use tokio::task::AbortHandle;
use url::Url;

use super::Peer;
use super::answers::Answers;
use super::parts::{Head, Reply, Request};
use super::progress::CallProgress;
use crate::authorization::Challenge;
use crate::error::{HttpError, NotSent, RequestError};
use crate::input::Inputs;
use crate::message;
use crate::secrets::Secrets;
pub(crate) use clients::Clients;
use legacy::Legacy;
use outgoing::Outgoing;
pub(crate) use tokens::{Asked, Tokens};
use waiting::WaitingRequests;

const SESSION_ID: HeaderName = HeaderName::from_static("mcp-session-id");
pub(crate) const PROTOCOL_VERSION: HeaderName = HeaderName::from_static("mcp-protocol-version");

/// The time for a server to open the stream of its requests. Some open it only with the first of them.
const LISTEN_TIMEOUT: Duration = Duration::from_secs(2);

/// The time to end a session.
const CLOSE_TIMEOUT: Duration = Duration::from_secs(2);

/// The settings of a connection, from which another one can be made.
#[derive(Clone)]
pub(crate) struct HttpTarget {
    pub(crate) clients: Clients,
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
    waiting: WaitingRequests,
    answers: Answers,
}

impl HttpLink {
    pub(crate) fn new(target: HttpTarget) -> Self {
        Self {
            connection: Arc::new(Connection {
                target,
                legacy: Mutex::default(),
                waiting: WaitingRequests::default(),
                answers: Answers::default(),
            }),
            listening: Mutex::default(),
        }
    }

    /// Returns the questions to the source of tokens, if there is one.
    pub(crate) fn asked(&self) -> Option<&Asked> {
        self.connection.target.tokens.asked()
    }

    /// Returns the other end: its host, because the rest of the URL may be secret.
    pub(crate) fn peer(&self) -> Peer {
        let url = &self.connection.target.url;
        Peer {
            transport: "tcp",
            protocol: Some("http"),
            address: url.host_str().map(str::to_owned),
            port: url.port_or_known_default(),
            session: self.connection.legacy().label.clone(),
        }
    }

    /// Sends a request and waits for its end. Dropping the future cancels the request.
    pub(crate) async fn exchange(&self, request: Request) -> Reply {
        let mut cancelling = Cancelling {
            connection: &self.connection,
            id: Some(request.id),
        };
        let reply = self.connection.exchange(&request);
        let waiting = &self.connection.waiting;
        let reply = waiting.end(request.id, &request.progress, reply).await;
        cancelling.id = None;
        reply
    }

    /// Sends a notification.
    pub(crate) async fn notify(&self, body: String, headers: HeaderMap) {
        // A notification has no response, so its failure shows in the next request.
        let _sent = self.connection.post(body, headers).await.is_ok();
    }

    /// Marks the server as one of the older era.
    pub(crate) fn set_legacy(&self, version: &str) {
        self.connection.legacy().version = HeaderValue::from_str(version).ok();
    }

    /// Listens to the server's own requests, if the program answers some. Waits until the server has
    /// opened the stream: it may lose a question for which there is none.
    pub(crate) async fn listen(&self) {
        if !self.connection.is_legacy() || !self.connection.target.inputs.answers_any() {
            return;
        }
        let (opened, is_open) = oneshot::channel();
        let listening = listen::start(Arc::clone(&self.connection), opened);
        self.stop_listening();
        *self.listening() = Some(listening);
        // The sender is dropped if the server offers no stream.
        let _in_time = tokio::time::timeout(LISTEN_TIMEOUT, is_open).await.is_ok();
    }

    /// Ends the session, if the server has one.
    pub(crate) async fn close(&self) {
        self.stop_listening();
        if self.connection.legacy().end_session() {
            self.connection.delete_session().await;
        }
    }

    fn listening(&self) -> MutexGuard<'_, Option<AbortHandle>> {
        let listening = self.listening.lock();
        listening.unwrap_or_else(PoisonError::into_inner)
    }

    fn stop_listening(&self) {
        if let Some(task) = self.listening().take() {
            task.abort();
        }
    }
}

/// Ends the session in a task. A program that ends at once ends the task, too.
impl Drop for HttpLink {
    fn drop(&mut self) {
        self.stop_listening();
        if let Ok(runtime) = tokio::runtime::Handle::try_current()
            && self.connection.legacy().end_session()
        {
            let connection = Arc::clone(&self.connection);
            runtime.spawn(async move { connection.delete_session().await });
        }
    }
}

impl Connection {
    /// Sends a notification, or a response to a request of the server.
    async fn post(&self, body: String, headers: HeaderMap) -> Result<Response, RequestError> {
        self.post_with(body, headers, CallProgress::default()).await
    }

    /// Sends a message.
    async fn post_with(
        &self,
        body: String,
        headers: HeaderMap,
        progress: CallProgress,
    ) -> Result<Response, RequestError> {
        let mut headers = self.headers(headers);
        let accept = HeaderValue::from_static("application/json, text/event-stream");
        headers.insert(ACCEPT, accept);
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        let outgoing = Outgoing {
            method: Method::POST,
            body: body.into(),
            headers,
            progress,
        };
        self.send(&outgoing).await
    }

    /// Sends a request without a body.
    async fn send_empty(
        &self,
        method: Method,
        headers: HeaderMap,
    ) -> Result<Response, RequestError> {
        let outgoing = Outgoing {
            method,
            body: Bytes::new(),
            headers,
            progress: CallProgress::default(),
        };
        self.send(&outgoing).await
    }

    async fn exchange(self: &Arc<Self>, request: &Request) -> Reply {
        let names_session = self.legacy().session.is_some();
        let (body, headers) = (request.body.clone(), request.headers.clone());
        let posting = self.post_with(body, headers, request.progress.clone());
        let response = match posting.await {
            Ok(response) => response,
            Err(error) => return Err(error).into(),
        };
        if request.opens_session {
            self.legacy()
                .set_session(response.headers().get(SESSION_ID));
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
        self: &Arc<Self>,
        sent: &Sent,
        head: &Head,
        response: Response,
    ) -> Result<String, RequestError> {
        let id = sent.id;
        if response.status().is_success() {
            if is_event_stream(&head.headers) {
                return self.read_stream(id, response).await;
            }
            return body::read_success(id, response, &self.target.secrets).await;
        }
        let status = response.status();
        let url = response.url().clone();
        let text = body::read_refusal(response).await;
        let is_final = matches!(status.as_u16(), 401 | 403 | 429);
        let responded = body::find_response(id, &text, &self.target.secrets).filter(|_| !is_final);
        // A response that names the request is its end, regardless of its message.
        let is_named = responded
            .as_ref()
            .is_some_and(|responded| responded.names_request);
        if !is_named && sent.names_session && is_session_lost(status, &text) {
            self.legacy().end_session();
            return Err(RequestError::NotSent {
                reason: NotSent::Closed,
                message: "the MCP server ended the session".to_owned(),
            });
        }
        match responded {
            Some(responded) => responded.outcome,
            None => Err(refusal(&url, head, text)),
        }
    }
}

/// Returns `true` if the content type is that of a stream of events, with any parameters and in any case.
fn is_event_stream(headers: &HeaderMap) -> bool {
    let content_type = headers.get(CONTENT_TYPE);
    let essence = content_type.map(|value| value.as_bytes().split(|byte| *byte == b';').next());
    let essence = essence.flatten().unwrap_or_default().trim_ascii();
    essence.eq_ignore_ascii_case(b"text/event-stream")
}

/// A request that was sent.
struct Sent {
    id: u64,
    /// `true` if it named a session.
    names_session: bool,
}

/// Creates the error of a response of `url` that is not one of the protocol.
fn refusal(url: &Url, head: &Head, body: String) -> RequestError {
    let text = |name: HeaderName| head.headers.get(name)?.to_str().ok();
    let location = text(reqwest::header::LOCATION).filter(|_| head.status / 100 == 3);
    let location = location.map(|location| match url.join(location) {
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
                let sending = connection.post(body, HeaderMap::new());
                let _in_time = tokio::time::timeout(CLOSE_TIMEOUT, sending).await.is_ok();
            });
        }
    }
}
