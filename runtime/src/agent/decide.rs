//! Whether a call is made.

use super::arguments::Given;
use super::audit::{DecidedBy, Decision};
use super::call_audit::Record;
use super::error_text::quote;
use super::policy::{Approval, ApprovalRequest, Repair};
use super::refusal::{self, Refusal};
use super::repair::{self, AppliedRepair};
use super::reply::Outcome;
use super::toolbox::{CheckedCall, Toolbox};
use crate::codec::{Json, Problem, nearest};
use crate::error::Error;
use crate::tools::{Effect, ToolSpec};

/// How many names stand in the answer to a name that is like none.
const NAMES: usize = 20;

/// Why a call is not made.
pub(super) struct Stop {
    pub(super) tool: Option<&'static ToolSpec>,
    pub(super) outcome: Box<Outcome>,
    /// Who decided.
    pub(super) by: DecidedBy,
}

impl Stop {
    pub(super) fn new(tool: &'static ToolSpec, by: DecidedBy, outcome: Outcome) -> Self {
        Self {
            tool: Some(tool),
            outcome: Box::new(outcome),
            by,
        }
    }

    fn denied(tool: &'static ToolSpec, by: DecidedBy, reason: impl Into<String>) -> Self {
        let reason = reason.into();
        Self::new(tool, by, Outcome::Denied { reason })
    }

    /// Why, for the record; arguments may be secret, so that places and codes alone are told.
    pub(super) fn reason(&self) -> Option<String> {
        match &*self.outcome {
            Outcome::Denied { reason } | Outcome::Declined { reason } => Some(reason.clone()),
            Outcome::Refused(refusal) => {
                let faults = refusal.faults.iter();
                let places =
                    faults.map(|fault| format!("{} {}", fault.problem.code(), fault.problem.path));
                Some(places.collect::<Vec<_>>().join(", "))
            }
            Outcome::Unreadable { problem } => Some(problem.clone()),
            _ => None,
        }
    }

    /// The text for the model.
    pub(super) fn text(&self, toolbox: &Toolbox) -> String {
        let name = self.tool.map_or("", |tool| tool.name);
        match &*self.outcome {
            Outcome::Refused(refusal) => refusal.to_string(),
            Outcome::Unreadable { problem } => format!(
                "{name}: the arguments are no JSON ({problem}); nothing was sent. Write one object, such as {{\"limit\": 5}}, without text around it"
            ),
            Outcome::Unknown { name, nearest } => unknown(toolbox, name, *nearest),
            Outcome::Denied { reason } => {
                format!("{name}: not allowed: {reason}; nothing was sent. Do not call it again")
            }
            Outcome::ApprovalRequired(_) => format!(
                "{name}: a person has to say yes first; nothing was sent. Tell the user what you want to do, and wait"
            ),
            Outcome::Declined { reason } => {
                let reason = match reason.trim() {
                    "" => String::new(),
                    reason => format!(": {}", quote(reason)),
                };
                format!("{name}: the user said no{reason}; nothing was sent. Do not call it again")
            }
            Outcome::DryRun(preview) => format!(
                "{name}: this is a dry run; nothing was sent. It would be {}",
                preview.to_json()
            ),
            Outcome::Failed(error) => format!(
                "{name}: the call cannot be made; nothing was sent. Tell the user ({})",
                quote(&error.to_string())
            ),
            Outcome::Answered(_) => String::new(),
        }
    }
}

fn unknown(toolbox: &Toolbox, name: &str, nearest: Option<&'static str>) -> String {
    let name = quote(name);
    if let Some(nearest) = nearest {
        return format!("there is no tool {name}; did you mean `{nearest}`?");
    }
    let names: Vec<&str> = toolbox.tools().map(|tool| tool.name).take(NAMES).collect();
    match names.as_slice() {
        [] => format!("there is no tool {name}, nor any other"),
        names => format!("there is no tool {name}; there are {}", names.join(", ")),
    }
}

impl Toolbox {
    /// Everything that comes before a call is made.
    pub(super) async fn decide(
        &self,
        name: &str,
        given: &Given,
        approved_by: Option<DecidedBy>,
        record: &mut Record<'_>,
    ) -> Result<CheckedCall, Stop> {
        let checked = self.check_call(name, given)?;
        let tool = checked.tool;
        let policy = &self.policy;
        if let Some(shown_only) = &policy.shown_only
            && shown_only.matches(tool)
        {
            let preview = self.backend.preview(tool, &checked.arguments);
            return Err(match preview {
                Ok(preview) => Stop::new(tool, DecidedBy::Policy, Outcome::DryRun(preview)),
                Err(error) => Stop::new(tool, DecidedBy::Check, Outcome::Failed(error)),
            });
        }
        let counted = self.counts().take(policy, tool);
        counted.map_err(|reason| Stop::denied(tool, DecidedBy::Policy, reason))?;
        let mut counted = Counted {
            toolbox: self,
            tool,
            is_made: false,
        };
        record.by = self.approve(&checked, approved_by).await?;
        record.decision = Decision::Allowed;
        if tool.effect != Effect::Reads {
            record.start().map_err(|failure| {
                let reason = format!("it could not be recorded ({failure})");
                Stop::denied(tool, DecidedBy::Audit, reason)
            })?;
        }
        counted.is_made = true;
        Ok(checked)
    }

    /// Asks a person, if the policy wants that; gives whoever decided.
    async fn approve(
        &self,
        checked: &CheckedCall,
        approved_by: Option<DecidedBy>,
    ) -> Result<DecidedBy, Stop> {
        let tool = checked.tool;
        if let Some(by) = approved_by {
            return Ok(by);
        }
        let mut asked = self.policy.asked.iter().rev();
        let Some((_, approver)) = asked.find(|(tools, _)| tools.matches(tool)) else {
            return Ok(DecidedBy::Policy);
        };
        let request = ApprovalRequest {
            tool,
            arguments: checked.arguments.clone(),
        };
        let Some(approver) = approver else {
            return Err(Stop::new(
                tool,
                DecidedBy::Policy,
                Outcome::ApprovalRequired(request),
            ));
        };
        match approver.approve(request).await {
            Approval::Granted { by } => Ok(DecidedBy::Person(by)),
            Approval::Denied { by, reason } => Err(Stop::new(
                tool,
                DecidedBy::Person(by),
                Outcome::Declined { reason },
            )),
        }
    }

    /// The tool and its arguments, if both are right.
    pub(super) fn check_call(&self, name: &str, given: &Given) -> Result<CheckedCall, Stop> {
        let tool = self.find(name)?;
        let arguments = match given {
            Given::Json(json) => json,
            Given::Broken(problem) => {
                let problem = problem.clone();
                return Err(Stop::new(
                    tool,
                    DecidedBy::Check,
                    Outcome::Unreadable { problem },
                ));
            }
        };
        self.check_arguments(tool, arguments)
            .map_err(|refusal| Stop::new(tool, DecidedBy::Check, Outcome::Refused(refusal)))
    }

    fn find(&self, name: &str) -> Result<&'static ToolSpec, Stop> {
        let Some(tool) = self.catalog().tool(name) else {
            let names = self.tools().map(|tool| tool.name);
            return Err(Stop {
                tool: None,
                outcome: Box::new(Outcome::Unknown {
                    name: name.to_owned(),
                    nearest: nearest(name, names),
                }),
                by: DecidedBy::Client,
            });
        };
        if !self.backend.allows(tool.effect) {
            let reason = format!("it {}, which this client may not", tool.effect.does());
            return Err(Stop::denied(tool, DecidedBy::Client, reason));
        }
        if !self.selection.matches(tool) {
            return Err(Stop::denied(
                tool,
                DecidedBy::Client,
                "it is not offered here",
            ));
        }
        if !self.policy.allowed.matches(tool) {
            let reason = format!("it {}, and the policy keeps it back", tool.effect.does());
            return Err(Stop::denied(tool, DecidedBy::Policy, reason));
        }
        Ok(tool)
    }

    fn check_arguments(
        &self,
        tool: &'static ToolSpec,
        arguments: &Json,
    ) -> Result<CheckedCall, Refusal> {
        let (checked, repairs) = match tool.check(arguments) {
            Ok(checked) => (checked, Vec::new()),
            Err(error) => {
                let outcome = repair::repair(tool, arguments, error.problems().to_vec());
                let repaired = match (self.policy.repair, outcome.is_right) {
                    (Repair::Apply, true) => tool.check(&outcome.arguments).ok(),
                    _ => None,
                };
                let Some(repaired) = repaired else {
                    return Err(self.refuse(
                        tool,
                        &outcome.arguments,
                        outcome.problems,
                        &outcome.made,
                    ));
                };
                (repaired, outcome.made)
            }
        };
        let others = refusal::other_identifiers(tool, &checked, &self.seen());
        if !others.is_empty() {
            return Err(Refusal::explain(tool, &checked, others, &repairs));
        }
        // An identifier may still be one that cannot stand in a path.
        if let Err(Error::Arguments { source, .. }) = self.backend.preview(tool, &checked) {
            let problems = source.problems().to_vec();
            return Err(Refusal::explain(tool, &checked, problems, &repairs));
        }
        Ok(CheckedCall {
            tool,
            arguments: checked,
            repairs,
        })
    }

    fn refuse(
        &self,
        tool: &'static ToolSpec,
        arguments: &Json,
        mut problems: Vec<Problem>,
        repairs: &[AppliedRepair],
    ) -> Refusal {
        problems.extend(refusal::other_identifiers(tool, arguments, &self.seen()));
        Refusal::explain(tool, arguments, problems, repairs)
    }
}

/// A call that is counted, unless it is not made after all.
struct Counted<'a> {
    toolbox: &'a Toolbox,
    tool: &'static ToolSpec,
    is_made: bool,
}

impl Drop for Counted<'_> {
    fn drop(&mut self) {
        if !self.is_made {
            self.toolbox.counts().give_back(self.tool);
        }
    }
}
