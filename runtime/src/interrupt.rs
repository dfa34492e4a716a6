//! A signal that ends long work on one thread early.

use std::fmt;
use std::sync::atomic::{AtomicBool, Ordering};

/// A signal that ends long work early: its result is no longer wanted.
#[derive(Default)]
pub(crate) struct Interrupt {
    is_raised: AtomicBool,
    /// Returns `true` once the time is over, for work that nobody else can interrupt.
    is_over: Option<Box<dyn Fn() -> bool + Send + Sync>>,
}

/// The signal of work that always ends soon.
pub(crate) static NEVER: Interrupt = Interrupt {
    is_raised: AtomicBool::new(false),
    is_over: None,
};

impl Interrupt {
    /// Creates a signal that is raised once `is_over` returns `true`.
    pub(crate) fn when(is_over: impl Fn() -> bool + Send + Sync + 'static) -> Self {
        Self {
            is_raised: AtomicBool::new(false),
            is_over: Some(Box::new(is_over)),
        }
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

impl fmt::Debug for Interrupt {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_tuple("Interrupt")
            .field(&self.is_raised)
            .finish()
    }
}
