//! Errors of opening a session.

use std::fmt;
use std::time::Duration;

/// A session could not be opened. No message contains a secret of the endpoint.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum OpenError {
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
    /// The server did not open the session within this time.
    Timeout(Duration),
    /// The connection failed, or the server does not speak the protocol.
    Handshake(String),
}

impl fmt::Display for OpenError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
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
            Self::Timeout(timeout) => write!(
                formatter,
                "cannot open a session with the MCP server: no response within {} s",
                timeout.as_secs()
            ),
            Self::Handshake(problem) => write!(
                formatter,
                "cannot open a session with the MCP server: {problem}"
            ),
        }
    }
}

impl std::error::Error for OpenError {}
