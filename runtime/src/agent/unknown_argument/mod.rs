//! The advice for an argument that a tool does not have.

mod elsewhere;
mod own;

use super::advice::Advice;
use super::offered::{OfferedTools, argument_of, record_kind};
use super::repair::{Fix, wrapped_arguments};
use super::schema::{self, NestedArguments};
use crate::codec::{Json, Problem, ProblemKind};
use crate::json_pointer::split;
use crate::tools::{Effect, IdArgument, ToolSpec};

/// The longest name, in bytes, that is looked for elsewhere. A longer one is not a name of
/// anything, and comparing it with all tools would take long.
const MAX_NAME_LENGTH: usize = 400;

/// The way out of an unknown argument.
pub(super) enum WayOut {
    /// This argument was probably meant.
    Meant(String),
    /// Something else is to be done.
    Advice(Advice),
}

/// A call with an unknown argument.
pub(super) struct UnknownArgument<'a> {
    tool: &'static ToolSpec,
    arguments: &'a Json,
    tools: OfferedTools<'a>,
    unknown: &'a UnknownNames,
    name: String,
    value: &'a Json,
    /// The name that is spelt almost like it.
    nearest: Option<&'a String>,
}

/// The names of all unknown arguments at the top, and the nested arguments that they may be.
#[derive(Debug, Default)]
pub(super) struct UnknownNames {
    names: Vec<String>,
    nested: NestedArguments,
}

impl UnknownNames {
    pub(super) fn of(tool: &ToolSpec, problems: &[Problem]) -> Self {
        let unknown = problems.iter().filter_map(|problem| match problem.kind {
            ProblemKind::Unknown { .. } => split(&problem.path),
            _ => None,
        });
        let at_top = unknown.filter(|(parent, _)| parent.is_empty());
        let names = at_top.map(|(_, name)| name);
        let names: Vec<String> = names.filter(|name| name.len() <= MAX_NAME_LENGTH).collect();
        if names.is_empty() {
            return Self::default();
        }
        let nested = NestedArguments::of(tool);
        Self { names, nested }
    }
}

/// Returns the way out of a problem, if it is an unknown argument.
pub(super) fn way_out<'a>(
    tool: &'static ToolSpec,
    arguments: &'a Json,
    tools: OfferedTools<'a>,
    unknown: &'a UnknownNames,
    problem: &'a Problem,
) -> Option<WayOut> {
    let ProblemKind::Unknown { nearest } = &problem.kind else {
        return None;
    };
    let (parent, name) = split(&problem.path)?;
    if name.len() > MAX_NAME_LENGTH {
        return Some(WayOut::Advice(Advice::Change(Fix::LeaveOut)));
    }
    let value = arguments.pointer(&problem.path).unwrap_or(&Json::Null);
    let argument = UnknownArgument {
        tool,
        arguments,
        tools,
        unknown,
        name,
        value,
        nearest: nearest.as_ref(),
    };
    Some(if parent.is_empty() {
        argument.at_top()
    } else {
        argument.in_object()
    })
}

impl UnknownArgument<'_> {
    fn at_top(&self) -> WayOut {
        let meant = || self.own_spelling().or_else(|| self.own_identifier());
        if let Some(inner) = wrapped_arguments(self.tool, &self.name, self.value) {
            return WayOut::Advice(Advice::Change(Fix::Unwrap(inner)));
        }
        if let Some(inside) = self.inside() {
            return WayOut::Advice(Advice::WriteInside(inside));
        }
        if let Some(one) = self.one_of_list() {
            return WayOut::Advice(Advice::CallForEach(one));
        }
        let meant = meant().or_else(|| self.page_size());
        if let Some(name) = meant.or_else(|| self.missing_argument()) {
            return WayOut::Meant(name);
        }
        let elsewhere = self.page().or_else(|| self.other_identifier());
        let elsewhere = elsewhere.or_else(|| self.read_first());
        let elsewhere = elsewhere.or_else(|| self.other_tool());
        WayOut::Advice(elsewhere.unwrap_or_else(|| self.impossible()))
    }

    /// A field of an object inside the arguments.
    fn in_object(&self) -> WayOut {
        if let Some(nearest) = self.nearest {
            return WayOut::Meant(nearest.clone());
        }
        if let Some(name) = argument_of(self.tool, &self.name)
            && self.arguments.get(name).is_none()
        {
            return WayOut::Advice(Advice::WriteAtTop(object([(name, self.value.clone())])));
        }
        WayOut::Advice(Advice::Change(Fix::LeaveOut))
    }

    fn impossible(&self) -> Advice {
        let is_list = self.tool.method == "list";
        let changes = self.tool.effect == Effect::Writes && record_kind(self.tool).is_some();
        // A name that records have is a wish about their state.
        let others = if changes && schema::record_has(self.tool, &self.name) {
            let others = self.tools.relatives(self.tool);
            let acting = others.filter(|other| {
                other.effect != Effect::Reads
                    && other.takes.iter().any(|taken| taken.pointer() == "/id")
            });
            acting.collect()
        } else {
            Vec::new()
        };
        Advice::Impossible { is_list, others }
    }

    /// Returns the identifier that the tool takes under this name.
    fn identifier(&self, name: &str) -> Option<&'static IdArgument> {
        let mut arguments = self.tool.takes.iter();
        arguments.find(|argument| argument.pointer().strip_prefix('/') == Some(name))
    }
}

fn is_at_top(argument: &IdArgument) -> bool {
    argument.pointer().rfind('/') == Some(0)
}

fn object<const COUNT: usize>(fields: [(&str, Json); COUNT]) -> Json {
    let fields = fields
        .into_iter()
        .map(|(name, value)| (name.to_owned(), value));
    Json::Object(fields.collect())
}

/// Returns the names that the object around an unknown field may have.
pub(super) fn possible_names(tool: &ToolSpec, path: &str) -> Vec<String> {
    match split(path) {
        Some((parent, _)) if !parent.is_empty() => schema::names_at(tool, parent),
        _ => {
            let names = tool.shape.fields().map(|field| field.name.to_owned());
            names.collect()
        }
    }
}
