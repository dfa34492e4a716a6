//! Short differences between what is on disk and what would be written.

use std::time::Duration;

use similar::{ChangeTag, TextDiff};

/// The lines of a difference that are shown at most.
const SHOWN: usize = 24;

/// The lines around a change.
const AROUND: usize = 1;

/// After this long, a coarser difference does.
const PATIENCE: Duration = Duration::from_millis(500);

/// The unified difference, without colors, cut where it gets long.
pub(super) fn short_diff(before: &str, after: &str) -> String {
    let diff = TextDiff::configure()
        .timeout(PATIENCE)
        .diff_lines(before, after);
    let mut lines = Vec::new();
    for hunk in diff.unified_diff().context_radius(AROUND).iter_hunks() {
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
    let hidden = lines.len().saturating_sub(SHOWN);
    if hidden > 1 {
        lines.truncate(SHOWN);
        lines.push(format!("… {hidden} more lines"));
    }
    lines.join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_change_is_shown_with_its_neighbors() {
        let found = short_diff("a\nb\nc\nd\n", "a\nb\nx\nd\n");
        assert_eq!(found, "@@ -2,3 +2,3 @@\n b\n-c\n+x\n d");
    }

    #[test]
    fn a_long_difference_is_cut() {
        let after: String = ["line\n"; 100].concat();
        let found = short_diff("", &after);
        assert_eq!(found.lines().count(), SHOWN + 1);
        assert!(found.ends_with("… 77 more lines"), "{found}");
    }
}
