//! The toolboxes of clients.

use std::sync::Arc;

use crate::agent::toolbox::Toolbox;
use crate::client::Client;
use crate::clock::{Clock, SystemClock};
use crate::functions;
use crate::tools::Access;

impl<A: Access> Client<A> {
    /// Creates a toolbox with the tools of this client.
    #[must_use]
    pub fn toolbox(&self) -> Toolbox {
        let clock = self.clock();
        Toolbox::new(Arc::new(self.clone()), clock)
    }
}

impl<A: Access> functions::Client<A> {
    /// Creates a toolbox with the functions of this client.
    #[must_use]
    pub fn toolbox(&self) -> Toolbox {
        Toolbox::new(Arc::new(self.clone()), system_clock())
    }
}

#[cfg(feature = "mcp-client")]
impl<A: Access> crate::mcp::Client<A> {
    /// Creates a toolbox with the tools of this client.
    #[must_use]
    pub fn toolbox(&self) -> Toolbox {
        Toolbox::new(Arc::new(self.clone()), system_clock())
    }
}

/// Returns the clock of a toolbox whose client has none.
pub(in crate::agent) fn system_clock() -> Arc<dyn Clock> {
    Arc::new(SystemClock::default())
}
