//! The audit: a record of every call.

pub(super) mod call_audit;
mod decision;
mod json_lines;

use std::fmt;
use std::io;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use serde_json::Map;

pub use decision::{DecidedBy, Decision};
pub use json_lines::JsonLines;

use crate::codec::Json;
use crate::context::{CallContext, IdempotencyKey};
use crate::error::CallOutcome;
use crate::redactor::{RedactedJson, Redactor};
use crate::tools::ToolSpec;

/// An entry of the audit.
///
/// Serialized, it is an object with the fields that [`JsonLines`] writes and the arguments, in which secrets known to
/// [`Redactor::default`] or the catalog are redacted. An audit whose medium is asynchronous serializes the entry and
/// sends it to a task through a channel.
///
/// Each call has an entry for its [`End`](AuditStage::End). A call that changes data also has one for its
/// [`Start`](AuditStage::Start), before anything is sent.
#[derive(Clone)]
#[non_exhaustive]
pub struct AuditEntry<'a> {
    /// The time of the entry.
    pub at: SystemTime,
    /// The stage of the call.
    pub stage: AuditStage,
    /// The name that the model called, in full.
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
    /// The account on which the tool acts, if the client has one.
    pub account: Option<&'a str>,
    /// The context of the call: its identifier, its principal, its session.
    pub context: &'a CallContext,
    /// The idempotency key of a call that changes data, if it has one.
    pub idempotency_key: Option<&'a IdempotencyKey>,
    /// The identifier of the [request for approval](super::ApprovalRequest), if there was one.
    pub approval: Option<&'a str>,
}

/// The stage of a call at which an entry is made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AuditStage {
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
/// use toolsmith_runtime::agent::{Audit, AuditEntry};
///
/// /// Keeps one line for each entry.
/// #[derive(Default)]
/// struct Lines(Mutex<Vec<String>>);
///
/// impl Audit for Lines {
///     fn record(&self, entry: &AuditEntry<'_>) -> io::Result<()> {
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
    fn record(&self, entry: &AuditEntry<'_>) -> io::Result<()>;
}

impl<T: Audit + ?Sized> Audit for Arc<T> {
    fn record(&self, entry: &AuditEntry<'_>) -> io::Result<()> {
        T::record(self, entry)
    }
}

/// The names of the fields of an entry.
pub(super) const FIELDS: [&str; 17] = [
    "account",
    "approval",
    "arguments",
    "at",
    "by",
    "call_id",
    "catalog",
    "decision",
    "duration_ms",
    "effect",
    "idempotency_key",
    "outcome",
    "principal",
    "reason",
    "session",
    "stage",
    "tool",
];

impl AuditEntry<'_> {
    /// Returns the fields of the entry, without the arguments.
    fn fields(&self) -> Map<String, Json> {
        let since_epoch = self.at.duration_since(SystemTime::UNIX_EPOCH);
        let milliseconds = since_epoch.unwrap_or_default().as_millis();
        let duration = self.duration.as_millis();
        let number = |number: u128| Json::from(u64::try_from(number).unwrap_or(u64::MAX));
        let text = |text: Option<&str>| text.map_or(Json::Null, Json::from);
        let context = self.context;
        let key = self.idempotency_key.map(IdempotencyKey::as_str);
        let fields = [
            ("at", number(milliseconds)),
            ("stage", self.stage.to_string().into()),
            ("catalog", text(self.catalog)),
            ("tool", self.name.into()),
            ("effect", text(self.effect())),
            ("account", text(self.account)),
            ("call_id", text(context.call_id.as_deref())),
            ("principal", text(context.principal.as_deref())),
            ("session", text(context.session.as_deref())),
            ("decision", self.decision.as_str().into()),
            ("by", self.by.as_str().into()),
            ("reason", text(self.reason)),
            ("approval", text(self.approval)),
            ("idempotency_key", text(key)),
            ("outcome", self.outcome.as_str().into()),
            ("duration_ms", number(duration)),
        ];
        let fields = fields.into_iter();
        fields
            .map(|(name, value)| (name.to_owned(), value))
            .collect()
    }

    /// Returns the arguments without secrets.
    fn arguments_without_secrets(&self, redactor: &Redactor) -> Json {
        let mut arguments = parse(self.arguments);
        let marked = self.tool.map_or(&[][..], |tool| tool.shape.secrets);
        redactor.with_fields(marked).redact(&mut arguments);
        arguments
    }

    /// Returns the effect of the tool as a word.
    pub(super) fn effect(&self) -> Option<&'static str> {
        self.tool.map(|tool| tool.effect.as_str())
    }

    /// Logs the entry as an event.
    pub(super) fn trace(&self) {
        tracing::info!(
            target: "toolsmith",
            stage = %self.stage,
            catalog = self.catalog,
            tool = self.name,
            effect = self.effect(),
            account = self.account,
            call_id = self.context.call_id.as_deref(),
            principal = self.context.principal.as_deref(),
            session = self.context.session.as_deref(),
            decision = self.decision.as_str(),
            by = self.by.as_str(),
            reason = self.reason,
            outcome = self.outcome.as_str(),
            duration_ms = u64::try_from(self.duration.as_millis()).unwrap_or(u64::MAX),
            "tool call"
        );
    }
}

/// Redacts fields whose names indicate a secret.
impl fmt::Debug for AuditEntry<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("AuditEntry")
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
            .field("account", &self.account)
            .field("context", &self.context)
            .field("approval", &self.approval)
            .finish_non_exhaustive()
    }
}

impl serde::Serialize for AuditEntry<'_> {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut fields = self.fields();
        let arguments = self.arguments_without_secrets(&Redactor::default());
        fields.insert("arguments".to_owned(), arguments);
        fields.serialize(serializer)
    }
}

/// Parses arguments that are a string, so that secrets inside it can be redacted.
fn parse(arguments: &Json) -> Json {
    match arguments {
        Json::String(text) => serde_json::from_str(text).unwrap_or(Json::Null),
        other => other.clone(),
    }
}

impl fmt::Display for AuditStage {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Start => "start",
            Self::End => "end",
        })
    }
}
