//! The last lines of a program's output.

use std::collections::VecDeque;
use std::sync::{Mutex, PoisonError};

/// The number of lines that are kept.
const MAX_LINES: usize = 12;

/// The number of characters that are kept of a line.
const MAX_LINE_LENGTH: usize = 300;

/// The last lines of a program's output, for the message of its end.
#[derive(Debug, Default)]
pub(crate) struct Tail(Mutex<VecDeque<String>>);

impl Tail {
    /// Adds a line.
    pub(crate) fn push(&self, line: &str) {
        let line: String = line
            .trim()
            .chars()
            .filter(|character| !character.is_control())
            .take(MAX_LINE_LENGTH)
            .collect();
        if line.is_empty() {
            return;
        }
        let mut lines = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if lines.len() == MAX_LINES {
            lines.pop_front();
        }
        lines.push_back(line);
    }

    /// Returns the lines.
    pub(crate) fn lines(&self) -> Vec<String> {
        let lines = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        lines.iter().cloned().collect()
    }
}
