//! Calls that a person approves later.

use crate::agent::approval::{Approval, ApprovalProblem, ApprovalRequest, end_hold};
use crate::agent::arguments::Arguments;
use crate::agent::audit::DecidedBy;
use crate::agent::call::call_ids::CallKey;
use crate::agent::call::conditions::{Consent, Grant};
use crate::agent::reply::Reply;
use crate::agent::toolbox::Toolbox;
use crate::context::canonical;

impl Toolbox {
    /// Carries out, or declines, the call of a stored request about which a person has decided.
    ///
    /// A request is used once, in this process or another; see [`Approvals`](crate::agent::Approvals). The tools, the policy
    /// and the limits of this toolbox apply, but no further approval is needed. The call has the context of
    /// the request. If a toolbox of this process holds the call for an [`Approver`](crate::agent::Approver), the hold ends
    /// with [`DecidedElsewhere`](crate::agent::ReplyOutcome::DecidedElsewhere). A request whose call was not sent, for
    /// example because a limit is reached or there is no connection, can be resumed again after the
    /// [lease](crate::agent::Approvals::lease).
    ///
    /// # Errors
    ///
    /// The request is forged, changed, expired, used, for another account or principal than those of the
    /// toolbox, or no longer allowed. Nothing was sent, and the audit has recorded it.
    pub async fn resume(
        &self,
        request: &ApprovalRequest,
        approval: Approval,
    ) -> Result<Reply, ApprovalProblem> {
        let resumed = self.try_resume(request, approval).await;
        if let Err(problem) = &resumed {
            let reason = format!("the approval is refused: {problem}");
            let arguments = Arguments::from(&request.arguments);
            let (context, name) = (&request.context, &request.tool.name);
            self.refuse(context, name, &arguments, DecidedBy::Policy, &reason);
        }
        resumed
    }

    async fn try_resume(
        &self,
        request: &ApprovalRequest,
        approval: Approval,
    ) -> Result<Reply, ApprovalProblem> {
        let approvals = &self.decider.policy.approvals;
        let sealed = approvals.verify(request, self.clock.now())?;
        self.check_subject(request)?;
        let claim = approvals.claim(&sealed, self.clock.now()).await?;
        // A held call has the call identifier until then.
        end_hold(request, &approval);
        let name = &request.tool.name;
        let arguments = Arguments::from(&request.arguments);
        let is_used = matches!(approval, Approval::Declined { .. });
        let reply = match approval {
            Approval::Granted { by, reason } => {
                let grant = Grant {
                    by,
                    reason,
                    claim: Some(claim.clone()),
                };
                let conditions = self.conditions(request.context.clone(), Consent::Granted(grant));
                self.call_once(name, arguments, conditions).await
            }
            Approval::Declined { by, reason } => {
                let context = request.context.clone().or(&self.base.context);
                let key = CallKey::of_request(&context, name);
                self.decline(&request.context, name, &arguments, key, (by, reason))
            }
        };
        if is_used || reply.outcome().was_sent() {
            approvals.finish(&claim).await;
        }
        Ok(reply)
    }

    /// Checks that a request is for a tool, an account and a principal of this toolbox, and still valid.
    fn check_subject(&self, request: &ApprovalRequest) -> Result<(), ApprovalProblem> {
        let arguments = Arguments::from(&request.arguments);
        let checked = self.decider.check(&request.tool.name, &arguments);
        let call = checked.map_err(|_| ApprovalProblem::NotAllowed)?;
        let entry = self.decider.tools.find(&request.tool.name);
        let entry = entry.ok_or(ApprovalProblem::NotAllowed)?;
        let is_same_call = entry.account() == request.account.as_deref()
            && *entry.source.name == *request.catalog
            && call.tool.effect == request.tool.effect;
        if !is_same_call {
            return Err(ApprovalProblem::OtherCall);
        }
        if canonical(&call.arguments) != canonical(&request.arguments) {
            return Err(ApprovalProblem::OtherArguments);
        }
        match &self.base.context.principal {
            Some(principal) if request.context.principal.as_ref() != Some(principal) => {
                Err(ApprovalProblem::OtherPrincipal)
            }
            _ => Ok(()),
        }
    }
}
