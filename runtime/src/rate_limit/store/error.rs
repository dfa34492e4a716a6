//! The error of a store.

use std::fmt;

/// The error of a request to a store.
#[derive(Debug)]
pub struct StoreError(String);

impl StoreError {
    /// Creates an error. The message must not contain a secret, because it is logged.
    #[must_use]
    pub fn new(message: impl Into<String>) -> Self {
        Self(message.into())
    }
}

impl fmt::Display for StoreError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

impl std::error::Error for StoreError {}
