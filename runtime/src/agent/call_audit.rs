//! The audit of one call while it is made.

use std::sync::Arc;
use std::time::Duration;

use super::audit::{Audit, DecidedBy, Decision, Entry, Stage};
use crate::clock::Clock;
use crate::codec::Json;
use crate::error::CallOutcome;
use crate::scrubber::Scrubber;
use crate::tools::ToolSpec;

/// The audit of one call while it is made. Dropping it before its end records a cancelled call.
pub(super) struct CallAudit<'a> {
    audits: &'a [Arc<dyn Audit>],
    clock: &'a dyn Clock,
    start: Duration,
    name: &'a str,
    arguments: &'a Json,
    /// Removes the client's secrets from everything that is recorded and replied.
    pub(super) scrubber: Scrubber,
    pub(super) tool: Option<&'static ToolSpec>,
    /// The name of the tool's catalog in the toolbox.
    pub(super) catalog: Option<&'a str>,
    pub(super) decision: Decision,
    pub(super) by: DecidedBy,
    pub(super) reason: Option<String>,
    pub(super) outcome: CallOutcome,
    is_over: bool,
}

impl<'a> CallAudit<'a> {
    pub(super) fn new(
        audits: &'a [Arc<dyn Audit>],
        clock: &'a dyn Clock,
        name: &'a str,
        arguments: &'a Json,
        scrubber: Scrubber,
    ) -> Self {
        Self {
            audits,
            clock,
            start: clock.elapsed(),
            name,
            arguments,
            scrubber,
            tool: None,
            catalog: None,
            decision: Decision::Undecided,
            by: DecidedBy::Check,
            reason: None,
            outcome: CallOutcome::Cancelled,
            is_over: false,
        }
    }

    /// Returns the time since the start of the call.
    pub(super) fn duration(&self) -> Duration {
        self.clock.elapsed().saturating_sub(self.start)
    }

    /// Records that the call is about to be made.
    ///
    /// # Errors
    ///
    /// An audit could not record it.
    pub(super) fn start(&self) -> Result<(), String> {
        self.record(Stage::Start, CallOutcome::None)
    }

    /// Records the outcome. Returns the error of the audits that could not record it.
    pub(super) fn end(&mut self) -> Option<String> {
        self.is_over = true;
        let failure = self.record(Stage::End, self.outcome).err()?;
        tracing::error!(target: "toolsmith", tool = self.name, failure, "a tool call was not recorded");
        Some(failure)
    }

    fn record(&self, stage: Stage, outcome: CallOutcome) -> Result<(), String> {
        let entry = Entry {
            at: self.clock.now(),
            stage,
            name: self.name,
            tool: self.tool,
            catalog: self.catalog,
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

impl Drop for CallAudit<'_> {
    fn drop(&mut self) {
        if !self.is_over {
            self.end();
        }
    }
}
