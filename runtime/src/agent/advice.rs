//! The instruction for a problem of the arguments.

use std::fmt;

use super::prerequisite;
use super::repair::Fix;
use crate::codec::{Json, shorten};
use crate::tools::ToolSpec;

/// The number of tools that an instruction lists.
const MAX_LISTED_TOOLS: usize = 5;

/// The instruction for a problem of the arguments. There is one for each problem, and it works: a
/// model that follows it gets a better call, and does not lose what the user asked for.
///
/// `Display` writes it as a part of a sentence.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub enum Advice {
    /// Make this change.
    Change(Fix),
    /// Write one of these values, whichever is meant.
    Choose(Vec<Json>),
    /// Write an object with the arguments of this tool.
    WriteObject(&'static ToolSpec),
    /// Write the values as elements of an array.
    WriteElements,
    /// Write the value inside another argument: the arguments that contain it.
    WriteInside(Json),
    /// Write the value at the top: the arguments that contain it.
    WriteAtTop(Json),
    /// Call these tools first, in order; the last one returns the identifier.
    CallFirst(Vec<&'static ToolSpec>),
    /// Give another identifier, which a tool finds with this one.
    FindBy {
        /// The tool that takes the identifier.
        tool: &'static ToolSpec,
        /// The argument to give instead.
        argument: &'static str,
        /// `true` if the argument is there already.
        is_given: bool,
    },
    /// Fetch the next page with the cursor of the previous response.
    UseCursor,
    /// Call another tool, which takes the argument.
    CallOther {
        /// The tool.
        tool: &'static ToolSpec,
        /// The argument.
        argument: &'static str,
    },
    /// The argument is only possible when a record is created, by this tool.
    OnlyAtCreation(&'static ToolSpec),
    /// Pick the records from the response, which have a field of this name.
    PickRecords,
    /// Pick the records from the responses of another tool, which have a field of this name.
    PickRecordsOf(&'static ToolSpec),
    /// The argument cannot be given. Other tools that change such a record may do what is meant.
    Impossible {
        /// `true` for a list, which cannot be filtered by it.
        is_list: bool,
        /// Other tools that change such a record.
        others: Vec<&'static ToolSpec>,
    },
}

impl Advice {
    /// Returns the value to write, if there is exactly one.
    pub(super) fn suggestion(&self) -> Option<Json> {
        match self {
            Self::Change(Fix::Write(value) | Fix::Unwrap(value))
            | Self::WriteInside(value)
            | Self::WriteAtTop(value) => Some(value.clone()),
            Self::Change(Fix::Rename(name)) => Some(Json::from(name.as_str())),
            Self::Choose(values) => match values.as_slice() {
                [only] => Some(only.clone()),
                _ => None,
            },
            _ => None,
        }
    }

    /// Returns `true` if the instruction is about another way than an argument of this tool, so that
    /// the arguments that it has are worth a mention.
    pub(super) fn is_elsewhere(&self) -> bool {
        matches!(
            self,
            Self::Change(Fix::LeaveOut)
                | Self::FindBy { .. }
                | Self::CallOther { .. }
                | Self::OnlyAtCreation(_)
                | Self::PickRecords
                | Self::PickRecordsOf(_)
                | Self::Impossible { .. }
        )
    }
}

impl fmt::Display for Advice {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Change(fix) => write!(formatter, "{fix}"),
            Self::Choose(values) => {
                let shown: Vec<String> = values.iter().map(shorten).collect();
                write!(formatter, "write {}", shown.join(" or "))?;
                match shown.len() {
                    1 => Ok(()),
                    _ => formatter.write_str(", whichever is meant"),
                }
            }
            Self::WriteObject(tool) => {
                let names: Vec<&str> = tool.shape.fields().map(|field| field.name).collect();
                let names = names.join(", ");
                write!(formatter, "write one JSON object with the arguments by name: {names}")
            }
            Self::WriteElements => {
                formatter.write_str("write each value as an element of a JSON array")
            }
            Self::WriteInside(value) => {
                write!(formatter, "it belongs inside another argument: write {}", shorten(value))
            }
            Self::WriteAtTop(value) => {
                write!(formatter, "it belongs at the top: write {}", shorten(value))
            }
            Self::CallFirst(steps) => formatter.write_str(&prerequisite::instruction(steps)),
            Self::FindBy {
                argument,
                is_given: true,
                ..
            } => write!(formatter, "leave it out: `{argument}` says it already"),
            Self::FindBy { tool, argument, .. } => write!(
                formatter,
                "give `{argument}` instead, as {} returns it for this value",
                tool.name
            ),
            Self::UseCursor => formatter.write_str(
                "leave it out for the first page, and give `next_cursor` of a response for the page after it",
            ),
            Self::CallOther { tool, argument } => write!(
                formatter,
                "leave it out here; for this, call {}, which takes `{argument}`",
                tool.name
            ),
            Self::OnlyAtCreation(tool) => write!(
                formatter,
                "leave it out: only {} takes it, when the record is created. If the user asked for it, tell the user",
                tool.name
            ),
            Self::PickRecords => formatter.write_str(
                "leave it out: this list cannot be filtered by it, but its records have the field. Pick the records yourself, from all pages",
            ),
            Self::PickRecordsOf(tool) => write!(
                formatter,
                "leave it out: this list cannot be filtered by it, but the records of {} have the field. Pick from those yourself, from all pages",
                tool.name
            ),
            Self::Impossible { is_list, others } => write_impossible(formatter, *is_list, others),
        }
    }
}

fn write_impossible(
    formatter: &mut fmt::Formatter<'_>,
    is_list: bool,
    others: &[&ToolSpec],
) -> fmt::Result {
    let possible = if is_list {
        "this list cannot be filtered by it"
    } else {
        "it cannot be set here"
    };
    write!(
        formatter,
        "leave it out: {possible}. If the user asked for it, "
    )?;
    let shown = others.iter().take(MAX_LISTED_TOOLS).map(|tool| tool.name);
    let shown: Vec<&str> = shown.collect();
    match (is_list, shown.as_slice()) {
        (true, _) => formatter.write_str("pick from the records yourself, or tell the user"),
        (false, []) => formatter.write_str("tell the user"),
        (false, shown) => {
            let shown = shown.join(", ");
            write!(formatter, "see whether {shown} does it, or tell the user")
        }
    }
}
