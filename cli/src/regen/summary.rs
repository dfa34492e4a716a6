//! The text output of a run.

use anstyle::Style;
use toolsmith_codegen::write::Action;

use super::Request;
use super::result::{CatalogResult, RegenResult};
use super::silent::{render_refusal, render_silent};
use crate::catalogs::Mode;
use crate::diff::{CatalogDiff, render_changes};
use crate::findings::loosened::{render_denial, render_loosened, render_uncallable};
use crate::findings::skipped::render_skipped;
use crate::findings::splits::{CatalogFiles, render_splits};
use crate::findings::texts::render_warnings;
use crate::program::Program;
use crate::screen::file_change::FileChange;
use crate::screen::lines::push_line;
use crate::screen::style::{DIMMED, FAILURE, HEADING, NAME, SUCCESS, WARNING, count, paint};
use crate::screen::table::{Cell, render_row, widths};

/// Renders a result.
pub(super) fn render(result: &RegenResult, request: &Request, program: Program) -> String {
    let mut text = render_catalogs(&result.catalogs);
    for catalog in &result.catalogs {
        text.push_str(&render_notes(catalog));
    }
    for catalog in &result.catalogs {
        text.push_str(&render_drift(catalog, result));
    }
    for catalog in &result.catalogs {
        render_skipped(&mut text, &catalog.name, &catalog.skipped);
        render_warnings(&mut text, &catalog.name, &catalog.text_warnings);
        let files = CatalogFiles {
            overlay: &catalog.overlay,
            lock: &catalog.lock,
        };
        text.push_str(&render_splits(&catalog.name, &catalog.splits, files));
    }
    for catalog in &result.catalogs {
        let (name, places) = (&catalog.name, &catalog.loosened);
        render_loosened(&mut text, name, places, result.loosened_denied);
    }
    for catalog in &result.catalogs {
        text.push_str(&render_contradictions(catalog));
    }
    for catalog in &result.catalogs {
        text.push_str(&render_tombstones(catalog));
    }
    text.push_str(&render_silent(result));
    text.push_str(&render_files(result));
    text.push_str(&render_kept(
        &result.strays,
        "not generated: it has no header",
    ));
    let why = "no catalog uses it; delete it if you do not need the catalog again";
    text.push_str(&render_kept(&result.unused, why));
    text.push('\n');
    text.push_str(&conclude(result, request, program));
    text
}

/// Renders the removed tools whose code stays for one release.
fn render_tombstones(catalog: &CatalogResult) -> String {
    if catalog.tombstones.is_empty() {
        return String::new();
    }
    let heading = format!(
        "Removed tools whose code stays for one release: {}",
        catalog.name
    );
    let mut text = format!("\n{}\n", paint(HEADING, &heading));
    for tombstone in &catalog.tombstones {
        let (tool, since) = (paint(NAME, &tombstone.tool), &tombstone.since);
        let nearest = match &tombstone.nearest {
            Some(nearest) => format!("; the nearest tool is {nearest}"),
            None => String::new(),
        };
        push_line(&mut text, &format!("  {tool}  since {since}{nearest}"));
    }
    text
}

fn render_catalogs(catalogs: &[CatalogResult]) -> String {
    let row = |catalog: &CatalogResult| {
        let (style, loosened) = match catalog.loosened.len() {
            0 => (SUCCESS, "nothing loosened".to_owned()),
            number => (WARNING, format!("{number} loosened")),
        };
        let unchecked = match catalog.unchecked.len() {
            0 => String::new(),
            number => format!("{number} not checked"),
        };
        let skipped = match catalog.skipped.len() {
            0 => String::new(),
            number => format!("{number} skipped"),
        };
        let excluded = match catalog.excluded.len() {
            0 => String::new(),
            number => format!("{number} excluded"),
        };
        vec![
            Cell::new(HEADING, &catalog.name),
            Cell::new(DIMMED, catalog.source),
            Cell::plain(count(catalog.tools, "tool")),
            Cell::plain(count(catalog.resources, "resource")),
            Cell::plain(count(catalog.types, "type")),
            Cell::new(style, loosened),
            Cell::new(WARNING, unchecked),
            Cell::new(DIMMED, excluded),
            Cell::new(WARNING, skipped),
        ]
    };
    let rows: Vec<Vec<Cell>> = catalogs.iter().map(row).collect();
    let widths = widths(rows.iter().map(Vec::as_slice));
    rows.iter().map(|row| render_row(row, &widths, 0)).collect()
}

/// Renders the notes on the source of a catalog.
fn render_notes(catalog: &CatalogResult) -> String {
    let mut text = String::new();
    for note in &catalog.notes {
        let label = paint(WARNING, "note:");
        push_line(&mut text, &format!("{label} {}: {note}", catalog.name));
    }
    text
}

/// Renders the differences between a snapshot and its source, by tool.
fn render_drift(catalog: &CatalogResult, result: &RegenResult) -> String {
    if !catalog.drifted {
        return String::new();
    }
    let source = match catalog.source {
        "file" => "file",
        "server" => "server",
        _ => "account",
    };
    let heading = match result.mode {
        Mode::Check => format!("Snapshot differs from the {source}: {}", catalog.name),
        Mode::Write => format!("Changes from the {source}: {}", catalog.name),
    };
    let mut text = format!("\n{}\n", paint(HEADING, &heading));
    if catalog.changes.is_empty() {
        text.push_str("  no snapshot existed, or no change is visible to callers\n");
    }
    let diff = CatalogDiff {
        name: catalog.name.clone(),
        changes: catalog.changes.clone(),
    };
    text.push_str(render_changes(&diff).trim_start_matches('\n'));
    text
}

/// Renders the tools of a catalog that no arguments satisfy.
fn render_contradictions(catalog: &CatalogResult) -> String {
    if catalog.uncallable.is_empty() {
        return String::new();
    }
    let heading = format!("Uncallable in {}", catalog.name);
    let mut text = format!("\n{}\n", paint(HEADING, &heading));
    render_uncallable(&mut text, &catalog.uncallable);
    text
}

fn render_files(result: &RegenResult) -> String {
    let mut text = String::new();
    if !result.files.is_empty() {
        text.push('\n');
    }
    for file in &result.files {
        let (style, verb) = verb(file, result);
        push_line(
            &mut text,
            &format!("  {}  {}", paint(style, &format!("{verb:<12}")), file.path),
        );
        if let Some(diff) = &file.diff {
            text.push_str(&render_diff(diff));
        }
    }
    text
}

fn verb(file: &FileChange, result: &RegenResult) -> (Style, String) {
    let is_planned = result.mode == Mode::Check || result.loosened_denied || result.wire_refused;
    let style = match file.action {
        Action::Create => SUCCESS,
        Action::Delete => FAILURE,
        Action::Update | Action::Keep => WARNING,
    };
    let verb = if is_planned {
        format!("would {}", file.verb())
    } else {
        file.past_verb().to_owned()
    };
    (style, verb)
}

fn render_diff(diff: &str) -> String {
    let mut text = String::new();
    for shown in diff.lines() {
        let style = match shown.chars().next() {
            Some('+') => SUCCESS,
            Some('-') => FAILURE,
            Some('@' | '…') => DIMMED,
            _ => Style::new(),
        };
        push_line(&mut text, &format!("    {}", paint(style, shown)));
    }
    text.push('\n');
    text
}

/// Renders files that are kept, and the reason.
fn render_kept(files: &[String], why: &str) -> String {
    let mut text = String::new();
    for file in files {
        push_line(
            &mut text,
            &format!(
                "  {}  {file}  ({why})",
                paint(WARNING, &format!("{:<12}", "kept"))
            ),
        );
    }
    if text.is_empty() {
        text
    } else {
        format!("\n{text}")
    }
}

/// Renders the conclusion and the next command.
fn conclude(result: &RegenResult, request: &Request, program: Program) -> String {
    let number = result.files.len();
    let unchanged = count(result.unchanged, "file");
    let took = paint(DIMMED, &format!("({})", time(result.milliseconds)));
    let command = |option: &str| paint(NAME, &program.command(&format!("regen {option}")));
    let mut text = match (result.mode, number) {
        (_, 0) => format!("{} {unchanged} up to date {took}\n", paint(SUCCESS, "ok:")),
        (Mode::Check, _) => {
            let outdated = format!("{} out of date with the snapshot.", of_files(number));
            format!("{outdated} To update: {} {took}\n", command("--offline"))
        }
        _ if result.loosened_denied || result.wire_refused => String::new(),
        _ => format!(
            "{} {} written, {unchanged} unchanged {took}\n",
            paint(SUCCESS, "ok:"),
            count(number, "file")
        ),
    };
    let mut drifted = result.catalogs.iter().filter(|catalog| catalog.drifted);
    if let (Mode::Check, Some(first)) = (result.mode, drifted.next()) {
        let source = match first.source {
            "file" => "file",
            "server" => "server",
            _ => "account",
        };
        let outdated = match drifted.next() {
            None => format!("The snapshot is out of date with the {source}."),
            Some(_) => "Several snapshots are out of date.".to_owned(),
        };
        push_line(
            &mut text,
            &format!("{outdated} To update: {}", command("--fetch")),
        );
    }
    if result.loosened_denied {
        render_denial(&mut text);
    }
    if result.wire_refused {
        text.push_str(&render_refusal(result, request, program));
    }
    text
}

/// Formats a duration: `160 ms`, `2.3 s`.
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
