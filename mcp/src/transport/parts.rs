//! Requests and replies of transports.

use reqwest::header::HeaderMap;

use super::progress::CallProgress;
use crate::error::RequestError;
use crate::message::ResponseContent;
use crate::secrets::Secrets;

/// The size in bytes that a message of a server may have.
pub(crate) const MAX_MESSAGE_SIZE: usize = 64 * 1024 * 1024;

/// A request, ready to be sent.
#[derive(Debug)]
pub(crate) struct Request {
    pub(crate) id: u64,
    pub(crate) body: String,
    /// The headers, which apply to HTTP only.
    pub(crate) headers: HeaderMap,
    /// `true` if the response may name a session.
    pub(crate) opens_session: bool,
    pub(crate) progress: CallProgress,
}

/// The end of a request.
#[derive(Debug)]
pub(crate) struct Reply {
    /// The head of the HTTP response, if there was one.
    pub(crate) head: Option<Head>,
    /// The text of the result.
    pub(crate) outcome: Result<String, RequestError>,
}

/// The head of an HTTP response.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Head {
    /// The status.
    pub status: u16,
    /// The headers.
    pub headers: HeaderMap,
}

impl Head {
    /// Removes the secrets of the endpoint.
    pub(crate) fn redacted(self, secrets: &Secrets) -> Self {
        Self {
            headers: secrets.redact_headers(self.headers),
            ..self
        }
    }
}

impl From<Result<String, RequestError>> for Reply {
    fn from(outcome: Result<String, RequestError>) -> Self {
        Self {
            head: None,
            outcome,
        }
    }
}

/// The end of a connection.
#[derive(Debug, Clone, Default)]
pub(crate) struct Ended {
    /// The exit status of the program: `exit status: 1`.
    pub(crate) status: Option<String>,
    /// The last lines of its output.
    pub(crate) output: Vec<String>,
}

impl Ended {
    /// Returns the end as a sentence.
    pub(crate) fn message(&self) -> String {
        let what = match &self.status {
            Some(status) => format!("the server ended ({status})"),
            None => "the server closed the connection".to_owned(),
        };
        match self.output.as_slice() {
            [] => what,
            output => format!("{what}; its last output: {}", output.join(" | ")),
        }
    }
}

/// Returns the end of a request.
pub(super) fn outcome(outcome: ResponseContent, secrets: &Secrets) -> Result<String, RequestError> {
    match outcome {
        ResponseContent::Result(result) => Ok(result),
        ResponseContent::Error(error) => Err(RequestError::Rpc(Box::new(error))),
        ResponseContent::Neither(text) => Err(RequestError::Unreadable(format!(
            "the response of the MCP server has neither a result nor an error: {}",
            secrets.quote(&text)
        ))),
    }
}

/// Creates the error of a response that is not a message.
pub(super) fn unreadable_message(text: &str, secrets: &Secrets) -> RequestError {
    RequestError::Unreadable(format!(
        "the response of the MCP server is not valid JSON-RPC: {}",
        secrets.quote(text)
    ))
}
