//! The progress of a call.

use std::sync::atomic::{AtomicBool, Ordering};

/// The progress of a call, for a program that stops waiting for its end.
#[derive(Debug, Default)]
pub struct CallProgress {
    is_sent: AtomicBool,
}

impl CallProgress {
    /// Returns `true` if the server may have seen the call. It is `false` while a connection is made.
    #[must_use]
    pub fn is_sent(&self) -> bool {
        self.is_sent.load(Ordering::Relaxed)
    }

    pub(super) fn set_sent(&self, is_sent: bool) {
        self.is_sent.store(is_sent, Ordering::Relaxed);
    }
}
