//! The text output about silent changes of the wire.

use super::result::RegenResult;
use super::{Request, wire};
use crate::catalogs::Fetching;
use crate::diff::ACCEPTED;
use crate::findings::loosened::Loosened;
use crate::program::Program;
use crate::screen::lines::push_line;

/// Renders the silent changes of each catalog.
pub(super) fn render_silent(result: &RegenResult) -> String {
    let catalogs = result.catalogs.iter();
    catalogs
        .map(|catalog| wire::render_silent(&catalog.name, &catalog.silent))
        .collect()
}

/// Renders the conclusion of a run that wrote nothing because of silent changes.
pub(super) fn render_refusal(result: &RegenResult, request: &Request, program: Program) -> String {
    let mut text = wire::render_refusal(&program.command(&retry(result, request)));
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
    words.push(wire::accept_option(changes));
    words.join(" ")
}
