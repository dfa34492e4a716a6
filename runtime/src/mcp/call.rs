//! A call of a tool.

use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;
use std::{fmt, mem};

use super::exchange::{CallResult, Shared, exchange};
use super::failure::FailedExchange;
use super::result::ToolResult;
use crate::client::CallFuture;
use crate::client::observe::{Observation, ToolKind};
use crate::client::tool_call::ToolCall;
use crate::codec::{Json, parse_json};
use crate::context::CallContext;
use crate::error::{Error, ToolError};
use crate::interrupt::NEVER;
use crate::rate_limit::RateLimitHeaders;

/// A call of a server's tool: a future that sends nothing until it is awaited.
///
/// Invalid arguments are reported when it is awaited, and nothing is sent. Dropping the call cancels
/// it.
#[must_use = "nothing is sent until the call is awaited"]
pub struct McpCall<T> {
    shared: Shared,
    prepared: Result<ToolCall, Error>,
    timeout: Duration,
    reported_failure: ReportedFailure,
    /// The call after it was first polled.
    sent: Option<CallFuture<ToolResult<T>>>,
}

/// The treatment of a result in which the tool reports failure.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum ReportedFailure {
    /// It is an error.
    Error,
    /// It is returned as a result.
    Result,
}

impl<T> McpCall<T> {
    pub(super) fn new(shared: Shared, prepared: Result<ToolCall, Error>) -> Self {
        Self {
            timeout: shared.timeout,
            shared,
            prepared,
            reported_failure: ReportedFailure::Error,
            sent: None,
        }
    }

    /// Sets the timeout of this call, waits for the rate limit included. The default is that of the
    /// client.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = timeout;
        self
    }

    /// Sets the context of this call, for its spans and its errors. The server gets its trace alone.
    pub fn context(mut self, context: CallContext) -> Self {
        ToolCall::set_context(&mut self.prepared, context);
        self
    }

    /// Returns the same call, which also returns results in which the tool reports failure.
    pub fn raw(self) -> McpCall<Json> {
        let prepared = match self.sent {
            None => self.prepared,
            Some(_) => Err(Error::config("the call was already sent")),
        };
        McpCall {
            shared: self.shared,
            prepared,
            timeout: self.timeout,
            reported_failure: ReportedFailure::Result,
            sent: None,
        }
    }
}

impl<T: 'static> Future for McpCall<T> {
    type Output = Result<ToolResult<T>, Error>;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let call = self.get_mut();
        let sent = call.sent.get_or_insert_with(|| {
            let prepared = mem::replace(&mut call.prepared, Err(Error::config("")));
            let shared = call.shared.clone();
            Box::pin(send(shared, prepared, call.timeout, call.reported_failure))
        });
        sent.as_mut().poll(context)
    }
}

async fn send<T>(
    shared: Shared,
    prepared: Result<ToolCall, Error>,
    timeout: Duration,
    reported_failure: ReportedFailure,
) -> Result<ToolResult<T>, Error> {
    let call = prepared?;
    let mut observation = Observation::begin(shared.catalog, &call, ToolKind::Extension);
    let exchanged = exchange(&shared, &call, timeout, &mut observation).await;
    let attempts = observation.attempts();
    let outcome = exchanged.and_then(|result| {
        read(
            &shared,
            call.spec.name,
            &result,
            (attempts, reported_failure),
        )
    });
    let outcome = outcome.map_err(|error| error.in_context(call.context.as_deref()));
    observation.end(outcome.as_ref().err());
    outcome
}

/// Reads a result.
fn read<T>(
    shared: &Shared,
    tool: &'static str,
    result: &CallResult,
    (attempt_count, reported_failure): (u32, ReportedFailure),
) -> Result<ToolResult<T>, Error> {
    let CallResult { text, status } = result;
    let scrubber = shared.scrubber();
    let json = parse_json(text.as_bytes(), &NEVER).ok();
    let read = json
        .as_ref()
        .and_then(|json| ToolResult::read(tool, json, scrubber.clone()));
    let (Some(mut json), Some(read)) = (json, read) else {
        let failed = FailedExchange {
            tool,
            scrubber: &scrubber,
            attempt_count,
            status: *status,
            limit: RateLimitHeaders::default(),
        };
        let message = format!("the response is not the result of a tool: {text}");
        return Err(failed.unreadable(message, text));
    };
    if read.is_error && reported_failure == ReportedFailure::Error {
        scrubber.json(&mut json);
        let message = scrubber.string(read.failure());
        let error = ToolError::of_result(tool, message, json);
        return Err(Error::Tool(Box::new(error)));
    }
    Ok(read)
}

impl<T> fmt::Debug for McpCall<T> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut printed = formatter.debug_struct("McpCall");
        match &self.prepared {
            Ok(call) => printed.field("tool", &call.spec.name),
            Err(error) => printed.field("error", error),
        };
        printed
            .field("timeout", &self.timeout)
            .finish_non_exhaustive()
    }
}
