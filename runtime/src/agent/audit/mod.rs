//! The audit: a record of every call.

mod decision;
mod json_lines;

use std::fmt;
use std::io;
use std::time::{Duration, SystemTime};

pub use decision::{DecidedBy, Decision};
pub use json_lines::JsonLines;

use crate::codec::Json;
use crate::error::CallOutcome;
use crate::redactor::RedactedJson;
use crate::tools::ToolSpec;

/// An entry of the audit.
///
/// Each call has an entry for its [`End`](Stage::End). A call that changes data also has one for its
/// [`Start`](Stage::Start), before anything is sent.
#[derive(Clone)]
#[non_exhaustive]
pub struct Entry<'a> {
    /// The time of the entry.
    pub at: SystemTime,
    /// The stage of the call.
    pub stage: Stage,
    /// The name that the model called, unabridged.
    pub name: &'a str,
    /// The tool, if there is one with the name.
    pub tool: Option<&'static ToolSpec>,
    /// The name of its catalog in the toolbox.
    pub catalog: Option<&'a str>,
    /// The decision.
    pub decision: Decision,
    /// The party that decided.
    pub by: &'a DecidedBy,
    /// The reason of the decision, if there is one.
    pub reason: Option<&'a str>,
    /// The outcome; [`CallOutcome::None`] if nothing was sent.
    pub outcome: CallOutcome,
    /// The time since the start of the call.
    pub duration: Duration,
    /// The arguments as the model wrote them.
    pub arguments: &'a Json,
}

/// The stage of a call at which an entry is made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stage {
    /// The call is allowed and about to be sent.
    Start,
    /// The call is over.
    End,
}

/// A recorder of calls.
///
/// An entry that cannot be recorded is never ignored. If the start of a call that changes data
/// cannot be recorded, the call is not made. If the end of a call cannot be recorded,
/// [`Reply::audit_failure`](super::Reply::audit_failure) returns the error, and it is logged at the
/// level `ERROR`.
///
/// ```
/// use std::io;
/// use std::sync::Mutex;
/// use toolsmith_runtime::agent::{Audit, Entry};
///
/// /// Keeps one line for each entry.
/// #[derive(Default)]
/// struct Lines(Mutex<Vec<String>>);
///
/// impl Audit for Lines {
///     fn record(&self, entry: &Entry<'_>) -> io::Result<()> {
///         let line = format!("{} {}: {} by {}", entry.stage, entry.name, entry.decision, entry.by);
///         self.0.lock().map_err(|_| io::Error::other("poisoned"))?.push(line);
///         Ok(())
///     }
/// }
/// ```
pub trait Audit: Send + Sync + 'static {
    /// Records one entry.
    ///
    /// # Errors
    ///
    /// The entry cannot be recorded.
    fn record(&self, entry: &Entry<'_>) -> io::Result<()>;
}

impl Entry<'_> {
    /// Returns the effect of the tool as a word.
    pub(super) fn effect(&self) -> Option<&'static str> {
        self.tool.map(|tool| tool.effect.word())
    }

    /// Logs the entry as an event.
    pub(super) fn trace(&self) {
        tracing::info!(
            target: "toolsmith",
            stage = %self.stage,
            catalog = self.catalog,
            tool = self.name,
            effect = self.effect(),
            decision = self.decision.as_str(),
            by = self.by.as_str(),
            reason = self.reason,
            outcome = self.outcome.as_str(),
            duration_ms = u64::try_from(self.duration.as_millis()).unwrap_or(u64::MAX),
            "tool call"
        );
    }
}

/// Leaves secrets out that the names of their arguments show.
impl fmt::Debug for Entry<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Entry")
            .field("at", &self.at)
            .field("stage", &self.stage)
            .field("name", &self.name)
            .field("catalog", &self.catalog)
            .field("decision", &self.decision)
            .field("by", &self.by)
            .field("reason", &self.reason)
            .field("outcome", &self.outcome)
            .field("duration", &self.duration)
            .field("arguments", &RedactedJson(self.arguments))
            .finish_non_exhaustive()
    }
}

impl fmt::Display for Stage {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Start => "start",
            Self::End => "end",
        })
    }
}
