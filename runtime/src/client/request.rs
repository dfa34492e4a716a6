//! From the arguments of a call to the request that each of its tries sends.

use bytes::Bytes;
use http::{HeaderName, HeaderValue, Method, Uri, header};

use super::{Options, Shared};
use crate::error::{Error, TransportError, TransportErrorKind};
use crate::retry::Retry;
use crate::tool::{Effect, ToolSpec};
use crate::transport::Body;
use crate::uri::Target;

const IDEMPOTENCY_KEY: HeaderName = HeaderName::from_static("idempotency-key");

/// The most headers that a request has.
const HEADERS: usize = 5;

/// What all tries of a call send.
pub(super) struct Outline {
    method: Method,
    uri: Uri,
    key: Option<HeaderValue>,
    /// JSON, if the request has a body at all.
    body: Option<Bytes>,
}

impl Outline {
    /// Whether the server carries several tries out once.
    pub(super) fn has_key(&self) -> bool {
        self.key.is_some()
    }
}

impl Shared {
    /// What a call sends.
    pub(super) fn outline(
        &self,
        spec: &'static ToolSpec,
        target: Target,
        key: Option<HeaderValue>,
    ) -> Result<Outline, Error> {
        let uri = self.base_url.join(&target.path_and_query);
        let uri = Uri::from_maybe_shared(uri).map_err(|error| Error::Transport {
            tool: spec.name,
            source: TransportError::new(
                TransportErrorKind::Request,
                "the request cannot be sent: its arguments make its address too long",
            )
            .with_source(error),
            attempts: 0,
            tried: Vec::new(),
        })?;
        Ok(Outline {
            method: target.method,
            uri,
            key,
            body: target.body,
        })
    }

    /// The request of one try.
    pub(super) fn request(
        &self,
        outline: &Outline,
        options: &Options,
    ) -> Result<http::Request<Body>, TransportError> {
        let json = HeaderValue::from_static("application/json");
        let (body, content_type) = match (&options.upload, &outline.body) {
            (Some(upload), _) => (upload.take_body()?, Some(upload.content_type.clone())),
            (None, Some(body)) => (Body::from(body.clone()), Some(json.clone())),
            (None, None) => (Body::default(), None),
        };
        let accept = if options.is_any_type_welcome {
            HeaderValue::from_static("*/*")
        } else {
            json
        };
        let mut request = http::Request::new(body);
        *request.method_mut() = outline.method.clone();
        *request.uri_mut() = outline.uri.clone();
        let headers = request.headers_mut();
        headers.reserve(HEADERS);
        headers.insert(header::ACCEPT, accept);
        headers.insert(header::USER_AGENT, self.user_agent.clone());
        headers.insert(header::AUTHORIZATION, self.token.header());
        if let Some(content_type) = content_type {
            headers.insert(header::CONTENT_TYPE, content_type);
        }
        if let Some(key) = &outline.key {
            headers.insert(IDEMPOTENCY_KEY, key.clone());
        }
        Ok(request)
    }

    /// The key that a write carries: the one given, or a fresh one if it may be tried again.
    pub(super) fn idempotency_key(
        &self,
        spec: &'static ToolSpec,
        retry: Retry,
        options: &Options,
    ) -> Result<Option<HeaderValue>, Error> {
        let is_write = spec.effect != Effect::Reads;
        match &options.idempotency_key {
            // A server ignores a key that is empty, so that a second try would be a second write.
            Some(key) if key.trim().is_empty() => {
                let name = spec.name;
                Err(Error::config(format!(
                    "{name}: the idempotency key is empty"
                )))
            }
            Some(key) => HeaderValue::from_str(key).map(Some).map_err(|_| {
                let name = spec.name;
                Error::config(format!(
                    "{name}: the idempotency key cannot stand in a header"
                ))
            }),
            None if is_write && retry.is_on() => {
                let (high, low) = (self.clock.random(), self.clock.random());
                Ok(HeaderValue::from_str(&format!("{high:016x}{low:016x}")).ok())
            }
            None => Ok(None),
        }
    }
}
