//! The decision about a call: allowed, refused, denied, or up to a person.

use std::sync::Arc;

use super::arguments::Arguments;
use super::audit::DecidedBy;
use super::check::{self, CheckedCall};
use super::contract;
use super::memory::{CountedCall, Memory};
use super::offered::OfferedTools;
use super::policy::{Approval, ApprovalRequest, ApprovalRule, Policy};
use super::refusal::{Refusal, RefusedCall};
use super::reply::ReplyOutcome;
use super::tool_set::{ToolEntry, ToolSet};
use super::unsent_call::UnsentCall;
use crate::error::Error;
use crate::tools::{Effect, ToolFilter, ToolSpec};

/// Decides about calls. It sends nothing.
///
/// Cheap to clone; clones share the memory.
#[derive(Clone)]
pub(super) struct Decider {
    pub(super) tools: ToolSet,
    /// The tools that are offered.
    pub(super) filter: Arc<ToolFilter>,
    pub(super) policy: Arc<Policy>,
    pub(super) memory: Arc<Memory>,
    pub(super) nulls: Nulls,
}

/// The handling of null for an optional argument that may not be null.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum Nulls {
    /// It is a problem like any other.
    #[default]
    Problem,
    /// It counts as absent.
    #[cfg_attr(
        not(feature = "mcp-server"),
        expect(dead_code, reason = "only clients of MCP send null for everything")
    )]
    Absent,
}

/// A call that may be made.
pub(super) struct ApprovedCall<'a> {
    pub(super) entry: ToolEntry<'a>,
    pub(super) call: CheckedCall,
    /// The party that approved it.
    pub(super) by: DecidedBy,
    /// Its place in the count of calls.
    pub(super) counted: CountedCall<'a>,
}

impl Decider {
    /// Returns the tools that may be called, sorted by name.
    pub(super) fn tools(&self) -> impl Iterator<Item = &'static ToolSpec> + '_ {
        let offered = self.tools.iter().filter(|entry| self.offers(*entry));
        offered.map(|entry| entry.spec)
    }

    /// Returns `true` if the client, the filter and the policy all allow the tool.
    pub(super) fn offers(&self, entry: ToolEntry<'_>) -> bool {
        entry.is_available
            && entry.source.backend.allows(entry.spec.effect)
            && self.filter.selects(entry.view())
            && self.policy.allowed.selects(entry.view())
    }

    /// Decides about a call. A person who has approved it already is not asked again.
    ///
    /// # Errors
    ///
    /// The call must not be made.
    pub(super) async fn decide(
        &self,
        name: &str,
        arguments: &Arguments,
        approved_by: Option<DecidedBy>,
    ) -> Result<ApprovedCall<'_>, UnsentCall> {
        let entry = self.find(name)?;
        let call = self.check_entry(entry, arguments)?;
        if self.policy.is_dry_run(entry.view()) {
            return Err(preview(entry, &call));
        }
        let counted = self.memory.count(&self.policy, entry);
        let counted =
            counted.map_err(|reason| UnsentCall::denied(call.tool, DecidedBy::Policy, reason))?;
        let by = match approved_by {
            Some(by) => by,
            None => self.approve(entry, &call).await?,
        };
        Ok(ApprovedCall {
            entry,
            call,
            by,
            counted,
        })
    }

    /// Checks the name and the arguments of a call.
    ///
    /// # Errors
    ///
    /// There is no such tool, it may not be called, or the arguments are invalid.
    pub(super) fn check(
        &self,
        name: &str,
        arguments: &Arguments,
    ) -> Result<CheckedCall, UnsentCall> {
        self.check_entry(self.find(name)?, arguments)
    }

    fn check_entry(
        &self,
        entry: ToolEntry<'_>,
        arguments: &Arguments,
    ) -> Result<CheckedCall, UnsentCall> {
        let tool = entry.spec;
        let arguments = arguments.parsed().map_err(|problem| {
            let problem = problem.to_owned();
            UnsentCall::new(tool, DecidedBy::Check, ReplyOutcome::Unreadable { problem })
        })?;
        let without_nulls = match self.nulls {
            Nulls::Absent => contract::without_nulls(tool, arguments),
            Nulls::Problem => None,
        };
        let arguments = without_nulls.as_ref().unwrap_or(arguments);
        let offers = |entry: ToolEntry<'_>| self.offers(entry);
        let tools = OfferedTools::new(&self.tools, entry.source, &offers);
        let repair = self.policy.repair;
        check::check_arguments(tool, arguments, repair, &self.memory, tools)
            .and_then(|call| check_request(entry, call, tools))
            .map_err(|refusal| {
                UnsentCall::new(tool, DecidedBy::Check, ReplyOutcome::Refused(refusal))
            })
    }

    /// Returns the tool of this name, if it may be called.
    fn find(&self, name: &str) -> Result<ToolEntry<'_>, UnsentCall> {
        let Some(entry) = self.tools.find(name) else {
            return Err(self.unknown(name));
        };
        let effect = entry.spec.effect;
        let (by, reason) = if !entry.source.backend.allows(effect) {
            (DecidedBy::Client, excess(effect))
        } else if !entry.is_available || !self.filter.selects(entry.view()) {
            (DecidedBy::Client, "this tool is not available here")
        } else if !self.policy.allowed.selects(entry.view()) {
            (DecidedBy::Policy, "the policy does not allow this tool")
        } else {
            return Ok(entry);
        };
        Err(UnsentCall::denied(entry.spec, by, reason))
    }

    /// Returns the reply to a name that no tool has. A tool may have it in its catalog.
    fn unknown(&self, name: &str) -> UnsentCall {
        let offered = self.tools.iter().filter(|entry| self.offers(*entry));
        let namesakes = offered.filter(|entry| entry.own.name == name);
        let namesakes: Vec<&'static ToolSpec> = namesakes.map(|entry| entry.spec).collect();
        let tools: Vec<&'static ToolSpec> = self.tools().collect();
        UnsentCall::unknown(name, namesakes, &tools)
    }

    /// Asks a person if the policy requires it, and returns the party that approved the call.
    async fn approve(
        &self,
        entry: ToolEntry<'_>,
        call: &CheckedCall,
    ) -> Result<DecidedBy, UnsentCall> {
        let tool = entry.spec;
        let Some(rule) = self.policy.approval_rule(entry.view()) else {
            return Ok(DecidedBy::Policy);
        };
        let request = ApprovalRequest {
            tool,
            arguments: call.arguments.clone(),
        };
        let approval = match rule {
            ApprovalRule::Ask(approver) => approver.approve(request).await,
            ApprovalRule::Program => {
                let outcome = ReplyOutcome::ApprovalRequired(request);
                return Err(UnsentCall::new(tool, DecidedBy::Policy, outcome));
            }
        };
        match approval {
            Approval::Granted { by } => Ok(DecidedBy::Person(by)),
            Approval::Declined { by, reason } => Err(UnsentCall::declined(tool, by, reason)),
        }
    }
}

/// Checks that the request can be built: an identifier may not fit into a path.
fn check_request(
    entry: ToolEntry<'_>,
    call: CheckedCall,
    tools: OfferedTools<'_>,
) -> Result<CheckedCall, Refusal> {
    match entry.source.backend.preview(entry.own, &call.arguments) {
        Err(Error::Arguments { source, .. }) => {
            let refused = RefusedCall {
                tool: call.tool,
                arguments: &call.arguments,
                repairs: &call.repairs,
                tools,
            };
            Err(Refusal::explain(refused, source.problems().to_vec()))
        }
        _ => Ok(call),
    }
}

/// Returns the request of a call that is only shown.
fn preview(entry: ToolEntry<'_>, call: &CheckedCall) -> UnsentCall {
    let (by, outcome) = match entry.source.backend.preview(entry.own, &call.arguments) {
        Ok(preview) => (DecidedBy::Policy, ReplyOutcome::DryRun(preview)),
        Err(error) => (DecidedBy::Check, ReplyOutcome::Failed(error)),
    };
    UnsentCall::new(call.tool, by, outcome)
}

/// Returns the reason why a client may not call a tool with this effect.
fn excess(effect: Effect) -> &'static str {
    match effect {
        Effect::Reads => "this client may not call tools that read data",
        Effect::Writes => {
            "this tool changes data, and this client may not call tools that change data"
        }
        Effect::Destroys => {
            "this tool is destructive, and this client may not call destructive tools"
        }
    }
}
