//! The parts of a toolbox that a server with many clients needs.

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::agent::arguments::Arguments;
use crate::agent::audit::DecidedBy;
use crate::agent::call::decide::Nulls;
use crate::agent::call::memory::{Memory, MemoryKind};
use crate::agent::call::unsent_call::UnsentCall;
use crate::agent::counts::shared_counts::{CountLabel, SharedCounts};
use crate::agent::reply::Reply;
use crate::agent::toolbox::Toolbox;
use crate::clock::{Clock, SystemClock};
use crate::codec::Json;
use crate::context::CallContext;
use crate::tools::ToolSpec;

/// The counts of calls that the clients of a server share. Cheap to clone.
#[derive(Debug, Clone)]
pub(crate) struct ServerCounts(Arc<SharedCounts>);

/// The things that a server remembers of the calls of one client. Cheap to clone.
#[derive(Debug, Clone)]
pub(crate) struct ClientMemory(Arc<Memory>);

impl ServerCounts {
    /// Creates the counts of clients whose toolboxes may have different clocks.
    pub(crate) fn new() -> Self {
        let clock = Arc::new(SystemClock::default());
        Self(Arc::new(SharedCounts::with_clock(clock)))
    }

    /// Returns the counts of a toolbox, whose clients all have it.
    pub(crate) fn of(toolbox: &Toolbox) -> Self {
        Self(Arc::clone(&toolbox.decider.memory.shared))
    }

    /// Creates the memory of another client.
    pub(crate) fn client(&self, kind: MemoryKind) -> ClientMemory {
        ClientMemory(Arc::new(Memory::new(kind, Arc::clone(&self.0))))
    }
}

impl Toolbox {
    /// Returns the same tools for a client, with its count of calls and its memory of identifiers. `owner` is the name
    /// by which limits of principals count calls without a principal.
    pub(crate) fn for_client(mut self, memory: &ClientMemory, owner: Option<CountLabel>) -> Self {
        self.decider.memory = Arc::clone(&memory.0);
        self.decider.owner = owner;
        self
    }

    /// Returns the principal of all calls, if the program has set one.
    pub(crate) fn principal(&self) -> Option<&str> {
        self.base.context.principal.as_deref()
    }

    /// Returns the accounts on which the tools act.
    pub(crate) fn accounts(&self) -> BTreeSet<&str> {
        let sources = self.decider.tools.sources().iter();
        let accounts = sources.filter_map(|source| {
            let tool = source.backend.catalog().tools.first()?;
            source.backend.account(tool)
        });
        accounts.collect()
    }

    /// Takes null for an optional argument that may not be null as if it were absent.
    pub(crate) fn with_absent_nulls(mut self) -> Self {
        self.decider.nulls = Nulls::Absent;
        self
    }

    /// Returns the clock of the client.
    pub(crate) fn clock(&self) -> &dyn Clock {
        &*self.clock
    }

    /// Returns the account on which a tool acts, if the client has one.
    pub(crate) fn account(&self, tool: &ToolSpec) -> Option<&str> {
        let entry = self.decider.tools.entry(tool)?;
        entry.source.backend.account(entry.own)
    }

    /// Returns the part of a response that the model sees.
    pub(crate) fn fit(&self, tool: &ToolSpec, response: &Json) -> Json {
        self.output.fit(tool, response)
    }

    /// Replies to a call that is not allowed. Nothing is sent. The model sees `reason`.
    pub(crate) fn call_denied(
        &self,
        context: &CallContext,
        name: &str,
        arguments: impl Into<Arguments>,
        reason: &str,
    ) -> Reply {
        let context = context.clone().or(&self.base.context);
        self.refuse(&context, name, &arguments.into(), DecidedBy::Policy, reason)
    }

    /// Replies to a call about which no person decided. Nothing is sent. The model sees `reason`.
    pub(crate) fn call_undecided(
        &self,
        context: &CallContext,
        name: &str,
        arguments: impl Into<Arguments>,
        reason: &str,
    ) -> Reply {
        let context = context.clone().or(&self.base.context);
        self.reply_instead(&context, name, &arguments.into(), |tool| {
            UnsentCall::undecided(tool, reason)
        })
    }
}
