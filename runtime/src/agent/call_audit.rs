//! One call on its way, as it will be recorded.

use std::sync::Arc;
use std::time::Duration;

use super::audit::{Audit, DecidedBy, Decision, Entry, Stage};
use crate::clock::Clock;
use crate::codec::Json;
use crate::error::CallOutcome;
use crate::tools::ToolSpec;

/// One call on its way. If it is given up, that is recorded too.
pub(super) struct Record<'a> {
    pub(super) audits: &'a [Arc<dyn Audit>],
    pub(super) clock: &'a dyn Clock,
    pub(super) start: Duration,
    pub(super) name: &'a str,
    pub(super) arguments: &'a Json,
    pub(super) tool: Option<&'static ToolSpec>,
    pub(super) decision: Decision,
    pub(super) by: DecidedBy,
    pub(super) reason: Option<String>,
    pub(super) outcome: CallOutcome,
    pub(super) is_over: bool,
}

impl<'a> Record<'a> {
    pub(super) fn new(
        audits: &'a [Arc<dyn Audit>],
        clock: &'a dyn Clock,
        name: &'a str,
        arguments: &'a Json,
    ) -> Self {
        Self {
            audits,
            clock,
            start: clock.elapsed(),
            name,
            arguments,
            tool: None,
            decision: Decision::Undecided,
            by: DecidedBy::Check,
            reason: None,
            outcome: CallOutcome::Cancelled,
            is_over: false,
        }
    }

    /// How long it took so far.
    pub(super) fn duration(&self) -> Duration {
        self.clock.elapsed().saturating_sub(self.start)
    }

    /// Records that the call will be made.
    ///
    /// # Errors
    ///
    /// It cannot be kept.
    pub(super) fn start(&self) -> Result<(), String> {
        self.keep(Stage::Start, CallOutcome::None)
    }

    /// Records what came of it; gives back what kept it from being recorded.
    pub(super) fn end(&mut self) -> Option<String> {
        self.is_over = true;
        let failure = self.keep(Stage::End, self.outcome).err()?;
        tracing::error!(target: "toolsmith", tool = self.name, failure, "a tool call was not recorded");
        Some(failure)
    }

    fn keep(&self, stage: Stage, outcome: CallOutcome) -> Result<(), String> {
        let entry = Entry {
            at: self.clock.now(),
            stage,
            name: self.name,
            tool: self.tool,
            decision: self.decision,
            by: &self.by,
            reason: self.reason.as_deref(),
            outcome,
            duration: self.duration(),
            arguments: self.arguments,
        };
        entry.trace();
        let mut failures = Vec::new();
        for audit in self.audits {
            if let Err(error) = audit.record(&entry) {
                failures.push(error.to_string());
            }
        }
        if failures.is_empty() {
            Ok(())
        } else {
            Err(failures.join("; "))
        }
    }
}

impl Drop for Record<'_> {
    fn drop(&mut self) {
        if !self.is_over {
            self.end();
        }
    }
}
