//! Error messages: one line with the tool, the cause and, if known, the remedy.

use std::fmt;
use std::time::Duration;

use http::StatusCode;

use super::{ApiError, DecodeError, DecodeProblem, Error, RateLimitedError, Server, TimeoutPhase};
use crate::codec::{ArgumentError, RecordError, RecordProblem};
use crate::rate_limit::is_refusal;
use crate::single_line::Line;
use crate::tools::Effect;

impl fmt::Display for Error {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Config { tool, message, .. } => {
                if let Some(tool) = tool {
                    write!(formatter, "{tool}: ")?;
                }
                fmt::Display::fmt(&Line::whole(message), formatter)
            }
            Self::UnknownTool { name, nearest, .. } => {
                write!(formatter, "there is no tool `{}`", Line::short(name))?;
                match nearest {
                    Some(nearest) => write!(formatter, "; did you mean `{nearest}`?"),
                    None => Ok(()),
                }
            }
            Self::ToolRemoved {
                tool,
                since,
                nearest,
                ..
            } => display_removed(tool, since, *nearest, formatter),
            Self::AccessDenied { tool, effect, .. } => display_denied(tool, *effect, formatter),
            Self::Arguments { tool, source, .. } => display_arguments(tool, source, formatter),
            Self::Api(error) => fmt::Display::fmt(error, formatter),
            Self::RateLimited(error) => fmt::Display::fmt(error, formatter),
            Self::Timeout {
                tool,
                limit,
                phase,
                attempt_count,
                ..
            } => {
                write!(formatter, "{tool}: ")?;
                display_timeout(*limit, *phase, *attempt_count, formatter)
            }
            Self::Transport {
                tool,
                source,
                attempt_count,
                ..
            } => {
                write!(formatter, "{tool}: {source}")?;
                display_attempts(*attempt_count, formatter)
            }
            Self::Decode(error) => fmt::Display::fmt(error, formatter),
            Self::Incomplete(error) => fmt::Display::fmt(error, formatter),
            Self::Tool(error) => fmt::Display::fmt(error, formatter),
            Self::InputRequired(error) => fmt::Display::fmt(error, formatter),
            Self::Token(error) => fmt::Display::fmt(error, formatter),
            Self::Draining {
                tool,
                attempt_count,
                ..
            } => display_draining(tool, *attempt_count, formatter),
            Self::ToolsChanged(error) => fmt::Display::fmt(error, formatter),
        }
    }
}

fn display_removed(
    tool: &str,
    since: &str,
    nearest: Option<&str>,
    formatter: &mut fmt::Formatter<'_>,
) -> fmt::Result {
    write!(
        formatter,
        "{tool}: this tool was removed from the catalog on {since}; nothing was sent"
    )?;
    match nearest {
        Some(nearest) => write!(
            formatter,
            "; the most similar tool is `{nearest}`, which may do something else"
        ),
        None => Ok(()),
    }
}

fn display_denied(tool: &str, effect: Effect, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
    let does = effect.does();
    let needed = match effect {
        Effect::Reads => "any client",
        Effect::Writes => "a `Client<ReadWrite>`",
        Effect::Destroys => "a `Client<Full>`",
    };
    write!(
        formatter,
        "{tool}: this client may not call the tool: it {does}, which requires {needed}"
    )
}

fn display_draining(
    tool: &str,
    attempt_count: u32,
    formatter: &mut fmt::Formatter<'_>,
) -> fmt::Result {
    write!(formatter, "{tool}: the client is shutting down")?;
    if attempt_count == 0 {
        formatter.write_str("; nothing was sent")?;
    }
    display_attempts(attempt_count, formatter)
}

/// The cause of a timeout without an attempt.
const AWAITED_RESPONSES: &str = ": the call waited for the responses to earlier calls, and nothing was \
    sent; increase the timeout, or allow more initial calls with `Quota::slow_start(..)`";

fn display_timeout(
    limit: Duration,
    phase: TimeoutPhase,
    attempt_count: u32,
    formatter: &mut fmt::Formatter<'_>,
) -> fmt::Result {
    let limit = Seconds(limit);
    match phase {
        TimeoutPhase::Token => write!(formatter, "no token from its provider in {limit}")?,
        TimeoutPhase::Response => {
            write!(formatter, "no response in {limit}")?;
            if attempt_count == 0 {
                formatter.write_str(AWAITED_RESPONSES)?;
            }
        }
        TimeoutPhase::Sending => write!(
            formatter,
            "the timeout of {limit} expired before the call could be sent; nothing was sent"
        )?,
        TimeoutPhase::Reading => write!(
            formatter,
            "the response was received, but its body was not read in {limit}; set a longer timeout, \
             or ask for less"
        )?,
    }
    display_attempts(attempt_count, formatter)
}

fn display_arguments(
    tool: &str,
    problems: &ArgumentError,
    formatter: &mut fmt::Formatter<'_>,
) -> fmt::Result {
    let count = problems.described().count();
    let noun = if count == 1 { "problem" } else { "problems" };
    write!(
        formatter,
        "{tool}: {count} {noun} with the arguments; nothing was sent\n{problems}"
    )
}

impl fmt::Display for ApiError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}: {}", self.tool, self.status)?;
        if self.error_body.is_remote_error {
            formatter.write_str(" from the API behind Truto")?;
        }
        let message = self
            .error_body
            .message
            .as_ref()
            .or(self.error_body.error.as_ref());
        if let Some(message) = message {
            write!(formatter, ": {}", Line::short(message))?;
        }
        if let Some(location) = self.printed_location() {
            let remedy = match self.server {
                Server::Truto => "correct the base URL",
                #[cfg(feature = "mcp-client")]
                Server::Mcp => "set the URL of the server to that address if you trust it",
            };
            write!(
                formatter,
                ": redirects to {}, which is not followed; {remedy}",
                Line::short(&location)
            )?;
        }
        if self.server == Server::Truto {
            self.display_hint(formatter)?;
        }
        display_request_id(self.request_id.as_deref(), formatter)?;
        display_attempts(self.attempt_count, formatter)
    }
}

impl ApiError {
    /// Writes the remedy, if it is known.
    fn display_hint(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let insight = self.error_body.insight.as_ref();
        let scopes = insight.map_or(&[][..], |insight| &insight.missing_scopes);
        let parameters = insight.map_or(&[][..], |insight| &insight.missing_parameters);
        if self.needs_reauthorization() {
            return formatter.write_str(" (the account has to be reconnected)");
        }
        if !scopes.is_empty() {
            let scopes = scopes.join(", ");
            write!(
                formatter,
                " (reconnect the account with the missing scopes: {})",
                Line::short(&scopes)
            )?;
        }
        if !parameters.is_empty() {
            let parameters = parameters.join(", ");
            write!(
                formatter,
                " (missing parameters: {})",
                Line::short(&parameters)
            )?;
        }
        if scopes.is_empty()
            && let Some(wait) = self.retry_after
            && is_refusal(self.status, self.retry_after)
            && self.should_retry != Some(false)
        {
            return write!(formatter, " (try again in {})", Seconds(wait));
        }
        match hint(self.status) {
            Some(hint) if scopes.is_empty() && parameters.is_empty() => {
                write!(formatter, " ({hint})")
            }
            _ => Ok(()),
        }
    }
}

/// Returns the meaning of a status at Truto.
fn hint(status: StatusCode) -> Option<&'static str> {
    match status.as_u16() {
        401 => Some("the token is wrong, expired or revoked"),
        405 => Some("a sandbox account does not accept writes"),
        503 => Some("the account is blocked, or the API is down"),
        _ => None,
    }
}

impl fmt::Display for RateLimitedError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}: the rate limit is exhausted", self.tool)?;
        match (self.limit.limit, self.limit.window) {
            (Some(limit), Some(window)) => {
                write!(formatter, " ({limit} calls in {})", Seconds(window))?;
            }
            (Some(limit), None) => write!(formatter, " ({limit} calls)")?,
            (None, _) => {}
        }
        match self.limit.wait() {
            _ if self.should_retry == Some(false) => {
                formatter.write_str("; the server says that the call is not to be repeated")?;
            }
            Some(wait) => write!(formatter, "; try again in {}", Seconds(wait))?,
            None => formatter.write_str("; the server does not say when it resets")?,
        }
        if self.attempt_count == 0 {
            formatter.write_str(" (nothing was sent)")?;
        }
        display_request_id(self.request_id.as_deref(), formatter)?;
        display_attempts(self.attempt_count, formatter)
    }
}

impl fmt::Display for DecodeError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}: ", self.tool)?;
        match &self.problem {
            DecodeProblem::ContentType(content_type) => write!(
                formatter,
                "the response is not JSON but `{}`; `raw()` returns it unchanged",
                Line::short(content_type)
            )?,
            DecodeProblem::Syntax(error) => {
                write!(formatter, "the response is not valid JSON: {error}")?;
            }
            DecodeProblem::Protocol(message) => {
                fmt::Display::fmt(&Line::short(message), formatter)?;
            }
            DecodeProblem::Shape(problems) => {
                formatter.write_str("the response does not match the catalog: ")?;
                display_problems(problems, formatter)?;
            }
        }
        display_request_id(self.request_id.as_deref(), formatter)
    }
}

/// Writes the first problems of a response, which may have thousands.
fn display_problems(problems: &RecordError, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
    const MAX_PROBLEMS: usize = 10;
    let is_truncated = problems.is_truncated();
    let problems = problems.problems();
    for (index, problem) in problems.iter().take(MAX_PROBLEMS).enumerate() {
        let separator = if index > 0 { "; " } else { "" };
        let problem = RecordProblem(problem).to_string();
        write!(formatter, "{separator}{}", Line::short(&problem))?;
    }
    match problems.len().saturating_sub(MAX_PROBLEMS) {
        0 => Ok(()),
        more if is_truncated => write!(formatter, "; and at least {more} more"),
        more => write!(formatter, "; and {more} more"),
    }
}

fn display_request_id(id: Option<&str>, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
    match id {
        Some(id) => write!(formatter, ", request {}", Line::short(id)),
        None => Ok(()),
    }
}

pub(super) fn display_attempts(count: u32, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
    if count > 1 {
        write!(formatter, ", after {count} attempts")?;
    }
    Ok(())
}

/// Writes a duration as `1.5 s`.
struct Seconds(Duration);

impl fmt::Display for Seconds {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let milliseconds = self.0.as_millis();
        let text = format!("{}.{:03}", milliseconds / 1000, milliseconds % 1000);
        write!(
            formatter,
            "{} s",
            text.trim_end_matches('0').trim_end_matches('.')
        )
    }
}
