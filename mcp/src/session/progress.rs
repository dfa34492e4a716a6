//! The progress of a request.

use std::sync::atomic::{AtomicBool, Ordering};

/// The progress of a request, for a caller that stops waiting for its end.
#[derive(Debug, Default)]
pub(super) struct CallProgress {
    is_sent: AtomicBool,
}

impl CallProgress {
    /// Returns `true` if the server may have seen the request. It is `false` while a connection is made.
    pub(super) fn is_sent(&self) -> bool {
        self.is_sent.load(Ordering::Relaxed)
    }

    pub(super) fn set_sent(&self, is_sent: bool) {
        self.is_sent.store(is_sent, Ordering::Relaxed);
    }
}
