//! The repair of arguments that are valid except for their form.
//!
//! The codec alone decides which arguments are valid. A repair changes the value of one problem and
//! checks the arguments again. It is kept if the problem is gone and no other problem appeared.

mod fix;
mod forms;
mod wrapper;

use toolsmith_dialect::json_pointer::split;

use crate::agent::argument_check::contract;
use crate::agent::pointer;
use crate::codec::{Json, Problem, ProblemKind, is_spelt_alike, shorten};
use crate::tools::{Effect, ToolSpec};
pub(in crate::agent) use fix::in_form_of;
pub use fix::{AppliedRepair, ArgumentFix};
pub(in crate::agent) use wrapper::wrapped_arguments;

/// The number of problems that are repaired and explained.
pub(in crate::agent) const MAX_EXPLAINED_PROBLEMS: usize = 50;

/// The number of times that arguments are checked again.
const MAX_CHECKS: usize = 48;

/// The result of repairing arguments.
#[derive(Debug)]
pub(in crate::agent) struct RepairAttempt {
    /// The arguments with every change.
    pub(in crate::agent) arguments: Json,
    /// The changes.
    pub(in crate::agent) repairs: Vec<AppliedRepair>,
    /// The problems of the original arguments, and those that appeared inside a changed value.
    pub(in crate::agent) problems: Vec<Problem>,
    /// `true` if no problem is left.
    pub(in crate::agent) is_complete: bool,
}

/// Looks for changes that correct `arguments`, which have these problems.
pub(in crate::agent) fn repair(
    tool: &ToolSpec,
    arguments: &Json,
    problems: Vec<Problem>,
) -> RepairAttempt {
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
    let mut search = Search { tool, checks: 0 };
    while let Some(change) = search.next_change(&attempt.arguments, &open, |_| true) {
        attempt.add(&change, &open);
        attempt.arguments = change.arguments;
        open = change.remaining;
    }
    attempt.is_complete = open.is_empty();
    attempt
}

/// Returns the lists that the value at `path` can be meant as, if a list is expected there. They are
/// to be chosen by the model, because a program cannot know.
pub(in crate::agent) fn list_readings(tool: &ToolSpec, arguments: &Json, path: &str) -> Vec<Json> {
    let readings = arguments.pointer(path).map(forms::readings);
    let is_valid = |reading: &Json| {
        let changed = pointer::set(arguments, path, reading.clone());
        let problems = changed.map(|changed| contract::problems(tool, &changed));
        problems.is_some_and(|problems| !problems.iter().any(|problem| is_at_or_in(problem, path)))
    };
    readings.into_iter().flatten().filter(is_valid).collect()
}

fn is_at_or_in(problem: &Problem, path: &str) -> bool {
    let rest = problem.path.strip_prefix(path);
    rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

impl RepairAttempt {
    /// Records a change; `open` are the problems before it.
    fn add(&mut self, change: &Change, open: &[Problem]) {
        let Change { fix, problem, .. } = change;
        self.repairs.push(AppliedRepair {
            found: found_at(&self.arguments, problem, fix),
            is_hidden: problem.is_hidden(),
            code: problem.code(),
            path: problem.path.clone(),
            fix: fix.clone(),
        });
        // An argument that was there under another name, or inside a wrapper, was never missing, and
        // what is next to a wrapper belongs to it.
        let is_gone = |other: &Problem| {
            matches!(
                other.kind,
                ProblemKind::Missing | ProblemKind::Unknown { .. }
            ) && *other != change.problem
                && is_among(other, open)
                && !is_among(other, &change.remaining)
        };
        self.problems.retain(|other| !is_gone(other));
        for problem in &change.remaining {
            if !is_among(problem, &self.problems) {
                self.problems.push(problem.clone());
            }
        }
    }
}

/// A change that corrects a problem.
struct Change {
    fix: ArgumentFix,
    problem: Problem,
    /// The arguments with the change.
    arguments: Json,
    /// The problems of these arguments.
    remaining: Vec<Problem>,
}

/// The search for changes.
struct Search<'a> {
    tool: &'a ToolSpec,
    /// The number of times that arguments were checked.
    checks: usize,
}

impl Search<'_> {
    /// Returns the next change that corrects one of the problems that `is_meant` selects.
    fn next_change(
        &mut self,
        arguments: &Json,
        open: &[Problem],
        is_meant: impl Fn(&Problem) -> bool,
    ) -> Option<Change> {
        for problem in open.iter().filter(|problem| is_meant(problem)) {
            for Candidate { fix, is_guess } in candidates(self.tool, arguments, problem) {
                let applied = apply(self.tool, arguments, &problem.path, &fix);
                let Some((changed, path)) = applied else {
                    continue;
                };
                if self.checks >= MAX_CHECKS {
                    return None;
                }
                self.checks += 1;
                let remaining = contract::problems(self.tool, &changed);
                if is_better(problem, &path, open, &remaining)
                    && (!is_guess || self.is_settled(&changed, &path, &remaining))
                    && !is_map_out_of_list(self.tool, arguments, &changed, &path)
                {
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

    /// Returns `true` if further changes correct every problem inside `path`: a list around a value
    /// that is not an element of it does not count, nor does an object out of a list that is not the one
    /// that is expected.
    fn is_settled(&mut self, arguments: &Json, path: &str, problems: &[Problem]) -> bool {
        let mut arguments = arguments.clone();
        let mut open = problems.to_vec();
        let is_inside = |problem: &Problem| is_at_or_in(problem, path);
        while open.iter().any(is_inside) {
            let Some(change) = self.next_change(&arguments, &open, is_inside) else {
                return false;
            };
            arguments = change.arguments;
            open = change.remaining;
        }
        true
    }
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

/// Returns the arguments with the change, and the path that was changed.
fn apply(
    tool: &ToolSpec,
    arguments: &Json,
    path: &str,
    fix: &ArgumentFix,
) -> Option<(Json, String)> {
    match fix {
        ArgumentFix::Write(value) => {
            let changed = pointer::set(arguments, path, value.clone())?;
            Some((changed, path.to_owned()))
        }
        ArgumentFix::LeaveOut => Some((pointer::take(arguments, path)?.0, path.to_owned())),
        ArgumentFix::Rename(name) => {
            let target = pointer::sibling(path, name)?;
            if arguments.pointer(&target).is_some() {
                return None;
            }
            let (without, value) = pointer::take(arguments, path)?;
            Some((pointer::set(&without, &target, value)?, target))
        }
        ArgumentFix::Unwrap(inner) => {
            let (_, name) = split(path)?;
            let unwrapped = wrapper::unwrap(tool, arguments, &name, inner)?;
            Some((unwrapped, String::new()))
        }
    }
}

fn found_at(arguments: &Json, problem: &Problem, fix: &ArgumentFix) -> String {
    match fix {
        ArgumentFix::Rename(_) => {
            let name = pointer::last_name(&problem.path);
            format!("`{name}`")
        }
        _ => arguments
            .pointer(&problem.path)
            .map_or_else(|| "nothing".to_owned(), shorten),
    }
}

/// Returns `true` for the only object of a list that was given for a map with any names. Its fields can be
/// those of one of several records, so it counts only as a list of pairs, or with one field of another name.
fn is_map_out_of_list(tool: &ToolSpec, before: &Json, after: &Json, path: &str) -> bool {
    let Some(Json::Array(elements)) = before.pointer(path) else {
        return false;
    };
    let (Some(Json::Object(fields)), [Json::Object(only)]) =
        (after.pointer(path), elements.as_slice())
    else {
        return false;
    };
    fields == only && !forms::is_one_entry(fields) && takes_any_name(tool, after, path)
}

/// Returns `true` if the object at `path` may have any name.
fn takes_any_name(tool: &ToolSpec, arguments: &Json, path: &str) -> bool {
    let value = arguments
        .pointer(path)
        .and_then(|object| object.as_object()?.values().next());
    let name = format!("{path}/{UNLIKELY_NAME}");
    let with_name = pointer::set(arguments, &name, value.cloned().unwrap_or_default());
    let is_refused = |problem: &Problem| {
        problem.path == name && matches!(problem.kind, ProblemKind::Unknown { .. })
    };
    with_name.is_some_and(|arguments| !contract::problems(tool, &arguments).iter().any(is_refused))
}

/// A name that no object has unless it takes any.
const UNLIKELY_NAME: &str = "another-name";

/// A change to try.
struct Candidate {
    fix: ArgumentFix,
    /// `true` if it counts only without problems inside the changed value.
    is_guess: bool,
}

impl From<ArgumentFix> for Candidate {
    fn from(fix: ArgumentFix) -> Self {
        Self {
            fix,
            is_guess: false,
        }
    }
}

/// Returns the changes that may correct a problem, the most likely first.
fn candidates(tool: &ToolSpec, arguments: &Json, problem: &Problem) -> Vec<Candidate> {
    let Some(value) = arguments.pointer(&problem.path) else {
        return Vec::new();
    };
    match &problem.kind {
        ProblemKind::WrongType { .. } | ProblemKind::NoVariant { .. } => {
            let forms = forms::forms(value).into_iter().map(|form| Candidate {
                is_guess: value.is_array() && form.is_object(),
                fix: ArgumentFix::Write(form),
            });
            let lists = lists_of_one(tool, value).map(|list| Candidate {
                fix: ArgumentFix::Write(list),
                is_guess: true,
            });
            forms.chain(lists).collect()
        }
        // Null can mean that the value is to be removed from the record.
        ProblemKind::NullNotAllowed if contract::is_update(tool) => Vec::new(),
        ProblemKind::NullNotAllowed => vec![ArgumentFix::LeaveOut.into()],
        ProblemKind::NotAllowed { allowed, .. } => {
            let same = same_characters(value, allowed);
            let is_allowed = |form: &Json| allowed.contains(form);
            let forms = forms::forms(value).into_iter();
            let others = forms.chain(lists_of_one(tool, value)).filter(is_allowed);
            let values = same.into_iter().chain(others);
            values
                .map(|value| ArgumentFix::Write(value).into())
                .collect()
        }
        ProblemKind::Unknown { nearest } => {
            let fix = unknown_fix(tool, arguments, problem, value, nearest.as_ref());
            fix.map(Candidate::from).into_iter().collect()
        }
        ProblemKind::Check { .. } if contract::is_empty_cursor(tool, &problem.path, value) => {
            vec![ArgumentFix::LeaveOut.into()]
        }
        ProblemKind::Missing | ProblemKind::Check { .. } | ProblemKind::OtherIdentifier { .. } => {
            Vec::new()
        }
    }
}

/// Returns the lists of one that a value can be meant as. A tool that destroys has to be called with a
/// list.
fn lists_of_one(tool: &ToolSpec, value: &Json) -> impl Iterator<Item = Json> + use<> {
    let lists = match tool.effect {
        Effect::Destroys => Vec::new(),
        Effect::Reads | Effect::Writes => forms::lists_of_one(value),
    };
    lists.into_iter()
}

/// Returns the allowed value that differs from `value` only in case and separators.
fn same_characters(value: &Json, allowed: &[Json]) -> Option<Json> {
    let text = value.as_str()?;
    let is_same = |other: &&Json| {
        other
            .as_str()
            .is_some_and(|other| is_spelt_alike(other, text))
    };
    let mut same = allowed.iter().filter(is_same);
    match (same.next(), same.next()) {
        (Some(only), None) => Some(only.clone()),
        _ => None,
    }
}

/// Returns the change that corrects an unknown argument: it certainly wraps the arguments, repeats the
/// name of the tool, or has the name of an argument in another spelling.
fn unknown_fix(
    tool: &ToolSpec,
    arguments: &Json,
    problem: &Problem,
    value: &Json,
    nearest: Option<&String>,
) -> Option<ArgumentFix> {
    let (parent, name) = split(&problem.path)?;
    if let Some(nearest) = nearest.filter(|nearest| is_spelt_alike(nearest, &name)) {
        return Some(ArgumentFix::Rename(nearest.clone()));
    }
    if !parent.is_empty() {
        return None;
    }
    if wrapper::repeats_tool_name(tool, &name, value) {
        // Unwrapping the arguments next to it removes it as well, in any order of the names.
        return (!wrapper::is_wrapped(tool, arguments)).then_some(ArgumentFix::LeaveOut);
    }
    let wrapped = wrapper::is_certain(tool, &name).then(|| wrapped_arguments(tool, &name, value));
    wrapped.flatten().map(ArgumentFix::Unwrap)
}
