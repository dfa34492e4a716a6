//! Arguments that are right but for their form: what they would have to be.
//!
//! The codec alone says what is right. A change is made at the place of a problem, the whole is
//! checked again, and the change counts only if the problem is gone and no other one came.

use std::fmt;

use super::place;
use crate::codec::{Json, Problem, ProblemKind, fold, shorten};
use crate::tools::ToolSpec;

/// The number of problems that are repaired and explained.
pub(super) const MAX_EXPLAINED_PROBLEMS: usize = 50;

/// The number of times that arguments are checked again.
const MAX_CHECKS: usize = 48;

/// A change that makes arguments right at one place.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum Fix {
    /// Another value stands there.
    Write(Json),
    /// Nothing stands there.
    LeaveOut,
    /// The same value stands under another name.
    Rename(String),
}

impl fmt::Display for Fix {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Write(value) => write!(formatter, "write {}", shorten(value)),
            Self::LeaveOut => formatter.write_str("leave it out"),
            Self::Rename(name) => write!(formatter, "call it `{name}`"),
        }
    }
}

/// A change that was made to arguments.
#[derive(Debug, Clone, PartialEq)]
pub struct AppliedRepair {
    /// A JSON pointer into the arguments.
    pub path: String,
    /// What stood there, shortened.
    pub found: String,
    /// What was changed.
    pub fix: Fix,
    code: &'static str,
}

impl AppliedRepair {
    pub(super) fn is_for(&self, problem: &Problem) -> bool {
        self.path == problem.path && self.code == problem.code()
    }
}

impl fmt::Display for AppliedRepair {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let path = match self.path.as_str() {
            "" => "the arguments",
            path => path,
        };
        write!(formatter, "{path}: {} instead of {}", self.fix, self.found)
    }
}

/// What became of arguments.
#[derive(Debug)]
pub(super) struct Outcome {
    /// The arguments with every change.
    pub(super) arguments: Json,
    /// The changes.
    pub(super) made: Vec<AppliedRepair>,
    /// The problems at first, and those that came to light under a change.
    pub(super) problems: Vec<Problem>,
    /// Whether every problem is gone.
    pub(super) is_right: bool,
}

/// Looks for changes that make `arguments` right, whose problems are `problems`.
pub(super) fn repair(tool: &ToolSpec, arguments: &Json, problems: Vec<Problem>) -> Outcome {
    let mut outcome = Outcome {
        arguments: arguments.clone(),
        made: Vec::new(),
        problems: problems.clone(),
        is_right: false,
    };
    // Each change is weighed against every problem.
    if problems.len() > MAX_EXPLAINED_PROBLEMS {
        return outcome;
    }
    let mut open = problems;
    let mut checks = 0;
    while let Some((fix, problem, copy, left)) = next_change(tool, &outcome, &open, &mut checks) {
        outcome.made.push(AppliedRepair {
            found: found_at(&outcome.arguments, &problem, &fix),
            path: problem.path.clone(),
            code: problem.code(),
            fix,
        });
        for problem in &left {
            if !is_among(problem, &outcome.problems) {
                outcome.problems.push(problem.clone());
            }
        }
        outcome.arguments = copy;
        open = left;
    }
    outcome.is_right = open.is_empty();
    outcome
}

type Change = (Fix, Problem, Json, Vec<Problem>);

fn next_change(
    tool: &ToolSpec,
    outcome: &Outcome,
    open: &[Problem],
    checks: &mut usize,
) -> Option<Change> {
    for problem in open {
        for fix in candidates(&outcome.arguments, problem) {
            let Some((copy, place)) = apply(&outcome.arguments, &problem.path, &fix) else {
                continue;
            };
            if *checks >= MAX_CHECKS {
                return None;
            }
            *checks += 1;
            let left = problems_of(tool, &copy);
            if is_better(problem, &place, open, &left) {
                return Some((fix, problem.clone(), copy, left));
            }
        }
    }
    None
}

/// Whether the problem is gone, and what came instead stands inside what was changed.
fn is_better(problem: &Problem, place: &str, before: &[Problem], after: &[Problem]) -> bool {
    let is_new = |other: &&Problem| !is_among(other, before);
    let is_inside = |other: &Problem| {
        let rest = other.path.strip_prefix(place);
        rest.is_some_and(|rest| rest.starts_with('/'))
            || place != problem.path && other.path == place
    };
    !is_among(problem, after) && after.iter().filter(is_new).all(is_inside)
}

fn is_among(problem: &Problem, problems: &[Problem]) -> bool {
    let is_same = |other: &Problem| other.path == problem.path && other.code() == problem.code();
    problems.iter().any(is_same)
}

fn problems_of(tool: &ToolSpec, arguments: &Json) -> Vec<Problem> {
    match tool.check(arguments) {
        Ok(_) => Vec::new(),
        Err(error) => error.problems().to_vec(),
    }
}

/// The arguments with the change, and the place that was changed.
fn apply(arguments: &Json, path: &str, fix: &Fix) -> Option<(Json, String)> {
    match fix {
        Fix::Write(value) => Some((place::set(arguments, path, value.clone())?, path.to_owned())),
        Fix::LeaveOut => Some((place::take(arguments, path)?.0, path.to_owned())),
        Fix::Rename(name) => {
            let target = place::beside(path, name)?;
            if arguments.pointer(&target).is_some() {
                return None;
            }
            let (copy, value) = place::take(arguments, path)?;
            Some((place::set(&copy, &target, value)?, target))
        }
    }
}

fn found_at(arguments: &Json, problem: &Problem, fix: &Fix) -> String {
    match fix {
        Fix::Rename(_) => {
            let name = problem.path.rsplit('/').next().unwrap_or_default();
            format!("`{name}`")
        }
        _ => arguments
            .pointer(&problem.path)
            .map_or_else(|| "nothing".to_owned(), shorten),
    }
}

/// The changes that may be meant, the likeliest first.
fn candidates(arguments: &Json, problem: &Problem) -> Vec<Fix> {
    let Some(value) = arguments.pointer(&problem.path) else {
        return Vec::new();
    };
    match &problem.kind {
        ProblemKind::WrongType { .. } | ProblemKind::NoVariant { .. } => {
            forms(value).into_iter().map(Fix::Write).collect()
        }
        ProblemKind::NullNotAllowed => vec![Fix::LeaveOut],
        ProblemKind::NotAllowed { allowed, .. } => {
            let same = same_letters(value, allowed);
            let is_allowed = |form: &Json| allowed.contains(form);
            let others = forms(value).into_iter().filter(is_allowed);
            same.into_iter().chain(others).map(Fix::Write).collect()
        }
        ProblemKind::Unknown { nearest } => {
            unknown_candidates(arguments, problem, nearest.as_ref())
        }
        ProblemKind::Missing | ProblemKind::Check { .. } | ProblemKind::OtherIdentifier { .. } => {
            Vec::new()
        }
    }
}

/// The same value in the forms that it may have been meant in.
fn forms(value: &Json) -> Vec<Json> {
    let mut forms = Vec::new();
    match value {
        Json::String(text) => {
            let text = text.trim();
            let parsed = serde_json::from_str::<Json>(text)
                .or_else(|_| serde_json::from_str(&text.to_lowercase()));
            forms.extend(
                parsed
                    .ok()
                    .filter(|parsed| !parsed.is_string() && !parsed.is_null()),
            );
        }
        Json::Number(_) | Json::Bool(_) => forms.push(Json::String(value.to_string())),
        Json::Array(elements) => {
            if let [only] = elements.as_slice() {
                forms.push(only.clone());
            }
        }
        Json::Object(_) | Json::Null => {}
    }
    if !value.is_null() && !value.is_array() {
        let own = std::iter::once(value.clone());
        let lists: Vec<Json> = own
            .chain(forms.iter().filter(|form| !form.is_array()).cloned())
            .map(|element| Json::Array(vec![element]))
            .collect();
        forms.extend(lists);
    }
    forms
}

/// The allowed value of the same letters, whatever their case and what separates them.
fn same_letters(value: &Json, allowed: &[Json]) -> Option<Json> {
    let folded = fold(value.as_str()?);
    let is_same = |other: &&Json| other.as_str().is_some_and(|other| fold(other) == folded);
    let mut same = allowed.iter().filter(is_same);
    match (same.next(), same.next()) {
        (Some(only), None) if !folded.is_empty() => Some(only.clone()),
        _ => None,
    }
}

fn unknown_candidates(arguments: &Json, problem: &Problem, nearest: Option<&String>) -> Vec<Fix> {
    let name = problem.path.rsplit('/').next().unwrap_or_default();
    nearest
        .filter(|nearest| fold(nearest) == fold(name) && arguments.is_object())
        .map(|nearest| Fix::Rename(nearest.clone()))
        .into_iter()
        .collect()
}
