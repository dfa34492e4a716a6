//! Approvals by people: requests that can be stored, their seal, and their single use.

mod approvals;
mod hold;
mod request;
mod seal;
mod store;

pub use approvals::Approvals;
pub(super) use approvals::Subject;
#[cfg(feature = "mcp-server")]
pub(crate) use approvals::later;
pub(super) use hold::{HeldDecision, ask, end_hold, submit};
pub use request::{ApprovalRequest, RequestedTool};
pub use seal::ApprovalProblem;
pub(super) use seal::random;
#[cfg(feature = "mcp-server")]
pub(crate) use seal::{Binding, Seal, SealedApproval};
#[cfg(feature = "mcp-server")]
pub(crate) use store::Store;
pub use store::{ApprovalClaim, ApprovalStore, ClaimFuture, ClaimResult, FinishFuture};

use std::io;
use std::pin::Pin;

/// The decision of a person about a call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Approval {
    /// The call may be made.
    Granted {
        /// The person, for the audit.
        by: String,
        /// The reason, for the audit and the model; may be empty.
        reason: String,
    },
    /// The call must not be made.
    Declined {
        /// The person, for the audit.
        by: String,
        /// The reason, for the audit and the model; may be empty.
        reason: String,
    },
}

impl Approval {
    /// Approves the call without a reason.
    #[must_use]
    pub fn granted(by: impl Into<String>) -> Self {
        Self::Granted {
            by: by.into(),
            reason: String::new(),
        }
    }

    /// Declines the call with a reason, which may be empty.
    #[must_use]
    pub fn declined(by: impl Into<String>, reason: impl Into<String>) -> Self {
        Self::Declined {
            by: by.into(),
            reason: reason.into(),
        }
    }
}

/// The future of an [`Approval`].
pub type ApprovalFuture = Pin<Box<dyn Future<Output = Approval> + Send>>;

/// Asks a person for approval. Implemented by functions that return a future.
pub trait Approver: Send + Sync + 'static {
    /// Asks for approval and waits for the decision.
    fn approve(&self, request: ApprovalRequest) -> ApprovalFuture;
}

impl<F, D> Approver for F
where
    F: Fn(ApprovalRequest) -> D + Send + Sync + 'static,
    D: Future<Output = Approval> + Send + 'static,
{
    fn approve(&self, request: ApprovalRequest) -> ApprovalFuture {
        Box::pin(self(request))
    }
}

/// The submission of a request.
pub type SubmitFuture = Pin<Box<dyn Future<Output = io::Result<()>> + Send>>;

/// Stores requests for approval until a person decides. Implemented by functions that return a future.
pub trait ApprovalInbox: Send + Sync + 'static {
    /// Stores a request. The model gets its reply when the future completes.
    ///
    /// # Errors
    ///
    /// Returns an error if the request cannot be stored; the call is then denied.
    fn submit(&self, request: ApprovalRequest) -> SubmitFuture;
}

impl<F, D> ApprovalInbox for F
where
    F: Fn(ApprovalRequest) -> D + Send + Sync + 'static,
    D: Future<Output = io::Result<()>> + Send + 'static,
{
    fn submit(&self, request: ApprovalRequest) -> SubmitFuture {
        Box::pin(self(request))
    }
}
