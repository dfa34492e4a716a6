//! The text output of a run.

use super::result::GenerateResult;
use super::{LOCK, OVERLAY, Request};
use crate::catalogs::Mode;
use crate::digest::render_sizes;
use crate::findings::loosened::{render_denial, render_places, render_uncallable};
use crate::findings::skipped::render_skipped;
use crate::findings::splits::{CatalogFiles, render_splits};
use crate::findings::texts::render_warnings;
use crate::regen::{accept_option, render_refusal, render_silent};
use crate::screen::lines::push_line;
use crate::screen::style::{NAME, SUCCESS, WARNING, count, paint};

/// Renders a result.
pub(super) fn render(request: &Request, result: &GenerateResult) -> String {
    let loosened = match result.loosened.len() {
        0 => paint(SUCCESS, "nothing loosened"),
        number => paint(WARNING, &format!("{number} loosened")),
    };
    let mut text = String::new();
    let counts =
        counted(result.unchecked.len(), "not checked") + &counted(result.skipped.len(), "skipped");
    let (tools, types) = (count(result.tools, "tool"), count(result.types, "type"));
    let name = paint(NAME, &request.name);
    let line = format!("{name}  {tools}, {types}, {loosened}{counts}");
    push_line(&mut text, &line);
    render_skipped(&mut text, &request.name, &result.skipped);
    render_warnings(&mut text, &request.name, &result.text_warnings);
    render_places(&mut text, &result.loosened, result.loosened_denied);
    let files = CatalogFiles {
        overlay: OVERLAY,
        lock: LOCK,
    };
    text.push_str(&render_splits(&request.name, &result.splits, files));
    if !result.uncallable.is_empty() {
        let number = count(result.uncallable.len(), "tool");
        push_line(
            &mut text,
            &format!("{} cannot be called:", paint(WARNING, &number)),
        );
        render_uncallable(&mut text, &result.uncallable);
    }
    if let Some(sizes) = &result.digest {
        push_line(&mut text, "");
        text.push_str(&render_sizes(sizes));
        push_line(&mut text, "");
    }
    render_strays(&mut text, &result.strays);
    text.push_str(&render_silent(&request.name, &result.silent));
    if result.loosened_denied {
        render_denial(&mut text);
        return text;
    }
    if result.wire_refused {
        let option = accept_option(result.silent.iter());
        text.push_str(&render_refusal(&format!("the same command with {option}")));
        return text;
    }
    if result.mode == Mode::Check {
        text.push_str(&render_check(result));
        return text;
    }
    push_line(
        &mut text,
        &format!(
            "{} {} written to {}, {} unchanged ({} ms)",
            paint(SUCCESS, "ok:"),
            count(result.files.len(), "file"),
            request.out.display(),
            result.unchanged,
            result.milliseconds
        ),
    );
    text
}

/// Renders the files that stay although they were not generated.
fn render_strays(text: &mut String, strays: &[String]) {
    for stray in strays {
        let why = "not generated: it has no header";
        push_line(
            text,
            &format!("  {}  {stray}  ({why})", paint(WARNING, "kept")),
        );
    }
}

/// Renders the files that a run without `--check` would change.
fn render_check(result: &GenerateResult) -> String {
    let mut text = String::new();
    for file in &result.files {
        let verb = format!("would {:<6}", file.verb());
        push_line(
            &mut text,
            &format!("  {}  {}", paint(WARNING, &verb), file.path),
        );
    }
    let outdated = match result.files.len() {
        0 => format!(
            "{} {} up to date",
            paint(SUCCESS, "ok:"),
            count(result.unchanged, "file")
        ),
        1 => "1 file is out of date. To update, run the command without --check".to_owned(),
        number => {
            format!("{number} files are out of date. To update, run the command without --check")
        }
    };
    push_line(&mut text, &outdated);
    text
}

/// Returns a count as a further item of a list, or nothing if it is zero.
fn counted(number: usize, what: &str) -> String {
    match number {
        0 => String::new(),
        number => format!(", {}", paint(WARNING, &format!("{number} {what}"))),
    }
}
