//! Errors of requests that found no connection. Nothing was sent.

use crate::error::{HttpError, NotSent, OpenError, RequestError};
use crate::transport::Ended;

/// Creates the error of a request before which too many connections ended.
pub(super) fn too_often(has_lost_session: bool, ended: Option<Ended>) -> RequestError {
    let ended = ended.unwrap_or_default();
    RequestError::NotSent {
        reason: NotSent::Connect,
        message: if has_lost_session {
            "the server keeps losing its sessions, so no request can be sent now; check that all its \
             instances share them"
                .to_owned()
        } else {
            format!("the server keeps exiting: {}", ended.message())
        },
    }
}

/// Creates the error of a request after the session was closed.
pub(super) fn closed() -> RequestError {
    RequestError::NotSent {
        reason: NotSent::Closed,
        message: "the session with the MCP server is closed".to_owned(),
    }
}

/// Converts the error of another connection. Nothing was sent.
pub(super) fn request_error(error: OpenError) -> RequestError {
    match error {
        OpenError::Unauthorized(challenge) => RequestError::Http(Box::new(HttpError {
            status: challenge.status,
            headers: reqwest::header::HeaderMap::new(),
            body: String::new(),
            location: None,
            challenge: Some(*challenge),
        })),
        OpenError::Token(error) => RequestError::Token(error),
        error => RequestError::NotSent {
            reason: NotSent::Connect,
            message: error.to_string(),
        },
    }
}
