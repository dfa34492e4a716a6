//! Invalid arguments, explained to a model.

use std::fmt;

use super::pointer;
use super::prerequisite;
use super::repair::{AppliedRepair, Fix, MAX_EXPLAINED_PROBLEMS};
use super::text::truncate;
use crate::codec::{Json, Problem, ProblemKind};
use crate::tools::ToolSpec;

/// The number of characters of a line. The names in a path may have any length.
const MAX_LINE_CHARACTERS: usize = 2000;

/// The refusal of invalid arguments, with all problems. Nothing was sent.
///
/// `Display` writes the text for the model, one line for each problem.
///
/// ```
/// use toolsmith_runtime::agent::{Refusal, Reply, ReplyOutcome};
///
/// /// Returns the paths of the invalid arguments.
/// fn invalid_paths(reply: &Reply) -> Vec<&str> {
///     let ReplyOutcome::Refused(Refusal { faults, .. }) = reply.outcome() else {
///         return Vec::new();
///     };
///     faults.iter().map(|fault| fault.problem.path.as_str()).collect()
/// }
/// ```
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Refusal {
    /// The tool.
    pub tool: &'static ToolSpec,
    /// The problems, up to 50.
    pub faults: Vec<ArgumentFault>,
    /// The number of further problems.
    pub left_out: usize,
}

/// One problem, and the remedy.
#[derive(Debug, Clone)]
pub struct ArgumentFault {
    /// The path and the kind of the problem.
    pub problem: Problem,
    /// The expected value, such as `one of "day", "month"`, if the problem itself does not say it.
    pub expected: Option<String>,
    /// The change that would correct it.
    pub fix: Option<Fix>,
    /// An instruction, such as "call `list_projects` first".
    pub hint: Option<String>,
}

impl Refusal {
    /// Explains all problems of the arguments.
    pub(super) fn explain(
        tool: &'static ToolSpec,
        arguments: &Json,
        mut problems: Vec<Problem>,
        repairs: &[AppliedRepair],
    ) -> Self {
        let left_out = problems.len().saturating_sub(MAX_EXPLAINED_PROBLEMS);
        problems.truncate(MAX_EXPLAINED_PROBLEMS);
        let misspelled = meant_names(&problems);
        let explain = |problem: Problem| {
            let repair = repairs.iter().find(|repair| repair.corrects(&problem));
            ArgumentFault {
                expected: expected(tool, arguments, &problem),
                fix: repair.map(|repair| repair.fix.clone()),
                hint: hint(tool, &problem, &misspelled),
                problem,
            }
        };
        Self {
            tool,
            faults: problems.into_iter().map(explain).collect(),
            left_out,
        }
    }

    /// Returns the refusal as JSON: `tool` and `problems`, each with `path`, `code` and `message`,
    /// and with `expected`, `found`, `suggestion` and `hint` if there are any.
    #[must_use]
    pub fn to_json(&self) -> Json {
        let problems = self.faults.iter().map(ArgumentFault::to_json).collect();
        let entries = [
            ("tool", Json::from(self.tool.name)),
            ("problems", Json::Array(problems)),
        ];
        let fields = entries.map(|(name, value)| (name.to_owned(), value));
        Json::Object(fields.into_iter().collect())
    }
}

impl ArgumentFault {
    /// Returns the problem as JSON; see [`Refusal::to_json`].
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
            let line = truncate(&fault.to_string(), MAX_LINE_CHARACTERS);
            write!(formatter, "\n{line}")?;
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
        match (&self.problem.kind, &self.expected) {
            (ProblemKind::Unknown { .. }, Some(names)) => {
                write!(formatter, "; this tool takes {names}")?;
            }
            (_, Some(expected)) => write!(formatter, "; expected {expected}")?,
            (_, None) => {}
        }
        match &self.fix {
            // The problem names the right name.
            None | Some(Fix::Rename(_)) => {}
            Some(fix) => write!(formatter, "; {fix}")?,
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

/// Returns the expected value of a missing argument, or the arguments of the tool for a name that
/// resembles none of them.
fn expected(tool: &ToolSpec, arguments: &Json, problem: &Problem) -> Option<String> {
    match problem.kind {
        ProblemKind::Missing => Some(expected_by_probing(tool, arguments, &problem.path)),
        ProblemKind::Unknown { nearest: None } => {
            let names: Vec<&str> = tool.shape.fields().map(|field| field.name).collect();
            Some(match names.as_slice() {
                [] => "no arguments".to_owned(),
                names => names.join(", "),
            })
        }
        _ => None,
    }
}

/// Returns the value that a tool expects at `path`: what it reports for values of a wrong type.
fn expected_by_probing(tool: &ToolSpec, arguments: &Json, path: &str) -> String {
    let expected_instead_of = |value: Json| {
        let arguments = pointer::set(arguments, path, value)?;
        let error = tool.check(&arguments).err()?;
        let mut problems = error.problems().iter();
        problems.find(|problem| problem.path == path)?.expected()
    };
    match expected_instead_of(Json::Bool(true)) {
        // A string may have to be one of an enum.
        Some(expected) if expected == "a string" => {
            expected_instead_of(Json::from("?")).unwrap_or(expected)
        }
        Some(expected) => expected,
        None if expected_instead_of(Json::from("?")).is_some() => "true or false".to_owned(),
        None => "a value".to_owned(),
    }
}

/// Returns the names that unknown arguments were probably meant to be.
fn meant_names(problems: &[Problem]) -> Vec<String> {
    let nearest = problems.iter().filter_map(|problem| match &problem.kind {
        ProblemKind::Unknown { nearest } => nearest.clone(),
        _ => None,
    });
    nearest.collect()
}

/// Returns the instruction for a problem. A missing identifier has to be looked up, unless it is
/// there under a misspelled name.
fn hint(tool: &ToolSpec, problem: &Problem, misspelled: &[String]) -> Option<String> {
    let name = pointer::last_name(&problem.path);
    match &problem.kind {
        ProblemKind::Unknown { nearest: None } => Some("leave it out".to_owned()),
        ProblemKind::Unknown { .. } => None,
        ProblemKind::Missing if misspelled.iter().any(|meant| meant == name) => None,
        _ => identifier_hint(tool, problem),
    }
}

fn identifier_hint(tool: &ToolSpec, problem: &Problem) -> Option<String> {
    let mut arguments = tool.takes.iter();
    let argument =
        arguments.find(|argument| pointer::matches(argument.pointer(), &problem.path))?;
    prerequisite::instruction(argument.kind(), tool)
}
