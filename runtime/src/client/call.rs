//! One call, with its options.

use std::fmt;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use http::HeaderValue;

use super::download::Download;
use super::exchange::Exchange;
use super::options::{CallOptions, Upload};
use super::request::RequestTemplate;
use super::retry_policy::RetryPolicy;
use super::shared::Shared;
use super::tool_call::{ToolCall, refused};
use crate::clock::boxed;
use crate::codec::{self, Object, Value};
use crate::error::Error;
use crate::http::{Body, CURSOR, RequestParts, Response, read_record, read_result};
use crate::tools::ToolSpec;

/// One call of a tool. Nothing is sent until it is awaited.
///
/// Invalid arguments are detected before anything is sent, and are reported when the call is
/// awaited. Dropping the future cancels the call.
#[must_use = "nothing is sent until the call is awaited"]
pub struct Call<T> {
    prepared: Result<PreparedCall, Error>,
    read: fn(&Response) -> Result<T, Error>,
}

/// A future that resolves to the result of a call.
pub type CallFuture<T> = Pin<Box<dyn Future<Output = Result<T, Error>> + Send>>;

impl<T> Call<T> {
    /// Sets the timeout of this call over all its attempts.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        set(&mut self.prepared, |options| {
            options.timeout = Some(timeout);
        });
        self
    }

    /// Sets the timeout of each attempt of this call.
    pub fn attempt_timeout(mut self, timeout: Duration) -> Self {
        set(&mut self.prepared, |options| {
            options.attempt_timeout = Some(timeout);
        });
        self
    }

    /// Sets the idempotency key of this call: the server carries out calls with the same key once.
    /// By default, a write that may be retried gets a random key.
    pub fn idempotency_key(mut self, key: impl Into<String>) -> Self {
        set(&mut self.prepared, |options| {
            options.idempotency_key = Some(key.into());
        });
        self
    }

    /// Sets the retry policy of this call.
    pub fn retry(mut self, retry: RetryPolicy) -> Self {
        set(&mut self.prepared, |options| options.retry = Some(retry));
        self
    }

    /// Returns the response unchanged, without decoding it.
    pub fn raw(self) -> Call<Response> {
        Call::new_raw(self.prepared)
    }

    /// Sends a body that is not JSON instead of the arguments in the body, and asks Truto to pass
    /// it on unchanged (`truto_body_passthrough`).
    ///
    /// Bytes are sent with every attempt. A stream can be sent only once, so its call has one
    /// attempt. A content type that is not a valid header value, or a tool without a body, is an
    /// [`Error::Config`] when the call is awaited.
    pub fn upload(self, content_type: &str, body: impl Into<Body>) -> Self {
        let Ok(content_type) = HeaderValue::from_str(content_type) else {
            let refuse = |prepared: PreparedCall| {
                let message = "the content type is not a valid header value";
                Err(Error::unfit(prepared.call.spec.name, message))
            };
            return Self {
                prepared: self.prepared.and_then(refuse),
                ..self
            };
        };
        let upload = Box::new(Upload::new(content_type, body.into()));
        let mut call = self;
        set(&mut call.prepared, |options| options.upload = Some(upload));
        call
    }

    /// Sends the call and returns its response, of any content type, before the body is read.
    ///
    /// # Errors
    ///
    /// Returns the errors of the call until the head of the response is received.
    pub async fn download(self) -> Result<Download, Error> {
        let mut prepared = self.prepared?;
        prepared.options.accepts_any_type = true;
        prepared.download().await
    }
}

impl Call<Response> {
    pub(super) fn new_raw(prepared: Result<PreparedCall, Error>) -> Self {
        Self {
            prepared,
            read: |response| Ok(response.clone()),
        }
    }
}

impl<T: Value> Call<T> {
    pub(super) fn new(prepared: Result<PreparedCall, Error>) -> Self {
        let is_custom = prepared
            .as_ref()
            .is_ok_and(|prepared| prepared.call.spec.is_custom());
        let read = if is_custom { read_result } else { read_record };
        Self { prepared, read }
    }
}

impl<T: Send + 'static> IntoFuture for Call<T> {
    type Output = Result<T, Error>;
    type IntoFuture = CallFuture<T>;

    fn into_future(self) -> CallFuture<T> {
        boxed(|| async move {
            match self.prepared {
                // By reference, because a value that is moved here takes space in the future again.
                Ok(ref prepared) => prepared.read(&prepared.send(None).await?, self.read),
                Err(error) => Err(error),
            }
        })
    }
}

impl<T> fmt::Debug for Call<T> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        debug("Call", &self.prepared, formatter)
    }
}

/// A call over HTTP before it is sent.
pub(crate) struct PreparedCall {
    shared: Arc<Shared>,
    call: ToolCall,
    options: CallOptions,
}

impl PreparedCall {
    pub(super) fn new(shared: &Arc<Shared>, call: ToolCall) -> Self {
        Self {
            shared: Arc::clone(shared),
            call,
            options: CallOptions::default(),
        }
    }

    /// Creates a call with the arguments in `request`.
    pub(super) fn from_request<T: Object>(
        shared: &Arc<Shared>,
        spec: &'static ToolSpec,
        request: T,
    ) -> Result<Self, Error> {
        let call = ToolCall::new(spec, codec::encode(request))?;
        Ok(Self::new(shared, call))
    }

    /// Sends the call; for a list, the call of the page at `cursor`.
    pub(super) async fn send(&self, cursor: Option<&str>) -> Result<Response, Error> {
        let template = self.template(cursor)?;
        let mut exchange = Exchange::new(&self.shared, &self.call, &self.options, template);
        exchange.response().await
    }

    /// Reads a response. If it is not what the catalog promises, the error is that of the response
    /// without the token, which a server may echo.
    #[expect(
        clippy::unused_self,
        reason = "only a call that was sent has a response"
    )]
    pub(super) fn read<T>(
        &self,
        response: &Response,
        read: fn(&Response) -> Result<T, Error>,
    ) -> Result<T, Error> {
        read(response).or_else(|error| match response.scrubbed() {
            Some(response) => read(&response),
            None => Err(error),
        })
    }

    /// Returns the cursor among the arguments.
    pub(super) fn first_cursor(&self) -> Option<&str> {
        self.call.arguments.get(CURSOR)?.as_str()
    }

    async fn download(&self) -> Result<Download, Error> {
        let template = self.template(None)?;
        let mut exchange = Exchange::new(&self.shared, &self.call, &self.options, template);
        exchange.download().await
    }

    /// Builds the request that every attempt sends.
    fn template(&self, cursor: Option<&str>) -> Result<RequestTemplate, Error> {
        let ToolCall { spec, arguments } = &self.call;
        let mut parts = RequestParts::build(spec, &self.shared.account, arguments, cursor)
            .map_err(|source| refused(spec, source))?;
        if self.options.upload.is_some() {
            parts
                .pass_body_through()
                .map_err(|()| Error::unfit(spec.name, "this tool has no request body"))?;
        }
        self.shared.template(spec, parts, &self.options)
    }
}

/// Sets an option, unless the call cannot be sent anyway.
pub(super) fn set(prepared: &mut Result<PreparedCall, Error>, set: impl FnOnce(&mut CallOptions)) {
    if let Ok(prepared) = prepared {
        set(&mut prepared.options);
    }
}

pub(super) fn debug(
    name: &str,
    prepared: &Result<PreparedCall, Error>,
    formatter: &mut fmt::Formatter<'_>,
) -> fmt::Result {
    let mut printed = formatter.debug_struct(name);
    match prepared {
        Ok(prepared) => printed
            .field("tool", &prepared.call.spec.name)
            .field("options", &prepared.options),
        Err(error) => printed.field("error", error),
    };
    printed.finish_non_exhaustive()
}
