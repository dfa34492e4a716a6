//! The level of a change in the formats that code hosts and scanners read.

use serde::Serialize;
use toolsmith_codegen::diff::{ChangeKind, Grade};

/// The level of a change.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Level {
    /// Nothing has to be done.
    Note,
    /// A person should look at it.
    Warning,
    /// Programs break, or nothing is generated from the newer snapshot.
    Error,
}

impl Level {
    /// Returns the level of a change with a value after it. A finding that no longer exists is a note.
    pub(super) fn of(kind: ChangeKind, grade: Grade, after: Option<&str>) -> Self {
        match after {
            _ if !kind.is_refused() && !kind.is_suspicious() => of_grade(grade),
            Some(_) => Self::of_kind(kind),
            None => Self::Note,
        }
    }

    /// Returns the level that most changes of a kind have.
    pub(super) fn of_kind(kind: ChangeKind) -> Self {
        match kind {
            _ if kind.is_refused() => Self::Error,
            _ if kind.is_suspicious() => Self::Warning,
            kind => of_grade(kind.usual_grade()),
        }
    }

    /// Returns the name: `error`.
    pub(super) fn as_str(self) -> &'static str {
        match self {
            Self::Note => "note",
            Self::Warning => "warning",
            Self::Error => "error",
        }
    }
}

fn of_grade(grade: Grade) -> Level {
    match grade {
        Grade::Compile | Grade::Wire => Level::Error,
        Grade::Behaviour => Level::Warning,
        Grade::Additive | Grade::Docs => Level::Note,
    }
}
