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

mod advice;
mod api_error_text;
mod api_message;
mod api_state;
mod approval;
mod arguments;
mod audit;
mod backend;
mod call_audit;
mod call_counts;
mod call_ids;
mod call_limit;
mod checked_call;
mod clients;
mod compact;
mod conditions;
mod context;
mod contract;
mod decide;
mod error_text;
mod example;
mod expectation;
mod hidden_characters;
mod identifier_memory;
mod join;
mod memory;
mod not_found;
mod offered;
mod output;
#[cfg(feature = "own-functions")]
mod own_tools;
mod page;
mod pointer;
mod policy;
mod prerequisite;
mod preview;
mod quoting;
mod refusal;
mod repair;
mod reply;
mod reply_text;
mod response_notes;
mod restore;
mod resume;
mod schema;
#[cfg(feature = "mcp-server")]
mod server_state;
mod shared_counts;
mod shrink;
#[cfg(test)]
mod tests;
mod tool_set;
mod toolbox;
mod unknown_argument;
mod unsent_call;

pub use advice::Advice;
pub use approval::{
    Approval, ApprovalClaim, ApprovalFuture, ApprovalInbox, ApprovalProblem, ApprovalRequest,
    ApprovalStore, Approvals, Approver, ClaimFuture, ClaimResult, FinishFuture, RequestedTool,
    SubmitFuture,
};
#[cfg(feature = "mcp-server")]
pub(crate) use approval::{Binding, Seal, SealedApproval, Store, later};
pub use arguments::Arguments;
pub use audit::{Audit, AuditEntry, AuditStage, DecidedBy, Decision, JsonLines};
pub use call_limit::CallLimit;
pub use checked_call::CheckedCall;
pub use hidden_characters::HiddenCharacters;
pub use join::{JoinError, JoinedTool};
#[cfg(feature = "mcp-server")]
pub(crate) use memory::MemoryKind;
pub use output::OutputLimit;
#[cfg(feature = "own-functions")]
pub use own_tools::Tool;
pub use policy::{Policy, Repair};
pub use prerequisite::Prerequisite;
pub use preview::Preview;
pub use refusal::{ArgumentFault, Refusal};
pub use repair::{AppliedRepair, ArgumentFix};
pub use reply::{Reply, ReplyOutcome};
#[cfg(feature = "schemars")]
pub use schemars;
#[cfg(feature = "mcp-server")]
pub(crate) use server_state::{ClientMemory, ServerCounts};
#[cfg(feature = "mcp-server")]
pub(crate) use shared_counts::CountLabel;
pub use toolbox::Toolbox;
