//! A call of a tool.

use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;
use std::{fmt, mem};

use toolsmith_mcp::Session;
use tracing::Instrument;

use super::failure::failure;
use super::result::ToolResult;
use crate::client::tool_call::ToolCall;
use crate::codec::Json;
use crate::error::{Error, ToolError};
use crate::scrubber::Scrubber;

/// The default timeout of a call.
const DEFAULT_TIMEOUT: Duration = Duration::from_secs(120);

/// A call of a server's tool: a future that sends nothing until it is awaited.
///
/// Invalid arguments are reported when it is awaited, and nothing is sent. Dropping the call cancels
/// it.
#[must_use = "nothing is sent until the call is awaited"]
pub struct Call<T> {
    session: Session,
    scrubber: Scrubber,
    prepared: Result<ToolCall, Error>,
    timeout: Duration,
    reported_failure: ReportedFailure,
    /// The call after it was first polled.
    sent: Option<CallFuture<T>>,
}

/// The treatment of a result in which the tool reports failure.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum ReportedFailure {
    /// It is an error.
    Error,
    /// It is returned as a result.
    Result,
}

/// The future of a call.
pub type CallFuture<T> = Pin<Box<dyn Future<Output = Result<ToolResult<T>, Error>> + Send>>;

impl<T> Call<T> {
    pub(super) fn new(
        session: Session,
        scrubber: Scrubber,
        prepared: Result<ToolCall, Error>,
    ) -> Self {
        Self {
            session,
            scrubber,
            prepared,
            timeout: DEFAULT_TIMEOUT,
            reported_failure: ReportedFailure::Error,
            sent: None,
        }
    }

    /// Sets the timeout of this call. The default is two minutes.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = timeout;
        self
    }

    /// Returns the same call, which also returns results in which the tool reports failure.
    pub fn raw(self) -> Call<Json> {
        let prepared = match self.sent {
            None => self.prepared,
            Some(_) => Err(Error::config("the call was already sent")),
        };
        Call {
            session: self.session,
            scrubber: self.scrubber,
            prepared,
            timeout: self.timeout,
            reported_failure: ReportedFailure::Result,
            sent: None,
        }
    }
}

impl<T: 'static> Future for Call<T> {
    type Output = Result<ToolResult<T>, Error>;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let call = self.get_mut();
        let sent = call.sent.get_or_insert_with(|| {
            let prepared = mem::replace(&mut call.prepared, Err(Error::config("")));
            let session = call.session.clone();
            let scrubber = call.scrubber.clone();
            Box::pin(send(
                session,
                scrubber,
                prepared,
                call.timeout,
                call.reported_failure,
            ))
        });
        sent.as_mut().poll(context)
    }
}

async fn send<T>(
    session: Session,
    scrubber: Scrubber,
    prepared: Result<ToolCall, Error>,
    timeout: Duration,
    reported_failure: ReportedFailure,
) -> Result<ToolResult<T>, Error> {
    let call = prepared?;
    let span = call.span();
    let ToolCall { spec, arguments } = call;
    let arguments = match arguments {
        Json::Object(arguments) => Some(arguments),
        Json::Null => None,
        other => {
            let message = format!("the arguments of an MCP tool must be an object, not {other}");
            return Err(Error::unfit(spec.name, message));
        }
    };
    let calling = session.call_tool(spec.name, arguments);
    let called = tokio::time::timeout(timeout, calling.instrument(span)).await;
    let called = called.map_err(|_| Error::timed_out(spec.name, timeout))?;
    let raw = called.map_err(|error| failure(spec.name, &scrubber, error))?;
    let (result, mut json) = ToolResult::read(spec.name, raw, scrubber);
    if result.is_error && reported_failure == ReportedFailure::Error {
        result.scrubber().json(&mut json);
        let message = result.scrubber().string(result.text());
        let error = ToolError::of_result(spec.name, message, json);
        return Err(Error::Tool(Box::new(error)));
    }
    Ok(result)
}

impl<T> fmt::Debug for Call<T> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut printed = formatter.debug_struct("Call");
        match &self.prepared {
            Ok(call) => printed.field("tool", &call.spec.name),
            Err(error) => printed.field("error", error),
        };
        printed
            .field("timeout", &self.timeout)
            .finish_non_exhaustive()
    }
}
