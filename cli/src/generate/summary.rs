//! What came of a run, for people.

use std::fmt::Write;

use super::Request;
use super::facts::Facts;
use crate::digest::render_sizes;
use crate::screen::style::{BAD, CARE, GOOD, NAME, QUIET, count, paint};

/// The loosened places that are named, where they are no finding.
const NAMED_PLACES: usize = 8;

/// The whole text.
pub(super) fn render(request: &Request, facts: &Facts) -> String {
    let loosened = match facts.loosened.len() {
        0 => paint(GOOD, "nothing loosened"),
        number => paint(CARE, &format!("{number} loosened")),
    };
    let mut text = String::new();
    line(
        &mut text,
        &format!(
            "{}  {}, {}, {loosened}{}",
            paint(NAME, &request.name),
            count(facts.tools, "tool"),
            count(facts.types, "type"),
            match facts.unchecked.len() {
                0 => String::new(),
                number => format!(", {}", paint(CARE, &format!("{number} not checked"))),
            }
        ),
    );
    render_loosened(&mut text, facts);
    if let Some(sizes) = &facts.digest {
        line(&mut text, "");
        text.push_str(&render_sizes(sizes));
        line(&mut text, "");
    }
    for stray in &facts.strays {
        let why = "not generated: it bears no header, and is left alone";
        line(
            &mut text,
            &format!("  {}  {stray}  ({why})", paint(CARE, "kept")),
        );
    }
    if facts.loosened_denied {
        let what = "Loosened places are denied, and nothing was written.";
        let help = "Correct them in the overlay, or leave --deny-loosened out.";
        line(&mut text, &format!("{} {help}", paint(BAD, what)));
        return text;
    }
    line(
        &mut text,
        &format!(
            "{} {} written to {}, {} unchanged ({} ms)",
            paint(GOOD, "ok:"),
            count(facts.files.len(), "file"),
            request.out.display(),
            facts.unchanged,
            facts.milliseconds
        ),
    );
    text
}

fn render_loosened(text: &mut String, facts: &Facts) {
    let shown = if facts.loosened_denied {
        usize::MAX
    } else {
        NAMED_PLACES
    };
    for place in facts.loosened.iter().take(shown) {
        line(
            text,
            &format!("  {}  {}", paint(NAME, &place.tool), place.pointer),
        );
        line(text, &format!("    {}", paint(CARE, &place.why)));
    }
    let hidden = facts.loosened.len().saturating_sub(shown);
    if hidden > 0 {
        let rest = format!("  and {hidden} more; --json names all of them");
        line(text, &paint(QUIET, &rest));
    }
}

fn line(text: &mut String, what: &str) {
    // Writing to a string does not fail.
    let _infallible = writeln!(text, "{}", what.trim_end());
}
