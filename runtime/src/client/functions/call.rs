//! One call of a function.

use std::fmt;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use tracing::Instrument;

use super::handler::AnyHandler;
use crate::client::toolset::{self, Prepared};
use crate::codec::{Json, Value};
use crate::error::{Error, ToolError};

/// One call of a function. Nothing happens until it is awaited.
///
/// Arguments that the function refuses are found before anything is called, and come out when it
/// is awaited. Dropping the future gives the call up.
#[must_use = "nothing is called until the call is awaited"]
pub struct Call<T> {
    handler: Arc<dyn AnyHandler>,
    prepared: Result<Prepared, Error>,
    timeout: Option<Duration>,
    read: fn(&Prepared, Json) -> Result<T, Error>,
}

/// A future that ends with the result of a call.
pub type CallFuture<T> = Pin<Box<dyn Future<Output = Result<T, Error>> + Send>>;

impl<T: Value> Call<T> {
    pub(crate) fn new(handler: Arc<dyn AnyHandler>, prepared: Result<Prepared, Error>) -> Self {
        Self {
            handler,
            prepared,
            timeout: None,
            read: Prepared::decode,
        }
    }
}

impl<T> Call<T> {
    /// How long this call may take; as long as it needs unless this says otherwise.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = Some(timeout);
        self
    }

    /// The same call, which gives the answer as it came.
    pub fn raw(self) -> Call<Json> {
        Call {
            handler: self.handler,
            prepared: self.prepared,
            timeout: self.timeout,
            read: |_, answer| Ok(answer),
        }
    }
}

impl<T: Send + 'static> IntoFuture for Call<T> {
    type Output = Result<T, Error>;
    type IntoFuture = CallFuture<T>;

    fn into_future(self) -> CallFuture<T> {
        Box::pin(async move {
            let prepared = self.prepared?;
            let tool = prepared.spec.name;
            let span = toolset::call_span(prepared.spec);
            let arguments = prepared.arguments.clone();
            let answering = self.handler.call_any(tool, arguments).instrument(span);
            let answer = match self.timeout {
                None => answering.await,
                Some(limit) => tokio::time::timeout(limit, answering)
                    .await
                    .map_err(|_| Error::timed_out(tool, limit))?,
            };
            let failed = |source| Error::Tool(Box::new(ToolError::of_handler(tool, source)));
            (self.read)(&prepared, answer.map_err(failed)?)
        })
    }
}

impl<T> fmt::Debug for Call<T> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut printed = formatter.debug_struct("Call");
        match &self.prepared {
            Ok(prepared) => printed.field("tool", &prepared.spec.name),
            Err(error) => printed.field("error", error),
        };
        printed.finish_non_exhaustive()
    }
}
