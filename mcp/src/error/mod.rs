//! Errors of sessions and of their requests.

use std::borrow::Cow;
use std::fmt;
use std::time::Duration;

use reqwest::header::HeaderMap;
use serde_json::Value;

use crate::authorization::{Challenge, TokenError};
use crate::input::InputRequired;
use crate::json;
use crate::quote::quote;

/// A session could not be opened. No message contains a secret of the endpoint.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum OpenError {
    /// The builder has no endpoint.
    MissingEndpoint,
    /// These environment variables are not set, or blank.
    MissingVariables(Vec<String>),
    /// The URL is invalid.
    Url(String),
    /// The URL contains a user name or a password.
    Credentials,
    /// The URL is plain HTTP and not on this machine.
    PlainHttp,
    /// The program could not be started.
    Start {
        /// The program.
        program: String,
        /// The error of the operating system.
        error: String,
    },
    /// The program ended before it opened the session.
    Ended {
        /// The program.
        program: String,
        /// The exit status: `exit status: 1`.
        status: String,
        /// The last lines of its output.
        output: Vec<String>,
    },
    /// The server refuses the token: a response of 401 or 403.
    Unauthorized(Box<Challenge>),
    /// The source of tokens has none. The message names the remedy.
    Token(TokenError),
    /// The server did not open the session within this time.
    Timeout(Duration),
    /// The server cannot be reached.
    Connect(String),
    /// The server does not speak the protocol, or the connection was lost.
    Handshake(String),
}

impl fmt::Display for OpenError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::MissingEndpoint => {
                formatter.write_str("no MCP server is configured; set one with `endpoint(..)`")
            }
            Self::MissingVariables(names) => {
                let verb = if names.len() == 1 { "is" } else { "are" };
                let names = names.join(" and ");
                write!(
                    formatter,
                    "{names} {verb} not set, which the MCP server needs"
                )
            }
            Self::Url(problem) => {
                write!(formatter, "the URL of the MCP server is invalid: {problem}")
            }
            Self::Credentials => formatter.write_str(
                "the URL of the MCP server contains credentials; remove them and set a token",
            ),
            Self::PlainHttp => formatter.write_str(
                "the URL of the MCP server is plain HTTP, which exposes the token and all calls to \
                 the network; use https, or `allow_plain_http()` of the endpoint",
            ),
            Self::Start { program, error } => write!(
                formatter,
                "cannot open a session with the MCP server: cannot start {program}: {error}"
            ),
            Self::Ended {
                program,
                status,
                output,
            } => {
                write!(
                    formatter,
                    "cannot open a session with the MCP server: {program} ended ({status})"
                )?;
                match output.as_slice() {
                    [] => formatter.write_str(" and wrote nothing to its standard error"),
                    output => write!(formatter, "; its last output: {}", output.join(" | ")),
                }
            }
            Self::Unauthorized(challenge) => write!(
                formatter,
                "cannot open a session with the MCP server: {}",
                Refusal(challenge)
            ),
            Self::Timeout(timeout) => write!(
                formatter,
                "cannot open a session with the MCP server: no response within {} s",
                timeout.as_secs()
            ),
            Self::Token(error) => write_problem(error, formatter),
            Self::Connect(problem) | Self::Handshake(problem) => write_problem(problem, formatter),
        }
    }
}

fn write_problem(problem: &dyn fmt::Display, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
    write!(
        formatter,
        "cannot open a session with the MCP server: {problem}"
    )
}

impl std::error::Error for OpenError {}

/// A request without a result.
///
/// Only [`NotSent`](Self::NotSent), [`Token`](Self::Token), and [`Http`](Self::Http) with a status of
/// 3xx, 401, 403 or 429 mean that the server did not carry it out. Messages contain no secret of the
/// endpoint.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub enum RequestError {
    /// The server responded with an error.
    Rpc(Box<RpcError>),
    /// The server refused the request with a status and without a response of the protocol.
    Http(Box<HttpError>),
    /// Nothing was sent.
    NotSent {
        /// The reason.
        reason: NotSent,
        /// The message.
        message: String,
    },
    /// The request was sent, and the connection was lost before the response was complete. The server
    /// may have carried it out.
    Lost(String),
    /// A response arrived that is not one of the protocol. The message quotes it.
    Unreadable(String),
    /// The response exceeds this size in bytes.
    TooLarge(usize),
    /// The server needs an answer of a person or of the program, which the session cannot give.
    InputRequired(Box<InputRequired>),
    /// The source of tokens has none. Nothing was sent, or the server refused the token.
    Token(TokenError),
}

/// The reason for which nothing was sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum NotSent {
    /// The server cannot be reached. It may be later.
    Connect,
    /// The TLS handshake failed.
    Tls,
    /// The request is invalid.
    Invalid,
    /// The session ended, and cannot be opened again.
    Closed,
}

/// The error in a response of the protocol.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct RpcError {
    /// The code, if it is a number.
    pub code: Option<i64>,
    /// The message, or the whole error if it has none.
    pub message: String,
    /// The whole error, without the secrets of the endpoint.
    pub json: Value,
}

/// A response of HTTP that is not one of the protocol.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct HttpError {
    /// The status.
    pub status: u16,
    /// The headers.
    pub headers: HeaderMap,
    /// The first bytes of the body, as text.
    pub body: String,
    /// The address of a redirect that is not followed.
    pub location: Option<String>,
    /// The challenge of a response of 401 or 403.
    pub challenge: Option<Challenge>,
}

impl RpcError {
    /// The code of a server that finds headers and body of a request different.
    pub(crate) const HEADER_MISMATCH: i64 = -32020;

    /// The code of a server that needs a capability which the client does not declare.
    pub(crate) const MISSING_CAPABILITY: i64 = -32021;

    /// The code of a server that does not support the protocol version of a request.
    pub(crate) const UNSUPPORTED_VERSION: i64 = -32022;

    /// The code of a server that needs the person to visit a page first, in 2025-11-25.
    pub(crate) const URL_ELICITATION_REQUIRED: i64 = -32042;

    /// Returns `true` if JSON-RPC or MCP defines the code.
    fn has_standard_code(&self) -> bool {
        const RESOURCE_NOT_FOUND: i64 = -32002;
        matches!(
            self.code,
            Some(
                -32700 | -32603
                    ..=-32600
                        | RESOURCE_NOT_FOUND
                        | Self::HEADER_MISMATCH
                        | Self::MISSING_CAPABILITY
                        | Self::UNSUPPORTED_VERSION
                        | Self::URL_ELICITATION_REQUIRED
            )
        )
    }

    /// Reads the value of `error`, which may have any type.
    pub(crate) fn read(text: &str) -> Self {
        let json = json::parse(text).unwrap_or_else(|| Value::from(text));
        let code = json.get("code").and_then(|code| match code {
            Value::String(code) => code.parse().ok(),
            code => code.as_i64(),
        });
        let message = match (&json, json.get("message")) {
            (Value::String(message), _) | (_, Some(Value::String(message))) => message.clone(),
            // Cut after its secrets were removed.
            _ => text.to_owned(),
        };
        Self {
            code,
            message,
            json,
        }
    }

    /// Returns the protocol versions that the server supports, if it names them.
    pub(crate) fn supported_versions(&self) -> Option<Vec<&str>> {
        let supported = self.json.get("data")?.get("supported")?.as_array()?;
        Some(supported.iter().filter_map(Value::as_str).collect())
    }
}

impl RequestError {
    /// Returns the class of the error for a label of a metric: that of [`error_type`](Self::error_type), but
    /// `rpc_error` for a code that neither JSON-RPC nor MCP defines, because a server can make up any number of them.
    #[must_use]
    pub fn error_label(&self) -> Cow<'static, str> {
        match self {
            Self::Rpc(error) if !error.has_standard_code() => "rpc_error".into(),
            _ => self.error_type(),
        }
    }

    /// Returns the class of the error: the code of the protocol, the status of the response, or a word. It is the
    /// `error.type` of the request's span.
    #[must_use]
    pub fn error_type(&self) -> Cow<'static, str> {
        match self {
            Self::Rpc(error) => match error.code {
                Some(code) => return code.to_string().into(),
                None => "rpc_error",
            },
            Self::Http(error) => return error.status.to_string().into(),
            Self::NotSent { reason, .. } => match reason {
                NotSent::Connect => "connect",
                NotSent::Tls => "tls",
                NotSent::Invalid => "invalid_request",
                NotSent::Closed => "closed",
            },
            Self::Lost(_) => "broken",
            Self::Unreadable(_) => "decode",
            Self::TooLarge(_) => "too_large",
            Self::InputRequired(_) => "input_required",
            Self::Token(_) => "token",
        }
        .into()
    }
}

impl fmt::Display for RequestError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Rpc(error) => match error.code {
                Some(code) => write!(
                    formatter,
                    "the MCP server responded with the error {code}: {}",
                    error.message
                ),
                None => write!(
                    formatter,
                    "the MCP server responded with an error: {}",
                    error.message
                ),
            },
            Self::Http(error) => fmt::Display::fmt(error, formatter),
            Self::NotSent { message, .. } | Self::Unreadable(message) => {
                formatter.write_str(message)
            }
            Self::Lost(message) => write!(
                formatter,
                "the connection to the MCP server was lost after the request was sent: {message}"
            ),
            Self::TooLarge(limit) => write!(
                formatter,
                "the response of the MCP server is larger than {limit} bytes"
            ),
            Self::InputRequired(required) => fmt::Display::fmt(required, formatter),
            Self::Token(error) => write!(formatter, "no token for the MCP server: {error}"),
        }
    }
}

impl std::error::Error for RequestError {}

impl fmt::Display for HttpError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(challenge) = &self.challenge {
            return fmt::Display::fmt(&Refusal(challenge), formatter);
        }
        write!(
            formatter,
            "the MCP server responded with status {}",
            self.status
        )?;
        if let Some(location) = &self.location {
            return write!(
                formatter,
                ": it redirects to {location}, which is not followed; set the URL of the server to \
                 that address if you trust it"
            );
        }
        match self.body.trim() {
            "" => Ok(()),
            body => write!(formatter, ": {}", quote(body)),
        }
    }
}

/// Writes why a server refuses a request, and the remedy.
struct Refusal<'a>(&'a Challenge);

impl fmt::Display for Refusal<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let challenge = self.0;
        let what = match challenge.status {
            401 => "the MCP server refuses the credentials (401); set a valid token",
            _ if challenge.is_insufficient_scope() => {
                "the token lacks a scope that the MCP server requires (403)"
            }
            _ => "the MCP server does not allow this (403)",
        };
        formatter.write_str(what)?;
        if let Some(scope) = &challenge.scope {
            write!(formatter, "; it asks for the scopes {}", quote(scope))?;
        }
        match &challenge.error_description {
            Some(description) => write!(formatter, "; it says {}", quote(description)),
            None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests;
