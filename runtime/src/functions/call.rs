//! One call of a function.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;
use std::{fmt, mem};

use tracing::{Instrument, Span};

use super::handler::AnyHandler;
use super::panic::CaughtHandler;
use crate::client::CallFuture;
use crate::client::observe::{Observation, ToolKind};
use crate::client::tool_call::ToolCall;
use crate::codec::{Json, Value};
use crate::context::{CallContext, InContext};
use crate::error::{Error, ToolError};
use crate::telemetry;
use crate::tools::CatalogSpec;

/// One call of a function: a future that does nothing until it is awaited.
///
/// Invalid arguments are detected before the function is called, and are reported when the call is
/// awaited. Dropping the call cancels it.
#[must_use = "nothing is called until the call is awaited"]
pub struct FunctionCall<T> {
    catalog: &'static CatalogSpec,
    handler: Arc<dyn AnyHandler>,
    prepared: Result<ToolCall, Error>,
    timeout: Option<Duration>,
    read: fn(&ToolCall, Json) -> Result<T, Error>,
    /// The call after it was first polled.
    running: Option<CallFuture<T>>,
}

impl<T: Value> FunctionCall<T> {
    pub(super) fn new(
        catalog: &'static CatalogSpec,
        handler: Arc<dyn AnyHandler>,
        prepared: Result<ToolCall, Error>,
    ) -> Self {
        Self {
            catalog,
            handler,
            prepared,
            timeout: None,
            read: ToolCall::decode,
            running: None,
        }
    }
}

impl<T> FunctionCall<T> {
    /// Sets the timeout of this call. There is none by default.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = Some(timeout);
        self
    }

    /// Sets the context of this call, which the function gets with [`current`](crate::context::current).
    pub fn context(mut self, context: CallContext) -> Self {
        ToolCall::set_context(&mut self.prepared, context);
        self
    }

    /// Returns the result unchanged, without decoding it.
    pub fn raw(self) -> FunctionCall<Json> {
        let prepared = match self.running {
            None => self.prepared,
            Some(_) => Err(Error::config("the function was already called")),
        };
        FunctionCall {
            catalog: self.catalog,
            handler: self.handler,
            prepared,
            timeout: self.timeout,
            read: |_, result| Ok(result),
            running: None,
        }
    }
}

impl<T: Send + 'static> Future for FunctionCall<T> {
    type Output = Result<T, Error>;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let call = self.get_mut();
        let running = call.running.get_or_insert_with(|| {
            let prepared = mem::replace(&mut call.prepared, Err(Error::config("")));
            let handler = Arc::clone(&call.handler);
            let running = run(handler, prepared, call.timeout, call.read, call.catalog);
            Box::pin(running)
        });
        running.as_mut().poll(context)
    }
}

async fn run<T>(
    handler: Arc<dyn AnyHandler>,
    prepared: Result<ToolCall, Error>,
    timeout: Option<Duration>,
    read: fn(&ToolCall, Json) -> Result<T, Error>,
    catalog: &'static CatalogSpec,
) -> Result<T, Error> {
    let call = prepared?;
    let mut observation = Observation::begin(catalog, &call, ToolKind::Function);
    observation.attempt();
    let running = async {
        handler
            .call_any(call.spec.name, call.arguments.clone())
            .await
    };
    let context = context_inside(call.context.as_ref(), observation.span());
    let running = InContext::new(context, CaughtHandler::new(Box::pin(running)))
        .instrument(observation.span().clone());
    let outcome = match timeout {
        None => Ok(running.await),
        Some(limit) => tokio::time::timeout(limit, running)
            .await
            .map_err(|_| Error::timed_out(call.spec.name, limit)),
    };
    let failed = |source| Error::Tool(Box::new(ToolError::of_handler(call.spec.name, source)));
    let outcome = outcome
        .and_then(|result| result.map_err(failed))
        .and_then(|result| read(&call, result))
        .map_err(|error| error.in_context(call.context.as_deref()));
    observation.end(outcome.as_ref().err());
    outcome
}

/// Returns the context that the function gets: its trace is that of the call's span, if the program knows it.
fn context_inside(context: Option<&Arc<CallContext>>, span: &Span) -> Option<Arc<CallContext>> {
    let given = context.and_then(|context| context.trace.as_ref());
    let trace = telemetry::outgoing(span, given);
    if trace.as_ref() == given {
        return context.cloned();
    }
    let context = context.map(|context| CallContext::clone(context));
    let mut context = context.unwrap_or_default();
    context.trace = trace;
    Some(Arc::new(context))
}

impl<T> fmt::Debug for FunctionCall<T> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut printed = formatter.debug_struct("FunctionCall");
        match &self.prepared {
            Ok(call) => printed.field("tool", &call.spec.name),
            Err(error) => printed.field("error", error),
        };
        printed.finish_non_exhaustive()
    }
}
