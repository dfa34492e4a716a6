//! The error of arguments that a tool refuses.

use std::fmt;

use super::{Problem, ProblemKind};

/// The error of arguments that a tool refuses: all problems, each with its path.
///
/// `Display` writes one line for each problem, addressed to a model that corrects its call. A required
/// argument under a misspelt name has one line.
#[derive(Debug, Clone, PartialEq)]
pub struct ArgumentError {
    problems: Vec<Problem>,
}

impl ArgumentError {
    pub(crate) fn new(problems: Vec<Problem>) -> Self {
        Self { problems }
    }

    /// Returns the error for the value at `path` alone: paths begin there.
    pub(crate) fn inside(mut self, path: &str) -> Self {
        for problem in &mut self.problems {
            let inner = problem.path.strip_prefix(path);
            if let Some(inner) = inner.filter(|inner| inner.is_empty() || inner.starts_with('/')) {
                problem.path = inner.to_owned();
            }
        }
        self
    }

    /// Returns the problems without each missing argument that another one was probably meant to be: an
    /// argument under a wrong name is one problem, not two.
    pub(crate) fn described(&self) -> impl Iterator<Item = &Problem> {
        let meant = self.problems.iter().filter_map(Problem::meant_path);
        let meant: Vec<String> = meant.collect();
        self.problems.iter().filter(move |problem| {
            problem.kind != ProblemKind::Missing || !meant.contains(&problem.path)
        })
    }

    /// Returns the problems in the order in which they were found.
    #[must_use]
    pub fn problems(&self) -> &[Problem] {
        &self.problems
    }
}

impl fmt::Display for ArgumentError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, problem) in self.described().enumerate() {
            if index > 0 {
                formatter.write_str("\n")?;
            }
            // The error may be that of a value alone, as of a parsed enum.
            if problem.path.is_empty() {
                write!(formatter, "{}", problem.kind)?;
            } else {
                write!(formatter, "{problem}")?;
            }
        }
        Ok(())
    }
}

impl std::error::Error for ArgumentError {}

/// Serializes the list of problems.
impl serde::Serialize for ArgumentError {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(&self.problems)
    }
}
