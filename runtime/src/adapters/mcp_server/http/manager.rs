//! The sessions of clients up to 2025-11-25: those of rmcp, bounded in number and age.

use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};

use axum::http::request::Parts;
use futures_core::Stream;
use rmcp::model::{ClientJsonRpcMessage, GetExtensions, ServerJsonRpcMessage};
use rmcp::transport::streamable_http_server::session::ServerSseMessage;
use rmcp::transport::streamable_http_server::session::local::{
    LocalSessionManager, LocalSessionManagerError,
};
use rmcp::transport::streamable_http_server::{SessionId, SessionManager};
use tokio::time::Instant;

use super::super::incoming::{Incoming, Rejection};
use super::SWEEP_INTERVAL;
use super::slots::{Key, Lease, Reservation, Slots};
use super::streams::{Admission, ClientStream, Streams, is_of_request};

/// The sessions, of which each has a slot.
#[derive(Debug)]
pub(super) struct Sessions {
    local: LocalSessionManager,
    slots: Arc<Slots>,
    streams: Streams,
    /// The time at which sessions that are expired were closed.
    last_sweep: Mutex<Instant>,
}

/// The reserved slot of a session, as an extension of the request that opens it.
#[derive(Debug, Clone)]
pub(super) struct ReservedSlot(Arc<Mutex<Option<Reservation>>>);

impl ReservedSlot {
    pub(super) fn new(reservation: Reservation) -> Self {
        Self(Arc::new(Mutex::new(Some(reservation))))
    }

    fn take(&self) -> Option<Reservation> {
        let mut reservation = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        reservation.take()
    }
}

/// Returns an extension of the request that a message is.
fn extension<T: Clone + Send + Sync + 'static>(message: &ClientJsonRpcMessage) -> Option<T> {
    let ClientJsonRpcMessage::Request(request) = message else {
        return None;
    };
    let parts = request.request.extensions().get::<Parts>()?;
    parts.extensions.get::<T>().cloned()
}

impl Sessions {
    pub(super) fn new(slots: Arc<Slots>) -> Self {
        let mut local = LocalSessionManager::default();
        // The slots end idle sessions: to rmcp, a session that waits for a long call is idle.
        local.session_config.keep_alive = None;
        Self {
            local,
            slots,
            streams: Streams::default(),
            last_sweep: Mutex::new(Instant::now()),
        }
    }

    /// Closes the sessions that are expired, unless that was done lately.
    pub(super) async fn close_expired_now_and_then(&self) {
        let is_time = {
            let last_sweep = self.last_sweep.lock();
            let mut last_sweep = last_sweep.unwrap_or_else(PoisonError::into_inner);
            let is_time = last_sweep.elapsed() >= SWEEP_INTERVAL;
            if is_time {
                *last_sweep = Instant::now();
            }
            is_time
        };
        if is_time {
            self.close_expired().await;
        }
    }

    /// Adds a message to its session. Returns `None` for a message that is not a request, and for an
    /// unknown session.
    ///
    /// # Errors
    ///
    /// A request with the same identifier has no response yet.
    pub(super) fn admit(
        &self,
        id: &SessionId,
        incoming: &Incoming,
    ) -> Result<Option<Admission>, Rejection> {
        self.streams.admit(id, incoming)
    }

    /// Closes the sessions that are expired.
    pub(super) async fn close_expired(&self) {
        self.streams.remove_expired();
        for id in self.slots.take_expired() {
            self.close(&id).await;
        }
    }

    async fn close(&self, id: &SessionId) {
        if let Err(error) = self.close_session(id).await {
            tracing::debug!(target: "toolsmith", %error, "a session could not be closed");
        }
    }

    fn lease(&self, id: &SessionId) -> Option<Lease> {
        self.slots.lease(&Key::Session(Arc::clone(id)))
    }
}

impl SessionManager for Sessions {
    type Error = LocalSessionManagerError;
    type Transport = <LocalSessionManager as SessionManager>::Transport;

    async fn create_session(&self) -> Result<(SessionId, Self::Transport), Self::Error> {
        self.local.create_session().await
    }

    /// Opens a session in the slot that the endpoint has reserved. Without one, the session is closed: nothing
    /// would bound it.
    async fn initialize_session(
        &self,
        id: &SessionId,
        message: ClientJsonRpcMessage,
    ) -> Result<ServerJsonRpcMessage, Self::Error> {
        let slot = extension::<ReservedSlot>(&message);
        let Some(reservation) = slot.and_then(|slot| slot.take()) else {
            self.close(id).await;
            return Err(LocalSessionManagerError::SessionNotFound(Arc::clone(id)));
        };
        reservation.fill(id);
        self.streams.open(id);
        self.local.initialize_session(id, message).await
    }

    async fn has_session(&self, id: &SessionId) -> Result<bool, Self::Error> {
        if !self.local.has_session(id).await? {
            return Ok(false);
        }
        let is_alive = self.lease(id).is_some();
        if !is_alive {
            self.close(id).await;
        }
        Ok(is_alive)
    }

    async fn close_session(&self, id: &SessionId) -> Result<(), Self::Error> {
        self.slots.remove(&Key::Session(Arc::clone(id)));
        self.streams.close(id);
        self.local.close_session(id).await
    }

    async fn create_stream(
        &self,
        id: &SessionId,
        message: ClientJsonRpcMessage,
    ) -> Result<impl Stream<Item = ServerSseMessage> + Send + Sync + 'static, Self::Error> {
        let lease = self.lease(id);
        let admission = extension::<Admission>(&message);
        let stream = self.local.create_stream(id, message).await?;
        if let Some(admission) = admission {
            admission.set_served();
        }
        Ok(LeasedStream::new(self.streams.read(id, stream), lease))
    }

    async fn accept_message(
        &self,
        id: &SessionId,
        message: ClientJsonRpcMessage,
    ) -> Result<(), Self::Error> {
        self.local.accept_message(id, message).await
    }

    async fn create_standalone_stream(
        &self,
        id: &SessionId,
    ) -> Result<impl Stream<Item = ServerSseMessage> + Send + Sync + 'static, Self::Error> {
        let lease = self.lease(id);
        let stream = self.local.create_standalone_stream(id).await?;
        Ok(LeasedStream::new(stream, lease))
    }

    async fn resume(
        &self,
        id: &SessionId,
        last_event_id: String,
    ) -> Result<impl Stream<Item = ServerSseMessage> + Send + Sync + 'static, Self::Error> {
        let lease = self.lease(id);
        let resumed = self.local.resume(id, last_event_id.clone()).await;
        let stream = match resumed {
            Ok(stream) if is_of_request(&last_event_id) => self.streams.read(id, stream),
            // To rmcp, the messages of the session are read while this stream is kept.
            Ok(stream) => ClientStream::direct(stream),
            Err(error) => self.streams.rest(id, &last_event_id).ok_or(error)?,
        };
        Ok(LeasedStream::new(stream, lease))
    }
}

/// A stream of a session, which is not idle while the stream is open.
struct LeasedStream<S> {
    stream: Pin<Box<S>>,
    _lease: Option<Lease>,
}

impl<S> LeasedStream<S> {
    fn new(stream: S, lease: Option<Lease>) -> Self {
        Self {
            stream: Box::pin(stream),
            _lease: lease,
        }
    }
}

impl<S: Stream> Stream for LeasedStream<S> {
    type Item = S::Item;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<S::Item>> {
        self.stream.as_mut().poll_next(context)
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use rmcp::transport::Transport as _;
    use serde::de::DeserializeOwned;
    use serde_json::json;

    use super::super::slots::Limits;
    use super::*;
    use crate::codec::Json;

    const LIMITS: Limits = Limits {
        clients: 1,
        of_one_owner: 1,
        idle: Duration::from_secs(60),
        age: Duration::from_secs(60),
    };

    fn message<M: DeserializeOwned>(json: Json) -> M {
        serde_json::from_value(json).unwrap()
    }

    #[tokio::test]
    async fn a_client_that_reconnects_receives_the_messages_of_the_session() {
        let sessions = Sessions::new(Arc::new(Slots::new(LIMITS)));
        let (id, mut transport) = sessions.create_session().await.unwrap();
        let params = json!({
            "protocolVersion": "2025-06-18", "capabilities": {},
            "clientInfo": {"name": "test", "version": "1"},
        });
        let initialize =
            message(json!({"jsonrpc": "2.0", "id": 0, "method": "initialize", "params": params}));
        let result = json!({
            "protocolVersion": "2025-06-18", "capabilities": {},
            "serverInfo": {"name": "test", "version": "1"},
        });
        let response = message(json!({"jsonrpc": "2.0", "id": 0, "result": result}));
        let (opened, ()) =
            tokio::join!(sessions.local.initialize_session(&id, initialize), async {
                transport.receive().await.unwrap();
                transport.send(response).await.unwrap();
            });
        opened.unwrap();
        for _ in 0..3 {
            drop(sessions.resume(&id, "0".to_owned()).await.unwrap());
            tokio::task::yield_now().await;
        }
        let stream = sessions.resume(&id, "0".to_owned()).await.unwrap();
        let mut stream = std::pin::pin!(stream);
        let changed = json!({"jsonrpc": "2.0", "method": "notifications/tools/list_changed"});
        transport.send(message(changed)).await.unwrap();
        let next = std::future::poll_fn(|context| stream.as_mut().poll_next(context));
        let event = tokio::time::timeout(Duration::from_secs(5), next).await;
        let event = event.unwrap().unwrap();
        let received = serde_json::to_value(event.message.unwrap()).unwrap();
        assert_eq!(received["method"], "notifications/tools/list_changed");
    }
}
