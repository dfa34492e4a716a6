//! The progress of a request.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::Notify;
use tokio::time::Instant;

/// The progress of a request, for a caller that stops waiting for its end. Clones share it.
#[derive(Debug, Clone, Default)]
pub(crate) struct CallProgress(Arc<State>);

#[derive(Debug, Default)]
struct State {
    /// `true` if the server may have seen the request.
    is_sent: AtomicBool,
    /// `true` if it may have seen an earlier one of the same call.
    was_sent: AtomicBool,
    questions: Mutex<Questions>,
    /// Notified when the last open question ends.
    answered: Notify,
}

/// The questions that the server asked during a call.
#[derive(Debug, Default)]
struct Questions {
    open: usize,
    /// The time since which some are open.
    since: Option<Instant>,
    /// The time for which earlier ones were open.
    before: Duration,
}

impl CallProgress {
    /// Returns `true` if the server may have seen the request, or an earlier one of the same call.
    pub(crate) fn may_be_seen(&self) -> bool {
        self.is_sent() || self.0.was_sent.load(Ordering::Relaxed)
    }

    /// Returns `true` if the server may have seen the request. It is `false` while a token is requested and a
    /// connection is made.
    pub(crate) fn is_sent(&self) -> bool {
        self.0.is_sent.load(Ordering::Relaxed)
    }

    pub(crate) fn set_sent(&self, is_sent: bool) {
        self.0.is_sent.store(is_sent, Ordering::Relaxed);
    }

    /// Begins another request of the same call.
    pub(crate) fn begin(&self) {
        let was_sent = self.may_be_seen();
        self.0.was_sent.store(was_sent, Ordering::Relaxed);
        self.set_sent(false);
    }
    /// Begins a question of the server, which ends when the result is dropped.
    pub(crate) fn question(&self) -> OpenQuestion {
        let mut questions = self.questions();
        questions.open += 1;
        questions.since.get_or_insert_with(Instant::now);
        OpenQuestion(self.clone())
    }

    /// Returns the time for which questions of the server were open.
    pub(crate) fn answering(&self) -> Duration {
        let questions = self.questions();
        let current = questions.since.map(|since| since.elapsed());
        questions.before.saturating_add(current.unwrap_or_default())
    }

    /// Waits until the call has taken `limit`, without the time for which questions are open.
    pub(crate) async fn timeout(&self, limit: Duration) {
        let began = Instant::now();
        let before = self.answering();
        loop {
            let answering = self.answering().saturating_sub(before);
            let left = limit
                .saturating_add(answering)
                .saturating_sub(began.elapsed());
            if left.is_zero() {
                return;
            }
            tokio::time::sleep(left).await;
            self.answered().await;
        }
    }

    /// Waits until no question is open.
    async fn answered(&self) {
        loop {
            // It is notified from now on, even before it is polled.
            let answered = self.0.answered.notified();
            if self.questions().open == 0 {
                return;
            }
            answered.await;
        }
    }

    fn questions(&self) -> MutexGuard<'_, Questions> {
        let questions = self.0.questions.lock();
        questions.unwrap_or_else(PoisonError::into_inner)
    }
}

/// A question of the server that the program, or a person, is answering.
#[derive(Debug)]
pub(crate) struct OpenQuestion(CallProgress);

impl Drop for OpenQuestion {
    fn drop(&mut self) {
        let mut questions = self.0.questions();
        questions.open = questions.open.saturating_sub(1);
        if questions.open == 0 {
            let took = questions.since.take().map(|since| since.elapsed());
            questions.before = questions.before.saturating_add(took.unwrap_or_default());
            self.0.0.answered.notify_waiters();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    #[tokio::test(start_paused = true)]
    async fn open_questions_do_not_count() {
        let progress = CallProgress::default();
        let began = Instant::now();
        let asking = progress.clone();
        tokio::spawn(async move {
            tokio::time::sleep(2 * SECOND).await;
            let first = asking.question();
            tokio::time::sleep(10 * SECOND).await;
            let second = asking.question();
            drop(first);
            tokio::time::sleep(20 * SECOND).await;
            drop(second);
            tokio::time::sleep(SECOND).await;
            let third = asking.question();
            tokio::time::sleep(3600 * SECOND).await;
            drop(third);
        });
        progress.timeout(5 * SECOND).await;
        assert_eq!(began.elapsed().as_secs(), 5 + 30 + 3600);
        assert_eq!(progress.answering().as_secs(), 30 + 3600);
        progress.timeout(SECOND).await;
        assert_eq!(began.elapsed().as_secs(), 6 + 30 + 3600);
    }
}
