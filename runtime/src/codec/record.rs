//! What is wrong with records.

use std::fmt;

use super::{Json, Problem, ProblemKind};

/// A record, or another answer, that is not what the catalog promises: every problem, each with its
/// path.
///
/// `Display` is one line a problem.
#[derive(Debug, Clone, PartialEq)]
pub struct RecordError {
    problems: Vec<Problem>,
}

impl RecordError {
    pub(crate) fn new(problems: Vec<Problem>) -> Self {
        Self { problems }
    }

    /// The problems, in the order in which they were met.
    #[must_use]
    pub fn problems(&self) -> &[Problem] {
        &self.problems
    }
}

impl fmt::Display for RecordError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, problem) in self.problems.iter().enumerate() {
            let separator = if index > 0 { "\n" } else { "" };
            write!(formatter, "{separator}{}", OfRecord(problem))?;
        }
        Ok(())
    }
}

impl std::error::Error for RecordError {}

/// The list of the problems.
impl serde::Serialize for RecordError {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.problems.iter().map(|problem| {
            let mut json = problem.to_json();
            if let Some(message) = json.get_mut("message") {
                *message = Json::from(said(&problem.kind));
            }
            json
        }))
    }
}

/// A problem in the words that fit a record: nobody can leave a null out of one.
pub(crate) struct OfRecord<'a>(pub(crate) &'a Problem);

impl fmt::Display for OfRecord<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let path = match self.0.path.as_str() {
            "" => "its root",
            path => path,
        };
        write!(formatter, "{path}: {}", said(&self.0.kind))
    }
}

fn said(kind: &ProblemKind) -> String {
    match kind {
        ProblemKind::Unknown { .. } => "no such field".to_owned(),
        ProblemKind::NullNotAllowed => "null is not allowed".to_owned(),
        kind => kind.to_string(),
    }
}
