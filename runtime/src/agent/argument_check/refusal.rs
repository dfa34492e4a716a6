//! Invalid arguments, explained to a model.

use std::fmt;

use toolsmith_dialect::sentence;

use crate::agent::argument_check::advice::Advice;
use crate::agent::argument_check::contract;
use crate::agent::argument_check::expectation::expected_value;
use crate::agent::argument_check::prerequisite::offered_steps;
use crate::agent::argument_check::repair::{
    self, AppliedRepair, ArgumentFix, MAX_EXPLAINED_PROBLEMS,
};
use crate::agent::argument_check::unknown_argument::{
    UnknownNames, WayOut, possible_names, way_out,
};
use crate::agent::pointer;
use crate::agent::text::quoting::truncate;
use crate::agent::tool_set::offered::{OfferedTools, argument_of};
use crate::codec::{Json, JsonType, Problem, ProblemKind};
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
    /// The instruction, if the problem and the expected value do not say it all.
    pub advice: Option<Advice>,
}

/// Arguments that are refused.
#[derive(Clone, Copy)]
pub(in crate::agent) struct RefusedCall<'a> {
    pub(in crate::agent) tool: &'static ToolSpec,
    pub(in crate::agent) arguments: &'a Json,
    /// The changes that would correct some problems.
    pub(in crate::agent) repairs: &'a [AppliedRepair],
    /// The tools that an instruction may name.
    pub(in crate::agent) tools: OfferedTools<'a>,
}

impl Refusal {
    /// Creates the refusal for one problem, which says it all.
    pub(in crate::agent) fn of(tool: &'static ToolSpec, problem: Problem) -> Self {
        let fault = ArgumentFault {
            problem,
            expected: None,
            advice: None,
        };
        Self {
            tool,
            faults: vec![fault],
            left_out: 0,
        }
    }

    /// Explains all problems of the arguments.
    pub(in crate::agent) fn explain(call: RefusedCall<'_>, mut problems: Vec<Problem>) -> Self {
        let left_out = problems.len().saturating_sub(MAX_EXPLAINED_PROBLEMS);
        problems.truncate(MAX_EXPLAINED_PROBLEMS);
        let unknown = UnknownNames::of(call.tool, &problems);
        let faults = problems.into_iter();
        let faults: Vec<ArgumentFault> = faults
            .map(|problem| call.explain(problem, &unknown))
            .collect();
        let meant = meant_names(call.tool, &faults);
        let is_meant = |fault: &ArgumentFault| {
            let is_missing = matches!(fault.problem.kind, ProblemKind::Missing);
            is_missing && meant.contains(&fault.problem.path)
        };
        // An argument under a wrong name is one problem, not two.
        let faults = faults.into_iter().filter(|fault| !is_meant(fault));
        Self {
            tool: call.tool,
            faults: faults.collect(),
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
            if let Some(advice) = &self.advice {
                let entry = match advice.suggestion() {
                    Some(value) => ("suggestion", value),
                    None => ("hint", Json::from(advice.to_string())),
                };
                fields.insert(entry.0.to_owned(), entry.1);
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
        match self.left_out {
            0 => Ok(()),
            1 => formatter.write_str("\n[and 1 more problem]"),
            more => write!(formatter, "\n[and {more} more problems]"),
        }
    }
}

impl fmt::Display for ArgumentFault {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let expected = self.expected.as_ref().map(|expected| {
            let whose = match self.problem.kind {
                ProblemKind::Unknown { .. } if self.problem.path.rfind('/') > Some(0) => {
                    "allowed here:"
                }
                ProblemKind::Unknown { .. } => "this tool takes",
                _ => "expected",
            };
            format!("{whose} {expected}")
        });
        let advice = self.advice.as_ref().map(ToString::to_string);
        let mut text = self.problem.to_string();
        for part in expected.into_iter().chain(advice) {
            // A value that was found may end with any character.
            if text.ends_with('?') {
                sentence::append(&mut text, "; ", &part);
            } else {
                text.extend(["; ", &part]);
            }
        }
        formatter.write_str(&text)
    }
}

impl serde::Serialize for Refusal {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.to_json().serialize(serializer)
    }
}

impl RefusedCall<'_> {
    fn explain(self, mut problem: Problem, unknown: &UnknownNames) -> ArgumentFault {
        let mut repairs = self.repairs.iter();
        let fix = repairs
            .find(|repair| repair.corrects(&problem))
            .map(|repair| &repair.fix);
        let way_out = || way_out(self.tool, self.arguments, self.tools, unknown, &problem);
        let advice = match fix.map_or_else(way_out, |_| None) {
            Some(WayOut::Meant(name)) => {
                problem.kind = ProblemKind::Unknown {
                    nearest: Some(name),
                };
                None
            }
            Some(WayOut::Advice(advice)) => {
                problem.kind = ProblemKind::Unknown { nearest: None };
                Some(advice)
            }
            None => self.advice(&problem, fix),
        };
        ArgumentFault {
            expected: self.expected(&problem, advice.as_ref()),
            advice,
            problem,
        }
    }

    /// Returns the advice for a problem with a known correction, or with a value.
    fn advice(self, problem: &Problem, fix: Option<&ArgumentFix>) -> Option<Advice> {
        match (fix, &problem.kind) {
            // The problem names the value or the name.
            (
                _,
                ProblemKind::NotAllowed {
                    nearest: Some(_), ..
                },
            )
            | (Some(ArgumentFix::Rename(_)), _) => None,
            (Some(ArgumentFix::Write(value)), _) if problem.is_hidden() => {
                Some(Advice::WriteInForm(value.clone()))
            }
            (Some(fix), _) => Some(Advice::Change(fix.clone())),
            (None, ProblemKind::NullNotAllowed) if self.is_optional(&problem.path) => {
                Some(Advice::NotCleared)
            }
            (None, ProblemKind::WrongType { .. }) if problem.path.is_empty() => {
                Some(Advice::WriteObject(self.tool))
            }
            (None, ProblemKind::WrongType { expected, .. })
                if expected.is(JsonType::Array) && problem.is_hidden() =>
            {
                Some(Advice::WriteElements)
            }
            (None, ProblemKind::WrongType { expected, .. }) if expected.is(JsonType::Array) => {
                self.list_advice(&problem.path)
            }
            (None, _) => self.identifier_advice(problem),
        }
    }

    /// Returns `true` if the argument at `path` can be left out.
    fn is_optional(self, path: &str) -> bool {
        let without = pointer::take(self.arguments, path);
        without.is_some_and(|(without, _)| {
            let problems = contract::problems(self.tool, &without);
            problems.iter().all(|other| other.path != path)
        })
    }

    /// Returns the advice for a value that is not a list.
    fn list_advice(self, path: &str) -> Option<Advice> {
        let value = self.arguments.pointer(path)?;
        let readings = repair::list_readings(self.tool, self.arguments, path);
        match value {
            _ if !readings.is_empty() => Some(Advice::Choose(readings)),
            Json::String(text) if text.trim().is_empty() || text == "null" => {
                let is_left_out = !contract::is_update(self.tool) && self.is_optional(path);
                Some(if is_left_out {
                    Advice::Change(ArgumentFix::LeaveOut)
                } else {
                    Advice::WriteElements
                })
            }
            Json::String(_) => Some(Advice::WriteElements),
            _ => None,
        }
    }

    /// Returns the advice for an identifier: a tool that returns it.
    fn identifier_advice(self, problem: &Problem) -> Option<Advice> {
        let mut arguments = self.tool.takes.iter();
        let argument =
            arguments.find(|argument| pointer::matches(argument.pointer(), &problem.path))?;
        if let (ProblemKind::Check { found, .. }, false) = (&problem.kind, argument.is_required())
            && found == "\"\""
        {
            return Some(if contract::is_update(self.tool) {
                Advice::NotCleared
            } else {
                Advice::Change(ArgumentFix::LeaveOut)
            });
        }
        let steps = offered_steps(argument.kind(), self.tool, self.tools);
        (!steps.is_empty()).then_some(Advice::CallFirst(steps))
    }

    /// Returns the expected value that the problem itself does not say: that of a missing argument, or
    /// the possible names for an unknown one.
    fn expected(self, problem: &Problem, advice: Option<&Advice>) -> Option<String> {
        match problem.kind {
            ProblemKind::Missing => Some(expected_value(self.tool, self.arguments, &problem.path)),
            ProblemKind::NullNotAllowed
                if !matches!(advice, Some(Advice::Change(_) | Advice::NotCleared)) =>
            {
                Some(expected_value(self.tool, self.arguments, &problem.path))
            }
            ProblemKind::Unknown { nearest: None } if advice.is_none_or(Advice::is_elsewhere) => {
                Some(
                    match possible_names(self.tool, self.arguments, &problem.path).as_slice() {
                        [] => "no arguments".to_owned(),
                        names => names.join(", "),
                    },
                )
            }
            _ => None,
        }
    }
}

/// Returns the paths of the arguments that unknown ones were probably meant to be, or contain.
fn meant_names(tool: &ToolSpec, faults: &[ArgumentFault]) -> Vec<String> {
    let meant = faults.iter().flat_map(|fault| {
        let path = fault.problem.path.as_str();
        match (&fault.problem.kind, &fault.advice) {
            (ProblemKind::Unknown { nearest: Some(_) }, _) => {
                fault.problem.meant_path().into_iter().collect()
            }
            (_, Some(Advice::Convert(name))) => pointer::sibling(path, name).into_iter().collect(),
            (_, Some(Advice::CallForEach(name))) => {
                pointer::sibling(path, name).into_iter().collect()
            }
            (
                _,
                Some(
                    Advice::Change(ArgumentFix::Unwrap(value))
                    | Advice::WriteInside(value)
                    | Advice::WriteAtTop(value),
                ),
            ) => names_at_top(tool, value),
            _ => Vec::new(),
        }
    });
    meant.collect()
}

/// Returns the paths of the arguments that an object contains.
fn names_at_top(tool: &ToolSpec, object: &Json) -> Vec<String> {
    let fields = object.as_object().into_iter().flatten();
    let names = fields.filter_map(|(name, _)| argument_of(tool, name));
    names
        .filter_map(|name| pointer::sibling("/", name))
        .collect()
}
