//! Changes as text for a terminal.

use std::fmt::Write as _;

use toolsmith_codegen::diff::Grade;

use super::describe::describe;
use super::group::{Group, REFUSED, group_grade, group_refused, group_texts, meaning};
use super::result::{CatalogDiff, ChangeResult, DiffResult};
use super::words::{Run, compare_words};
use crate::screen::lines::push_line;
use crate::screen::style::{DIMMED, FAILURE, HEADING, NAME, SUCCESS, WARNING, count, paint};
use crate::text::escaped::visible;

/// Renders the changes by grade, the most severe first, after the texts that a model reads.
pub(crate) fn render_text(result: &DiffResult) -> String {
    let mut text = String::new();
    for catalog in &result.catalogs {
        text.push_str(&render_catalog(catalog));
    }
    if !text.is_empty() {
        text.push('\n');
    }
    text.push_str(&conclude(result));
    text
}

/// Renders the changes of one catalog.
fn render_catalog(catalog: &CatalogDiff) -> String {
    if catalog.changes.is_empty() {
        return String::new();
    }
    let number = count(catalog.changes.len(), "change");
    let heading = paint(HEADING, &catalog.name);
    format!("{heading}: {number}\n{}", render_changes(catalog))
}

/// Renders the changes of one catalog by grade, without its name.
pub(crate) fn render_changes(catalog: &CatalogDiff) -> String {
    let refused = format!("{}: {REFUSED}", paint(FAILURE, "error"));
    let mut text = render_texts(&refused, &group_refused(&catalog.changes));
    let heading = paint(WARNING, "review: text that a model reads");
    text.push_str(&render_texts(&heading, &group_texts(&catalog.changes)));
    for grade in Grade::ALL.into_iter().rev() {
        let groups = group_grade(&catalog.changes, grade);
        if groups.is_empty() {
            continue;
        }
        let style = match grade {
            Grade::Compile | Grade::Wire => FAILURE,
            Grade::Behaviour => WARNING,
            Grade::Additive => SUCCESS,
            Grade::Docs => DIMMED,
        };
        let heading = format!("{}: {}", paint(style, grade.as_str()), meaning(grade));
        let _infallible = writeln!(text, "\n  {heading}");
        for group in &groups {
            push_line(&mut text, &format!("    {}", render_group(group)));
        }
    }
    text
}

/// Renders one change as a line without its end.
pub(crate) fn render_change(change: &ChangeResult) -> String {
    let tools = vec![change.tool.as_str()];
    render_group(&Group { change, tools })
}

/// Returns one change in words, without its tool and its place.
#[cfg(feature = "page")]
pub(crate) fn describe_change(change: &ChangeResult) -> String {
    let line = describe(change);
    let mut parts = vec![change.id.to_owned(), line.values, line.code];
    parts.retain(|part| !part.is_empty());
    parts.join("  ")
}

fn render_group(group: &Group<'_>) -> String {
    let line = describe(group.change);
    let mut parts = vec![
        paint(NAME, group.change.id),
        group.tools(),
        line.place,
        line.values,
        line.code,
    ];
    if group.change.silent {
        parts.push(paint(
            FAILURE,
            "silent: no compiler and no server reports it",
        ));
    }
    if group.change.reviewed_text {
        parts.push(paint(WARNING, "review"));
    }
    parts.extend(render_accepted(group.change));
    parts.retain(|part| !part.is_empty());
    parts.join("  ")
}

fn render_accepted(change: &ChangeResult) -> Option<String> {
    let reason = change.accepted.as_ref()?;
    Some(paint(DIMMED, &format!("accepted: {}", visible(reason))))
}

fn render_texts(heading: &str, groups: &[Group<'_>]) -> String {
    if groups.is_empty() {
        return String::new();
    }
    let mut text = format!("\n  {heading}\n");
    for group in groups {
        let change = group.change;
        let place = describe(change).place;
        let mut head = vec![paint(NAME, change.id), group.tools(), place];
        head.extend(render_accepted(change));
        head.retain(|part| !part.is_empty());
        push_line(&mut text, &format!("    {}", head.join("  ")));
        // A line that begins with text of a catalog could be a command to the log of a workflow.
        push_line(&mut text, &format!("      > {}", render_words(change)));
    }
    text
}

fn render_words(change: &ChangeResult) -> String {
    let before = change.before.as_deref().unwrap_or_default();
    let after = change.after.as_deref().unwrap_or_default();
    let runs = compare_words(&visible(before), &visible(after));
    let line: String = runs
        .iter()
        .map(|run| match run {
            Run::Same(text) => text.clone(),
            Run::Removed(text) => paint(FAILURE, &format!("[-{text}-]")),
            Run::Added(text) => paint(SUCCESS, &format!("{{+{text}+}}")),
        })
        .collect();
    line.replace(['\r', '\n'], " ")
}

fn conclude(result: &DiffResult) -> String {
    let all = result.changes().count();
    let sides = format!("{} -> {}", result.before, result.after);
    if all == 0 {
        return format!("{sides}: no changes\n");
    }
    let breaking = result.changes();
    let breaking = breaking
        .filter(|(_, change)| change.grade.is_breaking())
        .count();
    let refused = result.changes();
    let refused = refused.filter(|(_, change)| change.is_refused()).count();
    let verdict = match breaking {
        0 if refused > 0 => paint(FAILURE, &count(refused, "error")),
        0 => paint(SUCCESS, "nothing breaks"),
        1 => paint(FAILURE, "1 breaks callers"),
        number => paint(FAILURE, &format!("{number} break callers")),
    };
    let changes = count(all, "change");
    let advice = result.semver.words(result.version.as_deref());
    let advice = advice.map(|advice| format!("the generated crate needs {advice}\n"));
    format!(
        "{sides}: {changes}, {verdict}\n{}",
        advice.unwrap_or_default()
    )
}
