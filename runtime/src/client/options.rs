//! What can be set for one call.

use std::time::Duration;

use crate::retry::Retry;

/// What is set for one call; what is not, the client decides.
#[derive(Debug, Clone, Default)]
pub(crate) struct Options {
    pub(crate) timeout: Option<Duration>,
    pub(crate) idempotency_key: Option<String>,
    pub(crate) retry: Option<Retry>,
}
