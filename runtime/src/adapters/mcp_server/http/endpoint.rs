//! The endpoint: the checks of a request before rmcp serves it.

use std::sync::Arc;
use std::time::Duration;

use axum::body::{Body, Bytes};
use axum::http::request::Parts;
use axum::http::{HeaderMap, Method, Request, StatusCode, header};
use axum::response::{IntoResponse, Response};
use rmcp::model::ProtocolVersion;
use rmcp::transport::streamable_http_server::{
    SessionId, StreamableHttpServerConfig, StreamableHttpService,
};
use secrecy::{ExposeSecret, SecretString};

use super::super::caller::{Identity, Requester};
use super::super::handler::{Handler, SESSION_ID, Shared};
use super::super::incoming::{Incoming, Rejection, without_mark};
use super::super::listing::Listing;
use super::super::operation::AmbientSpan;
use super::super::source::ToolSource;
use super::access::{self, HostPolicy};
use super::batch;
use super::body;
use super::clients::{Clients, Credentials, principal};
use super::headers::{
    Authorization, accept_what_is_accepted, is_json, names_modern_version, takes_batches,
};
use super::manager::{ReservedSlot, Sessions};
use super::refused::{Refused, explained, forbidden, invalid, rejected, unavailable};
use super::slots::{Full, Limits, Slots};
use crate::codec::Json;

/// The scheme of the tokens of a server.
const BEARER: &str = "Bearer";

/// The endpoint of a server.
pub(super) struct Endpoint {
    shared: Arc<Shared>,
    settings: EndpointSettings,
    sessions: Arc<Sessions>,
    slots: Arc<Slots>,
    clients: Clients,
    service: StreamableHttpService<Handler, Sessions>,
}

/// The settings of an endpoint.
#[derive(Clone)]
pub(super) struct EndpointSettings {
    pub(super) source: ToolSource,
    pub(super) access: HostPolicy,
    pub(super) tokens: Vec<SecretString>,
    pub(super) limits: Limits,
    pub(super) max_message_bytes: usize,
}

impl Endpoint {
    pub(super) fn new(shared: Arc<Shared>, settings: EndpointSettings) -> Self {
        // The endpoint checks the host, the origin and the length itself.
        let config = StreamableHttpServerConfig::default()
            .disable_allowed_hosts()
            .disable_allowed_origins()
            .with_max_request_body_bytes(usize::MAX);
        let slots = Arc::new(Slots::new(settings.limits));
        let sessions = Arc::new(Sessions::new(Arc::clone(&slots)));
        let handlers = Arc::clone(&shared);
        let service = StreamableHttpService::new(
            move || Ok(Handler::new(&handlers, Identity::default(), None)),
            Arc::clone(&sessions),
            config,
        );
        Self {
            clients: Clients::new(&shared.counts, Arc::clone(&slots)),
            shared,
            settings,
            slots,
            sessions,
            service,
        }
    }

    /// Returns the response to a request.
    pub(super) async fn handle(&self, request: Request<Body>) -> Response {
        let (parts, body) = request.into_parts();
        let origin = match self.settings.access.check(&parts.uri, &parts.headers) {
            Ok(origin) => origin,
            Err(denied) => {
                body::drain(body, self.settings.max_message_bytes).await;
                return forbidden(denied);
            }
        };
        let mut response = if access::is_preflight(&parts.method, &parts.headers) {
            let headers = access::preflight(&parts.headers);
            (StatusCode::NO_CONTENT, headers).into_response()
        } else {
            self.sessions.close_expired_now_and_then().await;
            match self.authenticate(&parts).await {
                Ok(authenticated) => self
                    .serve(parts, body, authenticated)
                    .await
                    .unwrap_or_else(|refused| *refused.0),
                Err(refused) => {
                    body::drain(body, self.settings.max_message_bytes).await;
                    *refused.0
                }
            }
        };
        access::expose(response.headers_mut(), origin);
        response
    }

    /// Returns the tools of a request, and its credentials.
    ///
    /// # Errors
    ///
    /// The request is refused; the error is the response. A session of another client is not found.
    async fn authenticate(&self, parts: &Parts) -> Result<(Requester, Credentials), Refused> {
        let headers = &parts.headers;
        let is_checked = self.is_authorized(headers)?;
        let source = &self.settings.source;
        let toolbox = source.toolbox(parts).await.map_err(Refused)?;
        let made = source.is_per_request().then_some(&toolbox);
        let credentials = Credentials::new(parts, made, is_checked);
        if parts.method == Method::POST && !is_json(headers) {
            let message = "Content-Type must be application/json";
            return Err(invalid(StatusCode::UNSUPPORTED_MEDIA_TYPE, message).into());
        }
        if let Some(id) = session_id(headers)?
            && self.slots.is_foreign(&id, &credentials.owner)
        {
            let message = "the session is not found; open another one";
            return Err(invalid(StatusCode::NOT_FOUND, message).into());
        }
        let is_known = credentials.owner.is_known && (is_checked || source.is_per_request());
        let requester = Requester {
            toolbox,
            principal: principal(parts).map(str::to_owned),
            owner: credentials.owner,
            label: is_known.then(|| credentials.label.clone()),
        };
        Ok((requester, credentials))
    }

    /// Returns the response to a request of a client.
    ///
    /// # Errors
    ///
    /// The request is refused; the error is the response.
    async fn serve(
        &self,
        mut parts: Parts,
        body: Body,
        (requester, credentials): (Requester, Credentials),
    ) -> Result<Response, Refused> {
        if parts.method == Method::POST {
            parts.extensions.insert(requester);
            return self.post(parts, body, &credentials).await;
        }
        let request = Request::from_parts(parts, body);
        Ok(self.forward(request).await)
    }

    /// Closes the sessions that are expired, now and then.
    pub(super) async fn close_expired(&self, interval: Duration) {
        loop {
            tokio::time::sleep(interval).await;
            self.sessions.close_expired().await;
        }
    }

    /// Returns the response to a message, or to a batch of messages.
    ///
    /// # Errors
    ///
    /// The message is refused; the error is the response.
    async fn post(
        &self,
        mut parts: Parts,
        body: Body,
        credentials: &Credentials,
    ) -> Result<Response, Refused> {
        parts.extensions.insert(AmbientSpan::current());
        let body = body::read(body, self.settings.max_message_bytes).await?;
        if !takes_batches(&parts.headers) {
            return self.message(parts, body, credentials).await;
        }
        let messages = match Incoming::batch(&body) {
            Ok(Some(messages)) => messages,
            Ok(None) => return self.message(parts, body, credentials).await,
            Err(rejection) => return Err(rejected(&parts.headers, &rejection).into()),
        };
        parts.headers.remove(header::CONTENT_LENGTH);
        let mut replies = Vec::new();
        for message in messages {
            let body = Bytes::from(message.to_string());
            let response = self.message(parts.clone(), body, credentials).await;
            let id = message.get("id").cloned().unwrap_or_default();
            replies.push(batch::Reply::new(id, response));
        }
        Ok(batch::join(replies).await)
    }

    /// Returns the response to one message.
    ///
    /// # Errors
    ///
    /// The message is refused; the error is the response.
    async fn message(
        &self,
        mut parts: Parts,
        body: Bytes,
        credentials: &Credentials,
    ) -> Result<Response, Refused> {
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
        self.admit(&mut parts, &incoming)?;
        self.name_client(&mut parts, &incoming, credentials).await?;
        let lists_tools = incoming.method() == Some("tools/list");
        let requester = parts.extensions.get::<Requester>();
        let toolbox = requester.filter(|_| lists_tools);
        let listing = toolbox.map(|requester| self.shared.listings.of(&requester.toolbox));
        let body = if incoming.is_changed {
            parts.headers.remove(header::CONTENT_LENGTH);
            Body::from(incoming.json.to_string())
        } else {
            Body::from(body)
        };
        let request = Request::from_parts(parts, body);
        let response = self.forward(request).await;
        Ok(match listing {
            Some(listing) => order(response, &listing).await,
            None => response,
        })
    }

    /// Lets rmcp serve a request.
    async fn forward(&self, request: Request<Body>) -> Response {
        explained(self.service.handle(request).await.map(Body::new)).await
    }

    /// Adds a request to those of its session that have no response yet.
    ///
    /// # Errors
    ///
    /// A request with the same identifier is among them; the error is the response.
    fn admit(&self, parts: &mut Parts, incoming: &Incoming) -> Result<(), Refused> {
        let Some(id) = session_id(&parts.headers)? else {
            return Ok(());
        };
        if is_modern(&parts.headers, incoming) {
            return Ok(());
        }
        let admitted = self.sessions.admit(&id, incoming);
        let admitted = admitted.map_err(|rejection| rejected(&parts.headers, &rejection))?;
        if let Some(admission) = admitted {
            parts.extensions.insert(admission);
        }
        Ok(())
    }

    /// Adds the slot of a new session, or the client of a request without a session.
    ///
    /// # Errors
    ///
    /// The server is at its client limit; the error is the response.
    async fn name_client(
        &self,
        parts: &mut Parts,
        incoming: &Incoming,
        credentials: &Credentials,
    ) -> Result<(), Refused> {
        let full = |full: Full| Refused::from(unavailable(incoming, &full));
        match incoming.method() {
            Some("initialize") if !parts.headers.contains_key(SESSION_ID) => {
                self.sessions.close_expired().await;
                let reservation = self.slots.reserve(credentials.owner).map_err(full)?;
                parts.extensions.insert(ReservedSlot::new(reservation));
            }
            Some("tools/call") if is_modern(&parts.headers, incoming) => {
                let client =
                    |parts: &Parts| self.clients.client(parts, credentials, &incoming.meta());
                let mut named = client(parts);
                if named.is_err() {
                    self.sessions.close_expired().await;
                    named = client(parts);
                }
                parts.extensions.insert(named.map_err(full)?);
            }
            _ => {}
        }
        Ok(())
    }

    /// Returns `true` if the server has checked the token of a request, and `false` if it requires none.
    ///
    /// # Errors
    ///
    /// The token is missing or wrong; the error is the response.
    fn is_authorized(&self, headers: &HeaderMap) -> Result<bool, Refused> {
        let tokens = &self.settings.tokens;
        if tokens.is_empty() {
            return Ok(false);
        }
        let given = Authorization::read(headers).filter(|given| given.has_scheme(BEARER));
        let given = given
            .map(|given| given.credentials)
            .filter(|given| !given.is_empty());
        // Every token is compared, so that the time does not depend on which one matches.
        let is_authorized = tokens.iter().fold(false, |is_authorized, token| {
            let expected = token.expose_secret().as_bytes();
            given.is_some_and(|given| is_same(given, expected)) | is_authorized
        });
        if is_authorized {
            return Ok(true);
        }
        let challenge = [(header::WWW_AUTHENTICATE, BEARER)];
        Err((StatusCode::UNAUTHORIZED, challenge).into_response().into())
    }
}

/// Gives listed tools the order of their author, which the types of rmcp do not keep.
async fn order(response: Response, listing: &Listing) -> Response {
    let (mut parts, body) = response.into_parts();
    let Ok(body) = axum::body::to_bytes(body, usize::MAX).await else {
        return StatusCode::INTERNAL_SERVER_ERROR.into_response();
    };
    let text = String::from_utf8_lossy(&body);
    let order = |json: &str| {
        let message: Json = serde_json::from_str(json).ok()?;
        Some(listing.pages.to_text(message))
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
/// The header cannot be read, or occurs twice: rmcp would ignore it.
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
