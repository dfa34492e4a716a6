//! A finding.

use serde::Serialize;

/// A place that breaks a rule; `tidy --json` prints a list of these.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub(crate) struct Finding {
    /// The file, from the root.
    pub(crate) file: String,
    /// The line, from 1.
    pub(crate) line: usize,
    /// The broken rule.
    pub(crate) message: String,
}
