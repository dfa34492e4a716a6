//! The client that a call belongs to.

use std::fmt;
use std::sync::Arc;

use crate::agent::Toolbox;

/// A client, with its own count of calls and its own memory of identifiers.
#[derive(Debug, Clone)]
pub(super) struct Caller {
    pub(super) toolbox: Toolbox,
    /// The name that approvals are bound to. It may be a secret, such as a credential.
    pub(super) identity: Identity,
    /// The digest of the credentials; used approvals are bounded for each.
    pub(super) owner: [u8; 32],
    /// Keeps the state of the client while a call runs.
    pub(super) _lease: Option<Arc<dyn fmt::Debug + Send + Sync>>,
}

/// The name of a client for approvals.
#[derive(Clone, Default)]
pub(super) struct Identity(Arc<str>);

impl Identity {
    pub(super) fn new(name: &str) -> Self {
        Self(name.into())
    }

    pub(super) fn as_str(&self) -> &str {
        &self.0
    }
}

/// The name may be a credential.
impl fmt::Debug for Identity {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Identity([hidden])")
    }
}
