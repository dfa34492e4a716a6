//! Servers that speak another era than before: after an update, or after its rollback.

use reqwest::StatusCode;

use super::era::Era;
use crate::error::{RequestError, RpcError};
use crate::transport::Head;

/// Returns `true` if a server that speaks another era now would give this response to a request. The same
/// response can be one of the era that is known, so the server is asked before the request is sent again.
pub(super) fn is_suspected(era: &Era, head: Option<&Head>, error: &RequestError) -> bool {
    let is_refused = head.is_some_and(|head| is_refusal(head.status));
    match (era, error) {
        (_, RequestError::Rpc(error)) if error.code == Some(RpcError::UNSUPPORTED_VERSION) => true,
        // In the older era, errors of the protocol have the status 200.
        (Era::Legacy { .. }, RequestError::Rpc(error)) => {
            is_refused || error.code == Some(RpcError::HEADER_MISMATCH)
        }
        (Era::Modern, RequestError::Rpc(error)) => is_about_session(&error.message),
        (_, RequestError::Http(_)) => is_refused,
        _ => false,
    }
}

/// Returns `true` for the statuses by which servers refuse a message of another era.
fn is_refusal(status: u16) -> bool {
    const REFUSALS: [StatusCode; 7] = [
        StatusCode::BAD_REQUEST,
        StatusCode::NOT_FOUND,
        StatusCode::METHOD_NOT_ALLOWED,
        StatusCode::NOT_ACCEPTABLE,
        StatusCode::CONFLICT,
        StatusCode::UNSUPPORTED_MEDIA_TYPE,
        StatusCode::UNPROCESSABLE_ENTITY,
    ];
    REFUSALS.iter().any(|refusal| refusal.as_u16() == status)
}

/// Returns `true` if a message asks for the session or the handshake of the older era.
fn is_about_session(message: &str) -> bool {
    let message = message.to_lowercase();
    ["session", "initializ", "initialis"]
        .iter()
        .any(|word| message.contains(word))
}
