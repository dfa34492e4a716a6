//! Short differences between files on disk and generated files.

use std::time::Duration;

use similar::{ChangeTag, TextDiff};

/// The lines of a difference that are shown.
const MAX_LINES: usize = 24;

/// The unchanged lines around a change.
const CONTEXT_LINES: usize = 1;

/// The time after which a coarser difference is accepted.
const TIMEOUT: Duration = Duration::from_millis(500);

/// Returns the unified difference without colors, shortened.
pub(super) fn short_diff(before: &str, after: &str) -> String {
    let diff = TextDiff::configure()
        .timeout(TIMEOUT)
        .diff_lines(before, after);
    let mut lines = Vec::new();
    for hunk in diff
        .unified_diff()
        .context_radius(CONTEXT_LINES)
        .iter_hunks()
    {
        lines.push(hunk.header().to_string());
        for change in hunk.iter_changes() {
            let sign = match change.tag() {
                ChangeTag::Delete => '-',
                ChangeTag::Insert => '+',
                ChangeTag::Equal => ' ',
            };
            let text = change.value().trim_end_matches(['\n', '\r']);
            lines.push(format!("{sign}{text}"));
        }
    }
    let hidden = lines.len().saturating_sub(MAX_LINES);
    if hidden > 1 {
        lines.truncate(MAX_LINES);
        lines.push(format!("… {hidden} more lines"));
    }
    lines.join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shows_a_change_with_its_context() {
        let found = short_diff("a\nb\nc\nd\n", "a\nb\nx\nd\n");
        assert_eq!(found, "@@ -2,3 +2,3 @@\n b\n-c\n+x\n d");
    }

    #[test]
    fn shortens_a_long_difference() {
        let after: String = ["line\n"; 100].concat();
        let found = short_diff("", &after);
        assert_eq!(found.lines().count(), MAX_LINES + 1);
        assert!(found.ends_with("… 77 more lines"), "{found}");
    }
}
