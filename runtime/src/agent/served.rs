//! The parts of a toolbox that a server with many clients needs.

use std::sync::Arc;

use super::arguments::Arguments;
use super::audit::DecidedBy;
use super::decide::Nulls;
use super::memory::{Memory, MemoryKind};
use super::reply::Reply;
use super::toolbox::Toolbox;
use crate::clock::Clock;
use crate::codec::Json;
use crate::context::CallContext;
use crate::tools::ToolSpec;

impl Toolbox {
    /// Returns the same tools for another client, with its own count of calls and its own memory of
    /// identifiers.
    pub(crate) fn for_another_client(&self, memory: MemoryKind) -> Self {
        let mut toolbox = self.clone();
        toolbox.decider.memory = Arc::new(Memory::new(memory));
        toolbox
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
}
