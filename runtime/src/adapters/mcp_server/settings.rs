//! The settings of a server.

use std::sync::Arc;
use std::time::Duration;

use super::{approval, incoming};
use crate::agent::ApprovalStore;

/// The default of the time for which clients may keep the list of tools.
const LIST_TTL: Duration = Duration::from_secs(300);

/// The settings of a server.
#[derive(Clone)]
pub(super) struct Settings {
    /// The name and version that clients see; by default, the name of the toolbox.
    pub(super) name: Option<String>,
    pub(super) version: String,
    pub(super) instructions: Option<String>,
    pub(super) page_size: Option<usize>,
    pub(super) list_ttl: Duration,
    pub(super) approval_key: Option<[u8; 32]>,
    pub(super) approval_store: Option<Arc<dyn ApprovalStore>>,
    /// `true` if the person at the client is asked before the program is.
    pub(super) asks_client_first: bool,
    pub(super) approval_timeout: Duration,
    pub(super) max_message_bytes: usize,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            name: None,
            version: env!("CARGO_PKG_VERSION").to_owned(),
            instructions: None,
            page_size: None,
            list_ttl: LIST_TTL,
            approval_key: None,
            approval_store: None,
            asks_client_first: false,
            approval_timeout: approval::TIMEOUT,
            max_message_bytes: incoming::MAX_MESSAGE_BYTES,
        }
    }
}

/// Leaves the key out.
impl std::fmt::Debug for Settings {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter
            .debug_struct("Settings")
            .field("name", &self.name)
            .field("version", &self.version)
            .field("page_size", &self.page_size)
            .field("list_ttl", &self.list_ttl)
            .field("approval_key", &self.approval_key.map(|_| "[hidden]"))
            .field("approval_timeout", &self.approval_timeout)
            .field("max_message_bytes", &self.max_message_bytes)
            .finish_non_exhaustive()
    }
}
