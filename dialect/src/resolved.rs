//! A model's call, resolved to the tool and its arguments.

use std::fmt;

use crate::json_type::Json;

/// A call in the terms of the tool itself.
#[derive(Debug, Clone, PartialEq)]
pub struct ResolvedCall {
    /// The tool, by its own name.
    pub tool: String,
    /// The arguments, for `ToolSpec::check`.
    pub arguments: Json,
}

/// The error of a call that does not name a tool of the list, or whose arguments cannot be read.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum ResolveError {
    /// No tool has this name.
    UnknownTool {
        /// The name.
        name: String,
        /// The nearest name of a tool in this list.
        nearest: Option<String>,
    },
    /// The arguments are a string that is not valid JSON.
    NotJson {
        /// The tool, by its name in this list.
        name: String,
        /// The syntax error, with its position.
        problem: String,
    },
    /// A name occurs twice in a map that the dialect gives as a list of pairs.
    RepeatedName {
        /// The tool, by its own name.
        tool: String,
        /// A JSON pointer to the second one in the arguments of the dialect.
        path: String,
        /// The name.
        name: String,
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
                    "the arguments of `{name}` are not valid JSON: {problem}"
                )
            }
            Self::RepeatedName { tool, path, name } => {
                write!(
                    formatter,
                    "the arguments of `{tool}` give `{name}` twice, again at {path}"
                )
            }
        }
    }
}

impl std::error::Error for ResolveError {}
