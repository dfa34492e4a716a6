//! A call that is not made.

use super::audit::DecidedBy;
use super::reply::ReplyOutcome;
use super::text::quote;
use crate::tools::ToolSpec;

/// The number of tools listed for a name that resembles none.
const MAX_LISTED_TOOLS: usize = 20;

/// A call that is not made.
pub(super) struct UnsentCall {
    pub(super) tool: Option<&'static ToolSpec>,
    pub(super) outcome: Box<ReplyOutcome>,
    /// The party that decided.
    pub(super) by: DecidedBy,
    /// The text for the model.
    pub(super) text: String,
}

impl UnsentCall {
    pub(super) fn new(tool: &'static ToolSpec, by: DecidedBy, outcome: ReplyOutcome) -> Self {
        Self {
            tool: Some(tool),
            text: text(tool, &outcome),
            outcome: Box::new(outcome),
            by,
        }
    }

    /// Returns a call that the client, the policy or an audit does not allow.
    pub(super) fn denied(
        tool: &'static ToolSpec,
        by: DecidedBy,
        reason: impl Into<String>,
    ) -> Self {
        let reason = reason.into();
        Self::new(tool, by, ReplyOutcome::Denied { reason })
    }

    /// Returns a call that a person denied.
    pub(super) fn declined(tool: &'static ToolSpec, by: String, reason: String) -> Self {
        let by = DecidedBy::Person(by);
        Self::new(tool, by, ReplyOutcome::Declined { reason })
    }

    /// Returns a call of a tool that does not exist.
    pub(super) fn unknown(name: &str, nearest: Option<&'static str>, available: &[&str]) -> Self {
        Self {
            tool: None,
            text: unknown_text(name, nearest, available),
            outcome: Box::new(ReplyOutcome::Unknown {
                name: name.to_owned(),
                nearest,
            }),
            by: DecidedBy::Client,
        }
    }

    /// Returns the reason for the audit. Of a refusal, it contains only codes and paths, because
    /// arguments may be secret.
    pub(super) fn reason(&self) -> Option<String> {
        match &*self.outcome {
            ReplyOutcome::Denied { reason } | ReplyOutcome::Declined { reason } => {
                Some(reason.clone())
            }
            ReplyOutcome::Refused(refusal) => {
                let problems = refusal.faults.iter().map(|fault| &fault.problem);
                let places = problems.map(|problem| format!("{} {}", problem.code(), problem.path));
                Some(places.collect::<Vec<_>>().join(", "))
            }
            ReplyOutcome::Unreadable { problem } => Some(problem.clone()),
            _ => None,
        }
    }
}

/// Returns the text for the model.
fn text(tool: &ToolSpec, outcome: &ReplyOutcome) -> String {
    let name = tool.name;
    match outcome {
        ReplyOutcome::Refused(refusal) => refusal.to_string(),
        ReplyOutcome::Unreadable { problem } => format!(
            "{name}: the arguments are not valid JSON ({problem}); nothing was sent. Write a single JSON object, such as {{\"limit\": 5}}, and no text around it"
        ),
        ReplyOutcome::Denied { reason } => {
            format!("{name}: not allowed: {reason}; nothing was sent. Do not call it again")
        }
        ReplyOutcome::ApprovalRequired(_) => format!(
            "{name}: a person must approve this call first; nothing was sent. Tell the user what you want to do, and wait"
        ),
        ReplyOutcome::Declined { reason } => {
            let reason = match reason.trim() {
                "" => String::new(),
                reason => format!(": {}", quote(reason)),
            };
            format!(
                "{name}: the user declined this call{reason}; nothing was sent. Do not call it again"
            )
        }
        ReplyOutcome::DryRun(preview) => format!(
            "{name}: this is a dry run; nothing was sent. The call would send {}",
            preview.to_json()
        ),
        ReplyOutcome::Failed(error) => format!(
            "{name}: the request cannot be built; nothing was sent. Tell the user ({})",
            quote(&error.to_string())
        ),
        ReplyOutcome::Unknown { .. } | ReplyOutcome::Succeeded(_) => String::new(),
    }
}

fn unknown_text(name: &str, nearest: Option<&str>, available: &[&str]) -> String {
    let name = quote(name);
    if let Some(nearest) = nearest {
        return format!("there is no tool {name}; did you mean `{nearest}`?");
    }
    if available.is_empty() {
        return format!("there is no tool {name}, and no other tool is available");
    }
    let shown: Vec<&str> = available.iter().copied().take(MAX_LISTED_TOOLS).collect();
    format!(
        "there is no tool {name}; available tools: {}",
        shown.join(", ")
    )
}
