//! The state of an account: its capabilities and its MCP servers.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::catalog::Filter;

/// The state of the account, as its capabilities show it.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct AccountState {
    /// `active`, `needs_reauth`, `connecting`, `post_install_error` or `validation_error`.
    pub status: String,
    /// `true` if its calls are blocked.
    pub is_blocked: bool,
    /// The names of the tools whose methods are deprecated.
    pub deprecated: Vec<String>,
}

impl Default for AccountState {
    fn default() -> AccountState {
        AccountState {
            status: "active".to_owned(),
            is_blocked: false,
            deprecated: Vec::new(),
        }
    }
}

/// The MCP servers of the account that exist.
#[derive(Default)]
pub(crate) struct Servers {
    /// The filters, by the secret in the path.
    by_secret: BTreeMap<String, Filter>,
    created: u64,
}

impl Servers {
    /// Returns the number of servers.
    pub(crate) fn count(&self) -> usize {
        self.by_secret.len()
    }

    /// Creates a server and returns its secret.
    pub(crate) fn create(&mut self, filter: Filter) -> String {
        self.created += 1;
        let secret = secret_of(self.created);
        self.by_secret.insert(secret.clone(), filter);
        secret
    }

    /// Removes a server by its number.
    pub(crate) fn remove(&mut self, number: u64) -> Option<Filter> {
        self.by_secret.remove(&secret_of(number))
    }

    /// Returns the filter of the server with a secret.
    pub(crate) fn filter(&self, secret: &str) -> Option<&Filter> {
        self.by_secret.get(secret)
    }
}

fn secret_of(number: u64) -> String {
    format!("mcp-s3cr3t-canary-{number:04}")
}
