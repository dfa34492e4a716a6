//! The error of records that do not match the catalog.

use std::fmt;

use super::{Json, Problem, ProblemKind};

/// The error of a response that does not match the catalog: its problems, each with its path. Of
/// more than 100 problems, only the first are kept.
///
/// `Display` writes one line for each problem.
#[derive(Debug, Clone, PartialEq)]
pub struct RecordError {
    problems: Vec<Problem>,
    is_truncated: bool,
    is_syntax: bool,
}

impl RecordError {
    pub(crate) fn new(problems: Vec<Problem>) -> Self {
        Self {
            problems,
            is_truncated: false,
            is_syntax: false,
        }
    }

    /// Creates the error of a text that is not JSON.
    pub(crate) fn syntax(problem: Problem) -> Self {
        Self {
            is_syntax: true,
            ..Self::new(vec![problem])
        }
    }

    /// Returns `true` if the text is not JSON.
    pub(crate) fn is_syntax(&self) -> bool {
        self.is_syntax
    }

    /// Marks the problems as the first of possibly more.
    pub(crate) fn truncated(mut self, is_truncated: bool) -> Self {
        self.is_truncated = is_truncated;
        self
    }

    /// Returns `true` if the record may have more problems than those that are kept.
    #[must_use]
    pub fn is_truncated(&self) -> bool {
        self.is_truncated
    }

    /// Keeps only the first problem.
    pub(crate) fn keep_first(&mut self) {
        self.is_truncated |= self.problems.len() > 1;
        self.problems.truncate(1);
        self.problems.shrink_to_fit();
    }

    /// Returns the problems in the order in which they were found.
    #[must_use]
    pub fn problems(&self) -> &[Problem] {
        &self.problems
    }
}

impl fmt::Display for RecordError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, problem) in self.problems.iter().enumerate() {
            let separator = if index > 0 { "\n" } else { "" };
            write!(formatter, "{separator}{}", RecordProblem(problem))?;
        }
        if self.is_truncated {
            formatter.write_str("\nand possibly more problems")?;
        }
        Ok(())
    }
}

impl std::error::Error for RecordError {}

/// Serializes the list of problems.
impl serde::Serialize for RecordError {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.problems.iter().map(|problem| {
            let mut json = problem.to_json();
            if let Some(message) = json.get_mut("message") {
                *message = Json::from(describe(&problem.kind));
            }
            json
        }))
    }
}

/// Displays a problem of a record. The advice for arguments, such as "leave it out", does not apply
/// to one.
pub(crate) struct RecordProblem<'a>(pub(crate) &'a Problem);

impl fmt::Display for RecordProblem<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let path = match self.0.path.as_str() {
            "" => "the root",
            path => path,
        };
        write!(formatter, "{path}: {}", describe(&self.0.kind))
    }
}

fn describe(kind: &ProblemKind) -> String {
    match kind {
        ProblemKind::Unknown { .. } => "no such field".to_owned(),
        ProblemKind::NullNotAllowed => "null is not allowed".to_owned(),
        kind => kind.to_string(),
    }
}
