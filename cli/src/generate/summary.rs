//! The text output of a run.

use std::fmt::Write;

use super::Request;
use super::result::GenerateResult;
use crate::digest::render_sizes;
use crate::screen::style::{BAD, CARE, GOOD, NAME, QUIET, count, paint};

/// The number of loosened places that are listed.
const MAX_LISTED_PLACES: usize = 8;

/// Renders a result.
pub(super) fn render(request: &Request, result: &GenerateResult) -> String {
    let loosened = match result.loosened.len() {
        0 => paint(GOOD, "nothing loosened"),
        number => paint(CARE, &format!("{number} loosened")),
    };
    let mut text = String::new();
    line(
        &mut text,
        &format!(
            "{}  {}, {}, {loosened}{}",
            paint(NAME, &request.name),
            count(result.tools, "tool"),
            count(result.types, "type"),
            match result.unchecked.len() {
                0 => String::new(),
                number => format!(", {}", paint(CARE, &format!("{number} not checked"))),
            }
        ),
    );
    render_loosened(&mut text, result);
    if let Some(sizes) = &result.digest {
        line(&mut text, "");
        text.push_str(&render_sizes(sizes));
        line(&mut text, "");
    }
    for stray in &result.strays {
        let why = "not generated: it has no header";
        line(
            &mut text,
            &format!("  {}  {stray}  ({why})", paint(CARE, "kept")),
        );
    }
    if result.loosened_denied {
        let problem = "Loosened places are denied; nothing was written.";
        let help = "Correct them in the overlay, or remove --deny-loosened.";
        line(&mut text, &format!("{} {help}", paint(BAD, problem)));
        return text;
    }
    line(
        &mut text,
        &format!(
            "{} {} written to {}, {} unchanged ({} ms)",
            paint(GOOD, "ok:"),
            count(result.files.len(), "file"),
            request.out.display(),
            result.unchanged,
            result.milliseconds
        ),
    );
    text
}

fn render_loosened(text: &mut String, result: &GenerateResult) {
    let shown = if result.loosened_denied {
        usize::MAX
    } else {
        MAX_LISTED_PLACES
    };
    for place in result.loosened.iter().take(shown) {
        line(
            text,
            &format!("  {}  {}", paint(NAME, &place.tool), place.pointer),
        );
        line(text, &format!("    {}", paint(CARE, &place.why)));
    }
    let hidden = result.loosened.len().saturating_sub(shown);
    if hidden > 0 {
        let rest = format!("  and {hidden} more; use --json to list all");
        line(text, &paint(QUIET, &rest));
    }
}

fn line(text: &mut String, what: &str) {
    // Writing to a string does not fail.
    let _infallible = writeln!(text, "{}", what.trim_end());
}
