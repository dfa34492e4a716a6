//! The errors of calls.

mod attempt;
mod constructors;
mod context;
mod display;
mod effect;
mod incomplete;
mod input;
mod insight;
mod outcome;
mod reconnect_link;
mod response;
mod token;
mod tool;
mod tools_changed;
mod transport;

use std::time::Duration;

use bytes::Bytes;
use http::StatusCode;

pub use crate::codec::{ArgumentError, Expected, Problem, ProblemKind, RecordError};
pub use attempt::Attempt;
pub use incomplete::{IncompleteError, IncompleteReason};
pub use input::{InputQuestion, InputRequiredError};
pub use insight::ErrorInsight;
pub use outcome::CallOutcome;
pub use reconnect_link::ReconnectLink;
pub(crate) use response::Server;
pub use response::{ApiError, DecodeError, DecodeProblem, ErrorBody, RateLimitedError};
pub use token::TokenError;
pub use tool::ToolError;
pub use tools_changed::{ChangedTool, ToolPart, ToolsChangedError};
pub use transport::{TransportError, TransportErrorKind};

use crate::context::CallContext;
use crate::rate_limit::is_refusal;
use crate::tools::Effect;

/// An error of a call or of a client's configuration.
///
/// `Display` writes one line that names the tool and the cause. Only [`Arguments`](Self::Arguments)
/// has a line for each problem, written for a model that calls again.
#[derive(Debug)]
#[non_exhaustive]
pub enum Error {
    /// The configuration of the client or of the call is invalid.
    Config {
        /// The tool, if the configuration is that of a call.
        tool: Option<&'static str>,
        /// The problem and its remedy.
        message: String,
        /// The context of the call, if it had one.
        context: Option<Box<CallContext>>,
    },
    /// The catalog has no tool of this name.
    UnknownTool {
        /// The name that was called.
        name: String,
        /// The most similar name.
        nearest: Option<&'static str>,
        /// The context of the call, if it had one.
        context: Option<Box<CallContext>>,
    },
    /// The catalog no longer has this tool; its code stays for one release. Nothing was sent.
    ToolRemoved {
        /// The tool.
        tool: &'static str,
        /// The day since which the catalog does not have it: `2026-11-30`.
        since: &'static str,
        /// The name of the tool that resembles it most.
        nearest: Option<&'static str>,
        /// The context of the call, if it had one.
        context: Option<Box<CallContext>>,
    },
    /// The client may not call this tool. Nothing was sent.
    AccessDenied {
        /// The tool.
        tool: &'static str,
        /// The effect of the tool.
        effect: Effect,
        /// The context of the call, if it had one.
        context: Option<Box<CallContext>>,
    },
    /// The arguments are invalid. Nothing was sent.
    Arguments {
        /// The tool.
        tool: &'static str,
        /// The problems, each with its path.
        source: ArgumentError,
        /// The context of the call, if it had one.
        context: Option<Box<CallContext>>,
    },
    /// The API responded with an error.
    Api(Box<ApiError>),
    /// The rate limit is exhausted, and the wait would exceed the timeout of the call,
    /// [`rate_limit_timeout`](crate::ClientBuilder::rate_limit_timeout) or the retry policy.
    RateLimited(Box<RateLimitedError>),
    /// The call timed out; `phase` says where. With phase [`Response`](TimeoutPhase::Response) and no attempt, the
    /// call waited for the responses to earlier calls, as
    /// [`Quota::slow_start`](crate::rate_limit::Quota::slow_start) describes.
    Timeout {
        /// The tool.
        tool: &'static str,
        /// The timeout of the call over all its attempts.
        limit: Duration,
        /// The part of the call that did not end in time.
        phase: TimeoutPhase,
        /// The number of attempts.
        attempt_count: u32,
        /// The failed attempts, in order.
        attempts: Vec<Attempt>,
        /// The context of the call, if it had one.
        context: Option<Box<CallContext>>,
    },
    /// There was no complete response.
    Transport {
        /// The tool.
        tool: &'static str,
        /// The cause.
        source: TransportError,
        /// The number of attempts.
        attempt_count: u32,
        /// The failed attempts, in order.
        attempts: Vec<Attempt>,
        /// The context of the call, if it had one.
        context: Option<Box<CallContext>>,
    },
    /// The call was carried out, but its response does not match the catalog.
    Decode(Box<DecodeError>),
    /// The list ended before its last record, or lacks records.
    Incomplete(Box<IncompleteError>),
    /// The tool ran and reported a failure.
    Tool(Box<ToolError>),
    /// The tool requires input during the call, which the client does not provide.
    InputRequired(Box<InputRequiredError>),
    /// The [`TokenProvider`](crate::client::TokenProvider) of the client failed.
    Token(Box<TokenError>),
    /// The client is [drained](crate::Client::drain). A call without attempts was not sent.
    Draining {
        /// The tool.
        tool: &'static str,
        /// The number of attempts.
        attempt_count: u32,
        /// The failed attempts, in order.
        attempts: Vec<Attempt>,
        /// The context of the call, if it had one.
        context: Option<Box<CallContext>>,
    },
    /// The tools of the server are not those from which the crate was generated. `verify_tools` of a
    /// client returns it.
    ToolsChanged(Box<ToolsChangedError>),
}

/// The part of a call that did not end within the timeout.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum TimeoutPhase {
    /// No time was left to send the call. Nothing was sent.
    Sending,
    /// No complete response was received.
    Response,
    /// The response was received, but not decoded. The call was carried out.
    Reading,
    /// The token provider gave no token.
    Token,
}

impl Error {
    /// Returns the name of the tool; `None` if the client could not be built, or if several tools
    /// changed.
    #[must_use]
    pub fn tool(&self) -> Option<&str> {
        match self {
            Self::Config { tool, .. } => *tool,
            Self::ToolsChanged(_) => None,
            Self::UnknownTool { name, .. } => Some(name),
            Self::ToolRemoved { tool, .. }
            | Self::AccessDenied { tool, .. }
            | Self::Arguments { tool, .. }
            | Self::Timeout { tool, .. }
            | Self::Transport { tool, .. }
            | Self::Draining { tool, .. } => Some(tool),
            Self::Api(error) => Some(error.tool),
            Self::RateLimited(error) => Some(error.tool),
            Self::Decode(error) => Some(error.tool),
            Self::Incomplete(error) => Some(error.tool),
            Self::Tool(error) => Some(error.tool),
            Self::InputRequired(error) => Some(error.tool),
            Self::Token(error) => Some(error.tool),
        }
    }

    /// Returns the status of the response, if there was one.
    #[must_use]
    pub fn status(&self) -> Option<StatusCode> {
        match self {
            Self::Api(error) => Some(error.status),
            // If nothing was sent, there was no response.
            Self::RateLimited(error) => {
                (error.attempt_count > 0).then_some(StatusCode::TOO_MANY_REQUESTS)
            }
            Self::Decode(error) => Some(error.status),
            _ => None,
        }
    }

    /// Returns the failed attempts, in order.
    #[must_use]
    pub fn attempts(&self) -> &[Attempt] {
        match self {
            Self::Timeout { attempts, .. }
            | Self::Transport { attempts, .. }
            | Self::Draining { attempts, .. } => attempts,
            Self::Api(error) => &error.attempts,
            Self::RateLimited(error) => &error.attempts,
            Self::Token(error) => &error.attempts,
            _ => &[],
        }
    }

    /// Returns Truto's explanation of an error of the API behind it: missing scopes, missing
    /// parameters, or an account that has to be reconnected.
    #[must_use]
    pub fn insight(&self) -> Option<&ErrorInsight> {
        match self {
            Self::Api(error) => error.error_body.insight.as_ref(),
            Self::RateLimited(error) => error.error_body.insight.as_ref(),
            _ => None,
        }
    }

    /// Returns `true` if the user has to reconnect the account, because the API behind Truto no longer
    /// accepts its credentials.
    #[must_use]
    pub fn needs_reauthorization(&self) -> bool {
        match self {
            Self::Api(error) => error.needs_reauthorization(),
            _ => false,
        }
    }

    /// Returns the link by which the user connects the account again, if the client was built with
    /// [`reconnect_links`](crate::ClientBuilder::reconnect_links) and the link could be made.
    #[must_use]
    pub fn reconnect_link(&self) -> Option<&ReconnectLink> {
        match self {
            Self::Api(error) => error.reconnect_link.as_ref(),
            _ => None,
        }
    }

    pub(crate) fn set_reconnect_link(&mut self, link: ReconnectLink) {
        if let Self::Api(error) = self {
            error.reconnect_link = Some(link);
        }
    }

    /// Returns `true` if the call was cancelled because the client is [drained](crate::Client::drain).
    #[must_use]
    pub fn is_draining(&self) -> bool {
        matches!(self, Self::Draining { .. })
    }

    /// Returns `true` if Truto refuses the token of the client: it is wrong, expired or revoked. A
    /// user who has to reconnect the account is another case:
    /// [`needs_reauthorization`](Self::needs_reauthorization).
    #[must_use]
    pub fn is_token_rejected(&self) -> bool {
        matches!(self, Self::Api(error) if error.is_token_rejected())
    }

    /// Returns `true` if the API behind Truto has no record of the identifiers in the arguments.
    #[must_use]
    pub fn is_record_not_found(&self) -> bool {
        matches!(self, Self::Api(error) if error.is_record_not_found())
    }

    /// Returns `true` if Truto itself responds that it does not know the path: there is no such
    /// integrated account, or its integration does not have the resource.
    #[must_use]
    pub fn is_account_not_found(&self) -> bool {
        matches!(self, Self::Api(error) if error.is_account_not_found())
    }

    /// Returns the request ID, by which the operators of the API find the call.
    #[must_use]
    pub fn request_id(&self) -> Option<&str> {
        match self {
            Self::Api(error) => error.request_id.as_deref(),
            Self::RateLimited(error) => error.request_id.as_deref(),
            Self::Decode(error) => error.request_id.as_deref(),
            _ => None,
        }
    }

    /// Returns the body of the response, if there was one.
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

    /// Returns `true` if no attempt could establish a connection, so that nothing was sent. If an earlier
    /// attempt may have been carried out, it returns `false`.
    #[must_use]
    pub fn is_connect(&self) -> bool {
        matches!(self, Self::Transport { source, .. } if source.kind() == TransportErrorKind::Connect)
            && !self.may_have_taken_effect()
    }

    /// Returns `true` if the rate limit is exhausted.
    #[must_use]
    pub fn is_rate_limited(&self) -> bool {
        matches!(self, Self::RateLimited(_))
    }

    /// Returns `true` if the same call may succeed later.
    ///
    /// It does not mean that the call is safe to repeat: a write that timed out may have been carried
    /// out, as [`may_have_taken_effect`](Self::may_have_taken_effect) says.
    #[must_use]
    pub fn is_retryable(&self) -> bool {
        match self {
            Self::Token(_) => true,
            Self::RateLimited(error) => error.should_retry.unwrap_or(true),
            // A response that was not read in time would be as large again.
            Self::Timeout { phase, .. } => *phase != TimeoutPhase::Reading,
            Self::Transport { source, .. } => source.kind().is_transient(),
            Self::Api(error) => error.should_retry.unwrap_or_else(|| {
                is_transient(error.status) || is_refusal(error.status, error.retry_after)
            }),
            Self::Config { .. }
            | Self::UnknownTool { .. }
            | Self::ToolRemoved { .. }
            | Self::AccessDenied { .. }
            | Self::Arguments { .. }
            | Self::Decode(_)
            | Self::Incomplete(_)
            | Self::InputRequired(_)
            | Self::Tool(_)
            | Self::ToolsChanged(_)
            // The same client never sends it.
            | Self::Draining { .. } => false,
        }
    }

    /// Returns the wait that the server asks for before a retry, counted from its response.
    #[must_use]
    pub fn retry_after(&self) -> Option<Duration> {
        match self {
            Self::RateLimited(error) => error.limit.wait(),
            Self::Api(error) => error.retry_after,
            _ => None,
        }
    }
}

/// The message of an error contains the message of its cause, so the source is that of the cause. A
/// printed chain repeats nothing.
impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Transport { source, .. } => source.source(),
            Self::Tool(error) => error.source(),
            Self::Token(error) => error.source(),
            _ => None,
        }
    }
}

/// Returns `true` if a response with this status may be followed by a success.
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
            context: None,
        };
        let decode = serde_json::from_str::<Json>("{").unwrap_err();
        let decode = Error::Decode(Box::new(DecodeError {
            tool: "get",
            problem: DecodeProblem::Syntax(decode),
            status: StatusCode::OK,
            request_id: None,
            body: Bytes::new(),
            context: None,
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
