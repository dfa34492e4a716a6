//! The request that each attempt of a call sends.

use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, Method, Uri, header};

use crate::client::options::CallOptions;
use crate::client::retry_policy::RetryPolicy;
use crate::client::shared::Shared;
use crate::client::token::Credentials;
use crate::client::tool_call::ToolCall;
use crate::context::{IdempotencyKey, TraceContext};
use crate::error::{Error, TransportError, TransportErrorKind};
use crate::http::{Body, RequestParts};
use crate::redactor::SecretFields;
use crate::tools::Effect;

const IDEMPOTENCY_KEY: HeaderName = HeaderName::from_static("idempotency-key");

const TRACEPARENT: HeaderName = HeaderName::from_static("traceparent");

const TRACESTATE: HeaderName = HeaderName::from_static("tracestate");

const JSON: HeaderValue = HeaderValue::from_static("application/json");

/// Creates the headers of every request, except a token that changes.
pub(in crate::client) fn headers(credentials: &Credentials, user_agent: HeaderValue) -> HeaderMap {
    let mut headers = HeaderMap::new();
    headers.insert(header::ACCEPT, JSON);
    headers.insert(header::USER_AGENT, user_agent);
    if let Credentials::Fixed(token) = credentials {
        headers.insert(header::AUTHORIZATION, token.header());
    }
    headers
}

/// Adds the headers of a trace.
fn add_trace(headers: &mut HeaderMap, trace: &TraceContext) {
    let values = [
        (TRACEPARENT, Some(trace.parent())),
        (TRACESTATE, trace.state()),
    ];
    for (name, value) in values {
        if let Some(value) = value.and_then(|value| HeaderValue::from_str(value).ok()) {
            headers.insert(name, value);
        }
    }
}

/// The request that all attempts of a call send, except the headers of the client.
pub(in crate::client) struct RequestTemplate {
    method: Method,
    uri: Uri,
    key: Option<HeaderValue>,
    trace: Option<TraceContext>,
    /// JSON, if the request has a body.
    body: Option<Bytes>,
}

impl RequestTemplate {
    /// Returns `true` if the request has an idempotency key, so that it can be repeated safely.
    pub(in crate::client) fn has_key(&self) -> bool {
        self.key.is_some()
    }

    pub(in crate::client) fn method(&self) -> &Method {
        &self.method
    }

    /// Returns the trace of the call's context.
    pub(in crate::client) fn trace(&self) -> Option<&TraceContext> {
        self.trace.as_ref()
    }
}

impl Shared {
    /// Creates the request of a call.
    pub(in crate::client) fn template(
        &self,
        call: &ToolCall,
        parts: RequestParts,
        options: &CallOptions,
    ) -> Result<RequestTemplate, Error> {
        let spec = call.spec;
        let key = self.idempotency_key(call, options)?;
        let joined = self.base_url.join(parts.path_and_query);
        let uri = joined.map_err(|error| Error::Transport {
            tool: spec.name,
            source: TransportError::new(
                TransportErrorKind::UrlTooLong,
                "the request cannot be sent: its arguments make its URL too long",
            )
            .with_source(error),
            attempt_count: 0,
            attempts: Vec::new(),
            context: None,
        })?;
        Ok(RequestTemplate {
            method: parts.method,
            uri,
            key,
            trace: call
                .context
                .as_ref()
                .and_then(|context| context.trace.clone()),
            body: parts.body,
        })
    }

    /// Builds the request of one attempt, with a token that changes and the trace of the attempt.
    pub(in crate::client) fn request(
        &self,
        template: &RequestTemplate,
        options: &CallOptions,
        (token, trace): (Option<HeaderValue>, Option<&TraceContext>),
    ) -> Result<http::Request<Body>, TransportError> {
        let (body, content_type) = match (&options.upload, &template.body) {
            (Some(upload), _) => (upload.take_body()?, Some(upload.content_type.clone())),
            (None, Some(body)) => (Body::from(body.clone()), Some(JSON)),
            (None, None) => (Body::default(), None),
        };
        let mut request = http::Request::new(body);
        *request.method_mut() = template.method.clone();
        *request.uri_mut() = template.uri.clone();
        let headers = request.headers_mut();
        headers.clone_from(&self.headers);
        if let Some(token) = token {
            headers.insert(header::AUTHORIZATION, token);
        }
        if options.accepts_any_type {
            headers.insert(header::ACCEPT, HeaderValue::from_static("*/*"));
        }
        if let Some(content_type) = content_type {
            headers.insert(header::CONTENT_TYPE, content_type);
        }
        if let Some(key) = &template.key {
            headers.insert(IDEMPOTENCY_KEY, key.clone());
        }
        if let Some(trace) = trace {
            add_trace(headers, trace);
        }
        if !self.catalog.secrets.is_empty() {
            // For a recorder among the layers of the transport.
            request
                .extensions_mut()
                .insert(SecretFields(self.catalog.secrets));
        }
        Ok(request)
    }

    /// Returns the retry policy of a call.
    pub(in crate::client) fn retry(&self, options: &CallOptions) -> RetryPolicy {
        if options.is_sent_once() {
            RetryPolicy::never()
        } else {
            options.retry.unwrap_or(self.retry)
        }
    }

    /// Returns the idempotency key of a call: the configured one, for a write that of its context, or a
    /// random one for a write that may be retried.
    fn idempotency_key(
        &self,
        call: &ToolCall,
        options: &CallOptions,
    ) -> Result<Option<HeaderValue>, Error> {
        let spec = call.spec;
        let is_write = spec.effect != Effect::Reads;
        let context = call.context.as_ref().filter(|_| is_write);
        let key = context.and_then(|context| context.idempotency_key.as_ref());
        match &options.idempotency_key {
            // Servers ignore an empty key, so a retry would be a second write.
            Some(key) if key.trim().is_empty() => Err(Error::unfit(
                spec.name,
                "the idempotency key is empty: set one, or leave it out to get a random one",
            )),
            Some(key) => HeaderValue::from_str(key).map(Some).map_err(|_| {
                let message = "the idempotency key is not a valid header value";
                Error::unfit(spec.name, message)
            }),
            None if key.is_some() => Ok(key.and_then(IdempotencyKey::header)),
            None if is_write && self.retry(options).is_on() => {
                let (high, low) = (self.randomness.random(), self.randomness.random());
                Ok(HeaderValue::from_str(&format!("{high:016x}{low:016x}")).ok())
            }
            None => Ok(None),
        }
    }
}
