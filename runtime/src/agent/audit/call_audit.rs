//! The audit of one call while it is made.

use std::borrow::Cow;
use std::sync::Arc;
use std::time::Duration;

use crate::agent::arguments::Arguments;
use crate::agent::audit::{Audit, AuditEntry, AuditStage, DecidedBy, Decision};
use crate::clock::Clock;
use crate::codec::Json;
use crate::context::{CallContext, IdempotencyKey};
use crate::error::CallOutcome;
use crate::scrubber::Scrubber;
use crate::tools::ToolSpec;

/// A call for the audit, without the client's secrets.
pub(in crate::agent) struct Audited<'a> {
    pub(in crate::agent) name: Cow<'a, str>,
    arguments: Json,
    context: CallContext,
    scrubber: Scrubber,
}

impl<'a> Audited<'a> {
    pub(in crate::agent) fn new(
        scrubber: Scrubber,
        context: &CallContext,
        name: &'a str,
        arguments: &Arguments,
    ) -> Self {
        let mut arguments = arguments.json().cloned().unwrap_or(Json::Null);
        scrubber.json(&mut arguments);
        let mut context = context.clone();
        let texts = [
            &mut context.call_id,
            &mut context.principal,
            &mut context.session,
        ];
        for text in texts {
            *text = text.take().map(|text| scrubber.string(text));
        }
        Self {
            name: scrubber.text(name),
            arguments,
            context,
            scrubber,
        }
    }
}

/// The audit of one call while it is made. Dropping it before its end records a cancelled call.
pub(in crate::agent) struct CallAudit<'a> {
    audits: &'a [Arc<dyn Audit>],
    clock: &'a dyn Clock,
    start: Duration,
    audited: &'a Audited<'a>,
    /// Removes the client's secrets from everything that is recorded and replied.
    pub(in crate::agent) scrubber: Scrubber,
    pub(in crate::agent) tool: Option<&'static ToolSpec>,
    /// The name of the tool's catalog in the toolbox.
    pub(in crate::agent) catalog: Option<&'a str>,
    pub(in crate::agent) decision: Decision,
    pub(in crate::agent) by: DecidedBy,
    pub(in crate::agent) reason: Option<String>,
    pub(in crate::agent) account: Option<&'a str>,
    /// The identifier of the stored request for approval.
    pub(in crate::agent) approval: Option<String>,
    /// The idempotency key of a call that is made.
    pub(in crate::agent) key: Option<IdempotencyKey>,
    pub(in crate::agent) outcome: CallOutcome,
    is_over: bool,
}

impl<'a> CallAudit<'a> {
    pub(in crate::agent) fn new(
        audits: &'a [Arc<dyn Audit>],
        clock: &'a dyn Clock,
        audited: &'a Audited<'a>,
    ) -> Self {
        Self {
            audits,
            clock,
            start: clock.elapsed(),
            scrubber: audited.scrubber.clone(),
            audited,
            tool: None,
            catalog: None,
            decision: Decision::Undecided,
            by: DecidedBy::Check,
            reason: None,
            account: None,
            approval: None,
            key: None,
            outcome: CallOutcome::Cancelled,
            is_over: false,
        }
    }

    /// Returns the time since the start of the call.
    pub(in crate::agent) fn duration(&self) -> Duration {
        self.clock.elapsed().saturating_sub(self.start)
    }

    /// Records that the call is about to be made.
    ///
    /// # Errors
    ///
    /// An audit could not record it.
    pub(in crate::agent) fn start(&self) -> Result<(), String> {
        self.record(AuditStage::Start, CallOutcome::None)
    }

    /// Records the outcome. Returns the error of the audits that could not record it.
    pub(in crate::agent) fn end(&mut self) -> Option<String> {
        self.is_over = true;
        let failure = self.record(AuditStage::End, self.outcome).err()?;
        tracing::error!(target: "toolsmith", tool = &*self.audited.name, failure, "a tool call was not recorded");
        Some(failure)
    }

    fn record(&self, stage: AuditStage, outcome: CallOutcome) -> Result<(), String> {
        let entry = AuditEntry {
            at: self.clock.now(),
            stage,
            name: &self.audited.name,
            tool: self.tool,
            catalog: self.catalog,
            decision: self.decision,
            by: &self.by,
            reason: self.reason.as_deref(),
            outcome,
            duration: self.duration(),
            arguments: &self.audited.arguments,
            account: self.account,
            context: &self.audited.context,
            idempotency_key: self.key.as_ref(),
            approval: self.approval.as_deref(),
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
