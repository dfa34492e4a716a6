//! The text output about silent changes of the wire.

use std::collections::BTreeSet;

use super::Request;
use super::result::RegenResult;
use crate::catalogs::Fetching;
use crate::diff::{ACCEPTED, ChangeResult, render_change};
use crate::loosened::Loosened;
use crate::program::Program;
use crate::screen::lines::push_line;
use crate::screen::style::{FAILURE, HEADING, NAME, paint};

/// The names that a command lists. Of more, it accepts all.
const MAX_NAMES: usize = 8;

/// Renders the silent changes of each catalog.
pub(super) fn render_silent(result: &RegenResult) -> String {
    let mut text = String::new();
    for catalog in &result.catalogs {
        if catalog.silent.is_empty() {
            continue;
        }
        let heading = format!("Silent changes of what programs send: {}", catalog.name);
        text.extend([format!("\n{}\n", paint(HEADING, &heading))]);
        for change in &catalog.silent {
            push_line(&mut text, &format!("  {}", render_change(change)));
        }
    }
    text
}

/// Renders the conclusion of a run that wrote nothing because of silent changes.
pub(super) fn render_refusal(result: &RegenResult, request: &Request, program: Program) -> String {
    let problem = "Programs that compile would send something else; nothing was written.";
    let command = paint(NAME, &program.command(&retry(result, request)));
    let mut text = String::new();
    push_line(&mut text, &paint(FAILURE, problem));
    push_line(
        &mut text,
        "Look at each silent change and at its callers. To make them:",
    );
    push_line(&mut text, &format!("  {command}"));
    push_line(
        &mut text,
        &format!("or list them in {ACCEPTED}, each with a reason."),
    );
    text
}

/// Returns the command that accepts the silent changes of this run and no others.
fn retry(result: &RegenResult, request: &Request) -> String {
    let mut words = vec!["regen".to_owned()];
    words.extend(request.catalogs.iter().cloned());
    match request.fetching {
        Fetching::Never => words.push("--offline".to_owned()),
        Fetching::Always => words.push("--fetch".to_owned()),
        Fetching::IfPossible => {}
    }
    if request.loosened == Loosened::Denied {
        words.push("--deny-loosened".to_owned());
    }
    let changes = result.catalogs.iter().flat_map(|catalog| &catalog.silent);
    let open = changes.filter(|change| change.accepted.is_none());
    let names: BTreeSet<&str> = open.map(name).collect();
    // A name is text of a catalog, and a person copies the command into a shell.
    let is_plain = |name: &&str| {
        let mut letters = name.chars();
        letters.all(|letter| letter.is_ascii_alphanumeric() || matches!(letter, '_' | '-' | '.'))
    };
    let names: Vec<&str> = names.into_iter().collect();
    words.push(if names.len() <= MAX_NAMES && names.iter().all(is_plain) {
        format!("--accept-wire={}", names.join(","))
    } else {
        "--accept-wire".to_owned()
    });
    words.join(" ")
}

/// Returns the name by which a command accepts a change: its tool, or its kind if several tools have it.
fn name(change: &ChangeResult) -> &str {
    match change.tool.as_str() {
        "" => change.id,
        tool => tool,
    }
}
