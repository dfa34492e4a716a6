//! The conditions of one call: its context, and the way in which it is approved.

use crate::agent::approval::ApprovalClaim;
use crate::agent::text::quoting::quote_message;
use crate::clock::Clock;
use crate::context::CallContext;

/// The context that all calls of a toolbox have.
#[derive(Clone, Default)]
pub(in crate::agent) struct Base {
    pub(in crate::agent) context: CallContext,
    pub(in crate::agent) run: Option<String>,
}

/// The conditions of one call.
pub(in crate::agent) struct Conditions<'a> {
    pub(in crate::agent) context: CallContext,
    /// The run from which idempotency keys are derived, if the program names one.
    pub(in crate::agent) run: Option<&'a str>,
    pub(in crate::agent) consent: Consent,
    pub(in crate::agent) clock: &'a dyn Clock,
}

/// The way in which a call is approved.
pub(in crate::agent) enum Consent {
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
pub(in crate::agent) struct Grant {
    pub(in crate::agent) by: String,
    pub(in crate::agent) reason: String,
    /// The stored request that was approved.
    pub(in crate::agent) claim: Option<ApprovalClaim>,
}

impl Grant {
    /// Returns the note below a response about the reason of the person.
    pub(in crate::agent) fn note(&self) -> String {
        match self.reason.trim() {
            "" => String::new(),
            reason => format!("\n[the user approved this call: {}]", quote_message(reason)),
        }
    }
}
