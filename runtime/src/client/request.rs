//! From the arguments of a call to the request that each of its tries sends.

use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, Method, Uri, header};

use super::Shared;
use super::options::Options;
use super::retry_policy::RetryPolicy;
use crate::error::{Error, TransportError, TransportErrorKind};
use crate::http::{Body, Target, Token};
use crate::tools::{Effect, ToolSpec};

const IDEMPOTENCY_KEY: HeaderName = HeaderName::from_static("idempotency-key");

const JSON: HeaderValue = HeaderValue::from_static("application/json");

/// The headers that every request has.
pub(super) fn headers(token: &Token, user_agent: HeaderValue) -> HeaderMap {
    let mut headers = HeaderMap::new();
    headers.insert(header::ACCEPT, JSON);
    headers.insert(header::USER_AGENT, user_agent);
    headers.insert(header::AUTHORIZATION, token.header());
    headers
}

/// What all tries of a call send.
pub(crate) struct Outline {
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
    /// What all tries of a call send to `target`.
    pub(crate) fn outline(
        &self,
        spec: &'static ToolSpec,
        target: Target,
        options: &Options,
    ) -> Result<Outline, Error> {
        let key = self.idempotency_key(spec, options)?;
        let uri = self.base_url.join(target.path_and_query);
        let uri = uri.map_err(|error| Error::Transport {
            tool: spec.name,
            source: TransportError::new(
                TransportErrorKind::Request,
                "the request cannot be sent: its arguments make its address too long",
            )
            .with_source(error),
            attempt_count: 0,
            attempts: Vec::new(),
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
        let (body, content_type) = match (&options.upload, &outline.body) {
            (Some(upload), _) => (upload.take_body()?, Some(upload.content_type.clone())),
            (None, Some(body)) => (Body::from(body.clone()), Some(JSON)),
            (None, None) => (Body::default(), None),
        };
        let mut request = http::Request::new(body);
        *request.method_mut() = outline.method.clone();
        *request.uri_mut() = outline.uri.clone();
        let headers = request.headers_mut();
        headers.clone_from(&self.headers);
        if options.is_any_type_welcome {
            headers.insert(header::ACCEPT, HeaderValue::from_static("*/*"));
        }
        if let Some(content_type) = content_type {
            headers.insert(header::CONTENT_TYPE, content_type);
        }
        if let Some(key) = &outline.key {
            headers.insert(IDEMPOTENCY_KEY, key.clone());
        }
        Ok(request)
    }

    /// When a call is attempts again.
    pub(super) fn retry(&self, options: &Options) -> RetryPolicy {
        if options.is_sent_once() {
            RetryPolicy::never()
        } else {
            options.retry.unwrap_or(self.retry)
        }
    }

    /// The key that a write carries: the one given, or a fresh one if it may be attempts again.
    fn idempotency_key(
        &self,
        spec: &'static ToolSpec,
        options: &Options,
    ) -> Result<Option<HeaderValue>, Error> {
        let is_write = spec.effect != Effect::Reads;
        match &options.idempotency_key {
            // A server ignores a key that is empty, so that a second try would be a second write.
            Some(key) if key.trim().is_empty() => Err(Error::unfit(
                spec.name,
                "the idempotency key is empty: give one, or leave it out and one is made",
            )),
            Some(key) => HeaderValue::from_str(key).map(Some).map_err(|_| {
                let message = "the idempotency key cannot stand in a header";
                Error::unfit(spec.name, message)
            }),
            None if is_write && self.retry(options).is_on() => {
                let (high, low) = (self.randomness.random(), self.randomness.random());
                Ok(HeaderValue::from_str(&format!("{high:016x}{low:016x}")).ok())
            }
            None => Ok(None),
        }
    }
}
