//! Tools and entries of catalogs for which nothing is generated.

use serde::Serialize;
use toolsmith_codegen::report::{Report, SkippedEntry};
use toolsmith_codegen::{Diagnostic, SourceLocation};

use crate::screen::Screen;
use crate::screen::lines::push_line;
use crate::screen::style::{HEADING, NAME, WARNING, count, paint};
use crate::text::escaped::visible_name;

/// A tool that cannot be read, or an entry that is not a function.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct SkippedResult {
    /// The name of the tool or of the kind of entry, if it has one.
    tool: Option<String>,
    /// A JSON pointer into the file.
    pointer: String,
    /// The reason.
    why: String,
}

impl SkippedResult {
    /// Returns the entries of a report.
    pub(crate) fn collect<'a>(entries: impl IntoIterator<Item = &'a SkippedEntry>) -> Vec<Self> {
        let entries = entries.into_iter().map(|entry| Self {
            tool: (!entry.name.is_empty()).then(|| entry.name.clone()),
            pointer: entry.pointer.clone(),
            why: entry.reason.clone(),
        });
        entries.collect()
    }
}

/// Renders the tools of a catalog that were skipped, all of them.
pub(crate) fn render_skipped(text: &mut String, catalog: &str, skipped: &[SkippedResult]) {
    if skipped.is_empty() {
        return;
    }
    let number = count(skipped.len(), "unreadable tool");
    let heading = format!("Skipped in {catalog}: {number}");
    push_line(text, "");
    push_line(text, &paint(HEADING, &heading));
    for entry in skipped {
        let tool = entry.tool.as_deref().unwrap_or("(no name)");
        push_line(text, &format!("  {}  {}", paint(NAME, tool), entry.pointer));
        push_line(text, &format!("    {}", paint(WARNING, &entry.why)));
    }
}

/// Notes the tools that were skipped on standard error, for a command whose result has another subject.
pub(crate) fn note_skipped(catalog: &str, skipped: &[SkippedResult], screen: Screen) {
    let mut text = String::new();
    render_skipped(&mut text, catalog, skipped);
    if !text.is_empty() {
        screen.note(text.trim());
    }
}

/// Returns the remark on the tools of a catalog that count as writes because nothing says what they do.
pub(crate) fn remark_writes(report: &Report, overlay: &str) -> Option<Diagnostic> {
    const LOOK_UPS: [&str; 9] = [
        "get", "list", "search", "find", "read", "fetch", "query", "lookup", "describe",
    ];
    let assumed = &report.assumed_writes;
    let looks_up = |name: &&String| {
        let word = name.split(|char: char| !char.is_ascii_lowercase()).next();
        word.is_some_and(|word| LOOK_UPS.contains(&word))
    };
    let example = assumed.iter().find(looks_up).or_else(|| assumed.first())?;
    let example = visible_name(example);
    let location = SourceLocation {
        file: overlay.to_owned(),
        ..SourceLocation::default()
    };
    let (what, its) = match assumed.len() {
        1 => (
            format!("the tool `{example}` counts as a write"),
            "its effect",
        ),
        number => {
            let all = report.tools.len();
            let what = format!("{number} of {all} tools count as writes, such as `{example}`");
            (what, "their effects")
        }
    };
    let remark = Diagnostic::new(location, what).because(format!(
        "the catalog does not state {its}, so even a read may need approval"
    ));
    let change = format!("[[change]] with tool = \"{example}\", effect = \"reads\" and a reason");
    Some(remark.help(format!(
        "for each read-only tool, add a {change}; effect = \"writes\" confirms a write"
    )))
}
