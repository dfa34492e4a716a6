//! What a model may do with the tools.

use std::fmt;
use std::pin::Pin;
use std::sync::Arc;

use crate::codec::Json;
use crate::redactor::Redactor;
use crate::tools::{ToolFilter, ToolSpec};

/// What a model may do with the tools. Without more, all that the client may.
#[derive(Clone, Default)]
pub struct Policy {
    pub(super) allowed: ToolFilter,
    pub(super) max_calls: Option<u64>,
    pub(super) max_calls_for: Vec<(ToolFilter, u64)>,
    /// Who is asked before which tools; of several for one tool, the last. Where it is no one, the
    /// program asks.
    pub(super) asked: Vec<(ToolFilter, Option<Arc<dyn Approver>>)>,
    pub(super) shown_only: Option<ToolFilter>,
    pub(super) repair: Repair,
    pub(super) redactor: Option<Redactor>,
}

/// What becomes of arguments that are right but for their form.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Repair {
    /// They are refused, with the right form shown.
    #[default]
    Refuse,
    /// They are put right and sent, and the reply says what was changed.
    ///
    /// Only what cannot mean anything else: `"5"` for 5, `"true"` for true, a number for its text,
    /// JSON in a text, one value for a list of it, a list of one for the value, null where the
    /// argument may be left out, and names and values of an enum that differ in case and
    /// separators alone. A name or a value that is merely near is refused all the same.
    Apply,
}

/// A question to a person: may this be done?
#[derive(Debug, Clone)]
pub struct ApprovalRequest {
    /// The tool, with what it does.
    pub tool: &'static ToolSpec,
    /// The arguments, as they would be sent.
    pub arguments: Json,
}

/// What the person says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Approval {
    /// It may be done.
    Granted {
        /// Who says so, for the record.
        by: String,
    },
    /// It may not.
    Denied {
        /// Who says so, for the record.
        by: String,
        /// Why, for the model; may be empty.
        reason: String,
    },
}

/// A verdict that is awaited.
pub type ApprovalFuture = Pin<Box<dyn Future<Output = Approval> + Send>>;

/// Whoever asks a person. Implemented by functions that give a future.
pub trait Approver: Send + Sync + 'static {
    /// Asks, and waits for the verdict.
    fn approve(&self, request: ApprovalRequest) -> ApprovalFuture;
}

impl<F, D> Approver for F
where
    F: Fn(ApprovalRequest) -> D + Send + Sync + 'static,
    D: Future<Output = Approval> + Send + 'static,
{
    fn approve(&self, request: ApprovalRequest) -> ApprovalFuture {
        Box::pin(self(request))
    }
}

impl Policy {
    /// A policy that allows what the client may do.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Allows these tools, and no others.
    #[must_use]
    pub fn allow(mut self, tools: ToolFilter) -> Self {
        self.allowed = tools;
        self
    }

    /// So many calls may be made in all. What is refused or shown only does not count.
    #[must_use]
    pub fn max_calls(mut self, most: u64) -> Self {
        self.max_calls = Some(most);
        self
    }

    /// So many calls may be made of each of these tools.
    #[must_use]
    pub fn max_calls_for(mut self, tools: ToolFilter, most: u64) -> Self {
        self.max_calls_for.push((tools, most));
        self
    }

    /// Before one of these tools is called, `approver` is asked. Where several are named for a
    /// tool, by this or by [`require_approval`](Self::require_approval), the last one holds.
    ///
    /// ```
    /// use toolsmith_runtime::ToolFilter;
    /// use toolsmith_runtime::agent::{Policy, ApprovalRequest, Approval};
    ///
    /// let policy = Policy::new().approve_with(ToolFilter::destroys(), |request: ApprovalRequest| async move {
    ///     let reason = format!("{} is not for machines", request.tool.name);
    ///     Approval::Denied { by: "the operator".to_owned(), reason }
    /// });
    /// # let _ = policy;
    /// ```
    #[must_use]
    pub fn approve_with(mut self, tools: ToolFilter, approver: impl Approver) -> Self {
        self.asked.push((tools, Some(Arc::new(approver))));
        self
    }

    /// These tools are called only by [`call_approved`](super::Toolbox::call_approved): the
    /// program asks a person in a way of its own.
    #[must_use]
    pub fn require_approval(mut self, tools: ToolFilter) -> Self {
        self.asked.push((tools, None));
        self
    }

    /// Calls of these tools are answered with what would be sent, and not made. Those named before
    /// stay so.
    #[must_use]
    pub fn dry_run(mut self, tools: ToolFilter) -> Self {
        self.shown_only = Some(match self.shown_only.take() {
            Some(others) => others.or(tools),
            None => tools,
        });
        self
    }

    /// What becomes of arguments that are right but for their form; they are refused unless this
    /// says otherwise.
    #[must_use]
    pub fn repair(mut self, repair: Repair) -> Self {
        self.repair = repair;
        self
    }

    /// Hides these values in what the model gets to see.
    #[must_use]
    pub fn redact(mut self, redactor: Redactor) -> Self {
        self.redactor = Some(redactor);
        self
    }
}

impl fmt::Debug for Policy {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let asked: Vec<&ToolFilter> = self.asked.iter().map(|(tools, _)| tools).collect();
        formatter
            .debug_struct("Policy")
            .field("allowed", &self.allowed)
            .field("max_calls", &self.max_calls)
            .field("max_calls_for", &self.max_calls_for)
            .field("asked", &asked)
            .field("shown_only", &self.shown_only)
            .field("repair", &self.repair)
            .field("redactor", &self.redactor)
            .finish_non_exhaustive()
    }
}
