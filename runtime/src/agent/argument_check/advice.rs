//! The instruction for a problem of the arguments.

use std::fmt;

use crate::agent::argument_check::prerequisite;
use crate::agent::argument_check::repair::{ArgumentFix, in_form_of};
use crate::codec::{Json, holds_secret, written};
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
    Change(ArgumentFix),
    /// Write the same value in the form of this one, which is a secret.
    WriteInForm(Json),
    /// The argument can be left out, but not be removed from the record with null.
    NotCleared,
    /// Write one of these values, depending on what is meant.
    Choose(Vec<Json>),
    /// Write the value under this name, which says another unit.
    Convert(String),
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
    /// Call the tool once for each value of a list, as this argument.
    CallForEach(&'static str),
    /// Call another tool with the identifier, and give fields of its record here.
    ReadFirst {
        /// The tool.
        tool: &'static ToolSpec,
        /// Its argument.
        argument: &'static str,
        /// The arguments that are fields of its record.
        fields: Vec<&'static str>,
    },
    /// The argument is only possible when a record is created, by this tool.
    OnlyAtCreation(&'static ToolSpec),
    /// Pick the records from the response, which have a field of this name.
    PickRecords,
    /// Pick the records from the responses of another tool, which have a field of this name.
    PickRecordsOf(&'static ToolSpec),
    /// Find the record by this field among those of a list, and give its identifier.
    FindRecord {
        /// The list.
        list: &'static ToolSpec,
        /// The field.
        field: String,
        /// The argument for the identifier.
        argument: &'static str,
    },
    /// The argument cannot be given. Other tools that change such a record may do what is meant.
    Impossible {
        /// `true` for a list, which cannot be filtered by it.
        is_list: bool,
        /// Other tools that change such a record.
        others: Vec<&'static ToolSpec>,
    },
}

impl Advice {
    /// Returns the value to write, if there is exactly one, and it holds no secret.
    pub(in crate::agent) fn suggestion(&self) -> Option<Json> {
        self.value().filter(|value| !holds_secret(value))
    }

    fn value(&self) -> Option<Json> {
        match self {
            Self::Change(ArgumentFix::Write(value) | ArgumentFix::Unwrap(value))
            | Self::WriteInside(value)
            | Self::WriteAtTop(value) => Some(value.clone()),
            Self::Change(ArgumentFix::Rename(name)) => Some(Json::from(name.as_str())),
            Self::Choose(values) => match values.as_slice() {
                [only] => Some(only.clone()),
                _ => None,
            },
            _ => None,
        }
    }

    /// Returns `true` if the instruction is about another way than an argument of this tool, so that
    /// the arguments that it has are worth a mention.
    pub(in crate::agent) fn is_elsewhere(&self) -> bool {
        matches!(
            self,
            Self::Change(ArgumentFix::LeaveOut)
                | Self::FindBy { .. }
                | Self::CallOther { .. }
                | Self::OnlyAtCreation(_)
                | Self::PickRecords
                | Self::PickRecordsOf(_)
                | Self::FindRecord { .. }
                | Self::Impossible { .. }
        )
    }
}

impl fmt::Display for Advice {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Change(fix) => write!(formatter, "{fix}"),
            Self::Convert(name) => write!(
                formatter,
                "use `{name}` instead, and convert the value to its unit"
            ),
            Self::WriteInForm(value) => formatter.write_str(&in_form_of(value)),
            Self::NotCleared => formatter.write_str(
                "it cannot be cleared here: leaving it out keeps its value. If the user asked for it, tell the user",
            ),
            Self::Choose(values) => write_choice(formatter, values),
            Self::WriteObject(tool) => {
                formatter.write_str("write one JSON object with the arguments by name")?;
                let names: Vec<&str> = tool.argument_names().collect();
                if names.is_empty() {
                    return Ok(());
                }
                write!(formatter, ": {}", names.join(", "))
            }
            Self::WriteElements => {
                formatter.write_str("write each value as an element of a JSON array")
            }
            Self::WriteInside(value) => match written(value) {
                Some(value) => write!(
                    formatter,
                    "it belongs inside another argument: write {value}"
                ),
                None => write!(
                    formatter,
                    "it belongs inside {}: write it there with the same value",
                    first_name(value)
                ),
            },
            Self::WriteAtTop(value) => match written(value) {
                Some(value) => write!(formatter, "it belongs at the top level: write {value}"),
                None => write!(
                    formatter,
                    "it belongs at the top level: write it there as {} with the same value",
                    first_name(value)
                ),
            },
            other => other.write_way(formatter),
        }
    }
}

impl Advice {
    /// Writes the way that leads through other tools, other pages or other records.
    fn write_way(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::CallFirst(steps) => formatter.write_str(&prerequisite::instruction(steps)),
            Self::FindBy {
                argument,
                is_given: true,
                ..
            } => write!(formatter, "leave it out: `{argument}` already determines it"),
            Self::FindBy { tool, argument, .. } => write!(
                formatter,
                "instead, pass the `{argument}` that {} returns for this value",
                tool.name
            ),
            Self::UseCursor => formatter.write_str(
                "leave it out for the first page; for the next page, pass the `next_cursor` of the previous response",
            ),
            Self::CallOther { tool, argument } => write!(
                formatter,
                "leave it out here, and call {} for it, which takes `{argument}`",
                tool.name
            ),
            Self::CallForEach(argument) => write!(
                formatter,
                "call this tool once per value, passing the value as `{argument}`"
            ),
            Self::ReadFirst {
                tool,
                argument,
                fields,
            } => {
                let fields: Vec<String> = fields.iter().map(|field| format!("`{field}`")).collect();
                let (tool, fields) = (tool.name, joined(&fields, "and"));
                write!(
                    formatter,
                    "call {tool} first with this value as `{argument}`, then pass {fields} from its response"
                )
            }
            Self::OnlyAtCreation(tool) => write!(
                formatter,
                "leave it out: it can only be set when the record is created, with {}. If the user asked for it, tell the user",
                tool.name
            ),
            Self::PickRecords | Self::PickRecordsOf(_) | Self::FindRecord { .. } => {
                self.write_search(formatter)
            }
            Self::Impossible { is_list, others } => write_impossible(formatter, *is_list, others),
            Self::Change(_)
            | Self::WriteInForm(_)
            | Self::NotCleared
            | Self::Convert(_)
            | Self::Choose(_)
            | Self::WriteObject(_)
            | Self::WriteElements
            | Self::WriteInside(_)
            | Self::WriteAtTop(_) => write!(formatter, "{self}"),
        }
    }
}

impl Advice {
    /// Writes the way that leads through the records of a list.
    fn write_search(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::PickRecordsOf(tool) => write!(
                formatter,
                "leave it out: this list cannot be filtered by it, but the records of {} contain the field. Fetch all pages of those and filter the records yourself",
                tool.name
            ),
            Self::FindRecord {
                list,
                field,
                argument,
            } => write!(
                formatter,
                "leave it out: find the record with this `{field}` using {}, and pass its identifier as `{argument}`",
                list.name
            ),
            _ => formatter.write_str(
                "leave it out: this list cannot be filtered by it, but its records contain the field. Fetch all pages and filter the records yourself",
            ),
        }
    }
}

/// Returns the name of the first field of an object.
fn first_name(object: &Json) -> String {
    let fields = object.as_object();
    let name = fields.and_then(|fields| fields.keys().next());
    name.map_or_else(|| "another argument".to_owned(), |name| format!("`{name}`"))
}

/// Joins the items of a list: `a, b or c`.
fn joined<S: std::borrow::Borrow<str>>(items: &[S], conjunction: &str) -> String {
    match items {
        [] => String::new(),
        [only] => only.borrow().to_owned(),
        [first @ .., last] => format!("{} {conjunction} {}", first.join(", "), last.borrow()),
    }
}

fn write_choice(formatter: &mut fmt::Formatter<'_>, values: &[Json]) -> fmt::Result {
    let shown: Option<Vec<String>> = values.iter().map(written).collect();
    match shown.as_deref() {
        None => write!(formatter, "{}", Advice::WriteElements),
        Some([only]) => write!(formatter, "write {only}"),
        Some(shown) => write!(
            formatter,
            "write {}, depending on what is meant",
            shown.join(" or ")
        ),
    }
}

fn write_impossible(
    formatter: &mut fmt::Formatter<'_>,
    is_list: bool,
    others: &[&ToolSpec],
) -> fmt::Result {
    let possible = if is_list {
        "this list does not support it"
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
        (true, _) => formatter.write_str("filter the records yourself, or tell the user"),
        (false, []) => formatter.write_str("tell the user"),
        (false, shown) => write!(
            formatter,
            "check whether {} does this; if not, tell the user",
            joined(shown, "or")
        ),
    }
}
