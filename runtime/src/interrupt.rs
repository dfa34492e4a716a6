//! A signal that ends long work on one thread early.

use std::fmt;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

/// A signal that ends long work early: its result is no longer wanted.
pub(crate) struct Interrupt {
    is_raised: AtomicBool,
    /// Returns `true` once the time is over, for work that no one else can interrupt.
    is_over: Option<Box<dyn Fn() -> bool + Send + Sync>>,
    /// The number of bytes that may be read again before it is raised.
    readings_left: AtomicUsize,
}

/// The signal of work that always ends soon.
pub(crate) static NEVER: Interrupt = Interrupt {
    is_raised: AtomicBool::new(false),
    is_over: None,
    readings_left: AtomicUsize::new(usize::MAX),
};

impl Interrupt {
    /// Creates a signal that is raised once `is_over` returns `true`.
    pub(crate) fn when(is_over: impl Fn() -> bool + Send + Sync + 'static) -> Self {
        Self {
            is_raised: AtomicBool::new(false),
            is_over: Some(Box::new(is_over)),
            ..Self::default()
        }
    }

    /// Creates a signal that is raised when this number of bytes was read a second time.
    pub(crate) fn after_readings(bytes: usize) -> Self {
        Self {
            readings_left: AtomicUsize::new(bytes),
            ..Self::default()
        }
    }

    /// Returns `false` if the work should end before it reads this number of bytes again.
    pub(crate) fn may_read_again(&self, bytes: usize) -> bool {
        // Only one thread does the work.
        let left = self.readings_left.load(Ordering::Relaxed);
        if left < usize::MAX {
            match left.checked_sub(bytes) {
                Some(left) => self.readings_left.store(left, Ordering::Relaxed),
                None => self.raise(),
            }
        }
        !self.is_raised()
    }

    /// Ends the work.
    pub(crate) fn raise(&self) {
        self.is_raised.store(true, Ordering::Relaxed);
    }

    /// Returns `true` if the work should end.
    pub(crate) fn is_raised(&self) -> bool {
        if self.is_raised.load(Ordering::Relaxed) {
            return true;
        }
        let is_over = self.is_over.as_ref().is_some_and(|is_over| is_over());
        if is_over {
            self.raise();
        }
        is_over
    }
}

impl Default for Interrupt {
    fn default() -> Self {
        Self {
            is_raised: AtomicBool::new(false),
            is_over: None,
            readings_left: AtomicUsize::new(usize::MAX),
        }
    }
}

impl fmt::Debug for Interrupt {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_tuple("Interrupt")
            .field(&self.is_raised)
            .finish()
    }
}
