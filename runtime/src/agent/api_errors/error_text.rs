//! Errors as instructions for a model.

use toolsmith_dialect::sentence;

use crate::agent::api_errors::api_message::redacted;
use crate::agent::identifier_memory::IdentifierMemory;
use crate::agent::text::quoting::{capitalize, quote_message, seconds};
use crate::agent::tool_set::offered::OfferedTools;
use crate::codec::Json;
use crate::error::{Error, TimeoutPhase, TransportErrorKind};
use crate::redactor::Redactor;
use crate::tools::{Effect, ToolSpec};

/// The instruction for errors that no change of the arguments corrects.
pub(in crate::agent) const TELL_USER: &str = "You cannot fix this: tell the user";

/// The instruction for calls that may have taken effect.
pub(in crate::agent) const CHECK: &str =
    "The call may have taken effect anyway: check whether it did before you call it again";

/// A call that failed.
pub(in crate::agent) struct FailureText<'a> {
    pub(in crate::agent) tool: &'static ToolSpec,
    pub(in crate::agent) arguments: &'a Json,
    pub(in crate::agent) error: &'a Error,
    pub(in crate::agent) identifiers: &'a IdentifierMemory,
    /// Redacts the messages of the API.
    pub(in crate::agent) redactor: Option<&'a Redactor>,
    /// The tools that an instruction may name.
    pub(in crate::agent) tools: OfferedTools<'a>,
}

impl FailureText<'_> {
    /// Returns the error and what to do about it.
    pub(in crate::agent) fn text(&self) -> String {
        let name = self.tool.name;
        let text = match self.error {
            Error::RateLimited(_)
            | Error::Token(_)
            | Error::Draining { .. }
            | Error::Timeout { .. }
            | Error::Transport { .. } => self.without_response(),
            Error::Api(error) => self.api(error),
            Error::Decode(_) => format!(
                "the call was carried out, but its response cannot be read. Do not repeat it: tell the user ({})",
                quote_message(&self.error.to_string())
            ),
            Error::Incomplete(error) => {
                let mut text = format!("the list is incomplete: {}", error.reason);
                sentence::append(&mut text, ". ", "Tell the user");
                text
            }
            Error::Tool(error) => match error.message.trim() {
                "" => "the tool failed without a message. Tell the user".to_owned(),
                message => {
                    let message = quote_message(&redacted(Json::from(message), self.redactor));
                    let mut text = format!("the tool failed with the message {message}");
                    let remedy = "Correct the call if that helps; otherwise tell the user";
                    sentence::append(&mut text, ". ", remedy);
                    text
                }
            },
            Error::InputRequired(error) => format!(
                "the tool needs input that this client cannot provide ({}). The call was not completed: tell the user",
                quote_message(&error.asked())
            ),
            Error::Config { message, .. } => {
                let message = quote_message(message);
                format!("the client is misconfigured. {TELL_USER} ({message})")
            }
            // Their texts begin with the name of the tool.
            Error::ToolRemoved { tool, .. }
            | Error::AccessDenied { tool, .. }
            | Error::Arguments { tool, .. }
                if *tool == name =>
            {
                return self.error.to_string();
            }
            Error::UnknownTool { .. }
            | Error::ToolRemoved { .. }
            | Error::AccessDenied { .. }
            | Error::Arguments { .. }
            | Error::ToolsChanged(_) => self.error.to_string(),
        };
        format!("{name}: {text}")
    }

    /// Explains an error that came without a response, or with a refusal of the rate limit alone.
    fn without_response(&self) -> String {
        match self.error {
            Error::RateLimited(_) if self.is_repeated_at_a_risk() => format!(
                "the rate limit is exhausted. {}",
                self.after_unknown_effect()
            ),
            // The server says that the same call fails again.
            Error::RateLimited(_) if !self.error.is_retryable() => {
                format!("the rate limit is exhausted. {TELL_USER}")
            }
            Error::RateLimited(_) => format!("the rate limit is exhausted; {}", self.try_again()),
            Error::Token(_)
            | Error::Timeout {
                phase: TimeoutPhase::Token,
                ..
            } if self.is_repeated_at_a_risk() => {
                format!("the client has no valid credentials now, but the call may have taken effect. {TELL_USER}")
            }
            Error::Token(_)
            | Error::Timeout {
                phase: TimeoutPhase::Token,
                ..
            } => format!("the client has no valid credentials now. {TELL_USER}"),
            Error::Draining { .. } if self.error.may_have_taken_effect() => {
                format!("the program is shutting down. {}", self.after_unknown_effect())
            }
            Error::Draining { .. } => {
                format!("the program is shutting down; {}. {TELL_USER}", self.without_effect())
            }
            Error::Timeout {
                phase: TimeoutPhase::Reading,
                ..
            } => "the call was carried out, but its response is too large to read in time. Do not repeat it: ask for less, or tell the user".to_owned(),
            Error::Timeout { limit, .. } if self.error.may_have_taken_effect() => {
                let limit = seconds(*limit);
                format!(
                    "no response within {limit}. {}",
                    self.after_unknown_effect()
                )
            }
            Error::Timeout {
                phase: TimeoutPhase::Response,
                attempt_count: 0,
                ..
            } => "the API has not yet responded to earlier calls; nothing was sent. Try again in a few seconds".to_owned(),
            Error::Timeout { .. } => format!(
                "the call timed out before it could be sent; {}. Try again in a few seconds",
                self.without_effect()
            ),
            Error::Transport { source, .. } => self.transport(source.kind()),
            _ => self.error.to_string(),
        }
    }

    fn transport(&self, kind: TransportErrorKind) -> String {
        if !kind.may_have_been_sent() && self.error.may_have_taken_effect() {
            let fact = match kind {
                TransportErrorKind::Request => {
                    "an earlier attempt failed, and the request could not be sent again"
                }
                _ => "the connection was lost and cannot be established again",
            };
            return format!("{fact}. {}", self.after_unknown_effect());
        }
        match kind {
            TransportErrorKind::Connect => {
                "cannot connect to the API; nothing was sent. Try once more; if it fails again, tell the user"
                    .to_owned()
            }
            TransportErrorKind::Tls => {
                format!("a secure connection to the API cannot be established. {TELL_USER}")
            }
            TransportErrorKind::TooLarge if self.tool.effect != Effect::Reads => {
                "the call was carried out, but its response exceeds the size limit. Do not repeat it: tell the user"
                    .to_owned()
            }
            TransportErrorKind::TooLarge => {
                "the response exceeds the size limit. Ask for less: narrow the request, or use a smaller page"
                    .to_owned()
            }
            TransportErrorKind::UrlTooLong => {
                "the arguments make the URL of the request too long; nothing was sent. Shorten them"
                    .to_owned()
            }
            TransportErrorKind::Layer if self.is_repeated_at_a_risk() => {
                format!("a layer of this client failed. {TELL_USER}. {CHECK}")
            }
            TransportErrorKind::Layer => format!("a layer of this client failed. {TELL_USER}"),
            TransportErrorKind::Request => {
                format!("the request could not be sent. {TELL_USER}")
            }
            TransportErrorKind::Compressed if self.tool.effect != Effect::Reads => {
                "the call was carried out, but its response is compressed in an unsupported way. Do not repeat it: tell the user"
                    .to_owned()
            }
            TransportErrorKind::Compressed => {
                format!("the response is compressed in an unsupported way. {TELL_USER}")
            }
            TransportErrorKind::Closed => {
                format!("the session with the server has ended; nothing was sent. {TELL_USER}")
            }
            TransportErrorKind::Timeout | TransportErrorKind::Broken => {
                format!("the connection was lost. {}", self.after_unknown_effect())
            }
        }
    }

    /// Returns `true` if the call may have taken effect, and a second one would have another.
    pub(in crate::agent) fn is_repeated_at_a_risk(&self) -> bool {
        self.error.may_have_taken_effect() && !self.tool.is_idempotent
    }

    /// Returns what became of a call that took no effect.
    fn without_effect(&self) -> &'static str {
        match self.error {
            Error::Timeout {
                attempt_count: 0, ..
            }
            | Error::Draining {
                attempt_count: 0, ..
            } => "nothing was sent",
            _ => "the call was not carried out",
        }
    }

    /// Returns the instruction for a call that may or may not have taken effect.
    pub(in crate::agent) fn after_unknown_effect(&self) -> String {
        if self.tool.is_idempotent {
            let try_again = capitalize(&self.try_again());
            format!("{try_again}; if it fails again, tell the user")
        } else {
            CHECK.to_owned()
        }
    }

    pub(in crate::agent) fn try_again(&self) -> String {
        match self.error.retry_after() {
            Some(wait) if !wait.is_zero() => format!("try again in {}", seconds(wait)),
            _ if matches!(self.error, Error::RateLimited(_)) => {
                "the API does not say for how long; try again in 60 s".to_owned()
            }
            _ => "try again in a few seconds".to_owned(),
        }
    }
}
