//! The requests of a server that the program is answering.

use std::sync::{Mutex, MutexGuard, PoisonError};

use serde_json::Value;
use tokio::task::AbortHandle;

/// The tasks that answer requests of a server, by the identifiers of the requests.
#[derive(Debug, Default)]
pub(super) struct Answers(Mutex<Vec<(Value, AbortHandle)>>);

impl Answers {
    pub(super) fn add(&self, id: Value, task: AbortHandle) {
        let mut answers = self.lock();
        answers.retain(|(_, task)| !task.is_finished());
        answers.push((id, task));
    }

    /// Stops the answer to a request that the server has withdrawn. It gets no response.
    pub(super) fn cancel(&self, id: &Value) {
        let mut answers = self.lock();
        let cancelled = answers.extract_if(.., |(known, _)| known == id);
        cancelled.for_each(|(_, task)| task.abort());
    }

    fn lock(&self) -> MutexGuard<'_, Vec<(Value, AbortHandle)>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
