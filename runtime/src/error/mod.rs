//! What can go wrong with a call.

mod attempt;
mod display;
mod insight;
mod outcome;
mod response;
mod tool;
mod transport;

use std::time::Duration;

use bytes::Bytes;
use http::StatusCode;

pub use crate::codec::{Problem, ProblemKind, RecordError};
pub use attempt::Attempt;
pub use insight::ErrorInsight;
pub use outcome::CallOutcome;
pub use response::{ApiError, DecodeError, DecodeProblem, ErrorBody, RateLimitedError};
pub use tool::ToolError;
pub use transport::{TransportError, TransportErrorKind};

use crate::codec::ArgumentError;
use crate::tools::Effect;

/// Why a call has no result.
///
/// `Display` fits on one line and names the tool and the cause; only
/// [`Arguments`](Self::Arguments) has a line for each problem, written for a model that is to try
/// again.
#[derive(Debug)]
#[non_exhaustive]
pub enum Error {
    /// The client cannot be built or used as it was set up.
    Config {
        /// The tool, if it is a call of it that cannot be made so.
        tool: Option<&'static str>,
        /// What is wrong and what to do about it.
        message: String,
    },
    /// The catalog has no tool of this name.
    UnknownTool {
        /// The name that was called.
        name: String,
        /// The name that was probably meant.
        nearest: Option<&'static str>,
    },
    /// The tool does more than this client may do. Nothing was sent.
    AccessDenied {
        /// The tool.
        tool: &'static str,
        /// What it does.
        effect: Effect,
    },
    /// The tool refuses the arguments. Nothing was sent.
    Arguments {
        /// The tool.
        tool: &'static str,
        /// Every problem, each with its path.
        source: ArgumentError,
    },
    /// The API answered with an error.
    Api(Box<ApiError>),
    /// The rate limit is spent, and waiting for it was not allowed or not possible.
    RateLimited(Box<RateLimitedError>),
    /// The call took longer than it may.
    Timeout {
        /// The tool.
        tool: &'static str,
        /// The time that the call had, over all its tries.
        limit: Duration,
        /// The number of attempts.
        attempt_count: u32,
        /// The tries, in order.
        attempts: Vec<Attempt>,
    },
    /// There was no answer, or not all of it.
    Transport {
        /// The tool.
        tool: &'static str,
        /// What happened.
        source: TransportError,
        /// The number of attempts.
        attempt_count: u32,
        /// The tries, in order.
        attempts: Vec<Attempt>,
    },
    /// The call was carried out, but its answer is not what the catalog promises.
    Decode(Box<DecodeError>),
    /// The tool ran, and says that it failed.
    Tool(Box<ToolError>),
}

impl Error {
    /// A call that took longer than it may, and was made once.
    pub(crate) fn timed_out(tool: &'static str, limit: Duration) -> Self {
        Self::Timeout {
            tool,
            limit,
            attempt_count: 1,
            attempts: Vec::new(),
        }
    }

    /// A call that has no answer, and was made once.
    #[cfg(feature = "mcp-client")]
    pub(crate) fn broken(tool: &'static str, source: TransportError) -> Self {
        Self::Transport {
            tool,
            source,
            attempt_count: 1,
            attempts: Vec::new(),
        }
    }

    pub(crate) fn config(message: impl Into<String>) -> Self {
        Self::Config {
            tool: None,
            message: message.into(),
        }
    }

    /// A call that cannot be made as it was set up.
    pub(crate) fn unfit(tool: &'static str, message: impl Into<String>) -> Self {
        Self::Config {
            tool: Some(tool),
            message: message.into(),
        }
    }

    /// The tool that was called; `None` if the client could not be built.
    #[must_use]
    pub fn tool(&self) -> Option<&str> {
        match self {
            Self::Config { tool, .. } => *tool,
            Self::UnknownTool { name, .. } => Some(name),
            Self::AccessDenied { tool, .. }
            | Self::Arguments { tool, .. }
            | Self::Timeout { tool, .. }
            | Self::Transport { tool, .. } => Some(tool),
            Self::Api(error) => Some(error.tool),
            Self::RateLimited(error) => Some(error.tool),
            Self::Decode(error) => Some(error.tool),
            Self::Tool(error) => Some(error.tool),
        }
    }

    /// The status of the answer, if there was one.
    #[must_use]
    pub fn status(&self) -> Option<StatusCode> {
        match self {
            Self::Api(error) => Some(error.status),
            // The call may have been kept back, so that there was no answer.
            Self::RateLimited(error) => {
                (error.attempt_count > 0).then_some(StatusCode::TOO_MANY_REQUESTS)
            }
            Self::Decode(error) => Some(error.status),
            _ => None,
        }
    }

    /// The tries that failed, in order, as far as there were any.
    #[must_use]
    pub fn attempts(&self) -> &[Attempt] {
        match self {
            Self::Timeout { attempts, .. } | Self::Transport { attempts, .. } => attempts,
            Self::Api(error) => &error.attempts,
            Self::RateLimited(error) => &error.attempts,
            _ => &[],
        }
    }

    /// What Truto makes of a refusal by the API behind it: missing scopes, missing parameters,
    /// an account that has to be connected anew.
    #[must_use]
    pub fn insight(&self) -> Option<&ErrorInsight> {
        match self {
            Self::Api(error) => error.error_body.insight.as_ref(),
            Self::RateLimited(error) => error.error_body.insight.as_ref(),
            _ => None,
        }
    }

    /// Whether the user of the account has to connect it anew: the API behind Truto no longer
    /// takes its credentials.
    #[must_use]
    pub fn needs_reauthorization(&self) -> bool {
        match self {
            Self::Api(error) => error.needs_reauthorization(),
            _ => false,
        }
    }

    /// The identifier by which the API's operators find the call.
    #[must_use]
    pub fn request_id(&self) -> Option<&str> {
        match self {
            Self::Api(error) => error.request_id.as_deref(),
            Self::RateLimited(error) => error.request_id.as_deref(),
            Self::Decode(error) => error.request_id.as_deref(),
            _ => None,
        }
    }

    /// The body of the answer, if there was one.
    #[must_use]
    pub fn body(&self) -> Option<&Bytes> {
        match self {
            Self::Api(error) => Some(&error.body),
            Self::RateLimited(error) => Some(&error.body).filter(|_| error.attempt_count > 0),
            Self::Decode(error) => Some(&error.body),
            _ => None,
        }
    }

    /// Returns `true` if the call or its last attempt timed out.
    #[must_use]
    pub fn is_timeout(&self) -> bool {
        match self {
            Self::Timeout { .. } => true,
            Self::Transport { source, .. } => source.kind() == TransportErrorKind::Timeout,
            _ => false,
        }
    }

    /// Returns `true` if no connection could be established, so that nothing was sent.
    #[must_use]
    pub fn is_connect(&self) -> bool {
        matches!(self, Self::Transport { source, .. } if source.kind() == TransportErrorKind::Connect)
    }

    /// Returns `true` if the rate limit is exhausted.
    #[must_use]
    pub fn is_rate_limited(&self) -> bool {
        matches!(self, Self::RateLimited(_))
    }

    /// Whether the same call may succeed later.
    ///
    /// It says nothing of whether it may be repeated: a write that timed out may have been
    /// carried out.
    #[must_use]
    pub fn is_retryable(&self) -> bool {
        match self {
            Self::RateLimited(_) | Self::Timeout { .. } => true,
            Self::Transport { source, .. } => source.kind().is_transient(),
            Self::Api(error) => error.should_retry.unwrap_or(is_transient(error.status)),
            Self::Config { .. }
            | Self::UnknownTool { .. }
            | Self::AccessDenied { .. }
            | Self::Arguments { .. }
            | Self::Decode(_)
            | Self::Tool(_) => false,
        }
    }

    /// How long the server asks to wait before another try, counted from its answer.
    #[must_use]
    pub fn retry_after(&self) -> Option<Duration> {
        match self {
            Self::RateLimited(error) => error.limit.wait(),
            Self::Api(error) => error.retry_after,
            _ => None,
        }
    }
}

/// What an error says holds what its cause says, so that the sources begin behind that: printed one
/// after the other they say nothing twice. The cause itself is in the variant.
impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Transport { source, .. } => source.source(),
            Self::Tool(error) => error.source(),
            _ => None,
        }
    }
}

/// Whether an answer with this status may be another one later.
pub(crate) fn is_transient(status: StatusCode) -> bool {
    matches!(status.as_u16(), 408 | 425 | 429 | 500 | 502 | 504)
}

#[cfg(test)]
mod tests {
    use std::error::Error as _;
    use std::io;

    use super::*;
    use crate::codec::Json;

    #[test]
    fn the_sources_of_an_error_say_nothing_twice() {
        let cause = || io::Error::new(io::ErrorKind::NotFound, io::Error::other("no such host"));
        let source = TransportError::new(TransportErrorKind::Connect, "no connection");
        let transport = Error::Transport {
            tool: "get",
            source: source.with_source(cause()),
            attempt_count: 1,
            attempts: Vec::new(),
        };
        let decode = serde_json::from_str::<Json>("{").unwrap_err();
        let decode = Error::Decode(Box::new(DecodeError {
            tool: "get",
            problem: DecodeProblem::Syntax(decode),
            status: StatusCode::OK,
            request_id: None,
            body: Bytes::new(),
        }));
        let tool = Error::Tool(Box::new(ToolError::of_handler("get", Box::new(cause()))));
        for (error, sources) in [(transport, 1), (decode, 0), (tool, 0)] {
            let mut said = error.to_string();
            let mut next = error.source();
            let mut count = 0;
            while let Some(source) = next {
                let text = source.to_string();
                assert!(!said.contains(&text), "{text} after {said}");
                said.push_str(&text);
                next = source.source();
                count += 1;
            }
            assert_eq!(count, sources, "{said}");
        }
    }
}
