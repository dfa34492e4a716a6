//! The state that the clones of a toolbox share.

use std::sync::{Mutex, MutexGuard, OnceLock, PoisonError};

use super::approval::random;
use super::call_counts::CallCounts;
use super::call_ids::CallIds;
use super::identifier_memory::IdentifierMemory;
use super::policy::Policy;
use super::tool_set::ToolEntry;
use crate::codec::Json;
use crate::context::hex;
use crate::tools::ToolSpec;

/// The state that the clones of a toolbox share.
#[derive(Debug, Default)]
pub(super) struct Memory {
    kind: MemoryKind,
    counts: Mutex<CallCounts>,
    identifiers: Mutex<IdentifierMemory>,
    calls: CallIds,
    /// Identifies the calls of this memory, if the program gives no run.
    run: OnceLock<Option<String>>,
}

/// The things that a toolbox remembers of the calls of its clients.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum MemoryKind {
    /// The number of calls, and the identifiers seen: for one client.
    #[default]
    CountsAndIdentifiers,
    /// The number of calls: for clients that cannot be distinguished, which must not see each other's
    /// identifiers.
    #[cfg_attr(
        not(feature = "mcp-server"),
        expect(dead_code, reason = "only a server has such clients")
    )]
    Counts,
}

impl Memory {
    #[cfg(feature = "mcp-server")]
    pub(super) fn new(kind: MemoryKind) -> Self {
        Self {
            kind,
            ..Self::default()
        }
    }

    /// Remembers the identifiers in a response and in the arguments that led to it.
    pub(super) fn learn(&self, tool: &'static ToolSpec, arguments: &Json, response: &Json) {
        if self.kind == MemoryKind::CountsAndIdentifiers {
            self.identifiers().learn(tool, arguments, response);
        }
    }

    /// Counts a call.
    ///
    /// # Errors
    ///
    /// The policy allows no more calls; the error says which limit is reached.
    pub(super) fn count(
        &self,
        policy: &Policy,
        tool: ToolEntry<'_>,
    ) -> Result<CountedCall<'_>, String> {
        self.counts().add(policy, tool)?;
        Ok(CountedCall {
            memory: self,
            tool: tool.spec,
            is_made: false,
        })
    }

    /// Returns the calls by their identifiers, unless clients that must not see each other's replies share
    /// the memory.
    pub(super) fn calls(&self) -> Option<&CallIds> {
        (self.kind == MemoryKind::CountsAndIdentifiers).then_some(&self.calls)
    }

    /// Returns a random name of the calls of this memory, or `None` without a source of randomness.
    pub(super) fn run(&self) -> Option<&str> {
        let name = || random::<16>().map(|bytes| hex(&bytes));
        self.run.get_or_init(name).as_deref()
    }

    /// Locks the identifiers seen.
    pub(super) fn identifiers(&self) -> MutexGuard<'_, IdentifierMemory> {
        let identifiers = self.identifiers.lock();
        identifiers.unwrap_or_else(PoisonError::into_inner)
    }

    fn counts(&self) -> MutexGuard<'_, CallCounts> {
        self.counts.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A call that is counted. Dropping it removes it from the count, unless it was made.
#[derive(Debug)]
pub(super) struct CountedCall<'a> {
    memory: &'a Memory,
    tool: &'static ToolSpec,
    is_made: bool,
}

impl CountedCall<'_> {
    /// Keeps the call in the count.
    pub(super) fn make(mut self) {
        self.is_made = true;
    }
}

impl Drop for CountedCall<'_> {
    fn drop(&mut self) {
        if !self.is_made {
            self.memory.counts().remove(self.tool);
        }
    }
}
