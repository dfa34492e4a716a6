//! The progress of a request.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// The progress of a request, for a caller that stops waiting for its end. Clones share it.
#[derive(Debug, Clone, Default)]
pub(crate) struct CallProgress(Arc<State>);

#[derive(Debug, Default)]
struct State {
    /// `true` if the server may have seen the request.
    is_sent: AtomicBool,
    /// `true` if it may have seen an earlier one of the same call.
    was_sent: AtomicBool,
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
}
