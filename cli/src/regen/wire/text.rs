//! The text output about silent changes of the wire.

use std::collections::BTreeSet;

use crate::diff::{ChangeResult, render_change};
use crate::screen::lines::push_line;
use crate::screen::style::{FAILURE, HEADING, NAME, paint};

/// The names that a command lists. Of more, it accepts all.
const MAX_NAMES: usize = 8;

/// Renders the silent changes of one catalog.
pub(crate) fn render_silent(catalog: &str, changes: &[ChangeResult]) -> String {
    if changes.is_empty() {
        return String::new();
    }
    let heading = format!("Silent changes of what programs send: {catalog}");
    let mut text = format!("\n{}\n", paint(HEADING, &heading));
    for change in changes {
        push_line(&mut text, &format!("  {}", render_change(change)));
    }
    text
}

/// Renders the conclusion of a run that wrote nothing because of silent changes. `command` accepts them.
pub(crate) fn render_refusal(command: &str) -> String {
    let problem = "Programs that compile would send something else; nothing was written.";
    let mut text = String::new();
    push_line(&mut text, &paint(FAILURE, problem));
    push_line(
        &mut text,
        "Review each silent change and its callers. To accept them:",
    );
    push_line(&mut text, &format!("  {}", paint(NAME, command)));
    text
}

/// Returns the option that accepts the silent changes of this run and no others.
pub(crate) fn accept_option<'c>(changes: impl Iterator<Item = &'c ChangeResult>) -> String {
    let open = changes.filter(|change| change.accepted.is_none());
    let names: BTreeSet<&str> = open.map(name).collect();
    // A name is text of a catalog, and a person copies the command into a shell.
    let is_plain = |name: &&str| {
        let mut letters = name.chars();
        letters.all(|letter| letter.is_ascii_alphanumeric() || matches!(letter, '_' | '-' | '.'))
    };
    let names: Vec<&str> = names.into_iter().collect();
    if names.len() <= MAX_NAMES && names.iter().all(is_plain) {
        format!("--accept-wire={}", names.join(","))
    } else {
        "--accept-wire".to_owned()
    }
}

/// Returns the name by which a command accepts a change: its tool, or its kind if several tools have it.
fn name(change: &ChangeResult) -> &str {
    match change.tool.as_str() {
        "" => change.id,
        tool => tool,
    }
}
