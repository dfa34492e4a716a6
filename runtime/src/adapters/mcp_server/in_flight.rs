//! The requests of one client that have no response yet.
//!
//! rmcp keeps requests by their identifiers. Of two with the same one, it would carry out both and respond
//! to one.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use rmcp::model::{ErrorCode, RequestId, ServerJsonRpcMessage};
use serde::Deserialize;

use super::incoming::{Incoming, Rejection};
use crate::codec::Json;

/// The number of cancelled requests whose identifiers are kept.
const MAX_CANCELLED: usize = 1024;

/// The identifiers of the requests without a response: of a connection, or of a session over HTTP.
#[derive(Debug, Clone, Default)]
pub(super) struct InFlight(Arc<Mutex<State>>);

#[derive(Debug, Default)]
struct State {
    /// They are few, and have no order.
    ids: Vec<RequestId>,
    /// The requests that get no response, the oldest first. Their calls may still end, and rmcp would take
    /// that for the response to another request with the same identifier.
    cancelled: VecDeque<RequestId>,
}

impl InFlight {
    /// Adds a request. Returns its identifier; `None` if the message is not one. A request that the message
    /// cancels stays among those without a response.
    ///
    /// # Errors
    ///
    /// A request with the same identifier has no response yet.
    pub(super) fn admit(&self, incoming: &Incoming) -> Result<Option<RequestId>, Rejection> {
        let id = |json: Option<&Json>| json.and_then(|id| RequestId::deserialize(id).ok());
        let json = &incoming.json;
        if incoming.method() == Some("notifications/cancelled") {
            if let Some(id) = id(json.pointer("/params/requestId")) {
                self.lock().cancel(id);
            }
            return Ok(None);
        }
        let Some(id) = id(json.get("id")).filter(|_| incoming.method().is_some()) else {
            return Ok(None);
        };
        let mut state = self.lock();
        if !state.ids.contains(&id) {
            state.ids.push(id.clone());
            return Ok(Some(id));
        }
        Err(Rejection::new(
            json.get("id").cloned().unwrap_or_default(),
            ErrorCode::INVALID_REQUEST,
            "another request with this id has no response yet; nothing was called, so send it with another id",
        ))
    }

    /// Removes the request that a message of the server responds to.
    pub(super) fn end_with(&self, message: &ServerJsonRpcMessage) {
        match message {
            ServerJsonRpcMessage::Response(response) => self.end(&response.id),
            ServerJsonRpcMessage::Error(error) => {
                if let Some(id) = &error.id {
                    self.end(id);
                }
            }
            _ => {}
        }
    }

    /// Removes a request.
    pub(super) fn end(&self, id: &RequestId) {
        let mut state = self.lock();
        state.ids.retain(|known| known != id);
        // Its response is there: another request may have the identifier now.
        state.cancelled.retain(|known| known != id);
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn cancel(&mut self, id: RequestId) {
        if !self.ids.contains(&id) || self.cancelled.contains(&id) {
            return;
        }
        self.cancelled.push_back(id);
        if self.cancelled.len() > MAX_CANCELLED
            && let Some(oldest) = self.cancelled.pop_front()
        {
            self.ids.retain(|known| *known != oldest);
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn an_identifier_that_is_used_again_stays_in_flight_until_its_response() {
        let in_flight = InFlight::default();
        let admit = |json: Json| {
            let incoming = Incoming::read(json.to_string().as_bytes()).unwrap();
            in_flight.admit(&incoming.unwrap())
        };
        let ping = |id: usize| json!({"jsonrpc": "2.0", "id": id, "method": "ping"});
        let cancelled = |id: usize| json!({"jsonrpc": "2.0", "method": "notifications/cancelled", "params": {"requestId": id}});
        let id = admit(ping(7)).unwrap().unwrap();
        admit(cancelled(7)).unwrap();
        // Its call has ended, too.
        in_flight.end(&id);
        admit(ping(7)).unwrap();
        for other in 1000..=1000 + MAX_CANCELLED {
            admit(ping(other)).unwrap();
            admit(cancelled(other)).unwrap();
        }
        admit(ping(7)).unwrap_err();
        admit(ping(1000)).unwrap();
        in_flight.end(&id);
        admit(ping(7)).unwrap();
    }
}
