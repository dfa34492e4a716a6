//! Responses that are not streams.

use reqwest::Response;

use super::send::send_error;
use super::sse::Events;
use crate::error::RequestError;
use crate::json;
use crate::message::{self, Message, ResponseId};
use crate::secrets::Secrets;
use crate::transport::parts::{MAX_MESSAGE_SIZE, outcome};

/// The size of the body of a refusal that is read.
const MAX_REFUSAL_SIZE: usize = 64 * 1024;

/// Reads the end of a request from a successful response.
pub(super) async fn read_success(
    id: u64,
    response: Response,
    secrets: &Secrets,
) -> Result<String, RequestError> {
    let status = response.status().as_u16();
    let text = read_text(response).await?;
    if text.trim().is_empty() {
        return Err(RequestError::Unreadable(format!(
            "the MCP server accepted the request with status {status} and sent no response"
        )));
    }
    find_response(id, &text, secrets)
        .or_else(|| find_in_events(id, &text, secrets))
        .map_or_else(|| {
            Err(RequestError::Unreadable(format!(
                "the body of the MCP server's response is not the JSON-RPC response to the request: {}",
                secrets.quote(&text)
            )))
        }, |found| found.outcome)
}

async fn read_text(mut response: Response) -> Result<String, RequestError> {
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(lost)? {
        body.extend_from_slice(&chunk);
        if body.len() > MAX_MESSAGE_SIZE {
            return Err(RequestError::TooLarge(MAX_MESSAGE_SIZE));
        }
    }
    Ok(String::from_utf8_lossy(&body).into_owned())
}

/// Converts the error of a response that breaks off.
pub(super) fn lost(error: reqwest::Error) -> RequestError {
    match send_error(error) {
        RequestError::NotSent { message, .. } => RequestError::Lost(message),
        error => error,
    }
}

/// Reads the beginning of the body of a refusal. A refusal is one even if its body cannot be read.
pub(super) async fn read_refusal(mut response: Response) -> String {
    let mut body = Vec::new();
    while let Ok(Some(chunk)) = response.chunk().await {
        body.extend_from_slice(&chunk);
        if body.len() > MAX_REFUSAL_SIZE {
            body.truncate(MAX_REFUSAL_SIZE);
            break;
        }
    }
    String::from_utf8_lossy(&body).into_owned()
}

/// The response to a request.
pub(super) struct Found {
    /// `true` if the response has the identifier of the request, `false` if it has none.
    pub(super) names_request: bool,
    pub(super) outcome: Result<String, RequestError>,
}

/// Finds the response to a request among the messages of a text.
pub(super) fn find_response(id: u64, text: &str, secrets: &Secrets) -> Option<Found> {
    message::read(text)
        .into_iter()
        .find_map(|message| match message {
            Message::Response(response) if is_for(response.id, id) => Some(Found {
                names_request: response.id == ResponseId::Of(id),
                outcome: outcome(response.outcome, secrets),
            }),
            _ => None,
        })
}

/// Returns `true` if a text is a response without an identifier, or not JSON.
pub(super) fn names_no_request(text: &str) -> bool {
    json::parse(text).is_none()
        || message::read(text).iter().all(|message| {
            matches!(message, Message::Response(response) if response.id == ResponseId::Unknown)
        })
}

/// Returns `true` if a response that came to a request is the one to it. A response without an
/// identifier is, because nothing else can be meant.
pub(super) fn is_for(response: ResponseId, request: u64) -> bool {
    match response {
        ResponseId::Of(id) => id == request,
        ResponseId::Unknown => true,
        ResponseId::Foreign => false,
    }
}

/// Finds the response in events that the content type does not announce.
fn find_in_events(id: u64, text: &str, secrets: &Secrets) -> Option<Found> {
    let mut events = Events::default();
    let mut read = events.push(text.as_bytes());
    read.extend(events.finish());
    read.iter()
        .find_map(|event| find_response(id, &event.data, secrets))
}
