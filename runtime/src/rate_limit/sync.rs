//! The lock of the queue, in its own module so that a model checker can replace it.

use std::sync::{MutexGuard, PoisonError};

/// A lock that ignores poisoning, because every change under it is complete.
pub(super) struct Mutex<T>(std::sync::Mutex<T>);

impl<T> Mutex<T> {
    pub(super) fn new(value: T) -> Self {
        Self(std::sync::Mutex::new(value))
    }

    pub(super) fn lock(&self) -> MutexGuard<'_, T> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
