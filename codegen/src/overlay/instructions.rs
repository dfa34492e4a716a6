//! Corrections of the instructions of an MCP server, which may differ in each fetch.

use super::change::{Action, Change};
use super::parse::parse_overlay;
use crate::diag::{Diagnostic, Diagnostics, SourceLocation};
use crate::options::{CatalogKind, SourceText};
use crate::source::Json;

/// The instructions that replace those of a server.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct InstructionsCorrection {
    /// The line in the overlay.
    pub(crate) location: SourceLocation,
    /// The text; `None` to leave them out.
    pub(crate) text: Option<String>,
}

/// Returns the correction of an overlay. An overlay with errors has none, because generation reports the
/// errors.
pub(crate) fn read_correction(overlay: &SourceText) -> Option<InstructionsCorrection> {
    let changes = parse_overlay(overlay).ok()?;
    find_corrections(&changes).next()
}

/// Replaces the instructions if a change says so.
///
/// # Errors
/// Returns an error if the catalog is not that of an MCP server, or if two changes replace the instructions.
pub(super) fn correct_instructions(
    changes: &[Change],
    kind: CatalogKind,
    instructions: Option<String>,
) -> Result<Option<String>, Diagnostics> {
    let mut corrections = find_corrections(changes);
    let Some(correction) = corrections.next() else {
        return Ok(instructions);
    };
    if kind != CatalogKind::Mcp {
        let what = "only the catalog of an MCP server has instructions";
        let problem = Diagnostic::new(correction.location, what);
        return Err(problem
            .help("add the name of the `tool`, or remove the change")
            .into());
    }
    if let Some(other) = corrections.next() {
        let what = "an earlier change replaces the instructions as well";
        return Err(Diagnostic::new(other.location, what)
            .help("remove it")
            .into());
    }
    Ok(correction.text)
}

fn find_corrections(changes: &[Change]) -> impl Iterator<Item = InstructionsCorrection> {
    let of_server = changes.iter().filter(|change| change.is_of_server());
    of_server.flat_map(|change| {
        let texts = change.actions.iter().filter_map(|action| match action {
            Action::Set(Json::String(text)) => Some(Some(text.clone())),
            Action::Remove => Some(None),
            _ => None,
        });
        let location = change.location.clone();
        texts.map(move |text| InstructionsCorrection {
            location: location.clone(),
            text,
        })
    })
}
