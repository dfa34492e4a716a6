//! From the arguments of a call to the request that each of its tries sends.

use bytes::Bytes;
use http::{HeaderName, HeaderValue, header};

use super::{Options, Shared};
use crate::error::{Error, TransportError, TransportErrorKind};
use crate::retry::Retry;
use crate::tool::{Effect, ToolSpec};
use crate::uri::Target;

const IDEMPOTENCY_KEY: HeaderName = HeaderName::from_static("idempotency-key");

/// The most headers that a request has.
const HEADERS: usize = 5;

impl Shared {
    /// The request of a call.
    pub(super) fn request(
        &self,
        spec: &'static ToolSpec,
        target: Target,
        options: &Options,
        key: Option<HeaderValue>,
    ) -> Result<http::Request<Bytes>, Error> {
        let accept = if options.is_any_type_welcome {
            HeaderValue::from_static("*/*")
        } else {
            HeaderValue::from_static("application/json")
        };
        let content_type = match &options.upload {
            Some(upload) => Some(upload.content_type.clone()),
            None => target
                .body
                .is_some()
                .then(|| HeaderValue::from_static("application/json")),
        };
        let uri = self.base_url.join(&target.path_and_query).try_into();
        let mut request = http::Request::new(target.body.unwrap_or_default());
        *request.method_mut() = target.method;
        *request.uri_mut() = uri.map_err(|error: http::uri::InvalidUri| Error::Transport {
            tool: spec.name,
            source: TransportError::new(
                TransportErrorKind::Request,
                "the request cannot be sent: its arguments make its address too long",
            )
            .with_source(error),
            attempts: 0,
            tried: Vec::new(),
        })?;
        let headers = request.headers_mut();
        headers.reserve(HEADERS);
        headers.insert(header::ACCEPT, accept);
        headers.insert(header::USER_AGENT, self.user_agent.clone());
        if let Some(token) = self.token.header() {
            headers.insert(header::AUTHORIZATION, token);
        }
        if let Some(content_type) = content_type {
            headers.insert(header::CONTENT_TYPE, content_type);
        }
        if let Some(key) = key {
            headers.insert(IDEMPOTENCY_KEY, key);
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
