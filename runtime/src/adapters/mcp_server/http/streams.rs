//! The streams of the responses in a session, which are read to their end even if the client goes away.
//!
//! rmcp forgets a stream with its response, so a client that lost the connection a moment before could not
//! resume it, and would not learn what became of its call.

use std::collections::{BTreeMap, VecDeque};
use std::future::poll_fn;
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll};
use std::time::Duration;

use futures_core::Stream;
use rmcp::model::{RequestId, ServerJsonRpcMessage};
use rmcp::transport::streamable_http_server::SessionId;
use rmcp::transport::streamable_http_server::session::ServerSseMessage;
use tokio::sync::mpsc;
use tokio::time::Instant;

use super::super::in_flight::InFlight;
use super::super::incoming::{Incoming, Rejection};

/// The number of events that a client may be behind before its stream ends. It can resume it.
const MAX_BEHIND: usize = 1024;

/// The number of the last events of a stream that are kept.
const MAX_EVENTS: usize = 64;

/// The number of ended streams that are kept for a session, and for all of them.
const MAX_ENDED_OF_SESSION: usize = 8;
const MAX_ENDED: usize = 256;

/// The time for which an ended stream is kept.
const KEPT: Duration = Duration::from_secs(60);

/// The streams of all sessions.
#[derive(Debug, Clone, Default)]
pub(super) struct Streams(Arc<Mutex<State>>);

#[derive(Debug, Default)]
struct State {
    /// The requests without a response of each session.
    in_flight: BTreeMap<SessionId, InFlight>,
    /// The streams that ended, the oldest first.
    ended: VecDeque<EndedStream>,
}

/// A stream that ended with a response.
#[derive(Debug)]
struct EndedStream {
    session: SessionId,
    events: VecDeque<ServerSseMessage>,
    at: Instant,
}

/// A request that may be served, as an extension of it. Dropped before it is served, it is no longer in
/// flight.
#[derive(Debug, Clone)]
pub(super) struct Admission(Arc<Admitted>);

#[derive(Debug)]
struct Admitted {
    in_flight: InFlight,
    id: RequestId,
    is_served: AtomicBool,
}

impl Admission {
    /// Keeps the request in flight until its response.
    pub(super) fn set_served(&self) {
        self.0.is_served.store(true, Ordering::Release);
    }
}

impl Drop for Admitted {
    fn drop(&mut self) {
        if !self.is_served.load(Ordering::Acquire) {
            self.in_flight.end(&self.id);
        }
    }
}

impl Streams {
    /// Adds a session.
    pub(super) fn open(&self, session: &SessionId) {
        let mut state = self.lock();
        state.in_flight.entry(Arc::clone(session)).or_default();
    }

    /// Removes a session.
    pub(super) fn close(&self, session: &SessionId) {
        let mut state = self.lock();
        state.in_flight.remove(session);
        state.ended.retain(|ended| ended.session != *session);
    }

    /// Adds a message to its session. Returns `None` for a message that is not a request, and for an
    /// unknown session.
    ///
    /// # Errors
    ///
    /// A request with the same identifier has no response yet.
    pub(super) fn admit(
        &self,
        session: &SessionId,
        incoming: &Incoming,
    ) -> Result<Option<Admission>, Rejection> {
        let Some(in_flight) = self.lock().in_flight.get(session).cloned() else {
            return Ok(None);
        };
        let id = in_flight.admit(incoming)?;
        Ok(id.map(|id| {
            Admission(Arc::new(Admitted {
                in_flight,
                id,
                is_served: AtomicBool::new(false),
            }))
        }))
    }

    /// Reads a stream to its end. Returns the stream for the client.
    pub(super) fn read(
        &self,
        session: &SessionId,
        stream: impl Stream<Item = ServerSseMessage> + Send + 'static,
    ) -> ClientStream {
        let (sender, events) = mpsc::channel(MAX_BEHIND);
        let reading = Reading {
            streams: self.clone(),
            session: Arc::clone(session),
            client: Some(sender),
        };
        tokio::spawn(reading.run(Box::pin(stream)));
        ClientStream::Read(events)
    }

    /// Returns the events after `last` of a stream that ended, if it is kept.
    pub(super) fn rest(&self, session: &SessionId, last: &str) -> Option<ClientStream> {
        let (last, number) = position(last)?;
        let state = self.lock();
        let is_it = |event: &ServerSseMessage| {
            let id = event.event_id.as_deref().and_then(position);
            id.is_some_and(|(_, of)| of == number)
        };
        let mut ended = state.ended.iter();
        let ended = ended.find(|ended| ended.session == *session && ended.events.iter().any(is_it));
        let is_later = |event: &&ServerSseMessage| {
            let id = event.event_id.as_deref().and_then(position);
            id.is_some_and(|(at, _)| at > last)
        };
        let rest: Vec<_> = ended?.events.iter().filter(is_later).cloned().collect();
        let (sender, events) = mpsc::channel(MAX_EVENTS);
        for event in rest {
            // There is room for all of them.
            let _sent = sender.try_send(event).is_ok();
        }
        Some(ClientStream::Read(events))
    }

    /// Removes the streams whose time is over.
    pub(super) fn remove_expired(&self) {
        self.lock().remove_expired();
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn remove_expired(&mut self) {
        let is_expired = |ended: &EndedStream| ended.at.elapsed() >= KEPT;
        while self.ended.front().is_some_and(is_expired) {
            self.ended.pop_front();
        }
    }

    fn keep(&mut self, ended: EndedStream) {
        self.remove_expired();
        let is_of_session = |other: &EndedStream| other.session == ended.session;
        let count = self.ended.iter().filter(|other| is_of_session(other));
        if count.count() >= MAX_ENDED_OF_SESSION {
            let oldest = self.ended.iter().position(is_of_session);
            oldest.and_then(|oldest| self.ended.remove(oldest));
        }
        if self.ended.len() >= MAX_ENDED {
            self.ended.pop_front();
        }
        self.ended.push_back(ended);
    }
}

/// Reads the identifier of an event of rmcp: its index, and the number of its stream in the session.
fn position(id: &str) -> Option<(usize, u64)> {
    let (index, number) = id.split_once('/')?;
    Some((index.parse().ok()?, number.parse().ok()?))
}

/// Returns `true` if an event is one of the stream of a request, not of the session itself.
pub(super) fn is_of_request(event: &str) -> bool {
    position(event).is_some()
}

/// Reads one stream.
struct Reading {
    streams: Streams,
    session: SessionId,
    /// Present while the client reads.
    client: Option<mpsc::Sender<ServerSseMessage>>,
}

impl Reading {
    async fn run<S>(mut self, mut stream: Pin<Box<S>>)
    where
        S: Stream<Item = ServerSseMessage>,
    {
        let mut events = VecDeque::new();
        while let Some(event) = poll_fn(|context| stream.as_mut().poll_next(context)).await {
            if events.len() == MAX_EVENTS {
                events.pop_front();
            }
            events.push_back(event.clone());
            if let Some(message) = event.message.as_deref()
                && is_response(message)
            {
                self.end(message, std::mem::take(&mut events));
            }
            let is_read = |client: &mpsc::Sender<_>| client.try_send(event).is_ok();
            if !self.client.as_ref().is_some_and(is_read) {
                self.client = None;
            }
        }
    }

    /// Keeps the events of the stream after the response to its request.
    fn end(&self, response: &ServerJsonRpcMessage, events: VecDeque<ServerSseMessage>) {
        let mut state = self.streams.lock();
        // A session that was closed keeps nothing.
        let Some(in_flight) = state.in_flight.get(&self.session).cloned() else {
            return;
        };
        state.keep(EndedStream {
            session: Arc::clone(&self.session),
            events,
            at: Instant::now(),
        });
        drop(state);
        in_flight.end_with(response);
    }
}

fn is_response(message: &ServerJsonRpcMessage) -> bool {
    matches!(
        message,
        ServerJsonRpcMessage::Response(_) | ServerJsonRpcMessage::Error(_)
    )
}

/// The events for one client.
pub(super) enum ClientStream {
    /// Those of a stream that is read to its end.
    Read(mpsc::Receiver<ServerSseMessage>),
    /// Those of a stream that ends with the client.
    Direct(Pin<Box<dyn Stream<Item = ServerSseMessage> + Send + Sync>>),
}

impl ClientStream {
    /// Passes on a stream that ends with the client.
    pub(super) fn direct(
        stream: impl Stream<Item = ServerSseMessage> + Send + Sync + 'static,
    ) -> Self {
        Self::Direct(Box::pin(stream))
    }
}

impl Stream for ClientStream {
    type Item = ServerSseMessage;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        match &mut *self {
            Self::Read(events) => events.poll_recv(context),
            Self::Direct(stream) => stream.as_mut().poll_next(context),
        }
    }
}
