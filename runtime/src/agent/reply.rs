//! The reply to a call of a model.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use super::approval::ApprovalRequest;
use super::audit::Decision;
use super::preview::Preview;
use crate::agent::argument_check::refusal::{ArgumentFault, Refusal};
use crate::agent::argument_check::repair::AppliedRepair;
use crate::agent::text::quoting::first_characters;
use crate::codec::Json;
use crate::error::Error;
use crate::redactor::RedactedJson;
use crate::tools::ToolSpec;

/// The number of characters shown of an unknown tool's name.
const MAX_NAME_CHARACTERS: usize = 300;

/// The reply to a call of a model. Errors are replies, too. Clones share the response.
///
/// ```
/// use toolsmith_runtime::agent::{Reply, ReplyOutcome};
///
/// /// Logs a reply and returns the text for the model.
/// fn text(reply: &Reply) -> &str {
///     match reply.outcome() {
///         ReplyOutcome::Succeeded(response) => println!("response: {response}"),
///         outcome => println!("no response: {}", outcome.as_str()),
///     }
///     reply.text()
/// }
/// ```
#[derive(Debug, Clone)]
pub struct Reply {
    pub(super) tool: Option<&'static ToolSpec>,
    pub(super) outcome: Arc<ReplyOutcome>,
    pub(super) text: String,
    pub(super) repairs: Vec<AppliedRepair>,
    pub(super) duration: Duration,
    pub(super) audit_failure: Option<String>,
    pub(super) is_repeated: bool,
}

/// The outcome of a call.
#[non_exhaustive]
pub enum ReplyOutcome {
    /// The call succeeded. The response is whole, with secrets and hidden characters as the policy shows
    /// them.
    Succeeded(Json),
    /// The arguments are invalid. Nothing was sent.
    Refused(Refusal),
    /// The arguments are not valid JSON. Nothing was sent.
    Unreadable {
        /// The error of the JSON parser.
        problem: String,
    },
    /// There is no such tool.
    Unknown {
        /// The name that was called.
        name: String,
        /// The name that was probably meant.
        nearest: Option<&'static str>,
    },
    /// The call is not allowed by the client or the policy, could not be recorded by an audit, or reuses the
    /// identifier of another call. Nothing was sent.
    Denied {
        /// The reason.
        reason: String,
    },
    /// A person must approve the call first, and the policy names no approver. Nothing was sent.
    /// See [`Toolbox::call_approved`](super::Toolbox::call_approved).
    ApprovalRequired(ApprovalRequest),
    /// A person must approve the call, and the request was stored; see
    /// [`Policy::approve_later`](super::Policy::approve_later). Nothing has been sent yet.
    Pending(ApprovalRequest),
    /// A person declined the call. Nothing was sent.
    Declined {
        /// The reason that the person gave; may be empty.
        reason: String,
    },
    /// A person decided about the stored request of the call while an [`Approver`](super::Approver) held it; see
    /// [`Toolbox::resume`](super::Toolbox::resume). The call may have been made there. Nothing was sent here.
    DecidedElsewhere(ApprovalRequest),
    /// The policy makes this call a dry run: what would have been sent.
    DryRun(Preview),
    /// The call was attempted and failed.
    Failed(Error),
}

impl Reply {
    /// Returns the text for the model. Its size is bounded. If the call did not succeed, it tells
    /// the model what to do.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Returns the tool, if there is one with the name.
    #[must_use]
    pub fn tool(&self) -> Option<&'static ToolSpec> {
        self.tool
    }

    /// Returns the outcome of the call.
    #[must_use]
    pub fn outcome(&self) -> &ReplyOutcome {
        &self.outcome
    }

    /// Returns `true` if the call did not succeed.
    #[must_use]
    pub fn is_error(&self) -> bool {
        !matches!(
            *self.outcome,
            ReplyOutcome::Succeeded(_) | ReplyOutcome::DryRun(_)
        )
    }

    /// Returns `true` if the call was made before, under the same
    /// [call identifier](crate::CallContext::call_id), and this is the reply to it.
    #[must_use]
    pub fn is_repeated(&self) -> bool {
        self.is_repeated
    }

    /// Returns the repairs of the arguments that were sent.
    #[must_use]
    pub fn repairs(&self) -> &[AppliedRepair] {
        &self.repairs
    }

    /// Returns the time from the check of the arguments to the reply.
    #[must_use]
    pub fn duration(&self) -> Duration {
        self.duration
    }

    /// Returns the error if the end of the call could not be recorded.
    #[must_use]
    pub fn audit_failure(&self) -> Option<&str> {
        self.audit_failure.as_deref()
    }

    /// Returns the reply as JSON for programs: `outcome`, which is [`ReplyOutcome::as_str`], and the
    /// fields of the outcome.
    #[must_use]
    pub fn to_json(&self) -> Json {
        let mut fields = serde_json::Map::new();
        let mut put = |name: &str, value: Json| {
            fields.insert(name.to_owned(), value);
        };
        put("outcome", Json::from(self.outcome.as_str()));
        if let Some(tool) = self.tool {
            put("tool", Json::from(tool.name));
        }
        match &*self.outcome {
            ReplyOutcome::Succeeded(response) => put("response", response.clone()),
            ReplyOutcome::Refused(refusal) => {
                let problems = refusal.faults.iter().map(ArgumentFault::to_json);
                put("problems", problems.collect());
            }
            ReplyOutcome::Unknown { name, nearest } => {
                put(
                    "name",
                    Json::from(first_characters(name, MAX_NAME_CHARACTERS)),
                );
                put("nearest", nearest.map_or(Json::Null, Json::from));
            }
            ReplyOutcome::DryRun(preview) => put("request", preview.to_json()),
            ReplyOutcome::Failed(error) => {
                put(
                    "status",
                    error
                        .status()
                        .map_or(Json::Null, |status| status.as_u16().into()),
                );
                put("is_retryable", error.is_retryable().into());
            }
            ReplyOutcome::ApprovalRequired(request)
            | ReplyOutcome::Pending(request)
            | ReplyOutcome::DecidedElsewhere(request) => {
                put("approval", Json::from(request.id.as_str()));
            }
            ReplyOutcome::Unreadable { .. }
            | ReplyOutcome::Denied { .. }
            | ReplyOutcome::Declined { .. } => {}
        }
        if self.is_error() {
            put("message", Json::from(self.text.as_str()));
        }
        if !self.repairs.is_empty() {
            let repairs = self.repairs.iter().map(|made| Json::from(made.to_string()));
            put("repairs", repairs.collect());
        }
        Json::Object(fields)
    }
}

/// Redacts fields whose names indicate a secret.
impl fmt::Debug for ReplyOutcome {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut printed = formatter.debug_tuple(self.as_str());
        match self {
            Self::Succeeded(response) => printed.field(&RedactedJson(response)),
            Self::Refused(refusal) => printed.field(refusal),
            Self::Unreadable { problem } => printed.field(problem),
            Self::Unknown { name, nearest } => printed.field(name).field(nearest),
            Self::Denied { reason } | Self::Declined { reason } => printed.field(reason),
            Self::ApprovalRequired(request)
            | Self::Pending(request)
            | Self::DecidedElsewhere(request) => printed.field(request),
            Self::DryRun(preview) => printed.field(preview),
            Self::Failed(error) => printed.field(error),
        };
        printed.finish()
    }
}

/// Writes the text for the model.
impl fmt::Display for Reply {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.text)
    }
}

impl ReplyOutcome {
    /// Returns `true` if the call was carried out, or may have been.
    pub(super) fn was_sent(&self) -> bool {
        match self {
            Self::Succeeded(_) => true,
            Self::Failed(error) => error.may_have_taken_effect(),
            _ => false,
        }
    }

    /// Returns the decision that led to the outcome.
    pub(super) fn decision(&self) -> Decision {
        match self {
            Self::Succeeded(_) => Decision::Allowed,
            Self::Refused(_) => Decision::Refused,
            Self::Unreadable { .. } => Decision::Unreadable,
            Self::Unknown { .. } => Decision::Unknown,
            // Both are not made here.
            Self::Denied { .. } | Self::DecidedElsewhere(_) => Decision::Denied,
            Self::ApprovalRequired(_) => Decision::ApprovalRequired,
            Self::Pending(_) => Decision::Pending,
            Self::Declined { .. } => Decision::Declined,
            Self::DryRun(_) => Decision::DryRun,
            Self::Failed(_) => Decision::Failed,
        }
    }

    /// Returns the outcome as a stable word: `succeeded`, `refused`, `unreadable`, `unknown`, `denied`,
    /// `approval_required`, `pending`, `declined`, `decided_elsewhere`, `dry_run` or `failed`.
    #[must_use]
    pub fn as_str(&self) -> &'static str {
        match self {
            Self::Succeeded(_) => "succeeded",
            Self::Refused(_) => "refused",
            Self::Unreadable { .. } => "unreadable",
            Self::Unknown { .. } => "unknown",
            Self::Denied { .. } => "denied",
            Self::ApprovalRequired(_) => "approval_required",
            Self::Pending(_) => "pending",
            Self::Declined { .. } => "declined",
            Self::DecidedElsewhere(_) => "decided_elsewhere",
            Self::DryRun(_) => "dry_run",
            Self::Failed(_) => "failed",
        }
    }
}

/// Writes the word.
impl fmt::Display for ReplyOutcome {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(self.as_str())
    }
}
