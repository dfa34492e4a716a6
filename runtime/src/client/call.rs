//! One call, with its options.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;
use std::{fmt, mem};

use http::HeaderValue;

use super::account::Account;
use super::download::Download;
use super::exchange::Exchange;
use super::options::{CallOptions, Upload};
use super::reading;
use super::reconnect;
use super::request::RequestTemplate;
use super::retry_policy::RetryPolicy;
use super::tool_call::{ToolCall, refused};
use crate::clock::boxed;
use crate::codec::{self, Json, Object, Value};
use crate::context::CallContext;
use crate::error::Error;
use crate::http::{
    Body, CURSOR, ReadFn, RequestParts, Response, read_json, read_json_result, read_record,
    read_result,
};
use crate::interrupt::NEVER;
use crate::tools::ToolSpec;

/// One call of a tool: a future that sends nothing until it is awaited.
///
/// Invalid arguments are detected before anything is sent, and are reported when the call is
/// awaited. Dropping the call cancels it.
#[must_use = "nothing is sent until the call is awaited"]
pub struct Call<T> {
    prepared: Result<PreparedCall, Error>,
    read: ReadFn<T>,
    /// The call after it was first polled.
    sent: Option<CallFuture<T>>,
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

    /// Sets the context of this call. An [`idempotency_key`](Self::idempotency_key) of the call takes the place
    /// of that in the context.
    ///
    /// ```
    /// use toolsmith_runtime::{CallContext, Client, Error, Json};
    ///
    /// async fn call(client: &Client, arguments: Json) -> Result<Json, Error> {
    ///     let context = CallContext::new().call_id("step-7").principal("the nightly job");
    ///     client.call_tool("rotate_a_key", arguments).context(context).await
    /// }
    /// ```
    pub fn context(mut self, context: CallContext) -> Self {
        set_context(&mut self.prepared, context);
        self
    }

    /// Sets the retry policy of this call.
    pub fn retry(mut self, retry: RetryPolicy) -> Self {
        set(&mut self.prepared, |options| options.retry = Some(retry));
        self
    }

    /// Returns the response unchanged, without decoding it.
    pub fn raw(self) -> Call<Response> {
        Call::new_raw(unsent(self.prepared, self.sent.as_ref()))
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
        let mut prepared = unsent(self.prepared, self.sent.as_ref())?;
        prepared.options.accepts_any_type = true;
        prepared.download().await
    }
}

impl Call<Response> {
    pub(super) fn new_raw(prepared: Result<PreparedCall, Error>) -> Self {
        Self {
            prepared,
            read: |response, _| Ok(response.clone()),
            sent: None,
        }
    }
}

impl<T: Value> Call<T> {
    pub(super) fn new(prepared: Result<PreparedCall, Error>) -> Self {
        let read = if is_custom(&prepared) {
            read_result
        } else {
            read_record
        };
        Self {
            prepared,
            read,
            sent: None,
        }
    }
}

impl Call<Json> {
    /// Creates a call whose response may have any shape.
    pub(super) fn new_json(prepared: Result<PreparedCall, Error>) -> Self {
        let read = if is_custom(&prepared) {
            read_json_result
        } else {
            read_json
        };
        Self {
            prepared,
            read,
            sent: None,
        }
    }
}

fn is_custom(prepared: &Result<PreparedCall, Error>) -> bool {
    let call = prepared.as_ref();
    call.is_ok_and(|prepared| prepared.call.spec.is_custom())
}

impl<T: Send + 'static> Future for Call<T> {
    type Output = Result<T, Error>;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let call = self.get_mut();
        let (prepared, read) = (&mut call.prepared, call.read);
        let sent = call.sent.get_or_insert_with(|| send(prepared, read));
        sent.as_mut().poll(context)
    }
}

/// Takes a call out of `prepared` and sends it.
pub(super) fn send<T: Send + 'static>(
    prepared: &mut Result<PreparedCall, Error>,
    read: ReadFn<T>,
) -> CallFuture<T> {
    let taken = mem::replace(prepared, Err(Error::config("")));
    boxed(|| async move {
        match taken {
            // By reference, because a value that is moved here takes space in the future again.
            Ok(ref prepared) => prepared.call(None, read).await,
            Err(error) => Err(error),
        }
    })
}

/// Returns the prepared call, or an error if it was polled.
pub(super) fn unsent<T>(
    prepared: Result<PreparedCall, Error>,
    sent: Option<&CallFuture<T>>,
) -> Result<PreparedCall, Error> {
    match sent {
        None => prepared,
        Some(_) => Err(Error::config("the call was already sent")),
    }
}

impl<T> fmt::Debug for Call<T> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        debug("Call", &self.prepared, formatter)
    }
}

/// A call over HTTP before it is sent.
pub(crate) struct PreparedCall {
    account: Arc<Account>,
    call: ToolCall,
    options: CallOptions,
}

impl PreparedCall {
    pub(super) fn new(account: &Arc<Account>, call: ToolCall) -> Self {
        Self {
            account: Arc::clone(account),
            call,
            options: CallOptions::default(),
        }
    }

    /// Creates a call with the arguments in `request`.
    pub(super) fn from_request<T: Object>(
        account: &Arc<Account>,
        spec: &'static ToolSpec,
        request: T,
    ) -> Result<Self, Error> {
        let call = ToolCall::new(spec, codec::encode(request))?;
        Ok(Self::new(account, call))
    }

    /// Sends the call and reads its response; for a list, that of the page at `cursor`.
    pub(super) async fn call<T: Send + 'static>(
        &self,
        cursor: Option<&str>,
        read: ReadFn<T>,
    ) -> Result<T, Error> {
        let outcome = self.exchange(cursor, read).await;
        outcome.map_err(|error| error.in_context(self.context()))
    }

    async fn exchange<T: Send + 'static>(
        &self,
        cursor: Option<&str>,
        read: ReadFn<T>,
    ) -> Result<T, Error> {
        let template = self.template(cursor)?;
        let mut exchange = Exchange::new(&self.account, &self.call, &self.options, template);
        let response = match exchange.response().await {
            Ok(response) => response,
            Err(error) => return Err(self.with_link(error, exchange.time_left()).await),
        };
        if reading::is_short(&response) {
            return self.account.shared.read(&response, read, &NEVER);
        }
        let time = exchange.time_left();
        // In its own box, because most calls do not need it.
        let reading = boxed(|| reading::read_long(&self.account.shared, response, read, time));
        let outcome = reading.await;
        outcome.unwrap_or_else(|| Err(exchange.out_of_time_to_read()))
    }

    /// Returns the name of the tool.
    pub(super) fn tool(&self) -> &'static str {
        self.call.spec.name
    }

    /// Returns the context of the call, if it has one.
    pub(super) fn context(&self) -> Option<&CallContext> {
        self.call.context.as_deref()
    }

    /// Returns the cursor among the arguments.
    pub(super) fn first_cursor(&self) -> Option<&str> {
        self.call.arguments.get(CURSOR)?.as_str()
    }

    async fn download(&self) -> Result<Download, Error> {
        let template = self.template(None)?;
        let mut exchange = Exchange::new(&self.account, &self.call, &self.options, template);
        match exchange.download().await {
            Ok(download) => Ok(download),
            Err(error) => {
                let error = self.with_link(error, exchange.time_left()).await;
                Err(error.in_context(self.context()))
            }
        }
    }

    /// Adds a link to the error of an account that has to be reconnected, if the client makes links.
    async fn with_link(&self, error: Error, left: Duration) -> Error {
        // In its own box, because few calls need it.
        boxed(|| reconnect::with_link(&self.account, error, left)).await
    }

    /// Builds the request that every attempt sends.
    fn template(&self, cursor: Option<&str>) -> Result<RequestTemplate, Error> {
        let ToolCall {
            spec, arguments, ..
        } = &self.call;
        let mut parts = RequestParts::build(spec, self.account.id_for(spec)?, arguments, cursor)
            .map_err(|source| refused(spec, source))?;
        if self.options.upload.is_some() {
            parts
                .pass_body_through()
                .map_err(|()| Error::unfit(spec.name, "this tool has no request body"))?;
        }
        self.account
            .shared
            .template(&self.call, parts, &self.options)
    }
}

/// Sets the context, unless the call cannot be sent anyway.
pub(super) fn set_context(prepared: &mut Result<PreparedCall, Error>, context: CallContext) {
    if let Ok(prepared) = prepared {
        prepared.call.context = Some(Arc::new(context));
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
