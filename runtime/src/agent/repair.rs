//! The repair of arguments that are valid except for their form.
//!
//! The codec alone decides which arguments are valid. A repair changes the value of one problem and
//! checks the arguments again. It is kept if the problem is gone and no other problem appeared.

use std::fmt;

use super::pointer;
use crate::codec::{Json, Problem, ProblemKind, fold, shorten};
use crate::tools::ToolSpec;

/// The number of problems that are repaired and explained.
pub(super) const MAX_EXPLAINED_PROBLEMS: usize = 50;

/// The number of times that arguments are checked again.
const MAX_CHECKS: usize = 48;

/// A change that corrects the arguments at one path.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum Fix {
    /// Write another value.
    Write(Json),
    /// Leave the argument out.
    LeaveOut,
    /// Write the same value under another name.
    Rename(String),
}

/// Writes the instruction for a model.
impl fmt::Display for Fix {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Write(value) => write!(formatter, "write {}", shorten(value)),
            Self::LeaveOut => formatter.write_str("leave it out"),
            Self::Rename(name) => write!(formatter, "rename it to `{name}`"),
        }
    }
}

/// A change that was made to arguments.
#[derive(Debug, Clone, PartialEq)]
pub struct AppliedRepair {
    /// A JSON pointer into the arguments.
    pub path: String,
    /// The value found, shortened.
    pub found: String,
    /// The change.
    pub fix: Fix,
    /// The code of the problem.
    code: &'static str,
}

impl AppliedRepair {
    /// Returns `true` if this change corrects the problem.
    pub(super) fn corrects(&self, problem: &Problem) -> bool {
        self.path == problem.path && self.code == problem.code()
    }
}

impl fmt::Display for AppliedRepair {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            path, found, fix, ..
        } = self;
        let path = match path.as_str() {
            "" => "the arguments",
            path => path,
        };
        match fix {
            Fix::Write(value) => {
                let value = shorten(value);
                write!(formatter, "{path}: {found} replaced with {value}")
            }
            Fix::LeaveOut => write!(formatter, "{path}: {found} removed"),
            Fix::Rename(name) => write!(formatter, "{path}: renamed to `{name}`"),
        }
    }
}

/// The result of repairing arguments.
#[derive(Debug)]
pub(super) struct RepairAttempt {
    /// The arguments with every change.
    pub(super) arguments: Json,
    /// The changes.
    pub(super) repairs: Vec<AppliedRepair>,
    /// The problems of the original arguments, and those that appeared inside a changed value.
    pub(super) problems: Vec<Problem>,
    /// `true` if no problem is left.
    pub(super) is_complete: bool,
}

/// Looks for changes that correct `arguments`, which have these problems.
pub(super) fn repair(tool: &ToolSpec, arguments: &Json, problems: Vec<Problem>) -> RepairAttempt {
    let mut attempt = RepairAttempt {
        arguments: arguments.clone(),
        repairs: Vec::new(),
        problems: problems.clone(),
        is_complete: false,
    };
    // Each change is compared with every problem, so a long list of problems would take too long.
    if problems.len() > MAX_EXPLAINED_PROBLEMS {
        return attempt;
    }
    let mut open = problems;
    let mut checks = 0;
    while let Some(change) = next_change(tool, &attempt.arguments, &open, &mut checks) {
        open.clone_from(&change.remaining);
        attempt.add(change);
    }
    attempt.is_complete = open.is_empty();
    attempt
}

impl RepairAttempt {
    fn add(&mut self, change: Change) {
        let Change {
            fix,
            problem,
            arguments,
            remaining,
        } = change;
        self.repairs.push(AppliedRepair {
            found: found_at(&self.arguments, &problem, &fix),
            code: problem.code(),
            path: problem.path,
            fix,
        });
        for problem in remaining {
            if !is_among(&problem, &self.problems) {
                self.problems.push(problem);
            }
        }
        self.arguments = arguments;
    }
}

/// A change that corrects a problem.
struct Change {
    fix: Fix,
    problem: Problem,
    /// The arguments with the change.
    arguments: Json,
    /// The problems of these arguments.
    remaining: Vec<Problem>,
}

fn next_change(
    tool: &ToolSpec,
    arguments: &Json,
    open: &[Problem],
    checks: &mut usize,
) -> Option<Change> {
    for problem in open {
        for fix in candidates(arguments, problem) {
            let Some((changed, path)) = apply(arguments, &problem.path, &fix) else {
                continue;
            };
            if *checks >= MAX_CHECKS {
                return None;
            }
            *checks += 1;
            let remaining = problems_of(tool, &changed);
            if is_better(problem, &path, open, &remaining) {
                return Some(Change {
                    fix,
                    problem: problem.clone(),
                    arguments: changed,
                    remaining,
                });
            }
        }
    }
    None
}

/// Returns `true` if the problem is gone, and new problems are only inside the changed value.
fn is_better(problem: &Problem, changed: &str, before: &[Problem], after: &[Problem]) -> bool {
    let is_new = |other: &&Problem| !is_among(other, before);
    let is_inside = |other: &Problem| {
        let rest = other.path.strip_prefix(changed);
        rest.is_some_and(|rest| rest.starts_with('/'))
            || changed != problem.path && other.path == changed
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

/// Returns the arguments with the change, and the path that was changed.
fn apply(arguments: &Json, path: &str, fix: &Fix) -> Option<(Json, String)> {
    match fix {
        Fix::Write(value) => {
            let changed = pointer::set(arguments, path, value.clone())?;
            Some((changed, path.to_owned()))
        }
        Fix::LeaveOut => Some((pointer::take(arguments, path)?.0, path.to_owned())),
        Fix::Rename(name) => {
            let target = pointer::sibling(path, name)?;
            if arguments.pointer(&target).is_some() {
                return None;
            }
            let (without, value) = pointer::take(arguments, path)?;
            Some((pointer::set(&without, &target, value)?, target))
        }
    }
}

fn found_at(arguments: &Json, problem: &Problem, fix: &Fix) -> String {
    match fix {
        Fix::Rename(_) => {
            let name = pointer::last_name(&problem.path);
            format!("`{name}`")
        }
        _ => arguments
            .pointer(&problem.path)
            .map_or_else(|| "nothing".to_owned(), shorten),
    }
}

/// Returns the changes that may correct a problem, the most likely first.
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
            let same = same_characters(value, allowed);
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

/// Returns the other forms of a value: parsed from a string, as a string, out of a list, in a list.
fn forms(value: &Json) -> Vec<Json> {
    let mut forms = Vec::new();
    match value {
        Json::String(text) => {
            let text = text.trim();
            let parsed = serde_json::from_str::<Json>(text)
                .or_else(|_| serde_json::from_str(&text.to_lowercase()))
                .ok();
            forms.extend(parsed.filter(|parsed| !parsed.is_string() && !parsed.is_null()));
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

/// Returns the allowed value that differs from `value` only in case and separators.
fn same_characters(value: &Json, allowed: &[Json]) -> Option<Json> {
    let folded = fold(value.as_str()?);
    let is_same = |other: &&Json| other.as_str().is_some_and(|other| fold(other) == folded);
    let mut same = allowed.iter().filter(is_same);
    match (same.next(), same.next()) {
        (Some(only), None) if !folded.is_empty() => Some(only.clone()),
        _ => None,
    }
}

fn unknown_candidates(arguments: &Json, problem: &Problem, nearest: Option<&String>) -> Vec<Fix> {
    let name = pointer::last_name(&problem.path);
    nearest
        .filter(|nearest| fold(nearest) == fold(name) && arguments.is_object())
        .map(|nearest| Fix::Rename(nearest.clone()))
        .into_iter()
        .collect()
}
