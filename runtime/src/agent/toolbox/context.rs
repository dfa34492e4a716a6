//! Calls in a context: each is made once.

use crate::agent::approval::Approval;
use crate::agent::arguments::Arguments;
use crate::agent::audit::{DecidedBy, Decision};
use crate::agent::call::call_ids::{CallClaim, CallKey};
use crate::agent::call::conditions::{Conditions, Consent, Grant};
use crate::agent::call::unsent_call::UnsentCall;
use crate::agent::reply::{Reply, ReplyOutcome};
use crate::agent::toolbox::{Toolbox, reply_unsent};
use crate::context::CallContext;
use crate::error::CallOutcome;
use crate::tools::ToolSpec;

impl Toolbox {
    /// Sets the default context of all calls. Fields set in the context of a call take precedence.
    #[must_use]
    pub fn context(mut self, context: CallContext) -> Self {
        self.base.context = context;
        self.setting = Some("context");
        self
    }

    /// Sets the run from which the idempotency keys of writes with a call identifier are derived; see
    /// [`IdempotencyKey::derive_in`](crate::context::IdempotencyKey::derive_in). A run resumed in another process repeats no
    /// write, because calls with the same identifier get the same key. By default, each toolbox is a separate run.
    #[must_use]
    pub fn run(mut self, run: impl Into<String>) -> Self {
        self.base.run = Some(run.into());
        self.setting = Some("run");
        self
    }

    /// Calls a tool like [`call`](Self::call), in a context.
    ///
    /// A call with a [call identifier](CallContext::call_id) is made once. A second call with the same identifier,
    /// session and principal gets the same reply, even while the first is running; it is refused if its tool or
    /// arguments differ. The last 1,024 calls and 4 MiB of their replies are kept; the repetition of a kept call
    /// whose reply was dropped is refused.
    ///
    /// A call is made again if it was cancelled, if nothing was sent, or if the rate limit refused it. Except for
    /// a cancelled call, it is not made again if one of its attempts may have been carried out. A write that
    /// is made again has the same idempotency key.
    ///
    /// If nothing was sent, the next call with the identifier may have another tool and other arguments. While a
    /// call is waiting for a person, further calls with its identifier get the same reply; if the person declines
    /// it, they get the reply to a declined call, and if the request expires, the person is asked again. A call
    /// whose approval was used elsewhere may have been made there, so it is not made again.
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
    /// [`ApprovalRequired`](crate::agent::ReplyOutcome::ApprovalRequired) where the policy has any rule of approval.
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

    /// Makes or declines a call about which a person has decided, in a context; see
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
            Approval::Declined { by, reason } => {
                let context = context.or(&self.base.context);
                let key = CallKey::new(&context, name, &arguments);
                self.decline(&context, name, &arguments, key, (by, reason))
            }
        }
    }

    pub(in crate::agent) fn conditions(
        &self,
        context: CallContext,
        consent: Consent,
    ) -> Conditions<'_> {
        Conditions {
            context: context.or(&self.base.context),
            run: self.base.run.as_deref(),
            consent,
            clock: &*self.clock,
        }
    }

    /// Makes a call, unless it was made before.
    pub(in crate::agent) async fn call_once(
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
        let now = conditions.clock.now();
        match calls.claim(&key, grant.is_some(), now).await {
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

    /// Marks the approval of a call as used, if it was held until a person had decided.
    pub(in crate::agent) async fn end_hold(
        &self,
        consent: &Consent,
        grant: &Grant,
        outcome: &ReplyOutcome,
    ) {
        if let (Consent::Policy, Some(claim)) = (consent, &grant.claim)
            && outcome.was_sent()
        {
            self.decider.policy.approvals.finish(claim).await;
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
    pub(in crate::agent) fn refuse(
        &self,
        context: &CallContext,
        name: &str,
        arguments: &Arguments,
        by: DecidedBy,
        reason: &str,
    ) -> Reply {
        self.reply_instead(context, name, arguments, |tool| {
            UnsentCall::denied(tool, by, reason)
        })
    }

    /// Replies to a call that a person has declined. Others with the same identity that wait for that get
    /// the same reply.
    pub(in crate::agent) fn decline(
        &self,
        context: &CallContext,
        name: &str,
        arguments: &Arguments,
        key: Option<CallKey>,
        (by, reason): (String, String),
    ) -> Reply {
        let reply = self.reply_instead(context, name, arguments, |tool| {
            UnsentCall::declined(tool, by, reason)
        });
        if let (Some(calls), Some(key), ReplyOutcome::Declined { .. }) =
            (self.decider.memory.calls(), key, reply.outcome())
        {
            calls.decline(&key, &reply);
        }
        reply
    }

    /// Replies to a call that is not made. A call that does not pass the checks gets the reply of those.
    pub(super) fn reply_instead(
        &self,
        context: &CallContext,
        name: &str,
        arguments: &Arguments,
        unsent: impl FnOnce(&'static ToolSpec) -> UnsentCall,
    ) -> Reply {
        let audited = self.audited(context, name, arguments);
        let audit = self.start_audit(&audited);
        let unsent = match self.decider.check(name, arguments) {
            Ok(call) => unsent(call.tool),
            Err(unsent) => unsent,
        };
        reply_unsent(audit, unsent)
    }
}
