//! What was decided, for the record.

mod decision;
mod json_lines;

use std::fmt;
use std::io;
use std::time::{Duration, SystemTime};

pub use decision::{DecidedBy, Decision};
pub use json_lines::JsonLines;

use crate::codec::Json;
use crate::error::CallOutcome;
use crate::tools::ToolSpec;

/// One entry of the record.
///
/// Each call leaves one at its [`End`](Stage::End). A call that changes something leaves one at
/// its [`Start`](Stage::Start) too, before anything is sent.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Entry<'a> {
    /// When.
    pub at: SystemTime,
    /// Before or after.
    pub stage: Stage,
    /// The name that the model called, in full.
    pub name: &'a str,
    /// The tool, if there is one.
    pub tool: Option<&'static ToolSpec>,
    /// The decision.
    pub decision: Decision,
    /// The party that decided.
    pub by: &'a DecidedBy,
    /// Why, if there is a reason to name.
    pub reason: Option<&'a str>,
    /// The outcome; [`CallOutcome::None`] if nothing was sent.
    pub outcome: CallOutcome,
    /// How long it took so far.
    pub duration: Duration,
    /// The arguments as the model gave them.
    pub arguments: &'a Json,
}

/// When in a call an entry is made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stage {
    /// It is decided, and will be sent.
    Start,
    /// It is over.
    End,
}

/// What keeps the record.
///
/// A record that cannot be kept is never passed over: if the start of a call that changes
/// something cannot be recorded, the call is not made; if the end of one cannot be, the reply says
/// so ([`Reply::audit_failure`](super::Reply::audit_failure)), and so does an event at the level
/// `ERROR`.
pub trait Audit: Send + Sync + 'static {
    /// Records one entry.
    ///
    /// # Errors
    ///
    /// It cannot be kept.
    fn record(&self, entry: &Entry<'_>) -> io::Result<()>;
}

impl Entry<'_> {
    /// What the tool does, as a word.
    pub(super) fn effect(&self) -> Option<&'static str> {
        self.tool.map(|tool| tool.effect.word())
    }

    /// Tells it as an event.
    pub(super) fn trace(&self) {
        tracing::info!(
            target: "toolsmith",
            stage = %self.stage,
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

impl fmt::Display for Stage {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Start => "start",
            Self::End => "end",
        })
    }
}
