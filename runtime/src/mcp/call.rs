//! One call of a server's tool.

use std::fmt;
use std::pin::Pin;
use std::time::Duration;

use toolsmith_mcp::Session;
use tracing::Instrument;

use super::failure::failure;
use super::result::ToolResult;
use crate::client::tool_call::ToolCall;
use crate::codec::Json;
use crate::error::{Error, ToolError};

/// How long a call may take unless something else is said.
const TIMEOUT: Duration = Duration::from_secs(120);

/// One call of a server's tool. Nothing is sent until it is awaited.
///
/// Arguments that the tool refuses are found before anything is sent, and come out when it is
/// awaited. Dropping the future gives the call up.
#[must_use = "nothing is sent until the call is awaited"]
pub struct Call<T> {
    session: Session,
    prepared: Result<ToolCall, Error>,
    timeout: Duration,
    failures: Failures,
    kind: std::marker::PhantomData<fn() -> T>,
}

/// What becomes of an answer that says that the tool failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Failures {
    /// It is an error.
    Errors,
    /// It is an answer.
    Answers,
}

/// A future that ends with the result of a call.
pub type CallFuture<T> = Pin<Box<dyn Future<Output = Result<ToolResult<T>, Error>> + Send>>;

impl<T> Call<T> {
    pub(super) fn new(session: Session, prepared: Result<ToolCall, Error>) -> Self {
        Self {
            session,
            prepared,
            timeout: TIMEOUT,
            failures: Failures::Errors,
            kind: std::marker::PhantomData,
        }
    }

    /// How long this call may take: two minutes unless said otherwise.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = timeout;
        self
    }

    /// The same call, which gives an answer also where the tool says that it failed.
    pub fn raw(self) -> Call<Json> {
        Call {
            session: self.session,
            prepared: self.prepared,
            timeout: self.timeout,
            failures: Failures::Answers,
            kind: std::marker::PhantomData,
        }
    }

    async fn send(self) -> Result<ToolResult<T>, Error> {
        let call = self.prepared?;
        let span = call.span();
        let ToolCall { spec, arguments } = call;
        let arguments = match arguments {
            Json::Object(arguments) => Some(arguments),
            Json::Null => None,
            other => {
                let message = format!("an MCP server takes an object, not {other}");
                return Err(Error::unfit(spec.name, message));
            }
        };
        let answering = self.session.call_tool(spec.name, arguments);
        let answer = tokio::time::timeout(self.timeout, answering.instrument(span)).await;
        let answer = answer.map_err(|_| Error::timed_out(spec.name, self.timeout))?;
        let answer = answer.map_err(|error| failure(spec.name, &self.session, error))?;
        let (result, answer) = ToolResult::read(spec.name, answer);
        if result.is_error && self.failures == Failures::Errors {
            let error = ToolError::of_answer(spec.name, result.text(), answer);
            return Err(Error::Tool(Box::new(error)));
        }
        Ok(result)
    }
}

impl<T: 'static> IntoFuture for Call<T> {
    type Output = Result<ToolResult<T>, Error>;
    type IntoFuture = CallFuture<T>;

    fn into_future(self) -> CallFuture<T> {
        Box::pin(self.send())
    }
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
