//! Arguments that a tool refuses, with what to write instead.

use std::fmt;

use super::identifier_memory::Seen;
use super::output::first;
use super::place;
use super::prerequisite;
use super::repair::{AppliedRepair, Fix, MAX_EXPLAINED_PROBLEMS};
use crate::codec::{Json, Problem, ProblemKind, shorten};
use crate::tools::ToolSpec;

/// How many characters a line for the model has, at most: names in a place may be of any length.
const LINE: usize = 2000;

/// Arguments that a tool refuses: every problem at once. Nothing was sent.
///
/// `Display` is the text for the model: a line for each problem.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Refusal {
    /// The tool.
    pub tool: &'static ToolSpec,
    /// The problems; the first 50 of them, if there are more.
    pub faults: Vec<ArgumentFault>,
    /// How many problems there are beyond those.
    pub left_out: usize,
}

/// One problem, and what to do about it.
#[derive(Debug, Clone)]
pub struct ArgumentFault {
    /// The place, and what is wrong there.
    pub problem: Problem,
    /// What belongs there, where the problem itself does not say: "one of "day", "month"".
    pub expected: Option<String>,
    /// What would be right.
    pub fix: Option<Fix>,
    /// What to do: "call `list_projects` first".
    pub hint: Option<String>,
}

impl Refusal {
    /// Explains every problem of `arguments`.
    pub(super) fn explain(
        tool: &'static ToolSpec,
        arguments: &Json,
        mut problems: Vec<Problem>,
        repairs: &[AppliedRepair],
    ) -> Self {
        let left_out = problems.len().saturating_sub(MAX_EXPLAINED_PROBLEMS);
        problems.truncate(MAX_EXPLAINED_PROBLEMS);
        let misspelt = meant_names(&problems);
        let explain = |problem: Problem| {
            let made = repairs.iter().find(|made| made.is_for(&problem));
            ArgumentFault {
                expected: expected(tool, arguments, &problem),
                fix: made.map(|made| made.fix.clone()),
                hint: hint(tool, &problem, &misspelt),
                problem,
            }
        };
        Self {
            tool,
            faults: problems.into_iter().map(explain).collect(),
            left_out,
        }
    }

    /// The same for programs: the tool and its problems, each with `path`, `code`, `message`, and
    /// `expected`, `found`, `suggestion` and `hint` as far as there are any.
    #[must_use]
    pub fn to_json(&self) -> Json {
        let problems = self.faults.iter().map(ArgumentFault::to_json).collect();
        let entries = [
            ("tool", Json::from(self.tool.name)),
            ("problems", Json::Array(problems)),
        ];
        let entries = entries.map(|(name, value)| (name.to_owned(), value));
        Json::Object(entries.into_iter().collect())
    }
}

impl ArgumentFault {
    /// The same for programs.
    #[must_use]
    pub fn to_json(&self) -> Json {
        let mut json = self.problem.to_json();
        if let Json::Object(fields) = &mut json {
            if let Some(expected) = &self.expected {
                fields.insert("expected".to_owned(), Json::from(expected.as_str()));
            }
            if let Some(Fix::Write(value)) = &self.fix {
                fields.insert("suggestion".to_owned(), value.clone());
            }
            if let Some(hint) = &self.hint {
                fields.insert("hint".to_owned(), Json::from(hint.as_str()));
            }
        }
        json
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let count = self.faults.len() + self.left_out;
        let noun = if count == 1 { "problem" } else { "problems" };
        let name = self.tool.name;
        write!(
            formatter,
            "{name}: {count} {noun} with the arguments; nothing was sent"
        )?;
        for fault in &self.faults {
            let line = fault.to_string();
            let shown = first(&line, LINE);
            let end = if shown.len() < line.len() { "…" } else { "" };
            write!(formatter, "\n{shown}{end}")?;
        }
        if self.left_out > 0 {
            write!(formatter, "\n[and {} more]", self.left_out)?;
        }
        Ok(())
    }
}

impl fmt::Display for ArgumentFault {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}", self.problem)?;
        if let Some(expected) = &self.expected {
            write!(formatter, "; it takes {expected}")?;
        }
        if let Some(fix) = &self.fix {
            // A name that is near is said already.
            if !matches!(fix, Fix::Rename(_)) {
                write!(formatter, "; {fix}")?;
            }
        }
        match &self.hint {
            Some(hint) => write!(formatter, "; {hint}"),
            None => Ok(()),
        }
    }
}

impl serde::Serialize for Refusal {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.to_json().serialize(serializer)
    }
}

/// What belongs at the place, where the problem does not say: of a missing argument.
fn expected(tool: &ToolSpec, arguments: &Json, problem: &Problem) -> Option<String> {
    match problem.kind {
        ProblemKind::Missing => Some(probe(tool, arguments, &problem.path)),
        ProblemKind::Unknown { nearest: None } => Some(match names(tool).as_slice() {
            [] => "no arguments".to_owned(),
            names => names.join(", "),
        }),
        _ => None,
    }
}

/// What a tool says that it takes, by what it says of values that are hardly right.
fn probe(tool: &ToolSpec, arguments: &Json, path: &str) -> String {
    let ask = |value: Json| {
        let arguments = place::set(arguments, path, value)?;
        let error = tool.check(&arguments).err()?;
        let mut problems = error.problems().iter();
        problems.find(|problem| problem.path == path)?.expected()
    };
    let first = ask(Json::Bool(true));
    match first.as_deref() {
        Some("a string") => ask(Json::from("?")).unwrap_or_else(|| "a string".to_owned()),
        Some(expected) => expected.to_owned(),
        None if ask(Json::from("?")).is_some() => "true or false".to_owned(),
        None => "a value".to_owned(),
    }
}

fn names(tool: &ToolSpec) -> Vec<&'static str> {
    tool.shape.fields().map(|field| field.name).collect()
}

/// The names that unknown arguments were probably meant to be.
fn meant_names(problems: &[Problem]) -> Vec<String> {
    let nearest = problems.iter().filter_map(|problem| match &problem.kind {
        ProblemKind::Unknown { nearest } => nearest.clone(),
        _ => None,
    });
    nearest.collect()
}

/// What to do about a problem. An identifier has to be found, unless it may stand there already
/// under a name that is near.
fn hint(tool: &ToolSpec, problem: &Problem, misspelt: &[String]) -> Option<String> {
    let name = problem.path.rsplit('/').next().unwrap_or_default();
    match &problem.kind {
        ProblemKind::Unknown { nearest: None } => Some("leave it out".to_owned()),
        ProblemKind::Unknown { .. } => None,
        ProblemKind::Missing if misspelt.iter().any(|meant| meant == name) => None,
        _ => identifier_hint(tool, problem),
    }
}

fn identifier_hint(tool: &ToolSpec, problem: &Problem) -> Option<String> {
    let argument = tool
        .takes
        .iter()
        .find(|argument| place::names(argument.pointer(), &problem.path))?;
    prerequisite::instruct(argument.kind(), tool)
}

/// The problems with identifiers of another kind.
pub(super) fn other_identifiers(tool: &ToolSpec, arguments: &Json, seen: &Seen) -> Vec<Problem> {
    let mut problems = Vec::new();
    for argument in tool.takes {
        for (path, value) in place::find(arguments, argument.pointer()) {
            let Some(text) = value.as_str() else {
                continue;
            };
            if let Some(sighting) = seen.other_kind(text, argument.kind()) {
                let kind = ProblemKind::OtherIdentifier {
                    expected: argument.kind().name,
                    found: shorten(value),
                    kind: sighting.kind.name,
                    given_by: sighting.tool.name,
                };
                problems.push(Problem { path, kind });
            }
        }
    }
    problems
}
