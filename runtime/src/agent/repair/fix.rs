//! The changes that correct arguments.

use std::fmt;

use crate::codec::{Json, Problem, shorten};

/// A change that corrects the arguments at one path.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum Fix {
    /// Write another value.
    Write(Json),
    /// Leave the argument out.
    LeaveOut,
    /// Write the same value under another name.
    Rename(String),
    /// Write the fields of this object as arguments, instead of the object.
    Unwrap(Json),
}

/// Writes the instruction for a model.
impl fmt::Display for Fix {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Write(value) => write!(formatter, "write {}", shorten(value)),
            Self::LeaveOut => formatter.write_str("leave it out"),
            Self::Rename(name) => write!(formatter, "rename it to `{name}`"),
            Self::Unwrap(inner) => {
                let inner = shorten(inner);
                write!(formatter, "write what is inside it at the top: {inner}")
            }
        }
    }
}

/// A change that was made to arguments.
#[derive(Debug, Clone, PartialEq)]
pub struct AppliedRepair {
    /// A JSON pointer into the arguments.
    pub path: String,
    /// The value found, shortened.
    pub found: String,
    /// The change.
    pub fix: Fix,
    /// The code of the problem.
    pub(super) code: &'static str,
}

impl AppliedRepair {
    /// Returns `true` if this change corrects the problem.
    pub(in crate::agent) fn corrects(&self, problem: &Problem) -> bool {
        self.path == problem.path && self.code == problem.code()
    }
}

impl fmt::Display for AppliedRepair {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            path, found, fix, ..
        } = self;
        let path = match path.as_str() {
            "" => "the arguments",
            path => path,
        };
        match fix {
            Fix::Write(value) => {
                let value = shorten(value);
                write!(formatter, "{path}: {found} replaced with {value}")
            }
            Fix::LeaveOut => write!(formatter, "{path}: {found} removed"),
            Fix::Rename(name) => write!(formatter, "{path}: renamed to `{name}`"),
            Fix::Unwrap(_) => write!(formatter, "{path}: its content moved to the top"),
        }
    }
}
