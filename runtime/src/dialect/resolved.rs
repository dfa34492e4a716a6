//! What a model's answer means.

use std::fmt;

use crate::codec::Json;

/// A call that means the tool itself again.
#[derive(Debug, Clone, PartialEq)]
pub struct Resolved {
    /// The tool, by its own name.
    pub tool: String,
    /// Its arguments, for [`ToolSpec::check`](crate::ToolSpec::check).
    pub arguments: Json,
}

/// What a model answered that is no call of a tool in the list.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum ResolveError {
    /// No tool has that name.
    UnknownTool {
        /// The name.
        name: String,
        /// The nearest name that a tool has in this list.
        nearest: Option<String>,
    },
    /// The arguments are a text, and it holds no JSON.
    NotJson {
        /// The tool, by the name it has in this list.
        name: String,
        /// What is wrong, and where.
        problem: String,
    },
}

impl fmt::Display for ResolveError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::UnknownTool { name, nearest } => {
                write!(formatter, "there is no tool `{name}`")?;
                match nearest {
                    Some(nearest) => write!(formatter, "; did you mean `{nearest}`?"),
                    None => Ok(()),
                }
            }
            Self::NotJson { name, problem } => {
                write!(
                    formatter,
                    "the arguments of `{name}` are not JSON: {problem}"
                )
            }
        }
    }
}

impl std::error::Error for ResolveError {}
