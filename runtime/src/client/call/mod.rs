//! One call, with its options.

pub(super) mod prepared_call;

use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;
use std::{fmt, mem};

use http::HeaderValue;

use self::prepared_call::{PreparedCall, debug, set, set_context};
use super::download::Download;
use super::options::Upload;
use super::retry_policy::RetryPolicy;
use crate::clock::boxed;
use crate::codec::{Json, Value};
use crate::context::CallContext;
use crate::error::Error;
use crate::http::{Body, ReadFn, Response, read_json, read_json_result, read_record, read_result};

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

    /// Sets the idempotency key of this call: the server carries out calls with the same key only once.
    /// By default, a write that may be retried gets a random key.
    pub fn idempotency_key(mut self, key: impl Into<String>) -> Self {
        set(&mut self.prepared, |options| {
            options.idempotency_key = Some(key.into());
        });
        self
    }

    /// Sets the context of this call. An [`idempotency_key`](Self::idempotency_key) of the call overrides the one
    /// in the context.
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

    /// Replaces the JSON body with this body, and asks Truto to pass it on unchanged
    /// (`truto_body_passthrough`).
    ///
    /// Bytes are sent with every attempt. A stream can be sent only once, so its call has one
    /// attempt. A content type that is not a valid header value, or a tool without a body, is an
    /// [`Error::Config`] when the call is awaited.
    pub fn upload(self, content_type: &str, body: impl Into<Body>) -> Self {
        let Ok(content_type) = HeaderValue::from_str(content_type) else {
            let refuse = |prepared: PreparedCall| {
                let message = "the content type is not a valid header value";
                Err(Error::unfit(prepared.tool(), message).in_context(prepared.context()))
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
        prepared.options_mut().accepts_any_type = true;
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
    call.is_ok_and(PreparedCall::is_custom)
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tests::shop::{Client, GetProject};
    use crate::transport::MemoryTransport;

    /// The size up to which most allocators, such as that of glibc, keep freed memory of a thread at
    /// hand. For more than that, glibc merges free blocks first.
    const MAX_SMALL_SIZE: usize = 1032;

    #[test]
    fn futures_of_a_call_fit_small_allocations() {
        let client = Client::builder()
            .token("s3cr3t-canary")
            .account("acc_551")
            .transport(MemoryTransport::script([]))
            .build()
            .unwrap();
        let mut call = client.projects().get(GetProject::new("prj_1"));
        let prepared = call.prepared.as_ref().unwrap();
        let mut exchange = prepared.start(None).unwrap();
        let attempts = exchange.size_of_attempts();
        drop(exchange);
        let sent = size_of_val(&*send(&mut call.prepared, call.read));
        assert!(
            sent <= MAX_SMALL_SIZE && attempts <= MAX_SMALL_SIZE,
            "{sent} bytes of a call, {attempts} bytes of its attempts"
        );
    }
}
