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

use super::slots::{Key, Lease, Reservation, Slots};

/// The sessions, of which each has a slot.
#[derive(Debug)]
pub(super) struct Sessions {
    local: LocalSessionManager,
    slots: Arc<Slots>,
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

/// Returns the slot that is reserved for the session that a message opens.
fn reservation(message: &ClientJsonRpcMessage) -> Option<Reservation> {
    let ClientJsonRpcMessage::Request(request) = message else {
        return None;
    };
    let parts = request.request.extensions().get::<Parts>()?;
    parts.extensions.get::<ReservedSlot>()?.take()
}

impl Sessions {
    pub(super) fn new(slots: Arc<Slots>) -> Self {
        let mut local = LocalSessionManager::default();
        // The slots end idle sessions: to rmcp, a session that waits for a long call is idle.
        local.session_config.keep_alive = None;
        Self { local, slots }
    }

    /// Closes the sessions that are expired.
    pub(super) async fn close_expired(&self) {
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
        let Some(reservation) = reservation(&message) else {
            self.close(id).await;
            return Err(LocalSessionManagerError::SessionNotFound(Arc::clone(id)));
        };
        reservation.fill(id);
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
        self.local.close_session(id).await
    }

    async fn create_stream(
        &self,
        id: &SessionId,
        message: ClientJsonRpcMessage,
    ) -> Result<impl Stream<Item = ServerSseMessage> + Send + Sync + 'static, Self::Error> {
        let lease = self.lease(id);
        let stream = self.local.create_stream(id, message).await?;
        Ok(LeasedStream::new(stream, lease))
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
        let stream = self.local.resume(id, last_event_id).await?;
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
