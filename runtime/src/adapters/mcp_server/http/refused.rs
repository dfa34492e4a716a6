//! The responses to requests that are refused.

use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use rmcp::model::ErrorCode;

use super::super::incoming::{Incoming, Rejection};
use super::access::Denied;
use super::headers::names_modern_version;
use super::slots::Full;
use crate::codec::Json;

const JSON: HeaderValue = HeaderValue::from_static("application/json");

/// The bound of the text of a refusal.
const MAX_TEXT: usize = 64 * 1024;

/// The response to a request that is refused.
pub(super) struct Refused(pub(super) Box<Response>);

impl From<Response> for Refused {
    fn from(response: Response) -> Self {
        Self(Box::new(response))
    }
}

pub(super) fn forbidden(denied: Denied) -> Response {
    let message = match denied {
        Denied::Host => {
            "the host of the request is not allowed; the program allows it with allow_host"
        }
        Denied::Origin => {
            "the origin of the request is not allowed; the program allows it with allow_origin"
        }
    };
    invalid(StatusCode::FORBIDDEN, message)
}

/// Returns the response to a request that is refused before its message is read.
pub(super) fn invalid(status: StatusCode, message: &str) -> Response {
    let rejection = Rejection::new(Json::Null, ErrorCode::INVALID_REQUEST, message);
    respond(status, &rejection.to_json())
}

/// Returns the response to a message that is refused. Clients up to 2025-11-25 read an error of the protocol
/// from a response with status 200 alone.
pub(super) fn rejected(headers: &HeaderMap, rejection: &Rejection) -> Response {
    let status = if rejection.code == ErrorCode::INVALID_PARAMS && !names_modern_version(headers) {
        StatusCode::OK
    } else {
        StatusCode::BAD_REQUEST
    };
    respond(status, &rejection.to_json())
}

pub(super) fn unavailable(incoming: &Incoming, full: &Full) -> Response {
    let seconds = full.retry_after.as_secs().saturating_add(1);
    let (status, who) = if full.is_of_owner {
        (
            StatusCode::TOO_MANY_REQUESTS,
            "this principal has all the sessions that it may have",
        )
    } else {
        (
            StatusCode::SERVICE_UNAVAILABLE,
            "the server is at its client limit",
        )
    };
    let message = format!("{who}; try again in {seconds} s, or end a session with DELETE");
    let id = incoming.json.get("id").cloned().unwrap_or_default();
    let json = Rejection::new(id, ErrorCode::INTERNAL_ERROR, message).to_json();
    let mut response = respond(status, &json);
    response
        .headers_mut()
        .insert(header::RETRY_AFTER, seconds.into());
    response
}

/// Makes the text of a refusal of rmcp an error of the protocol. It names no request, so that a client whose session is
/// not found opens another one.
pub(super) async fn explained(mut response: Response) -> Response {
    let is_text = !response.headers().contains_key(header::CONTENT_TYPE);
    if !response.status().is_client_error() || !is_text {
        return response;
    }
    let body = std::mem::take(response.body_mut());
    let text = axum::body::to_bytes(body, MAX_TEXT)
        .await
        .unwrap_or_default();
    let text = String::from_utf8_lossy(&text);
    let refusal = invalid(response.status(), &text);
    let (parts, body) = refusal.into_parts();
    response.headers_mut().extend(parts.headers);
    *response.body_mut() = body;
    response
}

pub(super) fn respond(status: StatusCode, json: &Json) -> Response {
    (status, [(header::CONTENT_TYPE, JSON)], json.to_string()).into_response()
}
