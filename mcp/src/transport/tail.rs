//! The last lines of a program's output.

use std::collections::VecDeque;
use std::sync::{Mutex, PoisonError};

use crate::secrets::Secrets;

/// The number of lines that are kept.
const MAX_LINES: usize = 12;

/// The number of characters that are kept of a line.
const MAX_LINE_LENGTH: usize = 300;

/// The last lines of a program's output, for the message of its end.
#[derive(Debug, Default)]
pub(crate) struct Tail {
    lines: Mutex<VecDeque<String>>,
    secrets: Secrets,
}

impl Tail {
    /// Creates a tail whose lines contain none of these secrets.
    pub(crate) fn new(secrets: Secrets) -> Self {
        Self {
            lines: Mutex::default(),
            secrets,
        }
    }

    /// Adds a line.
    pub(crate) fn push(&self, line: &str) {
        let line = self.secrets.redact(line.to_owned());
        let line: String = line
            .trim()
            .chars()
            .filter(|character| !character.is_control())
            .take(MAX_LINE_LENGTH)
            .collect();
        if line.is_empty() {
            return;
        }
        let mut lines = self.lines.lock().unwrap_or_else(PoisonError::into_inner);
        if lines.len() == MAX_LINES {
            lines.pop_front();
        }
        lines.push_back(line);
    }

    /// Returns the lines.
    pub(crate) fn lines(&self) -> Vec<String> {
        let lines = self.lines.lock().unwrap_or_else(PoisonError::into_inner);
        lines.iter().cloned().collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_at_the_end_of_what_is_kept_is_removed_whole() {
        let secrets = Secrets::default();
        secrets.add("s3cr3t-canary".into());
        let text = format!("{} s3cr3t-canary", "x".repeat(MAX_LINE_LENGTH - 6));
        let tail = Tail::new(secrets.clone());
        tail.push(&text);
        assert!(!tail.lines().concat().contains("s3cr"));
        let text = format!("{} s3cr3t-canary", "x".repeat(395));
        assert!(!secrets.quote(&text).contains("s3c"));
    }
}
