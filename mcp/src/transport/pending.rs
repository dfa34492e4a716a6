//! The requests of a connection over streams that have no response yet.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::oneshot;

use super::parts::Ended;
use super::progress::{CallProgress, OpenQuestion};
use super::tail::Tail;
use crate::error::{NotSent, RequestError};

/// The state that the tasks of a connection share.
#[derive(Default)]
pub(super) struct Shared {
    state: Mutex<State>,
    pub(super) tail: Arc<Tail>,
}

#[derive(Default)]
pub(super) struct State {
    pub(super) waiting: BTreeMap<u64, Waiting>,
    /// Present after the connection ended.
    pub(super) ended: Option<Ended>,
}

/// A request without a response.
pub(super) struct Waiting {
    pub(super) answer: oneshot::Sender<Result<String, RequestError>>,
    pub(super) is_written: bool,
    pub(super) progress: CallProgress,
}

pub(super) fn not_sent(ended: &Ended) -> RequestError {
    RequestError::NotSent {
        reason: NotSent::Closed,
        message: ended.message(),
    }
}

impl Shared {
    pub(super) fn new(tail: Arc<Tail>) -> Self {
        Self {
            tail,
            ..Self::default()
        }
    }

    pub(super) fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Ends all requests.
    pub(super) fn end(&self, ended: &Ended) {
        let mut state = self.lock();
        state.ended.get_or_insert_with(|| ended.clone());
        for waiting in std::mem::take(&mut state.waiting).into_values() {
            let error = if waiting.is_written {
                RequestError::Lost(ended.message())
            } else {
                not_sent(ended)
            };
            // The caller may have stopped waiting.
            let _received = waiting.answer.send(Err(error)).is_ok();
        }
    }

    /// Ends a request, if it waits.
    pub(super) fn answer(&self, id: u64, outcome: Result<String, RequestError>) {
        let waiting = self.lock().waiting.remove(&id);
        if let Some(waiting) = waiting {
            let _received = waiting.answer.send(outcome).is_ok();
        }
    }

    /// Returns the only request that waits for a response.
    pub(super) fn only(&self) -> Option<u64> {
        let state = self.lock();
        let mut written = state.waiting.iter().filter(|(_, one)| one.is_written);
        match (written.next(), written.next()) {
            (Some((id, _)), None) => Some(*id),
            _ => None,
        }
    }

    /// Begins a question of the server. It does not name the request that it belongs to.
    pub(super) fn question(&self) -> Vec<OpenQuestion> {
        let state = self.lock();
        let written = state.waiting.values().filter(|one| one.is_written);
        written.map(|one| one.progress.question()).collect()
    }

    /// Returns the requests that a response may answer which names none.
    fn written(&self) -> Vec<u64> {
        let state = self.lock();
        let written = state.waiting.iter().filter(|(_, one)| one.is_written);
        written.map(|(id, _)| *id).collect()
    }

    /// Ends the request that a broken response answers; every one that was sent if it names none of
    /// them, because no other response to it follows.
    pub(super) fn answer_broken(&self, id: Option<u64>, error: impl Fn() -> RequestError) {
        let ids = id.map_or_else(|| self.written(), |id| vec![id]);
        for id in ids {
            self.answer(id, Err(error()));
        }
    }

    /// Marks a request as written. Returns `false` if it no longer waits.
    pub(super) fn set_written(&self, id: u64, is_written: bool) -> bool {
        let mut state = self.lock();
        let waiting = state.waiting.get_mut(&id);
        waiting
            .map(|waiting| waiting.is_written = is_written)
            .is_some()
    }
}
