//! The tools of a client, for a model.

use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::arguments::{Arguments, Given};
use super::audit::{Audit, DecidedBy};
use super::backend::Backend;
use super::call_audit::Record;
use super::call_counts::Counts;
use super::decide::Stop;
use super::error_text::Failure;
use super::identifier_memory::Seen;
use super::output::OutputLimit;
use super::policy::Policy;
use super::repair::AppliedRepair;
use super::reply::{Outcome, Reply};
use crate::clock::Clock;
use crate::codec::Json;
use crate::error::{CallOutcome, Error};
use crate::tools::{CatalogSpec, ToolFilter, ToolSpec};

/// The tools of a client, for a model.
///
/// Cheap to clone; clones share the client, the number of calls made, and the identifiers seen.
#[derive(Clone)]
pub struct Toolbox {
    pub(super) backend: Arc<dyn Backend>,
    clock: Arc<dyn Clock>,
    pub(super) selection: Arc<ToolFilter>,
    pub(super) policy: Arc<Policy>,
    audits: Vec<Arc<dyn Audit>>,
    output: OutputLimit,
    state: Arc<State>,
}

/// What clones share.
#[derive(Debug, Default)]
struct State {
    counts: Mutex<Counts>,
    seen: Mutex<Seen>,
}

/// Arguments that a tool takes.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct CheckedCall {
    /// The tool.
    pub tool: &'static ToolSpec,
    /// The arguments in the form in which they would be sent.
    pub arguments: Json,
    /// The changes that were made to them, if the policy lets them be repaired.
    pub repairs: Vec<AppliedRepair>,
}

impl Toolbox {
    pub(super) fn new(backend: Arc<dyn Backend>, clock: Arc<dyn Clock>) -> Self {
        Self {
            backend,
            clock,
            selection: Arc::default(),
            policy: Arc::default(),
            audits: Vec::new(),
            output: OutputLimit::default(),
            state: Arc::default(),
        }
    }

    /// The same, with these tools alone: the model is not shown any other.
    #[must_use]
    pub fn select(mut self, tools: ToolFilter) -> Self {
        self.selection = Arc::new(tools);
        self
    }

    /// The same under this policy, which takes the place of the one before.
    #[must_use]
    pub fn policy(mut self, policy: Policy) -> Self {
        self.policy = Arc::new(policy);
        self
    }

    /// The same, recorded by `audit` as well.
    #[must_use]
    pub fn audit(mut self, audit: impl Audit) -> Self {
        self.audits.push(Arc::new(audit));
        self
    }

    /// The same, with answers of this size.
    #[must_use]
    pub fn output(mut self, output: OutputLimit) -> Self {
        self.output = output;
        self
    }

    /// As much of an answer as the model gets to see.
    #[cfg(feature = "mcp-server")]
    pub(crate) fn fit(&self, answer: &Json) -> Json {
        self.output.fit(answer)
    }

    /// The catalog.
    #[must_use]
    pub fn catalog(&self) -> &'static CatalogSpec {
        self.backend.catalog()
    }

    /// The tools that the model may call, sorted by name: those that the client, the selection and
    /// the policy all allow.
    pub fn tools(&self) -> impl Iterator<Item = &'static ToolSpec> + '_ {
        let tools = self.catalog().tools.iter().copied();
        tools.filter(|tool| self.offers(tool))
    }

    /// Whether the model may call this tool.
    #[must_use]
    pub fn offers(&self, tool: &ToolSpec) -> bool {
        self.backend.allows(tool.effect)
            && self.selection.matches(tool)
            && self.policy.allowed.matches(tool)
    }

    /// The tool of this name, if the model may call it.
    #[must_use]
    pub fn tool(&self, name: &str) -> Option<&'static ToolSpec> {
        let tool = self.catalog().tool(name)?;
        self.offers(tool).then_some(tool)
    }

    /// Checks a call without making it, counting it, or asking anyone.
    ///
    /// # Errors
    ///
    /// What the model would be told instead of an answer.
    pub fn check(
        &self,
        name: &str,
        arguments: impl Into<Arguments>,
    ) -> Result<CheckedCall, Box<Reply>> {
        let start = self.clock.elapsed();
        let stopped = match self.check_call(name, &arguments.into().0) {
            Ok(checked) => return Ok(checked),
            Err(stop) => stop,
        };
        Err(Box::new(Reply {
            tool: stopped.tool,
            text: stopped.text(self),
            outcome: *stopped.outcome,
            repairs: Vec::new(),
            duration: self.clock.elapsed().saturating_sub(start),
            audit_failure: None,
        }))
    }

    /// Calls a tool by its name, with arguments as the model gives them: JSON, or its text.
    ///
    /// It never fails: whatever happens is a reply that the model can act on. Dropping the future
    /// gives the call up.
    pub async fn call(&self, name: &str, arguments: impl Into<Arguments>) -> Reply {
        self.carry_out(name, arguments.into().0, None).await
    }

    /// The same, where a person has said yes already: `by`, for the record. The policy asks no
    /// one; in everything else it holds.
    pub async fn call_approved(
        &self,
        name: &str,
        arguments: impl Into<Arguments>,
        by: &str,
    ) -> Reply {
        let by = DecidedBy::Person(by.to_owned());
        self.carry_out(name, arguments.into().0, Some(by)).await
    }

    /// The same, where a person has said no: `by`, for the record, and why, which may be empty.
    /// Nothing is sent.
    pub fn call_declined(
        &self,
        name: &str,
        arguments: impl Into<Arguments>,
        by: &str,
        reason: &str,
    ) -> Reply {
        let given = arguments.into().0;
        let told = told(&given);
        let mut record = Record::new(&self.audits, &*self.clock, name, &told);
        record.tool = self.catalog().tool(name);
        let reason = reason.to_owned();
        let stop = match self.check_call(name, &given) {
            Ok(checked) => Stop::new(
                checked.tool,
                DecidedBy::Person(by.to_owned()),
                Outcome::Declined { reason },
            ),
            Err(stop) => stop,
        };
        self.stopped(record, stop)
    }

    async fn carry_out(&self, name: &str, given: Given, approved_by: Option<DecidedBy>) -> Reply {
        let told = told(&given);
        let mut record = Record::new(&self.audits, &*self.clock, name, &told);
        record.tool = self.catalog().tool(name);
        let checked = match self.decide(name, &given, approved_by, &mut record).await {
            Ok(checked) => checked,
            Err(stop) => return self.stopped(record, stop),
        };
        let answering = self.backend.call(checked.tool, checked.arguments.clone());
        let answer = answering.await;
        record.outcome = CallOutcome::of(answer.as_ref().err());
        let (outcome, text) = self.explain(&checked, answer);
        finish(record, outcome, text, checked.repairs)
    }

    /// Records that a call is not made.
    fn stopped(&self, mut record: Record<'_>, stop: Stop) -> Reply {
        record.decision = stop.outcome.decision();
        record.outcome = CallOutcome::None;
        record.by.clone_from(&stop.by);
        record.reason = stop.reason();
        let text = stop.text(self);
        finish(record, *stop.outcome, text, Vec::new())
    }

    /// What the model gets to see of what came of a call.
    fn explain(&self, checked: &CheckedCall, answer: Result<Json, Error>) -> (Outcome, String) {
        match answer {
            Ok(mut answer) => {
                self.seen().learn(checked.tool, &checked.arguments, &answer);
                if let Some(redactor) = &self.policy.redactor {
                    redactor.redact(&mut answer);
                }
                let mut text = self.output.render(checked.tool, &answer);
                if !checked.repairs.is_empty() {
                    let repairs = checked.repairs.iter().map(ToString::to_string);
                    let repairs: Vec<String> = repairs.collect();
                    let repairs = repairs.join("; ");
                    text.extend(["\n[the arguments were put right: ", &repairs, "]"]);
                }
                (Outcome::Answered(answer), text)
            }
            Err(error) => {
                let seen = self.seen();
                let failure = Failure {
                    tool: checked.tool,
                    arguments: &checked.arguments,
                    error: &error,
                    seen: &seen,
                    redactor: self.policy.redactor.as_ref(),
                };
                let text = failure.instruct();
                drop(seen);
                (Outcome::Failed(error), text)
            }
        }
    }

    pub(super) fn counts(&self) -> MutexGuard<'_, Counts> {
        let counts = self.state.counts.lock();
        counts.unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn seen(&self) -> MutexGuard<'_, Seen> {
        let seen = self.state.seen.lock();
        seen.unwrap_or_else(PoisonError::into_inner)
    }
}

/// The arguments, for the record.
fn told(given: &Given) -> Json {
    match given {
        Given::Json(json) => json.clone(),
        Given::Broken(_) => Json::Null,
    }
}

fn finish(
    mut record: Record<'_>,
    outcome: Outcome,
    text: String,
    repairs: Vec<AppliedRepair>,
) -> Reply {
    let audit_failure = record.end();
    Reply {
        tool: record.tool,
        outcome,
        text,
        repairs,
        duration: record.duration(),
        audit_failure,
    }
}

impl fmt::Debug for Toolbox {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Toolbox")
            .field("catalog", &self.catalog().name)
            .field("selection", &self.selection)
            .field("policy", &self.policy)
            .finish_non_exhaustive()
    }
}
