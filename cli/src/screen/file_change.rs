//! Files that a run changes, for text and JSON output.

use serde::{Serialize, Serializer};
use toolsmith_codegen::write::{Action, PlannedFile};

/// A file that changes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct FileChange {
    /// Its path.
    pub(crate) path: String,
    /// The change, written as `create`, `update` or `delete`.
    #[serde(serialize_with = "as_verb")]
    pub(crate) action: Action,
    /// The shortened difference, for updates in a check.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) diff: Option<String>,
}

impl FileChange {
    /// Returns the change of a file, or `None` if it does not change.
    pub(crate) fn of(file: &PlannedFile) -> Option<Self> {
        (file.action != Action::Keep).then(|| Self {
            path: file.path.clone(),
            action: file.action,
            diff: None,
        })
    }

    /// Returns the change as a verb: `create`.
    pub(crate) fn verb(&self) -> &'static str {
        verb(self.action)
    }

    /// Returns the change as a verb in the past: `created`.
    pub(crate) fn past_verb(&self) -> &'static str {
        match self.action {
            Action::Create => "created",
            Action::Update => "updated",
            Action::Delete => "deleted",
            Action::Keep => "kept",
        }
    }
}

fn verb(action: Action) -> &'static str {
    match action {
        Action::Create => "create",
        Action::Update => "update",
        Action::Delete => "delete",
        Action::Keep => "keep",
    }
}

#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "serde hands references to its functions"
)]
fn as_verb<S: Serializer>(action: &Action, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(verb(*action))
}
