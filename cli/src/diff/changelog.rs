//! Entries of a changelog.

use std::path::Path;

use anyhow::{Context as _, Result};
use toolsmith_codegen::write::{FileTree, plan_within};

use crate::disk;

const HEADING: &str = "## Unreleased";

/// Adds an entry below the heading `Unreleased`, which is made if there is none.
///
/// # Errors
///
/// Returns an error if the file cannot be read or written.
pub(super) fn add_entry(path: &Path, entry: &str) -> Result<()> {
    if entry.is_empty() {
        return Ok(());
    }
    let before = disk::read_if_there(path)?.unwrap_or_else(|| "# Changelog\n".to_owned());
    let after = with_entry(&before, entry);
    let name = path.file_name().and_then(|name| name.to_str());
    let name = name.with_context(|| format!("{} is not a file", path.display()))?;
    let folder = Path::new(".").join(path.parent().unwrap_or(Path::new("")));
    let mut files = FileTree::default();
    files.0.insert(name.to_owned(), after);
    plan_within(&files, &folder, &[])
        .and_then(|plan| plan.apply(&folder))
        .with_context(|| format!("cannot write {}", path.display()))
}

fn with_entry(text: &str, entry: &str) -> String {
    let entry = entry.trim_end();
    let mut lines: Vec<&str> = text.lines().collect();
    let is_heading = |line: &&str| line.trim_end().eq_ignore_ascii_case(HEADING);
    if let Some(index) = lines.iter().position(is_heading) {
        let next = index + 1;
        lines.splice(next..next, ["", entry]);
    } else {
        let release = lines.iter().position(|line| line.starts_with("## "));
        let index = release.unwrap_or(lines.len());
        let new = match release {
            Some(_) => vec![HEADING, "", entry, ""],
            None => vec!["", HEADING, "", entry],
        };
        lines.splice(index..index, new);
    }
    let mut text = lines.join("\n");
    text.push('\n');
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn adds_an_entry_below_the_heading() {
        let entry = "### Breaking\n\n- x\n\n";
        for (before, after) in [
            (
                "# Changelog\n",
                "# Changelog\n\n## Unreleased\n\n### Breaking\n\n- x\n",
            ),
            (
                "# Changelog\n\n## 0.1.0\n\n- y\n",
                "# Changelog\n\n## Unreleased\n\n### Breaking\n\n- x\n\n## 0.1.0\n\n- y\n",
            ),
            (
                "# Changelog\n\n## Unreleased\n\n- z\n",
                "# Changelog\n\n## Unreleased\n\n### Breaking\n\n- x\n\n- z\n",
            ),
        ] {
            assert_eq!(with_entry(before, entry), after);
        }
    }
}
