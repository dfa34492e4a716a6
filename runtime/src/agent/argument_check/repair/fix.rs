//! The changes that correct arguments.

use std::fmt;

use crate::codec::{Json, JsonType, Problem, describe_types, shorten, written};

/// A change that corrects the arguments at one path.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum ArgumentFix {
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
impl fmt::Display for ArgumentFix {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Write(value) => match written(value) {
                Some(value) => write!(formatter, "write {value}"),
                None => formatter.write_str(&in_form_of(value)),
            },
            Self::LeaveOut => formatter.write_str("leave it out"),
            Self::Rename(name) => write!(formatter, "rename it to `{name}`"),
            Self::Unwrap(inner) => match written(inner) {
                Some(inner) => write!(formatter, "move its contents to the top level: {inner}"),
                None => {
                    formatter.write_str("move its fields to the top level, with the same values")
                }
            },
        }
    }
}

/// Returns the instruction to write the same value in another form, that of `value`.
pub(in crate::agent) fn in_form_of(value: &Json) -> String {
    format!("write the same value as {}", form_of(value))
}

fn form_of(value: &Json) -> String {
    describe_types(std::iter::once(JsonType::of(value)))
}

/// A change that was made to arguments.
#[derive(Debug, Clone, PartialEq)]
pub struct AppliedRepair {
    /// A JSON pointer into the arguments.
    pub path: String,
    /// The value found, shortened.
    pub found: String,
    /// The change.
    pub fix: ArgumentFix,
    /// `true` if the value is a secret.
    pub(super) is_hidden: bool,
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
            ArgumentFix::Write(value) if self.is_hidden => {
                write!(formatter, "{path}: {found} written as {}", form_of(value))
            }
            ArgumentFix::Write(value) => {
                let value = shorten(value);
                write!(formatter, "{path}: {found} replaced with {value}")
            }
            ArgumentFix::LeaveOut => write!(formatter, "{path}: {found} removed"),
            ArgumentFix::Rename(name) => write!(formatter, "{path}: renamed to `{name}`"),
            ArgumentFix::Unwrap(_) => write!(formatter, "{path}: its content moved to the top"),
        }
    }
}
