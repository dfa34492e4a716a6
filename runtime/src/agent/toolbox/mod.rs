//! The tools of a client, for a model.

pub(super) mod clients;
pub(super) mod context;
pub(super) mod join;
#[cfg(feature = "own-functions")]
pub(super) mod own_tools;
pub(super) mod reply_text;
pub(super) mod restore;
pub(super) mod resume;
#[cfg(feature = "mcp-server")]
pub(super) mod server_state;

use std::fmt;
use std::sync::Arc;

use super::approval::Approval;
use super::arguments::Arguments;
use super::audit::{Audit, DecidedBy, Decision};
use super::policy::Policy;
use super::reply::{Reply, ReplyOutcome};
use super::tool_set::{ToolEntry, ToolSet};
use crate::agent::argument_check::repair::AppliedRepair;
use crate::agent::audit::call_audit::{Audited, CallAudit};
use crate::agent::call::call_ids::CallKey;
use crate::agent::call::checked_call::CheckedCall;
use crate::agent::call::conditions::{Base, Conditions, Grant};
use crate::agent::call::decide::{ApprovedCall, Decider, Nulls};
use crate::agent::call::unsent_call::UnsentCall;
use crate::agent::response::output::OutputLimit;
use crate::agent::tool_set::backend::AnyClient;
use crate::clock::Clock;
use crate::context::CallContext;
use crate::error::CallOutcome;
use crate::scrubber::Scrubber;
use crate::tools::{Effect, ToolFilter, ToolSpec};

/// The tools of a client, or of several, for a model.
///
/// Cheap to clone. Clones share the clients, the count of calls made, and the identifiers seen.
///
/// ```
/// use toolsmith_runtime::agent::{OutputLimit, Policy, Reply};
/// use toolsmith_runtime::{Client, ToolFilter};
///
/// async fn call(client: &Client, name: &str, arguments: &str) -> Reply {
///     let policy = Policy::new().require_approval(ToolFilter::destroys());
///     let tools = client.toolbox().policy(policy).output(OutputLimit::characters(4_000));
///     tools.call(name, arguments).await
/// }
/// ```
#[derive(Clone)]
pub struct Toolbox {
    pub(super) decider: Decider,
    pub(super) clock: Arc<dyn Clock>,
    audits: Vec<Arc<dyn Audit>>,
    pub(super) output: OutputLimit,
    pub(super) base: Base,
    /// The setting changed last, which joining would discard.
    pub(super) setting: Option<&'static str>,
}

impl Toolbox {
    pub(super) fn new(backend: Arc<dyn AnyClient>, clock: Arc<dyn Clock>) -> Self {
        let name = backend.catalog().name;
        Self::of_tools(ToolSet::of_source(name, backend), clock)
    }

    pub(super) fn of_tools(tools: ToolSet, clock: Arc<dyn Clock>) -> Self {
        Self {
            decider: Decider {
                tools,
                filter: Arc::default(),
                policy: Arc::default(),
                memory: Arc::default(),
                owner: None,
                nulls: Nulls::default(),
            },
            clock,
            audits: Vec::new(),
            output: OutputLimit::default(),
            base: Base::default(),
            setting: None,
        }
    }

    /// Restricts the toolbox to these tools; the model sees no others.
    #[must_use]
    pub fn filter(mut self, tools: ToolFilter) -> Self {
        self.decider.filter = Arc::new(tools);
        self
    }

    /// Sets the policy, which replaces the previous one.
    #[must_use]
    pub fn policy(mut self, policy: Policy) -> Self {
        self.decider.policy = Arc::new(policy);
        self.setting = Some("policy");
        self
    }

    /// Adds an audit that records every call.
    #[must_use]
    pub fn audit(mut self, audit: impl Audit) -> Self {
        self.audits.push(Arc::new(audit));
        self.setting = Some("audit");
        self
    }

    /// Limits the size of the responses that the model sees.
    #[must_use]
    pub fn output(mut self, output: OutputLimit) -> Self {
        self.output = output;
        self.setting = Some("output");
        self
    }

    /// Returns the name of the first catalog, which names the toolbox; empty if there is none.
    #[must_use]
    pub fn name(&self) -> &str {
        let source = self.decider.tools.sources().first();
        source.map_or("", |source| &source.name)
    }

    /// Returns the names of the catalogs, in the order in which they were joined.
    pub fn catalogs(&self) -> impl Iterator<Item = &str> {
        let sources = self.decider.tools.sources().iter();
        sources.map(|source| &*source.name)
    }

    /// Returns the name of the catalog to which the tool of this name belongs.
    #[cfg(feature = "mcp-server")]
    pub(crate) fn catalog_of(&self, tool: &str) -> Option<&str> {
        let entry = self.decider.tools.find(tool)?;
        Some(&entry.source.name)
    }

    /// Returns the tools that the model may call, sorted by name: those that the client, the
    /// filter and the policy all allow.
    pub fn tools(&self) -> impl Iterator<Item = &'static ToolSpec> + '_ {
        self.decider.tools()
    }

    /// Returns `true` if the model may call this tool.
    #[must_use]
    pub fn offers(&self, tool: &ToolSpec) -> bool {
        let entry = self.decider.tools.entry(tool);
        entry.is_some_and(|entry| self.decider.offers(entry))
    }

    /// Returns the tool of this name, if the model may call it.
    #[must_use]
    pub fn tool(&self, name: &str) -> Option<&'static ToolSpec> {
        let entry = self.decider.tools.find(name)?;
        self.decider.offers(entry).then_some(entry.spec)
    }

    /// Checks a call without making it, counting it, or asking for approval.
    ///
    /// # Errors
    ///
    /// Returns the reply that the model would get, if the call would not be made.
    pub fn check(
        &self,
        name: &str,
        arguments: impl Into<Arguments>,
    ) -> Result<CheckedCall, Box<Reply>> {
        let start = self.clock.elapsed();
        let checked = self.decider.check(name, &arguments.into());
        checked.map_err(|unsent| {
            Box::new(Reply {
                tool: unsent.tool,
                outcome: Arc::from(unsent.outcome),
                text: unsent.text,
                repairs: Vec::new(),
                duration: self.clock.elapsed().saturating_sub(start),
                audit_failure: None,
                is_repeated: false,
            })
        })
    }

    /// Calls a tool by name, with the arguments that the model wrote.
    ///
    /// It never fails: errors are replies that the model can act on. Dropping the future cancels
    /// the call.
    pub async fn call(&self, name: &str, arguments: impl Into<Arguments>) -> Reply {
        self.call_in(CallContext::new(), name, arguments).await
    }

    /// Calls a tool after a person has approved the call. `by` is the name of the person in the audit.
    ///
    /// The policy asks for no further approval. Everything else in it applies.
    pub async fn call_approved(
        &self,
        name: &str,
        arguments: impl Into<Arguments>,
        by: &str,
    ) -> Reply {
        let approval = Approval::granted(by);
        self.call_decided(CallContext::new(), name, arguments, approval)
            .await
    }

    /// Replies to a call that a person has declined. Nothing is sent.
    ///
    /// `by` is the name of the person in the audit. The model sees `reason`, which may be empty.
    pub fn call_declined(
        &self,
        name: &str,
        arguments: impl Into<Arguments>,
        by: &str,
        reason: &str,
    ) -> Reply {
        let decision = (by.to_owned(), reason.to_owned());
        let (context, arguments) = (&self.base.context, arguments.into());
        let key = CallKey::new(context, name, &arguments);
        self.decline(context, name, &arguments, key, decision)
    }

    pub(super) async fn call_as(
        &self,
        name: &str,
        arguments: Arguments,
        conditions: Conditions<'_>,
    ) -> Reply {
        let audited = self.audited(&conditions.context, name, &arguments);
        let mut audit = self.start_audit(&audited);
        let decided = self.decider.decide(name, &arguments, &conditions).await;
        let recorded = decided.and_then(|approved| record_start(&mut audit, approved));
        let (entry, call, context, grant) = match recorded {
            Ok(recorded) => recorded,
            Err(unsent) => return reply_unsent(audit, unsent),
        };
        let backend = &entry.source.backend;
        let arguments = call.arguments.clone();
        let result = backend.call(entry.own, arguments, &context).await;
        // The call may have renewed the token.
        audit.scrubber = self.scrubber();
        audit.outcome = CallOutcome::of(result.as_ref().err());
        let (outcome, mut text) = match result {
            Ok(response) => self.show(entry, &call, response, &audit.scrubber),
            Err(error) => {
                let text = self.explain(entry, &call, &error);
                (ReplyOutcome::Failed(error), text)
            }
        };
        if let Some(grant) = grant {
            text.push_str(&grant.note());
            self.end_hold(&conditions.consent, &grant, &outcome).await;
        }
        reply(audit, Box::new(outcome), text, call.repairs)
    }

    /// Returns the scrubber of the secrets that the clients have now.
    fn scrubber(&self) -> Scrubber {
        self.decider.tools.scrubber()
    }

    /// Returns a call for the audit, without the client's secrets.
    pub(super) fn audited<'a>(
        &self,
        context: &CallContext,
        name: &'a str,
        arguments: &Arguments,
    ) -> Audited<'a> {
        Audited::new(self.scrubber(), context, name, arguments)
    }

    pub(super) fn start_audit<'a>(&'a self, audited: &'a Audited<'a>) -> CallAudit<'a> {
        let mut audit = CallAudit::new(&self.audits, &*self.clock, audited);
        if let Some(entry) = self.decider.tools.find(&audited.name) {
            audit.tool = Some(entry.spec);
            audit.catalog = Some(&entry.source.name);
            audit.account = entry.account();
        }
        audit
    }
}

/// Records the approval, and the start of a call that changes data.
///
/// # Errors
///
/// The start cannot be recorded.
fn record_start<'a>(
    audit: &mut CallAudit<'_>,
    approved: ApprovedCall<'a>,
) -> Result<(ToolEntry<'a>, CheckedCall, CallContext, Option<Grant>), UnsentCall> {
    let ApprovedCall {
        entry,
        call,
        context,
        grant,
        counted,
    } = approved;
    audit.by = DecidedBy::Policy;
    if let Some(grant) = &grant {
        audit.by = DecidedBy::Person(grant.by.clone());
        let reason = Some(grant.reason.clone()).filter(|reason| !reason.trim().is_empty());
        audit.reason = reason.map(|reason| audit.scrubber.string(reason));
        audit.approval = grant.claim.as_ref().map(|claim| claim.id().to_owned());
    }
    audit.key.clone_from(&context.idempotency_key);
    audit.decision = Decision::Allowed;
    if call.tool.effect != Effect::Reads {
        audit.start().map_err(|failure| {
            let reason = format!("the call could not be recorded ({failure})");
            UnsentCall::denied(call.tool, DecidedBy::Audit, reason)
        })?;
    }
    counted.make();
    Ok((entry, call, context, grant))
}

/// Records that a call is not made.
pub(super) fn reply_unsent(mut audit: CallAudit<'_>, unsent: UnsentCall) -> Reply {
    audit.decision = unsent.outcome.decision();
    audit.outcome = CallOutcome::None;
    audit.reason = unsent.reason().map(|reason| audit.scrubber.string(reason));
    audit.by = unsent.by;
    if let ReplyOutcome::ApprovalRequired(request)
    | ReplyOutcome::Pending(request)
    | ReplyOutcome::DecidedElsewhere(request) = &*unsent.outcome
    {
        audit.approval = Some(request.id.clone());
    }
    reply(audit, unsent.outcome, unsent.text, Vec::new())
}

/// Records the end of a call.
fn reply(
    mut audit: CallAudit<'_>,
    outcome: Box<ReplyOutcome>,
    text: String,
    repairs: Vec<AppliedRepair>,
) -> Reply {
    let audit_failure = audit.end();
    Reply {
        tool: audit.tool,
        outcome: Arc::from(outcome),
        text: audit.scrubber.string(text),
        repairs,
        duration: audit.duration(),
        audit_failure,
        is_repeated: false,
    }
}

impl fmt::Debug for Toolbox {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Toolbox")
            .field("catalogs", &self.catalogs().collect::<Vec<_>>())
            .field("filter", &self.decider.filter)
            .field("policy", &self.decider.policy)
            .field("output", &self.output)
            .finish_non_exhaustive()
    }
}
