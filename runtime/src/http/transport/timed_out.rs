//! The mark of an attempt that timed out. Transports see it when the future of the attempt is dropped,
//! and can tell it from a call that its caller cancelled. It passes through the layers of a program,
//! because they drop what they wrap.

use std::cell::Cell;

thread_local! {
    static IS_SET: Cell<bool> = const { Cell::new(false) };
}

/// Returns `true` while an attempt is dropped that timed out.
#[cfg(feature = "reqwest")]
pub(super) fn is_set() -> bool {
    IS_SET.get()
}

/// Marks attempts that are dropped on this thread, until it is dropped itself.
pub(crate) struct TimedOut(());

impl TimedOut {
    pub(crate) fn set() -> Self {
        IS_SET.set(true);
        Self(())
    }
}

impl Drop for TimedOut {
    fn drop(&mut self) {
        IS_SET.set(false);
    }
}
