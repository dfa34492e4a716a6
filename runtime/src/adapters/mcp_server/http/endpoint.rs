//! The endpoint: the checks of a request before rmcp serves it.

use std::future::poll_fn;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use axum::body::{Body, Bytes};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, Request, StatusCode, header};
use axum::response::{IntoResponse, Response};
use futures_core::Stream;
use rmcp::model::{ErrorCode, ProtocolVersion};
use rmcp::transport::streamable_http_server::{
    SessionId, StreamableHttpServerConfig, StreamableHttpService,
};
use secrecy::{ExposeSecret, SecretString};

use super::super::caller::Identity;
use super::super::handler::{Handler, Shared};
use super::super::incoming::{Incoming, Rejection, without_mark};
use super::access::{self, Access, Denied};
use super::clients::{Clients, owner};
use super::manager::{ReservedSlot, Sessions};
use super::slots::{Full, Limits, Slots};
use crate::codec::Json;

const SESSION_ID: HeaderName = HeaderName::from_static("mcp-session-id");
const PROTOCOL_VERSION: HeaderName = HeaderName::from_static("mcp-protocol-version");
const JSON: HeaderValue = HeaderValue::from_static("application/json");

/// The endpoint of a server.
pub(super) struct Endpoint {
    shared: Arc<Shared>,
    access: Access,
    tokens: Vec<SecretString>,
    max_message_bytes: usize,
    slots: Arc<Slots>,
    sessions: Arc<Sessions>,
    clients: Clients,
    service: StreamableHttpService<Handler, Sessions>,
}

impl Endpoint {
    pub(super) fn new(
        shared: Arc<Shared>,
        access: Access,
        tokens: Vec<SecretString>,
        limits: Limits,
        max_message_bytes: usize,
    ) -> Self {
        // The endpoint checks the host, the origin and the length itself.
        let config = StreamableHttpServerConfig::default()
            .disable_allowed_hosts()
            .disable_allowed_origins()
            .with_max_request_body_bytes(usize::MAX);
        let slots = Arc::new(Slots::new(limits));
        let sessions = Arc::new(Sessions::new(Arc::clone(&slots)));
        let handlers = Arc::clone(&shared);
        let service = StreamableHttpService::new(
            move || Ok(Handler::new(&handlers, Identity::default())),
            Arc::clone(&sessions),
            config,
        );
        Self {
            clients: Clients::new(Arc::clone(&shared), Arc::clone(&slots)),
            shared,
            access,
            tokens,
            max_message_bytes,
            slots,
            sessions,
            service,
        }
    }

    /// Returns the response to a request.
    pub(super) async fn handle(&self, request: Request<Body>) -> Response {
        let origin = match self.access.check(request.uri(), request.headers()) {
            Ok(origin) => origin,
            Err(denied) => {
                self.drain(request).await;
                return forbidden(denied);
            }
        };
        let mut response = if access::is_preflight(request.method(), request.headers()) {
            let headers = access::preflight(request.headers());
            (StatusCode::NO_CONTENT, headers).into_response()
        } else if !self.is_authorized(request.headers()) {
            self.drain(request).await;
            let challenge = [(header::WWW_AUTHENTICATE, "Bearer")];
            (StatusCode::UNAUTHORIZED, challenge).into_response()
        } else if let Err(refused) = self.check(&request) {
            self.drain(request).await;
            *refused.0
        } else if *request.method() == Method::POST {
            self.post(request)
                .await
                .unwrap_or_else(|refused| *refused.0)
        } else {
            self.service.handle(request).await.map(Body::new)
        };
        access::expose(response.headers_mut(), origin);
        response
    }

    /// Checks the type of the body, and that the session of a request is that of its client.
    ///
    /// # Errors
    ///
    /// The request is refused; the error is the response. A session of another client is not found.
    fn check(&self, request: &Request<Body>) -> Result<(), Refused> {
        let headers = request.headers();
        if *request.method() == Method::POST && !is_json(headers) {
            let message = "Content-Type must be application/json";
            return Err(invalid(StatusCode::UNSUPPORTED_MEDIA_TYPE, message).into());
        }
        let Some(id) = session_id(headers)? else {
            return Ok(());
        };
        let owner = owner(headers, request.extensions());
        if self.slots.is_foreign(&id, &owner) {
            let message = "the session is not found; open another one";
            return Err(invalid(StatusCode::NOT_FOUND, message).into());
        }
        Ok(())
    }

    /// Closes the sessions that are expired, now and then.
    pub(super) async fn close_expired(&self, interval: Duration) {
        loop {
            tokio::time::sleep(interval).await;
            self.sessions.close_expired().await;
        }
    }

    /// Returns the response to a message.
    ///
    /// # Errors
    ///
    /// The message is refused; the error is the response.
    async fn post(&self, request: Request<Body>) -> Result<Response, Refused> {
        let (mut parts, body) = request.into_parts();
        let body = self.read(body).await?;
        let incoming = match Incoming::read(&body) {
            Ok(Some(incoming)) => incoming,
            Ok(None) if without_mark(&body).is_empty() => {
                let rejection = Rejection::unreadable("the body is empty");
                return Err(rejected(&parts.headers, &rejection).into());
            }
            Ok(None) => return Ok(StatusCode::ACCEPTED.into_response()),
            Err(rejection) => return Err(rejected(&parts.headers, &rejection).into()),
        };
        accept_what_is_accepted(&mut parts.headers);
        self.name_client(&mut parts, &incoming).await?;
        let lists_tools = incoming.method() == Some("tools/list");
        let body = if incoming.is_changed {
            parts.headers.remove(header::CONTENT_LENGTH);
            Body::from(incoming.json.to_string())
        } else {
            Body::from(body)
        };
        let request = Request::from_parts(parts, body);
        let response = self.service.handle(request).await.map(Body::new);
        Ok(if lists_tools {
            self.order(response).await
        } else {
            response
        })
    }

    /// Reads the body of a request that is refused: a client that is still sending when the connection
    /// closes does not see the response.
    async fn drain(&self, request: Request<Body>) {
        let _ = self.read(request.into_body()).await;
    }

    /// Reads a body of bounded length.
    async fn read(&self, body: Body) -> Result<Bytes, Refused> {
        let mut chunks = pin!(body.into_data_stream());
        let mut bytes = Vec::new();
        while let Some(chunk) = poll_fn(|context| chunks.as_mut().poll_next(context)).await {
            let chunk = chunk.map_err(|error| {
                let rejection = Rejection::unreadable(format!("the body broke off: {error}"));
                Refused::from(respond(StatusCode::BAD_REQUEST, &rejection.to_json()))
            })?;
            if bytes.len() + chunk.len() > self.max_message_bytes {
                let json = Rejection::too_long(self.max_message_bytes).to_json();
                return Err(respond(StatusCode::PAYLOAD_TOO_LARGE, &json).into());
            }
            bytes.extend_from_slice(&chunk);
        }
        Ok(bytes.into())
    }

    /// Adds the slot of a new session, or the client of a request without a session.
    ///
    /// # Errors
    ///
    /// The server is at its client limit; the error is the response.
    async fn name_client(&self, parts: &mut Parts, incoming: &Incoming) -> Result<(), Refused> {
        let full = |full: Full| Refused::from(unavailable(incoming, &full));
        match incoming.method() {
            Some("initialize") if !parts.headers.contains_key(SESSION_ID) => {
                self.sessions.close_expired().await;
                let owner = owner(&parts.headers, &parts.extensions);
                let reservation = self.slots.reserve(owner).map_err(full)?;
                parts.extensions.insert(ReservedSlot::new(reservation));
            }
            Some("tools/call") if is_modern(&parts.headers, incoming) => {
                let mut caller = self.clients.caller(parts, &incoming.meta());
                if caller.is_err() {
                    self.sessions.close_expired().await;
                    caller = self.clients.caller(parts, &incoming.meta());
                }
                parts.extensions.insert(caller.map_err(full)?);
            }
            _ => {}
        }
        Ok(())
    }

    /// Gives listed tools the order of their author, which the types of rmcp do not keep.
    async fn order(&self, response: Response) -> Response {
        let (mut parts, body) = response.into_parts();
        let Ok(body) = axum::body::to_bytes(body, usize::MAX).await else {
            return StatusCode::INTERNAL_SERVER_ERROR.into_response();
        };
        let text = String::from_utf8_lossy(&body);
        let order = |json: &str| {
            let message: Json = serde_json::from_str(json).ok()?;
            Some(self.shared.pages.to_text(message))
        };
        let ordered: Vec<String> = text
            .split('\n')
            .map(|line| {
                let (field, json) = match line.strip_prefix("data:") {
                    Some(json) => ("data: ", json.trim()),
                    None => ("", line.trim()),
                };
                match order(json) {
                    Some(json) => format!("{field}{json}"),
                    None => line.to_owned(),
                }
            })
            .collect();
        parts.headers.remove(header::CONTENT_LENGTH);
        Response::from_parts(parts, Body::from(ordered.join("\n")))
    }

    fn is_authorized(&self, headers: &HeaderMap) -> bool {
        if self.tokens.is_empty() {
            return true;
        }
        let given = headers.get(header::AUTHORIZATION);
        let given = given.map_or(&[][..], HeaderValue::as_bytes);
        // Every token is compared, so that the time does not depend on which one matches.
        self.tokens.iter().fold(false, |is_authorized, token| {
            let expected = format!("Bearer {}", token.expose_secret());
            is_same(given, expected.as_bytes()) | is_authorized
        })
    }
}

/// The response to a request that is refused.
struct Refused(Box<Response>);

impl From<Response> for Refused {
    fn from(response: Response) -> Self {
        Self(Box::new(response))
    }
}

/// Compares in a time that does not depend on the position of a difference.
fn is_same(given: &[u8], expected: &[u8]) -> bool {
    let differing = given.iter().zip(expected).map(|(one, other)| one ^ other);
    let differs = differing.fold(0, |all, differing| all | differing) != 0;
    given.len() == expected.len() && !differs
}

/// Returns the session that a request names.
///
/// # Errors
///
/// The header cannot be read, or is there twice: rmcp would ignore it.
fn session_id(headers: &HeaderMap) -> Result<Option<SessionId>, Refused> {
    let mut values = headers.get_all(SESSION_ID).iter();
    let id = match (values.next(), values.next()) {
        (None, _) => return Ok(None),
        (Some(id), None) => id.to_str().ok(),
        _ => None,
    };
    let Some(id) = id else {
        let message = "Mcp-Session-Id must be one string of visible ASCII";
        return Err(invalid(StatusCode::BAD_REQUEST, message).into());
    };
    Ok(Some(id.into()))
}

fn is_json(headers: &HeaderMap) -> bool {
    let content_type = headers.get(header::CONTENT_TYPE);
    let content_type = content_type.and_then(|value| value.to_str().ok());
    content_type.is_some_and(|value| {
        let essence = value.split(';').next().unwrap_or_default();
        essence.trim().eq_ignore_ascii_case("application/json")
    })
}

/// Returns `true` for a request of 2026-07-28 or later, which has no session.
fn is_modern(headers: &HeaderMap, incoming: &Incoming) -> bool {
    let modern = ProtocolVersion::V_2026_07_28;
    let meta = incoming.meta();
    if meta.missing_required_keys(&modern).is_empty() {
        return true;
    }
    match meta.protocol_version() {
        Some(version) => version >= modern,
        None => names_modern_version(headers),
    }
}

fn names_modern_version(headers: &HeaderMap) -> bool {
    let modern = ProtocolVersion::V_2026_07_28;
    let version = headers.get(PROTOCOL_VERSION);
    version.is_some_and(|version| version.as_bytes() >= modern.as_str().as_bytes())
}

/// Reads `*/*` as what it says: rmcp wants both types by name.
fn accept_what_is_accepted(headers: &mut HeaderMap) {
    let accepts_everything = headers.get_all(header::ACCEPT).iter().any(|value| {
        let value = value.to_str().unwrap_or_default();
        value.split(',').any(|range| {
            let mut parts = range.split(';').map(str::trim);
            parts.next() == Some("*/*") && !parts.any(|part| matches!(part, "q=0" | "q=0.0"))
        })
    });
    if accepts_everything {
        let both = HeaderValue::from_static("application/json, text/event-stream");
        headers.insert(header::ACCEPT, both);
    }
}

fn forbidden(denied: Denied) -> Response {
    let message = match denied {
        Denied::Host => {
            "the host of the request is not allowed; the program allows it with allow_host"
        }
        Denied::Origin => {
            "the origin of the request is not allowed; the program allows it with allow_origin"
        }
    };
    invalid(StatusCode::FORBIDDEN, message)
}

/// Returns the response to a request that is refused before its message is read.
fn invalid(status: StatusCode, message: &str) -> Response {
    let rejection = Rejection::new(Json::Null, ErrorCode::INVALID_REQUEST, message);
    respond(status, &rejection.to_json())
}

/// Returns the response to a message that is refused. Clients up to 2025-11-25 read an error of the protocol
/// from a response with status 200 alone.
fn rejected(headers: &HeaderMap, rejection: &Rejection) -> Response {
    let status = if rejection.code == ErrorCode::INVALID_PARAMS && !names_modern_version(headers) {
        StatusCode::OK
    } else {
        StatusCode::BAD_REQUEST
    };
    respond(status, &rejection.to_json())
}

fn unavailable(incoming: &Incoming, full: &Full) -> Response {
    let seconds = full.retry_after.as_secs().saturating_add(1);
    let message = format!(
        "the server is at its client limit; try again in {seconds} s, or end a session with DELETE"
    );
    let id = incoming.json.get("id").cloned().unwrap_or_default();
    let json = Rejection::new(id, ErrorCode::INTERNAL_ERROR, message).to_json();
    let mut response = respond(StatusCode::SERVICE_UNAVAILABLE, &json);
    response
        .headers_mut()
        .insert(header::RETRY_AFTER, seconds.into());
    response
}

fn respond(status: StatusCode, json: &Json) -> Response {
    (status, [(header::CONTENT_TYPE, JSON)], json.to_string()).into_response()
}
