//! The policy of a toolbox: what a model may do with the tools.

pub(super) mod call_limit;

use std::fmt;
use std::sync::Arc;

use self::call_limit::CallLimit;
use super::approval::{ApprovalInbox, Approvals, Approver};
use crate::agent::text::hidden_characters::HiddenCharacters;
use crate::codec::words;
use crate::redactor::Redactor;
use crate::tools::{Effect, ToolFilter, ToolSpec, ToolView};

/// The policy of a toolbox. By default it allows everything that the client may do.
///
/// ```
/// use toolsmith_runtime::agent::{Policy, Repair};
/// use toolsmith_runtime::{Redactor, ToolFilter};
///
/// let policy = Policy::new()
///     .allow(!ToolFilter::destroys())
///     .max_calls(30)
///     .require_approval(ToolFilter::mutating())
///     .repair(Repair::Apply)
///     .redact(Redactor::default());
/// # let _ = policy;
/// ```
#[derive(Clone, Default)]
pub struct Policy {
    pub(super) allowed: ToolFilter,
    max_calls: Option<CallLimit>,
    limits: Vec<CallLimit>,
    /// The rules of approval; of several for a tool, the last one applies.
    rules: Vec<(ToolFilter, ApprovalRule)>,
    pub(super) approvals: Approvals,
    dry_run: Option<ToolFilter>,
    pub(super) repair: Repair,
    redaction: Redaction,
    pub(super) hidden_characters: HiddenCharacters,
}

/// The redaction of responses.
#[derive(Debug, Clone, Default)]
struct Redaction {
    redactor: Redactor,
    shown: ShownSecrets,
}

/// The tools in whose responses secrets are shown.
#[derive(Debug, Clone, Default)]
enum ShownSecrets {
    /// Those that make secrets, which are never shown again.
    #[default]
    Made,
    /// These.
    Of(ToolFilter),
}

/// The way in which the approval of a call is obtained.
#[derive(Clone)]
pub(super) enum ApprovalRule {
    /// The toolbox asks.
    Ask(Arc<dyn Approver>),
    /// The program asks, and calls [`call_approved`](super::Toolbox::call_approved) or
    /// [`resume`](super::Toolbox::resume).
    Program,
    /// The request is stored, and the program calls [`resume`](super::Toolbox::resume).
    Later(Arc<dyn ApprovalInbox>),
}

/// The handling of arguments that are valid except for their form.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Repair {
    /// Refuses them and shows the right form.
    #[default]
    Refuse,
    /// Corrects and sends them. The reply names the corrections.
    ///
    /// Only unambiguous forms are corrected: `"5"` for `5`, `"true"` for `true`, a number for a
    /// string, JSON in a string, a one-element list for a single value, null for an optional argument, an empty
    /// cursor, arguments inside `{"arguments": …}` or inside the name of the tool, and names and enum
    /// values that differ only in case and separators. A single value for a list is corrected if it cannot
    /// mean several (`"a,b"`) or all values (`"*"`), and if the tool is not destructive. Names and values that
    /// are merely similar are refused, and so are other objects around the arguments (`{"exclude": …}`) and
    /// signs around a name (`-createdAt`), which may reverse the meaning.
    Apply,
}

impl Policy {
    /// Creates a policy that allows everything that the client may do.
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

    /// Limits the number of calls in total. Refused calls and dry runs do not count.
    ///
    /// See [`limit`](Self::limit) for limits of principals and within a window of time.
    #[must_use]
    pub fn max_calls(mut self, limit: u64) -> Self {
        self.max_calls = Some(CallLimit::new(limit));
        self
    }

    /// Limits the number of calls of each of these tools.
    #[must_use]
    pub fn max_calls_for(mut self, tools: ToolFilter, limit: u64) -> Self {
        self.limits.push(CallLimit::new(limit).for_each_of(tools));
        self
    }

    /// Adds a limit on calls: per client, per principal or overall; in total or per time window. All limits apply.
    #[must_use]
    pub fn limit(mut self, limit: CallLimit) -> Self {
        self.limits.push(limit);
        self
    }

    /// Asks `approver` before each call of one of these tools.
    ///
    /// If this method, [`require_approval`](Self::require_approval) and
    /// [`approve_later`](Self::approve_later) are called several times for a tool, the last call applies.
    ///
    /// ```
    /// use toolsmith_runtime::ToolFilter;
    /// use toolsmith_runtime::agent::{Approval, ApprovalRequest, Policy};
    ///
    /// let policy = Policy::new().approve_with(ToolFilter::destroys(), |request: ApprovalRequest| async move {
    ///     let reason = format!("{} is not for machines", request.tool.name);
    ///     Approval::Declined { by: "the operator".to_owned(), reason }
    /// });
    /// # let _ = policy;
    /// ```
    #[must_use]
    pub fn approve_with(mut self, tools: ToolFilter, approver: impl Approver) -> Self {
        let rule = ApprovalRule::Ask(Arc::new(approver));
        self.rules.push((tools, rule));
        self
    }

    /// Calls these tools only through [`call_approved`](super::Toolbox::call_approved) or
    /// [`resume`](super::Toolbox::resume), after the program has asked a person.
    #[must_use]
    pub fn require_approval(mut self, tools: ToolFilter) -> Self {
        self.rules.push((tools, ApprovalRule::Program));
        self
    }

    /// Gives the request for each call of one of these tools to `inbox`, and tells the model that the call is
    /// [pending](super::ReplyOutcome::Pending). When a person has decided,
    /// [`resume`](super::Toolbox::resume) carries the call out.
    ///
    /// ```
    /// use toolsmith_runtime::ToolFilter;
    /// use toolsmith_runtime::agent::{ApprovalRequest, Policy};
    ///
    /// let policy = Policy::new().approve_later(ToolFilter::mutating(), |request: ApprovalRequest| async move {
    ///     println!("{}", serde_json::to_string(&request)?);
    ///     Ok(())
    /// });
    /// # let _ = policy;
    /// ```
    #[must_use]
    pub fn approve_later(mut self, tools: ToolFilter, inbox: impl ApprovalInbox) -> Self {
        self.rules
            .push((tools, ApprovalRule::Later(Arc::new(inbox))));
        self
    }

    /// Sets the key, the store and the times of approvals. By default, requests are valid only in this process.
    #[must_use]
    pub fn approvals(mut self, approvals: Approvals) -> Self {
        self.approvals = approvals;
        self
    }

    /// Replies to calls of these tools with the request that would be sent, and sends nothing. Adds
    /// to the tools of earlier calls.
    #[must_use]
    pub fn dry_run(mut self, tools: ToolFilter) -> Self {
        self.dry_run = Some(match self.dry_run.take() {
            Some(others) => others.or(tools),
            None => tools,
        });
        self
    }

    /// Sets the handling of arguments that are valid except for their form. By default they are
    /// refused.
    #[must_use]
    pub fn repair(mut self, repair: Repair) -> Self {
        self.repair = repair;
        self
    }

    /// Redacts secrets in everything that the model sees, including the responses of tools that create them.
    ///
    /// By default, [`Redactor::default`] is applied to the responses of all tools, except those of tools that may
    /// create secrets: tools that write and whose names contain a verb such as `add`, `create`, `register`, `reset`,
    /// `rotate` or `generate`.
    #[must_use]
    pub fn redact(mut self, redactor: Redactor) -> Self {
        self.redaction.redactor = redactor;
        if let ShownSecrets::Made = self.redaction.shown {
            self.redaction.shown = ShownSecrets::Of(ToolFilter::none());
        }
        self
    }

    /// Shows the model the secrets in the responses of these tools, and of no others.
    /// `ToolFilter::all()` turns redaction off.
    #[must_use]
    pub fn show_secrets(mut self, tools: ToolFilter) -> Self {
        self.redaction.shown = ShownSecrets::Of(tools);
        self
    }

    /// Sets the handling of characters in responses and errors of the API that a model reads and a person
    /// does not see. By default they are removed.
    #[must_use]
    pub fn hidden_characters(mut self, handling: HiddenCharacters) -> Self {
        self.hidden_characters = handling;
        self
    }

    /// Returns the redactor of the errors of a tool, which never contain a secret that was made.
    pub(super) fn error_redactor_for(&self, tool: ToolView<'_>) -> Option<&Redactor> {
        let is_shown = match &self.redaction.shown {
            ShownSecrets::Made => false,
            ShownSecrets::Of(tools) => tools.selects(tool),
        };
        (!is_shown).then_some(&self.redaction.redactor)
    }

    /// Returns the redactor of the responses of a tool, if secrets are redacted in them.
    pub(super) fn redactor_for(&self, tool: ToolView<'_>) -> Option<&Redactor> {
        let is_shown = match &self.redaction.shown {
            ShownSecrets::Made => makes_secrets(tool.tool),
            ShownSecrets::Of(tools) => tools.selects(tool),
        };
        (!is_shown).then_some(&self.redaction.redactor)
    }

    /// Returns the limits that hold for a tool.
    pub(super) fn limits_of<'a>(
        &'a self,
        tool: ToolView<'a>,
    ) -> impl Iterator<Item = &'a CallLimit> {
        let limits = self.max_calls.iter().chain(&self.limits);
        limits.filter(move |limit| match &limit.tools {
            Some(tools) => tools.selects(tool),
            None => true,
        })
    }

    /// Returns `true` if calls of this tool are dry runs.
    pub(super) fn is_dry_run(&self, tool: ToolView<'_>) -> bool {
        let dry_run = self.dry_run.as_ref();
        dry_run.is_some_and(|tools| tools.selects(tool))
    }

    /// Returns the rule of approval of a tool, if it requires one.
    pub(super) fn approval_rule(&self, tool: ToolView<'_>) -> Option<&ApprovalRule> {
        let mut rules = self.rules.iter().rev();
        let (_, rule) = rules.find(|(tools, _)| tools.selects(tool))?;
        Some(rule)
    }
}

impl fmt::Debug for Policy {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let approved: Vec<&ToolFilter> = self.rules.iter().map(|(tools, _)| tools).collect();
        formatter
            .debug_struct("Policy")
            .field("allowed", &self.allowed)
            .field("max_calls", &self.max_calls)
            .field("limits", &self.limits)
            .field("requires_approval", &approved)
            .field("approvals", &self.approvals)
            .field("dry_run", &self.dry_run)
            .field("repair", &self.repair)
            .field("redaction", &self.redaction)
            .field("hidden_characters", &self.hidden_characters)
            .finish_non_exhaustive()
    }
}

/// Returns `true` if a tool may make a secret, such as the value of a new key.
fn makes_secrets(tool: &ToolSpec) -> bool {
    const VERBS: [&str; 12] = [
        "add",
        "create",
        "generate",
        "issue",
        "make",
        "mint",
        "new",
        "regenerate",
        "register",
        "renew",
        "reset",
        "rotate",
    ];
    let names = [tool.name, tool.method].into_iter().flat_map(words);
    tool.effect == Effect::Writes && names.into_iter().any(|word| VERBS.contains(&word.as_str()))
}
