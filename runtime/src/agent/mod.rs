//! Tools that a model calls.
//!
//! A [`Toolbox`] stands between a model and a client. What the model asks for by name is checked
//! through the request types themselves, so that a model may send what a program may send; then
//! the [`Policy`] decides, the call is made, and what comes of it is a [`Reply`], whose text the
//! model can act on, whatever happened.
//!
//! ```
//! use toolsmith_runtime::agent::{Policy, Toolbox};
//! use toolsmith_runtime::{Client, Json, ToolFilter};
//!
//! /// The tools that the model may use: those that destroy something are for people.
//! fn tools(client: &Client) -> Toolbox {
//!     let policy = Policy::new().allow(!ToolFilter::destroys()).max_calls(50);
//!     client.toolbox().policy(policy)
//! }
//!
//! /// What the model is told when it calls a tool.
//! async fn answer(tools: &Toolbox, name: &str, arguments: &str) -> String {
//!     tools.call(name, arguments).await.text().to_owned()
//! }
//! ```
//!
//! # Refusals
//!
//! All problems of the arguments at once (of more than 50 the first ones), each with its place as a
//! JSON pointer, what belongs there, what was found, and the right form where it can be told. A
//! toolbox remembers the identifiers that answers have shown, the last 4096 of them: one that
//! belongs to another kind of thing is refused before it is sent. It is only where the right one can
//! be listed; and what the list shows is then taken.
//!
//! # The record
//!
//! Each call is told as an event at the level `INFO` under the target `toolsmith`, `tool call`,
//! with the fields `stage`, `tool`, `effect`, `decision`, `by`, `reason`, `outcome` and
//! `duration_ms`; see [`Entry`] for their values. Arguments and answers are in none of it. The
//! same goes to each [`Audit`], such as a file of [`JsonLines`].

mod arguments;
mod audit;
mod backend;
mod call_audit;
mod call_counts;
mod clients;
mod decide;
mod error_text;
mod identifier_memory;
mod output;
mod place;
mod policy;
mod prerequisite;
mod refusal;
mod repair;
mod reply;
mod toolbox;

pub use arguments::Arguments;
pub use audit::{Audit, DecidedBy, Decision, Entry, JsonLines, Stage};
pub use output::OutputLimit;
pub use policy::{Approval, ApprovalFuture, ApprovalRequest, Approver, Policy, Repair};
pub use prerequisite::Prerequisite;
pub use refusal::{ArgumentFault, Refusal};
pub use repair::{AppliedRepair, Fix};
pub use reply::{Outcome, Preview, Reply};
pub use toolbox::{CheckedCall, Toolbox};
