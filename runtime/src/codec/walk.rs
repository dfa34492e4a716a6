//! The state of one walk through a value: the path so far and the problems found.

use std::borrow::Cow;

use super::{Json, Problem, ProblemKind};
use crate::json_pointer::escape;

/// How strictly a walk takes what it meets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// Arguments: unknown names are problems, every check is run.
    Strict,
    /// Records: unknown fields and values are kept, checks are not run.
    Lenient,
}

/// One walk through a value and its JSON.
#[derive(Debug)]
pub struct Walk {
    mode: Mode,
    path: Vec<Step>,
    problems: Vec<Problem>,
    /// How many attempts are around the present place.
    attempts: usize,
    /// How many were made inside the outermost of them.
    tries: usize,
}

/// How many attempts are made inside another one. Unions in each other whose variants look alike
/// would be read in more ways than there is time for: two at each of 60 levels are 2^60.
const TRIES: usize = 20_000;

#[derive(Debug)]
enum Step {
    Name(Cow<'static, str>),
    Index(usize),
}

impl Walk {
    /// Starts at the root.
    #[must_use]
    pub fn new(mode: Mode) -> Self {
        Self {
            mode,
            path: Vec::new(),
            problems: Vec::new(),
            attempts: 0,
            tries: 0,
        }
    }

    /// How strict this walk is.
    #[must_use]
    pub fn mode(&self) -> Mode {
        self.mode
    }

    /// Whether this walk takes arguments rather than records.
    #[must_use]
    pub fn is_strict(&self) -> bool {
        self.mode == Mode::Strict
    }

    /// Walks into the field `name` for the time of `visit`.
    pub fn field<R>(
        &mut self,
        name: impl Into<Cow<'static, str>>,
        visit: impl FnOnce(&mut Self) -> R,
    ) -> R {
        self.step(Step::Name(name.into()), visit)
    }

    /// Walks into the element `index` for the time of `visit`.
    pub fn element<R>(&mut self, index: usize, visit: impl FnOnce(&mut Self) -> R) -> R {
        self.step(Step::Index(index), visit)
    }

    fn step<R>(&mut self, step: Step, visit: impl FnOnce(&mut Self) -> R) -> R {
        self.path.push(step);
        let result = visit(self);
        self.path.pop();
        result
    }

    /// Reports a problem at the present place.
    pub fn report(&mut self, kind: ProblemKind) {
        let path = self.pointer();
        self.problems.push(Problem::new(path, kind));
    }

    /// Reports that another type stands at the present place.
    pub fn report_type(&mut self, expected: impl Into<Cow<'static, str>>, found: &Json) {
        self.report(ProblemKind::wrong_type(expected, found));
    }

    /// How many problems were found so far.
    #[must_use]
    pub fn problem_count(&self) -> usize {
        self.problems.len()
    }

    /// Runs `visit` and takes back the problems that it reports.
    pub(super) fn attempt(&mut self, visit: impl FnOnce(&mut Self)) -> Vec<Problem> {
        let before = self.problems.len();
        self.tries = if self.is_attempt() { self.tries + 1 } else { 0 };
        self.attempts += 1;
        visit(self);
        self.attempts -= 1;
        self.problems.split_off(before)
    }

    /// Whether what is decoded here is one of several that are tried.
    pub(super) fn is_attempt(&self) -> bool {
        self.attempts > 0
    }

    /// Whether so many attempts were made that no more are.
    pub(super) fn has_tried_enough(&self) -> bool {
        self.is_attempt() && self.tries >= TRIES
    }

    /// Adds problems that were taken back before.
    pub(super) fn add(&mut self, problems: Vec<Problem>) {
        self.problems.extend(problems);
    }

    /// The present place as a JSON pointer (RFC 6901); empty at the root.
    #[must_use]
    pub fn pointer(&self) -> String {
        let mut pointer = String::new();
        for step in &self.path {
            pointer.push('/');
            match step {
                Step::Name(name) => pointer.push_str(&escape(name)),
                Step::Index(index) => pointer.push_str(&index.to_string()),
            }
        }
        pointer
    }

    /// Ends the walk.
    ///
    /// # Errors
    ///
    /// The problems found, if there are any.
    pub fn finish(self) -> Result<(), Vec<Problem>> {
        if self.problems.is_empty() {
            Ok(())
        } else {
            Err(self.problems)
        }
    }
}
