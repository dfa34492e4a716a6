//! Approval by the person at the client, in both eras of the protocol.
//!
//! Up to 2025-11-25 the server asks with `elicitation/create` while the call waits. From 2026-07-28 on
//! the question is the result of the call, and the client calls again with the answer and with a state
//! that the server has sealed.

mod ask;
mod canonical;
mod seal;
mod used;

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use rmcp::model::{
    ClientCapabilities, ElicitRequest, ElicitRequestParams, ElicitResult, ElicitationAction,
    ElicitationSchema, InputRequest, InputRequiredResult, InputResponses,
};
use serde::Deserialize;

use crate::agent::ApprovalRequest;
use crate::tools::Effect;
pub(super) use ask::{Elicited, ask};
pub(super) use seal::{Binding, StateProblem};
use seal::{Seal, SealedState};
use used::Used;
pub use used::{Inserting, UsedState, UsedStates};

/// The default of the time that a person has to answer.
pub(super) const TIMEOUT: Duration = Duration::from_secs(600);

/// The key of the only question of a result.
const QUESTION: &str = "approval";

/// The approvals of a server.
#[derive(Debug)]
pub(super) struct Approvals {
    /// `None` if the system gave no random key.
    seal: Option<Seal>,
    used: Used,
    /// The time that a person has to answer.
    pub(super) timeout: Duration,
}

/// A state that the server has sealed, for this call and this client, and that was not used.
#[derive(Debug)]
pub(super) struct OpenState(SealedState);

impl Approvals {
    /// Creates the approvals of a server, with a random key unless one is given. States of other servers hold
    /// only if the store of used states is shared.
    pub(super) fn new(
        key: Option<[u8; 32]>,
        used: Option<Arc<dyn UsedStates>>,
        timeout: Duration,
    ) -> Self {
        let used = Used::new(used);
        Self {
            seal: Seal::new(key, used.is_shared()),
            used,
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
        let binding = Binding::new(request.tool.name, &request.arguments, client);
        let expiry = now.checked_add(self.timeout)?;
        let state = self.seal.as_ref()?.seal(&binding, expiry)?;
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
    ) -> Result<OpenState, StateProblem> {
        let seal = self.seal.as_ref().ok_or(StateProblem::Forged)?;
        let state = seal.open(state, binding, now)?;
        if self.used.contains(&state, owner) {
            return Err(StateProblem::Used);
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
    ) -> Result<(), StateProblem> {
        self.used.insert(&state.0, owner, now).await
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
        message: message(request),
        requested_schema: ElicitationSchema::new(BTreeMap::new()),
    }
}

fn message(request: &ApprovalRequest) -> String {
    let ApprovalRequest { tool, arguments } = request;
    let title = tool.title;
    let effect = match tool.effect {
        Effect::Reads => "only reads data",
        Effect::Writes => "changes data",
        Effect::Destroys => "is destructive",
    };
    format!("Allow this call? {title} with {arguments}. This tool {effect}.")
}
