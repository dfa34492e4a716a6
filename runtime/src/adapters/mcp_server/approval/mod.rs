//! Approval by the person at the client, in both eras of the protocol.
//!
//! Up to 2025-11-25 the server asks with `elicitation/create` while the call waits. From 2026-07-28 on
//! the question is the result of the call, and the client calls again with the answer and with a state
//! that the server has sealed.

mod ask;

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use rmcp::model::{
    ClientCapabilities, ElicitRequest, ElicitRequestParams, ElicitResult, ElicitationAction,
    ElicitationSchema, InputRequest, InputRequiredResult, InputResponses,
};
use serde::Deserialize;

use crate::agent::{
    ApprovalClaim, ApprovalProblem, ApprovalRequest, ApprovalStore, Binding, Seal, SealedApproval,
    Store, later,
};
use crate::codec::Json;
pub(super) use ask::{Elicited, ask};

/// The default of the time that a person has to answer.
pub(super) const TIMEOUT: Duration = Duration::from_secs(600);

/// The key of the only question of a result.
const QUESTION: &str = "approval";

/// The approvals of a server.
#[derive(Debug)]
pub(super) struct ClientApprovals {
    /// `None` if the system gave no random key.
    seal: Option<Seal>,
    store: Store,
    /// The time that a person has to answer.
    pub(super) timeout: Duration,
}

/// A state that the server has sealed, for this call and this client, and that was not used.
#[derive(Debug)]
pub(super) struct OpenState(SealedApproval);

/// Returns what a state is bound to.
pub(super) fn binding(
    tool: &str,
    arguments: &Json,
    client: &str,
    account: Option<&str>,
) -> Binding {
    Binding::new(tool, arguments, client, account.unwrap_or_default())
}

/// Returns a problem with a state as a word for programs.
pub(super) fn code(problem: ApprovalProblem) -> &'static str {
    match problem {
        ApprovalProblem::OtherPrincipal => "other_client",
        ApprovalProblem::OtherCall => "other_account",
        ApprovalProblem::OtherProcess => "other_server",
        problem => problem.code(),
    }
}

/// Returns the reason and the remedy of a problem with a state.
pub(super) fn reason(problem: ApprovalProblem) -> String {
    let reason = match problem {
        ApprovalProblem::OtherPrincipal => "it is for another client".to_owned(),
        ApprovalProblem::OtherProcess => {
            "it was sealed by another server process that does not share the store of used approvals (`Server::approval_store`)".to_owned()
        }
        problem => problem.to_string(),
    };
    format!(
        "requestState was rejected: {reason}; nothing was sent. Call again without requestState to ask the user again"
    )
}

impl ClientApprovals {
    /// Creates the approvals of a server, with a random key unless one is given. States of other servers hold
    /// only if the store of used states is shared.
    pub(super) fn new(
        key: Option<[u8; 32]>,
        store: Option<Arc<dyn ApprovalStore>>,
        timeout: Duration,
    ) -> Self {
        let store = Store::new(store);
        Self {
            seal: Seal::new(key, store.is_shared()),
            store,
            timeout,
        }
    }

    /// Returns the question as the result of a call, or `None` if no state can be sealed.
    pub(super) fn question(
        &self,
        request: &ApprovalRequest,
        client: &str,
        now: SystemTime,
    ) -> Option<InputRequiredResult> {
        let (tool, account) = (&request.tool.name, request.account.as_deref());
        let binding = binding(tool, &request.arguments, client, account);
        let expiry = later(now, self.timeout);
        let seal = self.seal.as_ref()?;
        let state = seal.seal(&Seal::nonce()?, &binding, expiry);
        let question = InputRequest::Elicitation(ElicitRequest::new(form(request)));
        let questions = BTreeMap::from([(QUESTION.to_owned(), question)]);
        Some(InputRequiredResult::new(Some(questions), Some(state)))
    }

    /// Opens the state that a client has sent back.
    ///
    /// # Errors
    ///
    /// The state is not that of this call and this client, or it is expired or used.
    pub(super) fn open(
        &self,
        state: &str,
        binding: &Binding,
        owner: &[u8; 32],
        now: SystemTime,
    ) -> Result<OpenState, ApprovalProblem> {
        let seal = self.seal.as_ref().ok_or(ApprovalProblem::Forged)?;
        let state = seal.open(state, binding, now)?;
        if self.store.contains(&state, Some(*owner)) {
            return Err(ApprovalProblem::Used);
        }
        Ok(OpenState(state))
    }

    /// Uses a state: it is refused from now on.
    ///
    /// # Errors
    ///
    /// The state was used in the meantime, too many states are remembered, or the shared store failed.
    pub(super) async fn consume(
        &self,
        state: &OpenState,
        owner: &[u8; 32],
        now: SystemTime,
    ) -> Result<(), ApprovalProblem> {
        let SealedApproval { expiry, .. } = state.0;
        let expiry = UNIX_EPOCH + Duration::from_millis(expiry);
        let claim = ApprovalClaim::new(&state.0, Some(*owner), now, expiry);
        match self.store.claim(&claim).await {
            // A call that was interrupted is not made again: the client asks again.
            Err(ApprovalProblem::InProgress) => Err(ApprovalProblem::Used),
            claimed => claimed,
        }
    }
}

/// The answer of a person.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Answer {
    Granted,
    Declined,
    /// The person closed the question.
    Closed,
}

impl From<ElicitationAction> for Answer {
    fn from(action: ElicitationAction) -> Self {
        match action {
            ElicitationAction::Accept => Self::Granted,
            ElicitationAction::Decline => Self::Declined,
            // Anything else is not consent.
            _ => Self::Closed,
        }
    }
}

/// Returns the answer in the responses of a client, or `None` if it is not there.
///
/// # Errors
///
/// The answer cannot be read; the error is the reason.
pub(super) fn answer(responses: Option<&InputResponses>) -> Result<Option<Answer>, String> {
    let Some(response) = responses.and_then(|responses| responses.get(QUESTION)) else {
        return Ok(None);
    };
    let result = ElicitResult::deserialize(response);
    let result = result.map_err(|error| format!("inputResponses.{QUESTION}: {error}"))?;
    Ok(Some(result.action.into()))
}

/// Returns `true` if a client can ask a person with a form.
pub(super) fn can_ask(capabilities: Option<&ClientCapabilities>) -> bool {
    let elicitation = capabilities.and_then(|capabilities| capabilities.elicitation.as_ref());
    // A client that names no mode has forms.
    elicitation.is_some_and(|modes| modes.form.is_some() || modes.url.is_none())
}

/// Returns the question as a form without fields.
fn form(request: &ApprovalRequest) -> ElicitRequestParams {
    ElicitRequestParams::FormElicitationParams {
        meta: None,
        message: request.question(),
        requested_schema: ElicitationSchema::new(BTreeMap::new()),
    }
}
