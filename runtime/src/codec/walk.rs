//! The state of one walk through a value: the current path and the problems found.

use std::any::TypeId;
use std::borrow::Cow;
use std::collections::BTreeMap;

use super::place::{Place, Step};
use super::{Direction, Expected, Json, Problem, ProblemKind, RecordError};
use crate::redactor::is_secret_name;

/// The number of variants and checks that one outermost trial may try. Nested unions whose
/// variants look alike would otherwise be read in too many ways: two variants at each of 60 levels
/// make 2^60.
const MAX_TRIALS: usize = 20_000;

/// The same on the fast path, which cannot be interrupted.
const MAX_FAST_TRIALS: usize = 256;

/// The way in which a union was read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::codec) enum Reading {
    NotYet,
    /// The variant with this index matches.
    Variant(usize),
    NoVariant,
}

/// The number of trials after which the readings of unions are remembered. Most values need fewer.
const FEW_TRIALS: usize = 16;

/// The number of problems of a record that are kept. Arguments keep all of theirs.
pub(crate) const MAX_RECORD_PROBLEMS: usize = 100;

/// The size of the paths of these problems: the names in a path may be as long as the record.
const MAX_PATH_BYTES: usize = 64 * 1024;

/// One walk through a value and its JSON.
#[derive(Debug)]
pub struct Walk {
    purpose: Purpose,
    path: Place,
    problems: Vec<Problem>,
    max_problems: usize,
    /// The size of the paths of the problems.
    path_bytes: usize,
    /// The number of problems before the current trial.
    trial_begin: usize,
    /// The number of trials that enclose the current place.
    trial_depth: usize,
    /// The number of trials made inside the outermost one.
    trial_count: usize,
    max_trials: usize,
    /// `true` if an outermost trial has used up its trials.
    has_run_out: bool,
    /// The variants as which the unions of a record were read inside a trial, by the type of the union and
    /// its path; `None` if no variant matched. Each trial of an outer union would otherwise read them again.
    readings: BTreeMap<(TypeId, String), Option<usize>>,
}

/// The purpose of a walk.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Purpose {
    /// Checks arguments: unknown names are problems, and every check is run.
    Check,
    /// Encodes a typed value for sending, and checks it.
    Send,
    /// Reads or writes a record: keeps unknown fields and values, and runs no checks.
    Record,
    /// Encodes a record for printing, without the fields that are marked as secrets.
    Print,
}

/// The state before a trial.
pub(super) struct Trial {
    begin: usize,
    path_bytes: usize,
    path_length: usize,
}

impl Walk {
    /// Starts a walk that refuses unknown names and runs every check, for arguments.
    #[must_use]
    pub fn strict() -> Self {
        Self {
            purpose: Purpose::Check,
            path: Place::default(),
            problems: Vec::new(),
            max_problems: usize::MAX,
            path_bytes: 0,
            trial_begin: 0,
            trial_depth: 0,
            trial_count: 0,
            max_trials: MAX_TRIALS,
            has_run_out: false,
            readings: BTreeMap::new(),
        }
    }

    /// Starts a strict walk that encodes a typed value for sending.
    pub(super) fn sending() -> Self {
        Self {
            purpose: Purpose::Send,
            ..Self::strict()
        }
    }

    /// Returns `true` if a typed value is encoded for sending, so that a float may be a rounded integer.
    pub(super) fn is_sending(&self) -> bool {
        self.purpose == Purpose::Send
    }

    /// Starts a walk that keeps unknown fields and values and runs no checks, for records.
    #[must_use]
    pub fn lenient() -> Self {
        Self::lenient_up_to(MAX_RECORD_PROBLEMS)
    }

    /// Starts a lenient walk that keeps up to `max_problems`.
    pub(super) fn lenient_up_to(max_problems: usize) -> Self {
        Self {
            purpose: Purpose::Record,
            max_problems,
            ..Self::strict()
        }
    }

    /// Starts a lenient walk that tries few variants.
    pub(super) fn fast() -> Self {
        Self {
            max_trials: MAX_FAST_TRIALS,
            ..Self::lenient()
        }
    }

    /// Starts a walk that encodes a value without the fields that are marked as secrets, for printing.
    pub(super) fn redacting() -> Self {
        Self {
            purpose: Purpose::Print,
            ..Self::lenient()
        }
    }

    /// Starts a strict walk for a request, and a lenient one for a response.
    #[must_use]
    pub fn of(direction: Direction) -> Self {
        match direction {
            Direction::Request => Self::strict(),
            Direction::Response => Self::lenient(),
        }
    }

    /// Returns `true` if unknown names are problems and checks are run.
    #[must_use]
    pub fn is_strict(&self) -> bool {
        matches!(self.purpose, Purpose::Check | Purpose::Send)
    }

    /// Runs `visit` inside the field `name`.
    pub fn field<R>(
        &mut self,
        name: impl Into<Cow<'static, str>>,
        visit: impl FnOnce(&mut Self) -> R,
    ) -> R {
        self.step(Step::Name(name.into()), visit)
    }

    /// Runs `visit` inside the element `index`.
    pub fn element<R>(&mut self, index: usize, visit: impl FnOnce(&mut Self) -> R) -> R {
        self.step(Step::Index(index), visit)
    }

    fn step<R>(&mut self, step: Step, visit: impl FnOnce(&mut Self) -> R) -> R {
        self.enter(step);
        let result = visit(self);
        self.leave();
        result
    }

    /// Enters a part of the value; [`leave`](Self::leave) ends it.
    pub(super) fn enter(&mut self, step: Step) {
        self.path.push(step);
    }

    pub(super) fn leave(&mut self) {
        self.path.pop();
    }

    /// Reports a problem at the current place. A record keeps only the first problems.
    pub fn report(&mut self, kind: ProblemKind) {
        if self.is_full() {
            return;
        }
        let problem = self.problem(kind);
        self.path_bytes += problem.path.len();
        self.problems.push(problem);
    }

    /// Returns a problem at the current place. The value found is hidden if it is a secret by the name of
    /// its field.
    pub(super) fn problem(&self, mut kind: ProblemKind) -> Problem {
        let is_secret = |step: &Step| matches!(step, Step::Name(name) if is_secret_name(name));
        let may_be_secret = !self.is_strict() || kind.may_find_secret();
        if may_be_secret && self.path.steps().any(is_secret) {
            kind.hide_found();
        }
        Problem::new(self.pointer(), kind)
    }

    /// Returns `true` if further problems are not kept, so that the rest of a record need not be
    /// read.
    pub(super) fn is_full(&self) -> bool {
        let is_many = self.problems.len() >= self.max_problems;
        !self.is_strict() && (is_many || self.path_bytes >= MAX_PATH_BYTES)
    }

    /// Reports a value of the wrong type at the current place.
    pub fn report_type(&mut self, expected: impl Into<Expected>, found: &Json) {
        self.report(ProblemKind::wrong_type(expected, found));
    }

    /// Removes and returns the problems after the first `before`.
    pub(super) fn take_problems(&mut self, before: usize) -> Vec<Problem> {
        self.problems.split_off(before)
    }

    /// Hides the values found in the problems after the first `count`, because they are secrets.
    pub(super) fn hide_found_after(&mut self, count: usize) {
        let problems = self.problems.iter_mut().skip(count);
        problems.for_each(|problem| problem.kind.hide_found());
    }

    /// Returns `true` if secrets are left out of what is encoded.
    pub(super) fn is_redacting(&self) -> bool {
        self.purpose == Purpose::Print
    }

    /// Returns the number of problems found so far.
    #[must_use]
    pub fn problem_count(&self) -> usize {
        self.problems.len()
    }

    /// Runs `visit` as a trial: its problems are returned, not reported.
    pub(super) fn trial(&mut self, visit: impl FnOnce(&mut Self)) -> Vec<Problem> {
        let trial = self.begin_trial();
        visit(self);
        self.end_trial(&trial)
    }

    /// Begins a trial, whose problems [`end_trial`](Self::end_trial) returns.
    pub(super) fn begin_trial(&mut self) -> Trial {
        let trial = Trial {
            begin: self.trial_begin,
            path_bytes: self.path_bytes,
            path_length: self.path.len(),
        };
        self.trial_count = if self.is_trial() {
            self.trial_count + 1
        } else {
            0
        };
        self.has_run_out |= self.trial_count >= self.max_trials;
        self.trial_begin = self.problems.len();
        self.trial_depth += 1;
        trial
    }

    /// Ends a trial and returns its problems.
    pub(super) fn end_trial(&mut self, trial: &Trial) -> Vec<Problem> {
        self.trial_depth -= 1;
        self.path_bytes = trial.path_bytes;
        // A trial of text may end anywhere.
        self.path.truncate(trial.path_length);
        let problems = self.problems.split_off(self.trial_begin);
        self.trial_begin = trial.begin;
        problems
    }

    /// Returns `true` inside a trial.
    pub(super) fn is_trial(&self) -> bool {
        self.trial_depth > 0
    }

    /// Returns `true` if the outermost trial has used up its trials.
    pub(super) fn is_out_of_trials(&self) -> bool {
        self.is_trial() && self.trial_count >= self.max_trials
    }

    /// Returns `true` if an outermost trial has used up its trials.
    pub(super) fn has_run_out(&self) -> bool {
        self.has_run_out
    }

    /// Returns how the union at the current place was read before.
    pub(super) fn known_reading(&self, union: TypeId) -> Reading {
        if self.readings.is_empty() || !self.is_trial() {
            return Reading::NotYet;
        }
        match self.readings.get(&(union, self.pointer())) {
            Some(Some(index)) => Reading::Variant(*index),
            Some(None) => Reading::NoVariant,
            None => Reading::NotYet,
        }
    }

    /// Remembers the variant as which the union at the current place was read.
    pub(super) fn remember_reading(&mut self, union: TypeId, variant: Option<usize>) {
        let is_certain = variant.is_some() || !self.is_out_of_trials();
        let is_useful = self.is_trial() && self.trial_count >= FEW_TRIALS;
        // The problems of arguments count as well, so that these are read again.
        if !self.is_strict() && is_certain && is_useful && self.readings.len() < MAX_TRIALS {
            self.readings.insert((union, self.pointer()), variant);
        }
    }

    /// Forgets the readings of unions, because the next value may have the same paths.
    pub(super) fn forget_readings(&mut self) {
        self.readings.clear();
    }

    /// Reports problems that a trial returned.
    pub(super) fn add(&mut self, problems: Vec<Problem>) {
        self.problems.extend(problems);
    }

    /// Forgets the problems of the current place, whose value is replaced by another one.
    pub(super) fn forget(&mut self) {
        // Parts of a record with too many problems were not read.
        if self.problems.len() == self.trial_begin || self.is_full() {
            return;
        }
        let place = self.pointer();
        let mut problems = self.problems.split_off(self.trial_begin);
        problems.retain(|problem| {
            let inside = problem.path.strip_prefix(&place);
            !inside.is_some_and(|inside| inside.is_empty() || inside.starts_with('/'))
        });
        self.problems.append(&mut problems);
    }

    /// Returns the current place as a JSON pointer (RFC 6901); empty at the root.
    #[must_use]
    pub fn pointer(&self) -> String {
        self.path.pointer()
    }

    /// Ends the walk.
    ///
    /// # Errors
    ///
    /// Returns the problems found, if there are any.
    pub fn finish(self) -> Result<(), Vec<Problem>> {
        if self.problems.is_empty() {
            Ok(())
        } else {
            Err(self.problems)
        }
    }

    /// Ends the walk through a record.
    ///
    /// # Errors
    ///
    /// Returns the first problems found, if there are any.
    pub(super) fn finish_record(self) -> Result<(), RecordError> {
        let is_full = self.is_full();
        self.finish()
            .map_err(|problems| RecordError::new(problems).truncated(is_full))
    }
}
