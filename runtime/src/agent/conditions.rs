//! The conditions of one call: its context, and the way in which it is approved.

use super::approval::ApprovalClaim;
use super::quoting::quote;
use crate::clock::Clock;
use crate::context::CallContext;

/// The context that all calls of a toolbox have.
#[derive(Clone, Default)]
pub(super) struct Base {
    pub(super) context: CallContext,
    pub(super) run: Option<String>,
}

/// The conditions of one call.
pub(super) struct Conditions<'a> {
    pub(super) context: CallContext,
    /// The run from which idempotency keys are derived, if the program names one.
    pub(super) run: Option<&'a str>,
    pub(super) consent: Consent,
    pub(super) clock: &'a dyn Clock,
}

/// The way in which a call is approved.
pub(super) enum Consent {
    /// By the rule of the policy.
    Policy,
    /// By the person at the client, whom an adapter asks if the policy has any rule.
    #[cfg_attr(
        not(feature = "mcp-server"),
        expect(dead_code, reason = "only clients of MCP can ask")
    )]
    Client,
    /// A person has approved it.
    Granted(Grant),
}

/// The approval of a person.
#[derive(Debug, Clone, Default)]
pub(super) struct Grant {
    pub(super) by: String,
    pub(super) reason: String,
    /// The stored request that was approved.
    pub(super) claim: Option<ApprovalClaim>,
}

impl Grant {
    /// Returns the note below a response about the reason of the person.
    pub(super) fn note(&self) -> String {
        match self.reason.trim() {
            "" => String::new(),
            reason => format!("\n[the user approved this call: {}]", quote(reason)),
        }
    }
}
