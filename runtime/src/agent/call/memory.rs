//! The state that the clones of a toolbox share.

use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::Duration;

use crate::agent::approval::random;
use crate::agent::call::call_ids::CallIds;
use crate::agent::counts::call_counts::CallCounts;
use crate::agent::counts::shared_counts::{self, Added, CountLabel, CountedAs, SharedCounts};
use crate::agent::identifier_memory::IdentifierMemory;
use crate::agent::policy::Policy;
use crate::agent::policy::call_limit::LimitReached;
use crate::agent::tool_set::ToolEntry;
use crate::clock::Clock;
use crate::codec::Json;
use crate::context::hex;
use crate::tools::ToolSpec;

/// The state that the clones of a toolbox share.
#[derive(Debug, Default)]
pub(in crate::agent) struct Memory {
    kind: MemoryKind,
    counts: Mutex<CallCounts>,
    pub(in crate::agent) shared: Arc<SharedCounts>,
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
    pub(in crate::agent) fn new(kind: MemoryKind, shared: Arc<SharedCounts>) -> Self {
        Self {
            kind,
            shared,
            ..Self::default()
        }
    }

    /// Remembers the identifiers in a response and in the arguments that led to it.
    pub(in crate::agent) fn learn(
        &self,
        tool: &'static ToolSpec,
        arguments: &Json,
        response: &Json,
    ) {
        if self.kind == MemoryKind::CountsAndIdentifiers {
            self.identifiers().learn(tool, arguments, response);
        }
    }

    /// Counts a call of the client with this name.
    ///
    /// # Errors
    ///
    /// The policy allows no more calls; the error says which limit is reached.
    pub(in crate::agent) fn count(
        &self,
        policy: &Policy,
        tool: ToolEntry<'_>,
        label: &CountLabel,
        clock: &dyn Clock,
    ) -> Result<CountedCall<'_>, LimitReached> {
        let now = self.now(clock);
        let call = CountedAs { label, now };
        let added = shared_counts::add(&mut self.counts(), &self.shared, policy, tool, call)?;
        Ok(CountedCall {
            memory: self,
            added,
            is_made: false,
        })
    }

    /// Counts a call that was made before, also beyond the limits.
    pub(in crate::agent) fn restore(
        &self,
        policy: &Policy,
        tool: ToolEntry<'_>,
        label: &CountLabel,
        clock: &dyn Clock,
    ) {
        let now = self.now(clock);
        let call = CountedAs { label, now };
        shared_counts::restore(&mut self.counts(), &self.shared, policy, tool, call);
    }

    fn now(&self, clock: &dyn Clock) -> Duration {
        self.shared.clock.as_deref().unwrap_or(clock).elapsed()
    }

    /// Returns the calls by their identifiers, unless clients that must not see each other's replies share
    /// the memory.
    pub(in crate::agent) fn calls(&self) -> Option<&CallIds> {
        (self.kind == MemoryKind::CountsAndIdentifiers).then_some(&self.calls)
    }

    /// Returns a random name of the calls of this memory, or `None` without a source of randomness.
    pub(in crate::agent) fn run(&self) -> Option<&str> {
        let name = || random::<16>().map(|bytes| hex(&bytes));
        self.run.get_or_init(name).as_deref()
    }

    /// Locks the identifiers seen.
    pub(in crate::agent) fn identifiers(&self) -> MutexGuard<'_, IdentifierMemory> {
        let identifiers = self.identifiers.lock();
        identifiers.unwrap_or_else(PoisonError::into_inner)
    }

    fn counts(&self) -> MutexGuard<'_, CallCounts> {
        self.counts.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A call that is counted. Dropping it removes it from the count, unless it was made.
#[derive(Debug)]
pub(in crate::agent) struct CountedCall<'a> {
    memory: &'a Memory,
    added: Added,
    is_made: bool,
}

impl CountedCall<'_> {
    /// Counts the call as made now, and no longer as made when it was counted first.
    ///
    /// # Errors
    ///
    /// The policy allows no more calls now; the error says which limit is reached.
    pub(in crate::agent) fn renew(
        &mut self,
        policy: &Policy,
        tool: ToolEntry<'_>,
        label: &CountLabel,
        clock: &dyn Clock,
    ) -> Result<(), LimitReached> {
        let memory = self.memory;
        let now = memory.now(clock);
        let call = (CountedAs { label, now }, &mut self.added);
        shared_counts::renew(&mut memory.counts(), &memory.shared, policy, tool, call)
    }

    /// Keeps the call in the count.
    pub(in crate::agent) fn make(mut self) {
        self.is_made = true;
    }
}

impl Drop for CountedCall<'_> {
    fn drop(&mut self) {
        if !self.is_made {
            let Memory { shared, .. } = self.memory;
            shared_counts::remove(&mut self.memory.counts(), shared, &self.added);
        }
    }
}
