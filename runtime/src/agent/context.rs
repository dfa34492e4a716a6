//! Calls in a context: each is made once.

use super::approval::Approval;
use super::arguments::Arguments;
use super::audit::{DecidedBy, Decision};
use super::call_ids::{CallClaim, CallKey};
use super::conditions::{Conditions, Consent, Grant};
use super::reply::Reply;
use super::toolbox::{Toolbox, reply_unsent};
use super::unsent_call::UnsentCall;
use crate::context::CallContext;
use crate::error::CallOutcome;

impl Toolbox {
    /// Sets the context of all calls. A call's own context comes first, field by field.
    #[must_use]
    pub fn context(mut self, context: CallContext) -> Self {
        self.base.context = context;
        self.setting = Some("context");
        self
    }

    /// Sets the run from which the idempotency keys of writes with a call identifier are derived, as
    /// [`IdempotencyKey::derive`](crate::IdempotencyKey::derive) does. A run that is resumed in another process, and
    /// makes a call again under its identifier, repeats no write. By default, each toolbox is a separate run.
    #[must_use]
    pub fn run(mut self, run: impl Into<String>) -> Self {
        self.base.run = Some(run.into());
        self.setting = Some("run");
        self
    }

    /// Calls a tool like [`call`](Self::call), in a context.
    ///
    /// A call with a [call identifier](CallContext::call_id) is made once: another with the same identifier,
    /// session and principal gets the same reply, also while the first is being made, and is refused if its
    /// tool or arguments differ. The last 1,024 calls are remembered, and 4 MiB of replies; a call whose reply is no
    /// longer kept is refused. A call that was cancelled, or of which nothing was sent, is made again; a write
    /// then has the same idempotency key.
    pub async fn call_in(
        &self,
        context: CallContext,
        name: &str,
        arguments: impl Into<Arguments>,
    ) -> Reply {
        let conditions = self.conditions(context, Consent::Policy);
        self.call_once(name, arguments.into(), conditions).await
    }

    /// Calls a tool like [`call_in`](Self::call_in), but returns
    /// [`ApprovalRequired`](super::ReplyOutcome::ApprovalRequired) where the policy has any rule of approval.
    #[cfg(feature = "mcp-server")]
    pub(crate) async fn call_unless_asked(
        &self,
        context: CallContext,
        name: &str,
        arguments: impl Into<Arguments>,
    ) -> Reply {
        let conditions = self.conditions(context, Consent::Client);
        self.call_once(name, arguments.into(), conditions).await
    }

    /// Makes or denies a call about which a person has decided, in a context; see
    /// [`call_approved`](Self::call_approved) and [`call_declined`](Self::call_declined).
    pub async fn call_decided(
        &self,
        context: CallContext,
        name: &str,
        arguments: impl Into<Arguments>,
        approval: Approval,
    ) -> Reply {
        let arguments = arguments.into();
        match approval {
            Approval::Granted { by, reason } => {
                let grant = Grant {
                    by,
                    reason,
                    claim: None,
                };
                let conditions = self.conditions(context, Consent::Granted(grant));
                self.call_once(name, arguments, conditions).await
            }
            Approval::Declined { by, reason } => self.decline(
                &context.or(&self.base.context),
                name,
                &arguments,
                by,
                reason,
            ),
        }
    }

    pub(super) fn conditions(&self, context: CallContext, consent: Consent) -> Conditions<'_> {
        Conditions {
            context: context.or(&self.base.context),
            run: self.base.run.as_deref(),
            consent,
            clock: &*self.clock,
        }
    }

    /// Makes a call, unless it was made before.
    pub(super) async fn call_once(
        &self,
        name: &str,
        arguments: Arguments,
        conditions: Conditions<'_>,
    ) -> Reply {
        let grant = match &conditions.consent {
            Consent::Granted(grant) => Some(grant),
            Consent::Policy | Consent::Client => None,
        };
        let key = match grant.and_then(|grant| grant.claim.as_ref()) {
            Some(_) => CallKey::of_request(&conditions.context, name),
            None => CallKey::new(&conditions.context, name, &arguments),
        };
        let calls = self.decider.memory.calls();
        let Some((calls, key)) = calls.zip(key) else {
            return self.call_as(name, arguments, conditions).await;
        };
        match calls.claim(&key, grant.is_some()).await {
            CallClaim::New(running) => {
                let reply = self.call_as(name, arguments, conditions).await;
                running.end(&reply);
                reply
            }
            CallClaim::Made(reply) => self.repeat(&conditions.context, name, &arguments, *reply),
            CallClaim::Refused(reason) => self.refuse(
                &conditions.context,
                name,
                &arguments,
                DecidedBy::Check,
                reason,
            ),
        }
    }

    /// Records that a call was made before, and returns the reply to it.
    fn repeat(
        &self,
        context: &CallContext,
        name: &str,
        arguments: &Arguments,
        mut reply: Reply,
    ) -> Reply {
        let audited = self.audited(context, name, arguments);
        let mut audit = self.start_audit(&audited);
        audit.decision = Decision::Repeated;
        audit.by = DecidedBy::Check;
        audit.outcome = CallOutcome::None;
        reply.audit_failure = audit.end();
        reply.is_repeated = true;
        reply
    }

    /// Replies to a call that is not allowed. Nothing is sent. The model sees `reason`.
    pub(super) fn refuse(
        &self,
        context: &CallContext,
        name: &str,
        arguments: &Arguments,
        by: DecidedBy,
        reason: &str,
    ) -> Reply {
        let audited = self.audited(context, name, arguments);
        let audit = self.start_audit(&audited);
        let unsent = match self.decider.check(name, arguments) {
            Ok(call) => UnsentCall::denied(call.tool, by, reason),
            Err(unsent) => unsent,
        };
        reply_unsent(audit, unsent)
    }

    /// Replies to a call that a person has denied.
    pub(super) fn decline(
        &self,
        context: &CallContext,
        name: &str,
        arguments: &Arguments,
        by: String,
        reason: String,
    ) -> Reply {
        let audited = self.audited(context, name, arguments);
        let audit = self.start_audit(&audited);
        let unsent = match self.decider.check(name, arguments) {
            Ok(call) => UnsentCall::declined(call.tool, by, reason),
            Err(unsent) => unsent,
        };
        reply_unsent(audit, unsent)
    }
}
