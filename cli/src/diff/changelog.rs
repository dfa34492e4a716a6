//! Entries of a changelog.

use std::path::Path;

use anyhow::{Context as _, Result};
use toolsmith_codegen::write::{FileTree, plan_within};

use crate::system::disk;

const HEADING: &str = "## Unreleased";

/// Adds an entry below the heading `Unreleased`, which is made if there is none. Returns `false` if the
/// file has the entry already, or if the entry is empty.
///
/// # Errors
///
/// Returns an error if the file cannot be read or written.
pub(super) fn add_entry(path: &Path, entry: &str) -> Result<bool> {
    if entry.is_empty() {
        return Ok(false);
    }
    let before = disk::read_if_there(path)?.unwrap_or_else(|| "# Changelog\n".to_owned());
    let after = with_entry(&before, entry);
    let is_new = after != before;
    let name = path.file_name().and_then(|name| name.to_str());
    let name = name.with_context(|| format!("{} is not a file", path.display()))?;
    let folder = Path::new(".").join(path.parent().unwrap_or(Path::new("")));
    let mut files = FileTree::default();
    files.0.insert(name.to_owned(), after);
    plan_within(&files, &folder, &[])
        .and_then(|plan| plan.apply(&folder))
        .with_context(|| format!("cannot write {}", path.display()))?;
    Ok(is_new)
}

/// Returns the text with the entry. An entry that is there already is not repeated.
fn with_entry(text: &str, entry: &str) -> String {
    let line_end = if text.contains("\r\n") { "\r\n" } else { "\n" };
    let entry: Vec<&str> = entry.trim_end().lines().collect();
    let mut lines: Vec<&str> = text.lines().collect();
    if let Some(index) = lines.iter().position(|line| is_unreleased(line)) {
        let next = index + 1;
        let section = lines.iter().skip(next);
        let section: Vec<&str> = section
            .take_while(|line| !line.starts_with("## "))
            .copied()
            .collect();
        if section.windows(entry.len()).any(|part| part == entry) {
            return text.to_owned();
        }
        lines.splice(next..next, [""].into_iter().chain(entry));
    } else {
        let release = lines.iter().position(|line| line.starts_with("## "));
        let index = release.unwrap_or(lines.len());
        let mut new = vec![HEADING, ""];
        new.extend(entry);
        match release {
            Some(_) => new.push(""),
            None if lines.is_empty() => {}
            None => new.insert(0, ""),
        }
        lines.splice(index..index, new);
    }
    let mut text = lines.join(line_end);
    text.push_str(line_end);
    text
}

/// Returns `true` for `## Unreleased` and `## [Unreleased]`, with anything in parentheses or after a dash.
fn is_unreleased(line: &str) -> bool {
    let Some(title) = line.strip_prefix("## ") else {
        return false;
    };
    let title = title.trim();
    let title = title.strip_prefix('[').unwrap_or(title);
    let name = title.split([']', ' ']).next().unwrap_or_default();
    name.eq_ignore_ascii_case("unreleased")
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
            // Line ends stay, and the heading may be a link.
            (
                "# Changelog\r\n\r\n## [Unreleased]\r\n",
                "# Changelog\r\n\r\n## [Unreleased]\r\n\r\n### Breaking\r\n\r\n- x\r\n",
            ),
            // The same entry is not repeated.
            (
                "# Changelog\n\n## Unreleased\n\n### Breaking\n\n- x\n",
                "# Changelog\n\n## Unreleased\n\n### Breaking\n\n- x\n",
            ),
        ] {
            assert_eq!(with_entry(before, entry), after);
        }
    }
}
