//! One call of a function.

use std::fmt;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use tracing::Instrument;

use super::handler::AnyHandler;
use crate::client::tool_call::ToolCall;
use crate::codec::{Json, Value};
use crate::error::{Error, ToolError};

/// One call of a function. Nothing happens until it is awaited.
///
/// Invalid arguments are detected before the function is called, and are reported when the call is
/// awaited. Dropping the future cancels the call.
#[must_use = "nothing is called until the call is awaited"]
pub struct Call<T> {
    handler: Arc<dyn AnyHandler>,
    prepared: Result<ToolCall, Error>,
    timeout: Option<Duration>,
    read: fn(&ToolCall, Json) -> Result<T, Error>,
}

/// A future that resolves to the result of a call.
pub type CallFuture<T> = Pin<Box<dyn Future<Output = Result<T, Error>> + Send>>;

impl<T: Value> Call<T> {
    pub(crate) fn new(handler: Arc<dyn AnyHandler>, prepared: Result<ToolCall, Error>) -> Self {
        Self {
            handler,
            prepared,
            timeout: None,
            read: ToolCall::decode,
        }
    }
}

impl<T> Call<T> {
    /// Sets the timeout of this call. There is none by default.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = Some(timeout);
        self
    }

    /// Returns the result unchanged, without decoding it.
    pub fn raw(self) -> Call<Json> {
        Call {
            handler: self.handler,
            prepared: self.prepared,
            timeout: self.timeout,
            read: |_, result| Ok(result),
        }
    }
}

impl<T: Send + 'static> IntoFuture for Call<T> {
    type Output = Result<T, Error>;
    type IntoFuture = CallFuture<T>;

    fn into_future(self) -> CallFuture<T> {
        Box::pin(async move {
            let call = self.prepared?;
            let tool = call.spec.name;
            let arguments = call.arguments.clone();
            let running = self
                .handler
                .call_any(tool, arguments)
                .instrument(call.span());
            let result = match self.timeout {
                None => running.await,
                Some(limit) => tokio::time::timeout(limit, running)
                    .await
                    .map_err(|_| Error::timed_out(tool, limit))?,
            };
            let failed = |source| Error::Tool(Box::new(ToolError::of_handler(tool, source)));
            (self.read)(&call, result.map_err(failed)?)
        })
    }
}

impl<T> fmt::Debug for Call<T> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut printed = formatter.debug_struct("Call");
        match &self.prepared {
            Ok(call) => printed.field("tool", &call.spec.name),
            Err(error) => printed.field("error", error),
        };
        printed.finish_non_exhaustive()
    }
}
