//! The decision about a call: allowed, refused, denied, or up to a person.

use std::sync::Arc;

use crate::agent::approval::{
    self, Approval, ApprovalProblem, ApprovalRequest, HeldDecision, Subject,
};
use crate::agent::argument_check::contract;
use crate::agent::argument_check::refusal::{Refusal, RefusedCall};
use crate::agent::arguments::Arguments;
use crate::agent::audit::DecidedBy;
use crate::agent::call::checked_call::{self, CheckedCall};
use crate::agent::call::conditions::{Conditions, Consent, Grant};
use crate::agent::call::memory::{CountedCall, Memory};
use crate::agent::call::unsent_call::UnsentCall;
use crate::agent::counts::shared_counts::CountLabel;
use crate::agent::policy::{ApprovalRule, Policy};
use crate::agent::reply::ReplyOutcome;
use crate::agent::tool_set::offered::OfferedTools;
use crate::agent::tool_set::{ToolEntry, ToolSet};
use crate::caught::Panicked;
use crate::context::{CallContext, IdempotencyKey};
use crate::error::Error;
use crate::tools::{Effect, ToolFilter, ToolSpec};

/// Decides about calls. It sends nothing.
///
/// Cheap to clone; clones share the memory.
#[derive(Clone)]
pub(in crate::agent) struct Decider {
    pub(in crate::agent) tools: ToolSet,
    /// The tools that are offered.
    pub(in crate::agent) filter: Arc<ToolFilter>,
    pub(in crate::agent) policy: Arc<Policy>,
    pub(in crate::agent) memory: Arc<Memory>,
    /// The name by which limits count calls without a principal.
    pub(in crate::agent) owner: Option<CountLabel>,
    pub(in crate::agent) nulls: Nulls,
}

/// The handling of null for an optional argument that may not be null.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(in crate::agent) enum Nulls {
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
pub(in crate::agent) struct ApprovedCall<'a> {
    pub(in crate::agent) entry: ToolEntry<'a>,
    pub(in crate::agent) call: CheckedCall,
    /// The context of the call, with an idempotency key if it is a write.
    pub(in crate::agent) context: CallContext,
    /// The approval of a person; `None` if the policy requires none.
    pub(in crate::agent) grant: Option<Grant>,
    /// Its place in the count of calls.
    pub(in crate::agent) counted: CountedCall<'a>,
}

impl Decider {
    /// Returns the tools that may be called, sorted by name.
    pub(in crate::agent) fn tools(&self) -> impl Iterator<Item = &'static ToolSpec> + '_ {
        let offered = self.tools.iter().filter(|entry| self.offers(*entry));
        offered.map(|entry| entry.spec)
    }

    /// Returns `true` if the client, the filter and the policy all allow the tool.
    pub(in crate::agent) fn offers(&self, entry: ToolEntry<'_>) -> bool {
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
    pub(in crate::agent) async fn decide(
        &self,
        name: &str,
        arguments: &Arguments,
        conditions: &Conditions<'_>,
    ) -> Result<ApprovedCall<'_>, UnsentCall> {
        let entry = self.find(name)?;
        let call = self.check_entry(entry, arguments)?;
        if self.policy.is_dry_run(entry.view()) {
            return Err(preview(entry, &call));
        }
        let mut counted = self.count(entry, conditions)?;
        let mut context = self.keyed(&call, conditions);
        let grant = match &conditions.consent {
            Consent::Granted(grant) => Some(grant.clone()),
            Consent::Policy | Consent::Client => {
                let grant = self.approve(entry, &call, &mut context, conditions).await?;
                if grant.is_some() {
                    self.recount(entry, &mut counted, conditions)?;
                }
                grant
            }
        };
        Ok(ApprovedCall {
            entry,
            call,
            context,
            grant,
            counted,
        })
    }

    /// Counts a call for its principal, or else for the owner of the toolbox.
    ///
    /// # Errors
    ///
    /// The policy allows no more calls.
    fn count(
        &self,
        entry: ToolEntry<'_>,
        conditions: &Conditions<'_>,
    ) -> Result<CountedCall<'_>, UnsentCall> {
        let label = self.label(&conditions.context);
        let counted = self
            .memory
            .count(&self.policy, entry, &label, conditions.clock);
        counted.map_err(|reached| UnsentCall::limited(entry.spec, reached))
    }

    /// Counts a call as made now: a person may have taken longer to approve it than a window lasts.
    ///
    /// # Errors
    ///
    /// The policy allows no more calls now.
    fn recount(
        &self,
        entry: ToolEntry<'_>,
        counted: &mut CountedCall<'_>,
        conditions: &Conditions<'_>,
    ) -> Result<(), UnsentCall> {
        let label = self.label(&conditions.context);
        let renewed = counted.renew(&self.policy, entry, &label, conditions.clock);
        renewed.map_err(|reached| UnsentCall::limited(entry.spec, reached))
    }

    /// Returns the name by which limits of principals count a call: its principal, or else the owner.
    pub(in crate::agent) fn label(&self, context: &CallContext) -> CountLabel {
        let principal = context.principal.as_deref().map(CountLabel::checked);
        let label = principal.or_else(|| self.owner.clone());
        label.unwrap_or_default()
    }

    /// Checks the name and the arguments of a call.
    ///
    /// # Errors
    ///
    /// There is no such tool, it may not be called, or the arguments are invalid.
    pub(in crate::agent) fn check(
        &self,
        name: &str,
        arguments: &Arguments,
    ) -> Result<CheckedCall, UnsentCall> {
        self.check_entry(self.find(name)?, arguments)
    }

    fn check_entry(
        &self,
        entry: ToolEntry<'_>,
        read: &Arguments,
    ) -> Result<CheckedCall, UnsentCall> {
        let tool = entry.spec;
        let arguments = read.parsed().map_err(|problem| {
            let problem = problem.to_owned();
            UnsentCall::new(tool, DecidedBy::Check, ReplyOutcome::Unreadable { problem })
        })?;
        if let Some(problem) = read.problem() {
            let refusal = Refusal::of(tool, problem.clone());
            let outcome = ReplyOutcome::Refused(refusal);
            return Err(UnsentCall::new(tool, DecidedBy::Check, outcome));
        }
        let without_nulls = match self.nulls {
            Nulls::Absent => contract::without_nulls(tool, arguments),
            Nulls::Problem => None,
        };
        let arguments = without_nulls.as_ref().unwrap_or(arguments);
        let offers = |entry: ToolEntry<'_>| self.offers(entry);
        let tools = OfferedTools::new(&self.tools, entry.source, &offers);
        let repair = self.policy.repair;
        checked_call::check_arguments(tool, arguments, repair, &self.memory, tools)
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
            (DecidedBy::Policy, "the policy blocks this tool")
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

    /// Returns the context of a call. A write with a call identifier gets an idempotency key.
    fn keyed(&self, call: &CheckedCall, conditions: &Conditions<'_>) -> CallContext {
        let mut context = conditions.context.clone();
        let run = || conditions.run.or_else(|| self.memory.run());
        if call.tool.effect != Effect::Reads
            && context.idempotency_key.is_none()
            && context.call_id.is_some()
            && let Some(run) = run()
        {
            let name = call.tool.name;
            context.idempotency_key =
                IdempotencyKey::derive_in(run, &context, name, &call.arguments);
        }
        context
    }

    /// Asks a person if the policy requires it. An approved call has the context of its request.
    async fn approve(
        &self,
        entry: ToolEntry<'_>,
        call: &CheckedCall,
        context: &mut CallContext,
        conditions: &Conditions<'_>,
    ) -> Result<Option<Grant>, UnsentCall> {
        let tool = entry.spec;
        let Some(rule) = self.policy.approval_rule(entry.view()) else {
            return Ok(None);
        };
        let subject = Subject {
            tool,
            arguments: &call.arguments,
            catalog: &entry.source.name,
            account: entry.account().map(str::to_owned),
            context: context.clone(),
        };
        let request = self
            .policy
            .approvals
            .request(subject, conditions.clock.now());
        if let (Consent::Client, _) | (_, ApprovalRule::Program) = (&conditions.consent, rule) {
            let outcome = ReplyOutcome::ApprovalRequired(request);
            return Err(UnsentCall::new(tool, DecidedBy::Policy, outcome));
        }
        match rule {
            ApprovalRule::Ask(approver) => {
                context.clone_from(&request.context);
                let decision = approval::ask(approver, &request, conditions.clock).await;
                match decision.map_err(|Panicked| {
                    UnsentCall::denied(tool, DecidedBy::Policy, "the approver panicked")
                })? {
                    HeldDecision::Here(approval) => self
                        .approved(tool, request, approval, conditions)
                        .await
                        .map(Some),
                    HeldDecision::Elsewhere(Approval::Declined { by, reason }) => {
                        Err(UnsentCall::declined(tool, by, reason))
                    }
                    HeldDecision::Elsewhere(Approval::Granted { .. }) => {
                        Err(UnsentCall::decided_elsewhere(tool, request))
                    }
                }
            }
            ApprovalRule::Later(inbox) => Err(match approval::submit(&**inbox, &request).await {
                Ok(()) => UnsentCall::new(tool, DecidedBy::Policy, ReplyOutcome::Pending(request)),
                Err(error) => {
                    let reason = format!("the approval request could not be delivered ({error})");
                    UnsentCall::denied(tool, DecidedBy::Policy, reason)
                }
            }),
            ApprovalRule::Program => Ok(None),
        }
    }

    /// Uses the approval of a request that was held in this process.
    async fn approved(
        &self,
        tool: &'static ToolSpec,
        request: ApprovalRequest,
        approval: Approval,
        conditions: &Conditions<'_>,
    ) -> Result<Grant, UnsentCall> {
        let approvals = &self.policy.approvals;
        let claimed = async {
            let sealed = approvals.verify(&request, conditions.clock.now())?;
            approvals.claim(&sealed, conditions.clock.now()).await
        };
        let claim = match claimed.await {
            Ok(claim) => Some(claim),
            // Without randomness, requests have no seal and hold for this callback only.
            Err(ApprovalProblem::Forged) => None,
            Err(ApprovalProblem::Used | ApprovalProblem::InProgress) => {
                return Err(UnsentCall::decided_elsewhere(tool, request));
            }
            Err(problem) => {
                let reason = format!("the approval is refused: {problem}");
                return Err(UnsentCall::denied(tool, DecidedBy::Policy, reason));
            }
        };
        match approval {
            Approval::Granted { by, reason } => Ok(Grant { by, reason, claim }),
            Approval::Declined { by, reason } => {
                if let Some(claim) = claim {
                    approvals.finish(&claim).await;
                }
                Err(UnsentCall::declined(tool, by, reason))
            }
        }
    }
}

/// Checks that the request can be built: an identifier may not fit into a path.
fn check_request(
    entry: ToolEntry<'_>,
    call: CheckedCall,
    tools: OfferedTools<'_>,
) -> Result<CheckedCall, Refusal> {
    match entry
        .source
        .backend
        .check_request(entry.own, &call.arguments)
    {
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
