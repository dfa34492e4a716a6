//! The events of a conversation, for clients that connect at any time.

use std::collections::VecDeque;
use std::convert::Infallible;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::SystemTime;

use axum::response::sse::Event;
use futures_util::stream::{self, Stream};
use serde_json::Value;
use tokio::sync::watch;

use super::storage::milliseconds;

/// The number of events that are kept for clients that connect again; a new one replaces the oldest.
const MAX_EVENTS: usize = 10_000;

/// The latest events.
#[derive(Debug, Default)]
struct Log {
    events: VecDeque<(&'static str, Value)>,
    /// The number of older events.
    dropped: usize,
}

/// The events of a conversation since the start of the service. Clones share them.
#[derive(Debug, Clone)]
pub(crate) struct Events {
    log: Arc<Mutex<Log>>,
    count: watch::Sender<usize>,
    /// The time of the start, so that a client does not continue with the identifiers of an earlier process.
    start: u64,
}

impl Events {
    pub(crate) fn new() -> Self {
        Self {
            log: Arc::default(),
            count: watch::Sender::new(0),
            start: milliseconds(SystemTime::now()),
        }
    }

    /// Sends an event to all clients that listen.
    pub(crate) fn send(&self, name: &'static str, data: Value) {
        let mut log = self.log.lock().unwrap_or_else(PoisonError::into_inner);
        log.events.push_back((name, data));
        if log.events.len() > MAX_EVENTS {
            log.events.pop_front();
            log.dropped += 1;
        }
        self.count.send_replace(log.dropped + log.events.len());
    }

    /// Returns the events after the last one that a client has seen, and those that follow until the service closes.
    pub(crate) fn listen(
        &self,
        last_id: Option<&str>,
        closed: watch::Receiver<bool>,
    ) -> impl Stream<Item = Result<Event, Infallible>> + use<> {
        let events = self.clone();
        let next = last_id.and_then(|id| self.after(id)).unwrap_or_default();
        let count = self.count.subscribe();
        stream::unfold((next, count), move |(next, mut count)| {
            let events = events.clone();
            let mut closed = closed.clone();
            async move {
                tokio::select! {
                    biased;
                    changed = count.wait_for(|count| *count > next) => { changed.ok()?; }
                    _ = closed.wait_for(|closed| *closed) => return None,
                }
                let (event, next) = events.get(next)?;
                Some((Ok(event), (next, count)))
            }
        })
    }

    /// Returns the event with this index or, if it was dropped, the oldest one, with the index after it.
    fn get(&self, index: usize) -> Option<(Event, usize)> {
        let log = self.log.lock().unwrap_or_else(PoisonError::into_inner);
        let index = index.max(log.dropped);
        let (name, data) = log.events.get(index - log.dropped)?;
        let id = format!("{}-{index}", self.start);
        let event = Event::default().event(*name).id(id).data(data.to_string());
        Some((event, index + 1))
    }

    /// Returns the index after that of an identifier of this process.
    fn after(&self, id: &str) -> Option<usize> {
        let (start, index) = id.split_once('-')?;
        let is_ours = start.parse() == Ok(self.start);
        let index: usize = index.parse().ok()?;
        index.checked_add(1).filter(|_| is_ours)
    }
}
