//! Changes as Markdown, for a pull request or a changelog.

use std::fmt::Write as _;

use toolsmith_codegen::diff::Grade;

use super::describe::describe;
use super::group::{Group, group_changes, meaning};
use super::result::{CatalogDiff, ChangeResult, DiffResult};
use super::text::is_text;
use super::words::{Run, compare_words};

/// Renders the changes of all catalogs for the text of a pull request.
pub(crate) fn render_markdown(result: &DiffResult) -> String {
    let mut text = String::from("## Changes of the catalogs\n\n");
    if result
        .catalogs
        .iter()
        .all(|catalog| catalog.changes.is_empty())
    {
        text.push_str("No changes.\n");
        return text;
    }
    text.push_str(&render_totals(result));
    for catalog in &result.catalogs {
        if !catalog.changes.is_empty() {
            let _infallible = writeln!(text, "\n### {}", code(&catalog.name));
            text.push_str(&render_texts(&catalog.changes));
            text.push_str(&render_grades(catalog));
        }
    }
    text
}

fn render_totals(result: &DiffResult) -> String {
    let mut text = String::from("| grade | changes | meaning |\n|:------|--------:|:--------|\n");
    for grade in Grade::ALL.into_iter().rev() {
        let changes = result.changes();
        let number = changes.filter(|(_, change)| change.grade == grade).count();
        if number > 0 {
            let _infallible = writeln!(text, "| {grade} | {number} | {} |", meaning(grade));
        }
    }
    let reviewed = result.changes();
    let reviewed = reviewed.filter(|(_, change)| change.reviewed_text).count();
    if reviewed > 0 {
        let line = "\nChanges to review, because a model reads them or a policy relies on them: ";
        let _infallible = writeln!(text, "{line}**{reviewed}**.");
    }
    if let Some(advice) = result.semver.words(result.version.as_deref()) {
        let _infallible = writeln!(text, "\nThe generated crate needs {advice}.");
    }
    text
}

fn render_texts(changes: &[ChangeResult]) -> String {
    let groups = group_changes(changes.iter().filter(|change| is_text(change)), Grade::Docs);
    if groups.is_empty() {
        return String::new();
    }
    let mut text = String::from("\n#### Review: text that a model reads\n\n");
    for group in &groups {
        let place = describe(group.change).place;
        let place = if place.is_empty() {
            place
        } else {
            format!(", {}", code(&place))
        };
        let tools = code(&group.tools());
        let _infallible = writeln!(
            text,
            "- {} in {tools}{place}: {}",
            group.change.id,
            words(group.change)
        );
    }
    text
}

fn words(change: &ChangeResult) -> String {
    let before = change.before.as_deref().unwrap_or_default();
    let after = change.after.as_deref().unwrap_or_default();
    compare_words(before, after)
        .iter()
        .map(|run| match run {
            Run::Same(text) => escape(text),
            Run::Removed(text) => format!("<del>{}</del>", escape(text)),
            Run::Added(text) => format!("<ins>{}</ins>", escape(text)),
        })
        .collect()
}

fn render_grades(catalog: &CatalogDiff) -> String {
    let mut text = String::new();
    for grade in Grade::ALL.into_iter().rev() {
        let changes = catalog.changes.iter().filter(|change| !is_text(change));
        let groups = group_changes(changes, grade);
        if groups.is_empty() {
            continue;
        }
        let _infallible = writeln!(text, "\n#### {grade}: {}\n", meaning(grade));
        text.push_str("| change | tool | place | value | Rust |\n|:--|:--|:--|:--|:--|\n");
        for group in &groups {
            text.push_str(&render_row(group));
        }
    }
    text
}

fn render_row(group: &Group<'_>) -> String {
    let line = describe(group.change);
    let mut change = group.change.id.to_owned();
    if group.change.silent {
        change.push_str(" (silent)");
    }
    if group.change.reviewed_text {
        change.push_str(" (review)");
    }
    if let Some(reason) = &group.change.accepted {
        let _infallible = write!(change, " (accepted: {})", escape(reason));
    }
    let cells = [
        change,
        code(&group.tools()),
        code(&line.place),
        code(&line.values),
        code(&line.code),
    ];
    format!("| {} |\n", cells.join(" | "))
}

/// Renders an entry of a changelog.
pub(crate) fn render_changelog(result: &DiffResult) -> String {
    let mut text = String::new();
    for (heading, grades) in [
        ("Breaking", &[Grade::Compile, Grade::Wire][..]),
        ("Changed", &[Grade::Behaviour]),
        ("Added", &[Grade::Additive]),
        ("Documentation", &[Grade::Docs]),
    ] {
        let mut lines = String::new();
        for catalog in &result.catalogs {
            for grade in grades {
                for group in group_changes(catalog.changes.iter(), *grade) {
                    lines.push_str(&render_entry(&group));
                }
            }
        }
        if !lines.is_empty() {
            let _infallible = writeln!(text, "### {heading}\n\n{lines}");
        }
    }
    text
}

fn render_entry(group: &Group<'_>) -> String {
    let line = describe(group.change);
    let detail = [&line.code, &line.values]
        .into_iter()
        .find(|part| !part.is_empty());
    let place = if line.place.is_empty() {
        String::new()
    } else {
        format!(", {}", code(&line.place))
    };
    let detail = detail.map_or_else(String::new, |detail| format!(": {}", code(detail)));
    format!(
        "- {} {}{place}{detail}\n",
        group.change.id,
        code(&group.tools())
    )
}

/// Returns text as inline code. A pipe would end the cell of a table.
fn code(text: &str) -> String {
    if text.is_empty() {
        return String::new();
    }
    let text = text.replace(['\r', '\n'], " ").replace('|', "\\|");
    let longest = text.split(|letter| letter != '`').map(str::len).max();
    match longest {
        Some(0) | None => format!("`{text}`"),
        Some(length) => {
            let fence = "`".repeat(length + 1);
            format!("{fence} {text} {fence}")
        }
    }
}

/// Escapes text from a catalog, which is never markup.
fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '\r' | '\n' => escaped.push(' '),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '&' => escaped.push_str("&amp;"),
            '\\' | '`' | '*' | '_' | '[' | ']' | '#' | '|' | '~' | '@' | '!' => {
                escaped.push('\\');
                escaped.push(letter);
            }
            _ => escaped.push(letter),
        }
    }
    escaped
}
