//! The decision about a call, and the party that made it.

use std::fmt;

/// The decision about a call. `Display` writes a word that does not change.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Decision {
    /// The call was cancelled before it was decided: `undecided`.
    Undecided,
    /// The call is made: `allowed`.
    Allowed,
    /// The arguments are invalid: `refused`.
    Refused,
    /// The arguments are not valid JSON: `unreadable`.
    Unreadable,
    /// There is no such tool: `unknown`.
    Unknown,
    /// The client or the policy does not allow the call: `denied`.
    Denied,
    /// A person has to approve the call first: `approval_required`.
    ApprovalRequired,
    /// The request for approval was stored: `pending`.
    Pending,
    /// The call was made before under the same identifier, and the model got the reply to it: `repeated`.
    Repeated,
    /// A person declined the call: `declined`.
    Declined,
    /// The policy only shows the request: `dry_run`.
    DryRun,
    /// The request of a dry run cannot be built: `failed`.
    Failed,
}

impl Decision {
    /// Returns the word.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Undecided => "undecided",
            Self::Allowed => "allowed",
            Self::Refused => "refused",
            Self::Unreadable => "unreadable",
            Self::Unknown => "unknown",
            Self::Denied => "denied",
            Self::ApprovalRequired => "approval_required",
            Self::Pending => "pending",
            Self::Repeated => "repeated",
            Self::Declined => "declined",
            Self::DryRun => "dry_run",
            Self::Failed => "failed",
        }
    }
}

impl fmt::Display for Decision {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(self.as_str())
    }
}

/// The party that decided about a call. `Display` writes a word, or the name of the person.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum DecidedBy {
    /// The check of the arguments: `check`.
    Check,
    /// The access of the client: `client`.
    Client,
    /// The policy: `policy`.
    Policy,
    /// An audit that could not record the call: `audit`.
    Audit,
    /// The person who granted the approval or declined the call.
    Person(String),
}

impl DecidedBy {
    /// Returns the word, or the name of the person.
    #[must_use]
    pub fn as_str(&self) -> &str {
        match self {
            Self::Check => "check",
            Self::Client => "client",
            Self::Policy => "policy",
            Self::Audit => "audit",
            Self::Person(name) => name,
        }
    }
}

impl fmt::Display for DecidedBy {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(self.as_str())
    }
}
