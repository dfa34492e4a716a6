//! Files that a run changes, for text and JSON output.

use serde::Serialize;
use toolsmith_codegen::write::{Action, PlannedFile};

/// A file that changes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct FileChange {
    /// Its path.
    pub(crate) path: String,
    /// `create`, `update` or `delete`.
    pub(crate) action: &'static str,
    /// The shortened difference, for updates in a check.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) diff: Option<String>,
}

impl FileChange {
    /// Returns the change of a file, or `None` if it does not change.
    pub(crate) fn of(file: &PlannedFile) -> Option<Self> {
        let action = match file.action {
            Action::Create => "create",
            Action::Update => "update",
            Action::Delete => "delete",
            Action::Keep => return None,
        };
        Some(Self {
            path: file.path.clone(),
            action,
            diff: None,
        })
    }
}
