//! What a person sees of a run.

use std::fmt::Write;

use anstyle::Style;

use super::facts::{CatalogFacts, ChangeFacts, Facts, FileFacts};
use crate::program::Program;
use crate::screen::style::{BAD, CARE, GOOD, NAME, QUIET, STRONG, count, paint};
use crate::screen::table::{Cell, render_row, widths};

/// The loosened places of a catalog that are named one by one.
const NAMED_PLACES: usize = 8;

/// The whole text.
pub(super) fn render(facts: &Facts, program: Program) -> String {
    let mut text = render_catalogs(&facts.catalogs);
    for catalog in &facts.catalogs {
        text.push_str(&render_changes(catalog, facts));
    }
    for catalog in &facts.catalogs {
        text.push_str(&render_loosened(catalog, facts));
    }
    text.push_str(&render_files(facts));
    text.push_str(&render_strays(&facts.strays));
    text.push('\n');
    text.push_str(&conclude(facts, program));
    text
}

fn render_catalogs(catalogs: &[CatalogFacts]) -> String {
    let row = |catalog: &CatalogFacts| {
        let (style, loosened) = match catalog.loosened.len() {
            0 => (GOOD, "nothing loosened".to_owned()),
            number => (CARE, format!("{number} loosened")),
        };
        let unchecked = match catalog.unchecked.len() {
            0 => String::new(),
            number => format!("{number} not checked"),
        };
        vec![
            Cell::new(STRONG, &catalog.name),
            Cell::new(QUIET, catalog.source),
            Cell::plain(count(catalog.tools, "tool")),
            Cell::plain(count(catalog.resources, "resource")),
            Cell::plain(count(catalog.types, "type")),
            Cell::new(style, loosened),
            Cell::new(CARE, unchecked),
        ]
    };
    let rows: Vec<Vec<Cell>> = catalogs.iter().map(row).collect();
    let widths = widths(rows.iter().map(Vec::as_slice));
    rows.iter().map(|row| render_row(row, &widths, 0)).collect()
}

/// How what was fetched differs from the snapshot, by tool.
fn render_changes(catalog: &CatalogFacts, facts: &Facts) -> String {
    if !catalog.drifted {
        return String::new();
    }
    let what = match catalog.source {
        "file" => "The file",
        "server" => "The server's list of tools",
        _ => "The account's catalog",
    };
    let heading = match facts.mode {
        "check" => "is no longer what the snapshot says",
        _ => "has changed",
    };
    let heading = format!("{what} {heading}: {}", catalog.name);
    let mut text = format!("\n{}\n", paint(STRONG, &heading));
    if catalog.changes.is_empty() {
        text.push_str("  there was no snapshot, or nothing that a caller would see has changed\n");
    }
    let mut tool = None;
    for change in &catalog.changes {
        if tool != Some(&change.tool) {
            line(&mut text, &format!("  {}", paint(NAME, &change.tool)));
            tool = Some(&change.tool);
        }
        line(&mut text, &format!("    {}", render_change(change)));
    }
    text
}

fn render_change(change: &ChangeFacts) -> String {
    let what = paint(CARE, &change.what);
    match change.pointer.as_str() {
        "" => what,
        pointer => format!("{pointer}  {what}"),
    }
}

fn render_loosened(catalog: &CatalogFacts, facts: &Facts) -> String {
    if catalog.loosened.is_empty() {
        return String::new();
    }
    let heading = format!("Loosened to Json in {}", catalog.name);
    let mut text = format!("\n{}\n", paint(STRONG, &heading));
    let shown = if facts.loosened_denied {
        usize::MAX
    } else {
        NAMED_PLACES
    };
    for place in catalog.loosened.iter().take(shown) {
        line(
            &mut text,
            &format!("  {}  {}", paint(NAME, &place.tool), place.pointer),
        );
        line(&mut text, &format!("    {}", paint(CARE, &place.why)));
    }
    let hidden = catalog.loosened.len().saturating_sub(shown);
    if hidden > 0 {
        let rest = format!("  and {hidden} more; --json names all of them");
        line(&mut text, &paint(QUIET, &rest));
    }
    text
}

fn render_files(facts: &Facts) -> String {
    let mut text = String::new();
    if !facts.files.is_empty() {
        text.push('\n');
    }
    for file in &facts.files {
        let (style, verb) = verb(file, facts);
        line(
            &mut text,
            &format!("  {}  {}", paint(style, &format!("{verb:<12}")), file.path),
        );
        if let Some(diff) = &file.diff {
            text.push_str(&render_diff(diff));
        }
    }
    text
}

fn verb(file: &FileFacts, facts: &Facts) -> (Style, &'static str) {
    let is_planned = facts.mode == "check" || facts.loosened_denied;
    match (file.action, is_planned) {
        ("create", true) => (GOOD, "would create"),
        ("delete", true) => (BAD, "would delete"),
        (_, true) => (CARE, "would update"),
        ("create", false) => (GOOD, "created"),
        ("delete", false) => (BAD, "deleted"),
        (_, false) => (CARE, "updated"),
    }
}

fn render_diff(diff: &str) -> String {
    let mut text = String::new();
    for shown in diff.lines() {
        let style = match shown.chars().next() {
            Some('+') => GOOD,
            Some('-') => BAD,
            Some('@' | '…') => QUIET,
            _ => Style::new(),
        };
        line(&mut text, &format!("    {}", paint(style, shown)));
    }
    text.push('\n');
    text
}

fn render_strays(strays: &[String]) -> String {
    let mut text = String::new();
    for stray in strays {
        let why = "not generated: it bears no header, and is left alone";
        line(
            &mut text,
            &format!(
                "  {}  {stray}  ({why})",
                paint(CARE, &format!("{:<12}", "kept"))
            ),
        );
    }
    if text.is_empty() {
        text
    } else {
        format!("\n{text}")
    }
}

/// What it comes to, and what to do now.
fn conclude(facts: &Facts, program: Program) -> String {
    let number = facts.files.len();
    let unchanged = count(facts.unchanged, "file");
    let took = paint(QUIET, &format!("({})", time(facts.milliseconds)));
    let command = |option: &str| paint(NAME, &program.command(&format!("regen {option}")));
    let mut text = match (facts.mode, number) {
        (_, 0) => format!("{} {unchanged} up to date {took}\n", paint(GOOD, "ok:")),
        ("check", _) => {
            let differs = format!("{} not what the snapshot gives.", of_files(number));
            format!(
                "{differs} To write what it gives: {} {took}\n",
                command("--offline")
            )
        }
        _ if facts.loosened_denied => String::new(),
        _ => format!(
            "{} {} written, {unchanged} unchanged {took}\n",
            paint(GOOD, "ok:"),
            count(number, "file")
        ),
    };
    let mut drifted = facts.catalogs.iter().filter(|catalog| catalog.drifted);
    if let ("check", Some(first)) = (facts.mode, drifted.next()) {
        let source = match first.source {
            "file" => "file says",
            "server" => "server offers",
            _ => "account offers",
        };
        let what = match drifted.next() {
            None => format!("The snapshot is not what the {source}."),
            Some(_) => "Snapshots are not what they were made from.".to_owned(),
        };
        line(
            &mut text,
            &format!("{what} To take it over: {}", command("--fetch")),
        );
    }
    if facts.loosened_denied {
        let what = "Loosened places are denied, and nothing was written.";
        let help = "Correct them in the overlay, or leave --deny-loosened out.";
        line(&mut text, &format!("{} {help}", paint(BAD, what)));
    }
    text
}

/// `160 ms`, `2.3 s`.
fn time(milliseconds: u64) -> String {
    match milliseconds {
        0..1000 => format!("{milliseconds} ms"),
        _ => format!("{}.{} s", milliseconds / 1000, milliseconds % 1000 / 100),
    }
}

fn of_files(number: usize) -> String {
    match number {
        1 => "1 file is".to_owned(),
        number => format!("{number} files are"),
    }
}

fn line(text: &mut String, what: &str) {
    // Writing to a string does not fail.
    let _infallible = writeln!(text, "{}", what.trim_end());
}
