//! The advice for an argument that a tool does not have.

mod elsewhere;
mod nested;
mod own;

use std::cell::OnceCell;

use toolsmith_dialect::json_pointer::{escape, split};

use crate::agent::argument_check::advice::Advice;
use crate::agent::argument_check::contract;
use crate::agent::argument_check::repair::{ArgumentFix, wrapped_arguments};
use crate::agent::argument_check::schema::{self, NestedArguments};
use crate::agent::tool_set::offered::{OfferedTools, argument_of, is_creation, record_kind};
use crate::codec::{Json, Problem, ProblemKind, fold, words};
use crate::tools::{Effect, IdArgument, ToolSpec};

/// The longest name, in bytes, that is looked for elsewhere. A longer one is not a name of
/// anything, and comparing it with all tools would take long.
const MAX_NAME_LENGTH: usize = 400;

/// The way out of an unknown argument.
pub(in crate::agent) enum WayOut {
    /// This argument was probably meant.
    Meant(String),
    /// Something else is to be done.
    Advice(Advice),
}

/// A call with an unknown argument.
pub(in crate::agent) struct UnknownArgument<'a> {
    tool: &'static ToolSpec,
    arguments: &'a Json,
    tools: OfferedTools<'a>,
    unknown: &'a UnknownNames,
    name: String,
    value: &'a Json,
    /// The object that has the argument, and the path to it.
    parent: &'a Json,
    object_path: &'a str,
    /// The name that is spelt almost like it.
    nearest: Option<&'a String>,
}

/// The words of tools that change the state of a record, or their beginnings.
const STATE_VERBS: [&str; 17] = [
    "accept",
    "activat",
    "approv",
    "block",
    "complet",
    "confirm",
    "enabl",
    "lock",
    "publish",
    "reactivat",
    "reject",
    "reopen",
    "restor",
    "resum",
    "unarchiv",
    "unblock",
    "unlock",
];

/// The same of tools that end something, but keep the record.
const ENDING_VERBS: [&str; 10] = [
    "archiv",
    "cancel",
    "clos",
    "deactivat",
    "disabl",
    "paus",
    "revok",
    "suspend",
    "terminat",
    "withdraw",
];

/// The unknown arguments at the top, each with the name that is spelt almost like it, and the nested
/// arguments that they may be.
#[derive(Debug, Default)]
pub(in crate::agent) struct UnknownNames {
    names: Vec<(String, Option<String>)>,
    nested: NestedArguments,
    /// The arguments that the names probably mean, in their order. Each is looked for in the whole catalog, once.
    meant: OnceCell<Vec<Option<String>>>,
}

impl UnknownNames {
    pub(in crate::agent) fn of(tool: &ToolSpec, problems: &[Problem]) -> Self {
        let unknown = problems.iter().filter_map(|problem| match &problem.kind {
            ProblemKind::Unknown { nearest } => Some((split(&problem.path)?, nearest)),
            _ => None,
        });
        let at_top = unknown.filter(|((parent, _), _)| parent.is_empty());
        let names = at_top.map(|((_, name), nearest)| (name, nearest.clone()));
        let is_name = |(name, _): &(String, Option<String>)| name.len() <= MAX_NAME_LENGTH;
        let names: Vec<(String, Option<String>)> = names.filter(is_name).collect();
        if names.is_empty() {
            return Self::default();
        }
        Self {
            names,
            nested: NestedArguments::of(tool),
            meant: OnceCell::new(),
        }
    }
}

/// Returns the way out of a problem, if it is an unknown argument.
pub(in crate::agent) fn way_out<'a>(
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
        return Some(WayOut::Advice(Advice::Impossible {
            is_list: tool.method == "list",
            others: Vec::new(),
        }));
    }
    let value = arguments.pointer(&problem.path).unwrap_or(&Json::Null);
    let argument = UnknownArgument {
        tool,
        arguments,
        tools,
        unknown,
        name,
        value,
        parent: arguments.pointer(parent).unwrap_or(&Json::Null),
        object_path: parent,
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
        if let Some(inner) = wrapped_arguments(self.tool, &self.name, self.value) {
            return WayOut::Advice(Advice::Change(ArgumentFix::Unwrap(inner)));
        }
        if let Some(inside) = self.inside() {
            return WayOut::Advice(Advice::WriteInside(inside));
        }
        if let Some(one) = self.one_of_list() {
            return WayOut::Advice(Advice::CallForEach(one));
        }
        if let Some(name) = self.meant_alone() {
            return WayOut::Meant(name);
        }
        let names = self.tool.argument_names().map(str::to_owned);
        if let Some(name) = self.other_unit(&self.free_among(names)) {
            return WayOut::Advice(Advice::Convert(name));
        }
        let elsewhere = self.page().or_else(|| self.other_identifier());
        let elsewhere = elsewhere.or_else(|| self.read_first());
        let elsewhere = elsewhere.or_else(|| self.find_record());
        let elsewhere = elsewhere.or_else(|| self.other_tool());
        WayOut::Advice(elsewhere.unwrap_or_else(|| self.impossible()))
    }

    /// A field of an object inside the arguments.
    fn in_object(&self) -> WayOut {
        let is_given = |name: &str| {
            let sibling = self.parent.as_object();
            fold(name) != fold(&self.name)
                && sibling.is_some_and(|fields| fields.contains_key(name))
        };
        if let Some(nearest) = self.nearest.filter(|nearest| !is_given(nearest)) {
            return WayOut::Meant(nearest.clone());
        }
        if let Some(name) = argument_of(self.tool, &self.name)
            && self.arguments.get(name).is_none()
        {
            return WayOut::Advice(Advice::WriteAtTop(object([(name, self.value.clone())])));
        }
        let names = schema::names_at(self.tool, self.arguments, self.object_path);
        if let Some(name) = self.other_unit(&self.free_among(names.into_iter())) {
            return WayOut::Advice(Advice::Convert(name));
        }
        WayOut::Advice(Advice::Impossible {
            is_list: self.tool.method == "list",
            others: Vec::new(),
        })
    }

    /// Returns the names that the object with the argument does not have.
    fn free_among(&self, names: impl Iterator<Item = String>) -> Vec<String> {
        let object = self.parent.as_object();
        let is_free = |name: &String| object.is_none_or(|object| !object.contains_key(name));
        names.filter(is_free).collect()
    }

    fn impossible(&self) -> Advice {
        let is_list = self.tool.method == "list";
        let changes = self.tool.effect == Effect::Writes
            && !is_creation(self.tool)
            && record_kind(self.tool).is_some();
        // Other tools may change the state of a record, but not its other fields.
        let others = if changes && self.is_state() && schema::record_has(self.tool, &self.name) {
            let others = self.tools.relatives(self.tool);
            let acting = others.filter(|other| {
                changes_state(other) && other.takes.iter().any(|taken| taken.pointer() == "/id")
            });
            acting.collect()
        } else {
            Vec::new()
        };
        Advice::Impossible { is_list, others }
    }

    /// Returns `true` for the state of a record: `isActive`, `status`.
    fn is_state(&self) -> bool {
        let named = words(&self.name);
        let is_word = named.last().is_some_and(|last| {
            matches!(
                last.as_str(),
                "active" | "disabled" | "enabled" | "state" | "status"
            )
        });
        is_word || self.value.is_boolean()
    }

    /// Returns all unknown arguments at the top.
    fn all(&self) -> impl Iterator<Item = UnknownArgument<'_>> {
        self.unknown
            .names
            .iter()
            .map(|(name, nearest)| UnknownArgument {
                name: name.clone(),
                value: self.arguments.get(name).unwrap_or(&Json::Null),
                nearest: nearest.as_ref(),
                ..*self
            })
    }

    /// Returns the names of all unknown arguments at the top, each with the argument that it probably means.
    fn all_meant(&self) -> impl Iterator<Item = (&str, Option<&str>)> {
        let meant = self.unknown.meant.get_or_init(|| {
            let all = self.all().map(|argument| argument.meant());
            all.collect()
        });
        let names = self.unknown.names.iter().map(|(name, _)| name.as_str());
        names.zip(meant.iter().map(Option::as_deref))
    }

    /// Returns `true` if the tool takes `arguments`, which are those inside the argument `outer`, apart from
    /// values of another type.
    fn takes_inside(&self, outer: &str, arguments: &Json) -> bool {
        let path = format!("/{}", escape(outer));
        let is_refused = |problem: &Problem| match problem.kind {
            ProblemKind::Unknown { .. } => problem.path.starts_with(&format!("{path}/")),
            // A container of another type.
            ProblemKind::WrongType { .. } => {
                let value = arguments.pointer(&problem.path);
                problem.path.starts_with(&path)
                    && value.is_some_and(|value| value.is_array() || value.is_object())
            }
            _ => false,
        };
        let problems = contract::problems(self.tool, arguments);
        !problems.iter().any(is_refused)
    }

    /// Returns `true` if the records of the tool, or those that tools read of the same kind, have a field of
    /// this name.
    fn is_field(&self) -> bool {
        let reader = self.tools.reader_of(self.tool, &["get", "list"]);
        let mut tools = reader.into_iter().chain([self.tool]);
        tools.any(|tool| schema::record_has(tool, &self.name))
    }

    /// Returns the identifier that the tool takes under this name.
    fn identifier(&self, name: &str) -> Option<&'static IdArgument> {
        let mut arguments = self.tool.takes.iter();
        arguments.find(|argument| argument.pointer().strip_prefix('/') == Some(name))
    }
}

/// Returns `true` for a tool that says that it changes the state of a record, and keeps the record.
fn changes_state(tool: &ToolSpec) -> bool {
    let sentence = tool.description.split_inclusive(['.', ';']).next();
    let mut said = words(sentence.unwrap_or_default());
    said.extend(words(tool.name));
    let says = |verbs: &[&str]| {
        let begins = |word: &String| verbs.iter().any(|verb| word.starts_with(verb));
        said.iter().any(begins)
    };
    match tool.effect {
        Effect::Reads => false,
        Effect::Writes => says(&STATE_VERBS) || says(&ENDING_VERBS),
        Effect::Destroys => says(&ENDING_VERBS),
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
pub(in crate::agent) fn possible_names(
    tool: &ToolSpec,
    arguments: &Json,
    path: &str,
) -> Vec<String> {
    match split(path) {
        Some((parent, _)) if !parent.is_empty() => schema::names_at(tool, arguments, parent),
        _ => {
            let names = tool.argument_names().map(str::to_owned);
            names.collect()
        }
    }
}
