//! A call that is not made.

use toolsmith_dialect::sentence;

use crate::agent::approval::ApprovalRequest;
use crate::agent::argument_check::example::example;
use crate::agent::audit::DecidedBy;
use crate::agent::policy::call_limit::LimitReached;
use crate::agent::reply::ReplyOutcome;
use crate::agent::text::quoting::{quote, quote_message};
use crate::tools::{Effect, SimilarTools, ToolSpec};

/// The number of tools listed for a name that resembles none.
const MAX_LISTED_TOOLS: usize = 20;

/// The instruction after a call that will not be allowed later either.
const NOT_AGAIN: &str = "Do not repeat this call";

/// A call that is not made.
pub(in crate::agent) struct UnsentCall {
    pub(in crate::agent) tool: Option<&'static ToolSpec>,
    pub(in crate::agent) outcome: Box<ReplyOutcome>,
    /// The party that decided.
    pub(in crate::agent) by: DecidedBy,
    /// The text for the model.
    pub(in crate::agent) text: String,
}

impl UnsentCall {
    pub(in crate::agent) fn new(
        tool: &'static ToolSpec,
        by: DecidedBy,
        outcome: ReplyOutcome,
    ) -> Self {
        Self {
            tool: Some(tool),
            text: text(tool, &outcome),
            outcome: Box::new(outcome),
            by,
        }
    }

    /// Returns a call that the client, the policy or an audit does not allow.
    pub(in crate::agent) fn denied(
        tool: &'static ToolSpec,
        by: DecidedBy,
        reason: impl Into<String>,
    ) -> Self {
        let reason = reason.into();
        Self::new(tool, by, ReplyOutcome::Denied { reason })
    }

    /// Returns a call beyond a limit of the policy.
    pub(in crate::agent) fn limited(tool: &'static ToolSpec, reached: LimitReached) -> Self {
        let LimitReached {
            reason,
            is_temporary,
        } = reached;
        let remedy = if is_temporary {
            "Try again then, or tell the user"
        } else {
            NOT_AGAIN
        };
        Self {
            text: denied_text(tool, &reason, remedy),
            ..Self::denied(tool, DecidedBy::Policy, reason)
        }
    }

    /// Returns a call that a person declined.
    pub(in crate::agent) fn declined(tool: &'static ToolSpec, by: String, reason: String) -> Self {
        let by = DecidedBy::Person(by);
        Self::new(tool, by, ReplyOutcome::Declined { reason })
    }

    /// Returns a call about which no person decided, for this reason.
    #[cfg(feature = "mcp-server")]
    pub(in crate::agent) fn undecided(tool: &'static ToolSpec, reason: &str) -> Self {
        let reason = format!("a person must approve this call first, and {reason}");
        let name = tool.name;
        Self {
            text: format!(
                "{name}: {reason}; nothing was sent. Tell the user, and repeat the call only if they want to decide now"
            ),
            ..Self::denied(tool, DecidedBy::Policy, reason)
        }
    }

    /// Returns a waiting call whose request was decided elsewhere.
    pub(in crate::agent) fn decided_elsewhere(
        tool: &'static ToolSpec,
        request: ApprovalRequest,
    ) -> Self {
        let outcome = ReplyOutcome::DecidedElsewhere(request);
        Self::new(tool, DecidedBy::Policy, outcome)
    }

    /// Returns a call of a tool that does not exist. `namesakes` have the name in their catalogs.
    pub(in crate::agent) fn unknown(
        name: &str,
        namesakes: Vec<&'static ToolSpec>,
        available: &[&'static ToolSpec],
    ) -> Self {
        let mut similar = SimilarTools::of(name, available);
        if !namesakes.is_empty() {
            similar.nearest = namesakes;
            similar.is_guess = false;
        }
        Self {
            tool: None,
            text: unknown_text(name, &similar, available),
            outcome: Box::new(ReplyOutcome::Unknown {
                name: name.to_owned(),
                nearest: similar.only().map(|tool| tool.name),
            }),
            by: DecidedBy::Client,
        }
    }

    /// Returns the reason for the audit. Of a refusal, it contains only codes and paths, because
    /// arguments may be secret.
    pub(in crate::agent) fn reason(&self) -> Option<String> {
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
            ReplyOutcome::DecidedElsewhere(_) => Some("it was decided elsewhere".to_owned()),
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
            "{name}: the arguments are not valid JSON ({}); nothing was sent. Write a single JSON object, such as {}, and no text around it",
            sentence::clause(problem),
            example(tool)
        ),
        ReplyOutcome::Denied { reason } => denied_text(tool, reason, NOT_AGAIN),
        ReplyOutcome::ApprovalRequired(_) => format!(
            "{name}: a person must approve this call first; nothing was sent. Tell the user what you want to do, and wait"
        ),
        ReplyOutcome::Pending(_) => format!(
            "{name}: this call is waiting for a person's approval; nothing has been sent yet. Tell the user, and do not repeat the call"
        ),
        ReplyOutcome::DecidedElsewhere(_) if tool.effect == Effect::Reads => format!(
            "{name}: a decision on this call was made elsewhere while it was waiting, so its response is not available. Tell the user"
        ),
        ReplyOutcome::DecidedElsewhere(_) => format!(
            "{name}: a decision on this call was made elsewhere while it was waiting, and it may have taken effect. Do not repeat it: check whether it did, and tell the user"
        ),
        ReplyOutcome::Declined { reason } => {
            let mut text = format!("{name}: the user declined this call");
            if !reason.trim().is_empty() {
                text.extend([": ", &quote_message(reason)]);
            }
            sentence::append(&mut text, "; ", "nothing was sent. ");
            text + NOT_AGAIN
        }
        ReplyOutcome::DryRun(preview) => format!(
            "{name}: this is a dry run; nothing was sent. The call would send {}",
            preview.to_json()
        ),
        ReplyOutcome::Failed(error) => format!(
            "{name}: the request cannot be built; nothing was sent. Tell the user ({})",
            quote_message(&error.to_string())
        ),
        ReplyOutcome::Unknown { .. } | ReplyOutcome::Succeeded(_) => String::new(),
    }
}

fn denied_text(tool: &ToolSpec, reason: &str, remedy: &str) -> String {
    let mut text = format!("{}: not allowed: {}", tool.name, sentence::clause(reason));
    sentence::append(&mut text, "; ", "nothing was sent. ");
    text + remedy
}

fn unknown_text(name: &str, similar: &SimilarTools, available: &[&'static ToolSpec]) -> String {
    let name = quote(name);
    let nearest: Vec<String> = similar
        .nearest
        .iter()
        .map(|tool| format!("`{}`", tool.name))
        .collect();
    if !nearest.is_empty() {
        let guess = match (similar.is_guess, nearest.len()) {
            (false, _) => "",
            (true, 1) => " It may do something else: read its description first",
            (true, _) => " They may do something else: read their descriptions first",
        };
        let nearest = nearest.join(" or ");
        return format!("there is no tool {name}; did you mean {nearest}?{guess}");
    }
    if available.is_empty() {
        return format!("there is no tool {name}, and no other tool is available");
    }
    if similar.of_record.is_empty() {
        let tools = list(available);
        format!("there is no tool {name}; available tools: {tools}")
    } else {
        let tools = list(&similar.of_record);
        format!("there is no tool {name}; tools for this kind of record: {tools}")
    }
}

/// Lists the names of tools, and the number of those that are left out.
fn list(tools: &[&'static ToolSpec]) -> String {
    let shown = tools.iter().take(MAX_LISTED_TOOLS).map(|tool| tool.name);
    let shown = shown.collect::<Vec<_>>().join(", ");
    match tools.len().saturating_sub(MAX_LISTED_TOOLS) {
        0 => shown,
        rest => format!("{shown} [and {rest} more in your tool list]"),
    }
}
