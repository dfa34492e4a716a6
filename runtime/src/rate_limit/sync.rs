//! The lock of the queue, apart from it so that a model checker can put its own in its place.

use std::sync::{MutexGuard, PoisonError};

/// A lock that a panic elsewhere does not spoil: every change under it is whole.
pub(super) struct Mutex<T>(std::sync::Mutex<T>);

impl<T> Mutex<T> {
    pub(super) fn new(value: T) -> Self {
        Self(std::sync::Mutex::new(value))
    }

    pub(super) fn lock(&self) -> MutexGuard<'_, T> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
