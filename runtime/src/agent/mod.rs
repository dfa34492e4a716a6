//! Tools for a model.
//!
//! A [`Toolbox`] sits between a model and a client. It checks each call with the request types that
//! programs use, applies the [`Policy`], makes the call and returns a [`Reply`]. The text of every
//! reply tells the model what to do next.
//!
//! ```
//! use toolsmith_runtime::agent::{Policy, Toolbox};
//! use toolsmith_runtime::{Client, Json, ToolFilter};
//!
//! /// Returns the tools for a model, without the destructive ones.
//! fn tools(client: &Client) -> Toolbox {
//!     let policy = Policy::new().allow(!ToolFilter::destroys()).max_calls(50);
//!     client.toolbox().policy(policy)
//! }
//!
//! /// Makes a call of the model and returns the text for it.
//! async fn reply(tools: &Toolbox, name: &str, arguments: &str) -> String {
//!     tools.call(name, arguments).await.text().to_owned()
//! }
//! ```
//!
//! # Refusals
//!
//! Invalid arguments are refused before anything is sent. A [`Refusal`] lists all problems (the
//! first 50), each with its JSON pointer, the expected and the found value, and a suggestion if
//! there is one.
//!
//! A toolbox remembers the last 4096 identifiers that responses have shown. It refuses an
//! identifier that it has only seen as another kind, if a tool lists the identifiers of the
//! expected kind. An identifier that this list shows is accepted from then on.
//!
//! # Hidden characters
//!
//! Characters that a model reads and a person does not see are removed from responses and errors of the
//! API; see [`HiddenCharacters`].
//!
//! # Audit
//!
//! Each call is logged as the event `tool call` at the level `INFO` under the target `toolsmith`,
//! with the fields `stage`, `catalog`, `tool`, `effect`, `account`, `call_id`, `principal`, `session`,
//! `decision`, `by`, `reason`, `outcome` and
//! `duration_ms`; see [`AuditEntry`] for their values. The event contains no arguments and no
//! responses. Each [`Audit`], such as [`JsonLines`], receives the same entries with the arguments, the approval
//! and the idempotency key added.

mod api_errors;
mod approval;
mod argument_check;
mod arguments;
mod audit;
mod call;
mod counts;
mod identifier_memory;
mod page;
mod pointer;
mod policy;
mod preview;
mod reply;
mod response;
#[cfg(test)]
mod tests;
mod text;
mod tool_set;
mod toolbox;

pub use approval::{
    Approval, ApprovalClaim, ApprovalFuture, ApprovalInbox, ApprovalProblem, ApprovalRequest,
    ApprovalStore, Approvals, Approver, ClaimFuture, ClaimResult, FinishFuture, RequestedTool,
    SubmitFuture,
};
#[cfg(feature = "mcp-server")]
pub(crate) use approval::{Binding, Seal, SealedApproval, Store, later};
pub use argument_check::advice::Advice;
pub use argument_check::prerequisite::Prerequisite;
pub use argument_check::refusal::{ArgumentFault, Refusal};
pub use argument_check::repair::{AppliedRepair, ArgumentFix};
pub use arguments::Arguments;
pub use audit::{Audit, AuditEntry, AuditStage, DecidedBy, Decision, JsonLines};
pub use call::checked_call::CheckedCall;
#[cfg(feature = "mcp-server")]
pub(crate) use call::memory::MemoryKind;
#[cfg(feature = "mcp-server")]
pub(crate) use counts::shared_counts::CountLabel;
pub use policy::call_limit::CallLimit;
pub use policy::{Policy, Repair};
pub use preview::Preview;
pub use reply::{Reply, ReplyOutcome};
pub use response::output::OutputLimit;
#[cfg(feature = "schemars")]
pub use schemars;
pub use text::hidden_characters::HiddenCharacters;
pub use toolbox::Toolbox;
pub use toolbox::join::{JoinError, JoinedTool};
#[cfg(feature = "own-functions")]
pub use toolbox::own_tools::Tool;
#[cfg(feature = "mcp-server")]
pub(crate) use toolbox::server_state::{ClientMemory, ServerCounts};
