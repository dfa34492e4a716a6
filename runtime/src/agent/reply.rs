//! What a model gets back.

use std::fmt;
use std::time::Duration;

use super::audit::Decision;
use super::output::first;
use super::policy::ApprovalRequest;
use super::refusal::Refusal;
use super::repair::AppliedRepair;
use crate::codec::Json;
use crate::error::Error;
use crate::tools::ToolSpec;

/// How many characters of a name that no tool has are given back.
const NAME: usize = 300;

/// What a model gets back: always an answer, never an error.
#[derive(Debug)]
pub struct Reply {
    pub(super) tool: Option<&'static ToolSpec>,
    pub(super) outcome: Outcome,
    pub(super) text: String,
    pub(super) repairs: Vec<AppliedRepair>,
    pub(super) duration: Duration,
    pub(super) audit_failure: Option<String>,
}

/// What became of a call.
#[derive(Debug)]
#[non_exhaustive]
pub enum Outcome {
    /// The tool answered: its whole answer, secrets hidden if the policy says so.
    Answered(Json),
    /// The arguments are not right. Nothing was sent.
    Refused(Refusal),
    /// The arguments are no JSON. Nothing was sent.
    Unreadable {
        /// What is wrong with the text.
        problem: String,
    },
    /// There is no such tool.
    Unknown {
        /// The name that was called.
        name: String,
        /// The name that was probably meant.
        nearest: Option<&'static str>,
    },
    /// The policy, or what the client may do, does not allow it. Nothing was sent.
    Denied {
        /// Why.
        reason: String,
    },
    /// A person has to say yes first, and nobody could be asked: what would be asked. Nothing was
    /// sent; see
    /// [`Toolbox::call_approved`](super::Toolbox::call_approved).
    ApprovalRequired(ApprovalRequest),
    /// A person said no. Nothing was sent.
    Declined {
        /// Why.
        reason: String,
    },
    /// The policy lets calls be shown only. This would have been sent.
    DryRun(Preview),
    /// The call was made, or tried, and failed.
    Failed(Error),
}

/// What a call would send.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum Preview {
    /// A request over HTTP.
    Request {
        /// The method: `POST`.
        method: String,
        /// Path and query.
        target: String,
        /// The body, if there is one.
        body: Option<Json>,
    },
    /// A call by name: of a function, or of a tool of an MCP server.
    Call {
        /// The name.
        name: &'static str,
        /// The arguments.
        arguments: Json,
    },
}

impl Reply {
    /// The text for the model: of bounded size, and if the call did not succeed an instruction
    /// what to do.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The tool, if there is one of the name.
    #[must_use]
    pub fn tool(&self) -> Option<&'static ToolSpec> {
        self.tool
    }

    /// What became of the call.
    #[must_use]
    pub fn outcome(&self) -> &Outcome {
        &self.outcome
    }

    /// Whether the model should be told that the call did not succeed.
    #[must_use]
    pub fn is_error(&self) -> bool {
        !matches!(self.outcome, Outcome::Answered(_) | Outcome::DryRun(_))
    }

    /// The changes that were made to the arguments before they were sent.
    #[must_use]
    pub fn repairs(&self) -> &[AppliedRepair] {
        &self.repairs
    }

    /// How long it took, from the first look at the arguments to the answer.
    #[must_use]
    pub fn duration(&self) -> Duration {
        self.duration
    }

    /// Why the call, which was made, could not be recorded.
    #[must_use]
    pub fn audit_failure(&self) -> Option<&str> {
        self.audit_failure.as_deref()
    }

    /// The same for programs: `outcome`, a word that does not change, and what belongs to it.
    #[must_use]
    pub fn to_json(&self) -> Json {
        let mut fields = serde_json::Map::new();
        let mut put = |name: &str, value: Json| {
            fields.insert(name.to_owned(), value);
        };
        put("outcome", Json::from(self.outcome.code()));
        if let Some(tool) = self.tool {
            put("tool", Json::from(tool.name));
        }
        match &self.outcome {
            Outcome::Answered(answer) => put("answer", answer.clone()),
            Outcome::Refused(refusal) => {
                let problems = refusal.faults.iter().map(super::ArgumentFault::to_json);
                put("problems", problems.collect());
            }
            Outcome::Unknown { name, nearest } => {
                put("name", Json::from(first(name, NAME)));
                put("nearest", nearest.map_or(Json::Null, Json::from));
            }
            Outcome::DryRun(preview) => put("request", preview.to_json()),
            Outcome::Failed(error) => {
                put(
                    "status",
                    error
                        .status()
                        .map_or(Json::Null, |status| status.as_u16().into()),
                );
                put("is_retryable", error.is_retryable().into());
            }
            Outcome::Unreadable { .. }
            | Outcome::Denied { .. }
            | Outcome::ApprovalRequired(_)
            | Outcome::Declined { .. } => {}
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

/// The text for the model.
impl fmt::Display for Reply {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.text)
    }
}

impl Outcome {
    /// Returns the decision that led to the outcome.
    pub(super) fn decision(&self) -> Decision {
        match self {
            Self::Answered(_) => Decision::Allowed,
            Self::Refused(_) => Decision::Refused,
            Self::Unreadable { .. } => Decision::Unreadable,
            Self::Unknown { .. } => Decision::Unknown,
            Self::Denied { .. } => Decision::Denied,
            Self::ApprovalRequired(_) => Decision::ApprovalRequired,
            Self::Declined { .. } => Decision::Declined,
            Self::DryRun(_) => Decision::DryRun,
            Self::Failed(_) => Decision::Failed,
        }
    }

    /// A word that does not change: `answered`, `refused`, `unreadable`, `unknown`, `denied`,
    /// `approval_required`, `declined`, `dry_run` or `failed`.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Answered(_) => "answered",
            Self::Refused(_) => "refused",
            Self::Unreadable { .. } => "unreadable",
            Self::Unknown { .. } => "unknown",
            Self::Denied { .. } => "denied",
            Self::ApprovalRequired(_) => "approval_required",
            Self::Declined { .. } => "declined",
            Self::DryRun(_) => "dry_run",
            Self::Failed(_) => "failed",
        }
    }
}

impl Preview {
    /// The same as JSON: `method`, `target` and `body`, or `name` and `arguments`.
    #[must_use]
    pub fn to_json(&self) -> Json {
        let fields = match self {
            Self::Request {
                method,
                target,
                body,
            } => {
                let body = body.clone().map(|body| ("body", body));
                let head = [
                    ("method", Json::from(method.as_str())),
                    ("target", Json::from(target.as_str())),
                ];
                head.into_iter().chain(body).collect::<Vec<_>>()
            }
            Self::Call { name, arguments } => vec![
                ("name", Json::from(*name)),
                ("arguments", arguments.clone()),
            ],
        };
        let fields = fields
            .into_iter()
            .map(|(name, value)| (name.to_owned(), value));
        Json::Object(fields.collect())
    }
}
