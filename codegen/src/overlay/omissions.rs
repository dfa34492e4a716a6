//! The parts of an overlay and a selection that a comparison leaves out of a side.

use std::collections::BTreeSet;

use super::change::{Action, Change};
use super::parse::parse_overlay;
use crate::diag::{Diagnostic, Diagnostics, SourceLocation};
use crate::options::CatalogInput;

/// The changes of an overlay that do not apply to a side of a comparison, because the side lacks what they
/// are about.
#[derive(Debug, Clone, Default)]
pub(crate) struct Omissions {
    changes: BTreeSet<SourceLocation>,
    /// `true` if patterns of the selection may match no tool.
    pub(super) allows_unmatched: bool,
}

impl Omissions {
    /// Returns the omissions of a side: so far, only patterns that match no tool.
    pub(crate) fn of_side() -> Self {
        Self {
            changes: BTreeSet::new(),
            allows_unmatched: true,
        }
    }

    /// Leaves out the changes that `found` is about. Returns `false` if a problem is about anything else.
    pub(crate) fn leave_out(&mut self, input: &CatalogInput, found: &Diagnostics) -> bool {
        let Some(Ok(changes)) = input.overlay.as_ref().map(parse_overlay) else {
            return false;
        };
        let known = self.changes.len();
        let is_blamed = |problem: &Diagnostic| {
            let blamed = changes.iter().filter(|change| is_about(problem, change));
            let places: Vec<SourceLocation> = blamed.map(|it| it.location.clone()).collect();
            let has_changes = !places.is_empty();
            self.changes.extend(places);
            has_changes
        };
        found.iter().all(is_blamed) && self.changes.len() > known
    }

    pub(super) fn leaves_out(&self, change: &Change) -> bool {
        self.changes.contains(&change.location)
    }
}

/// Returns `true` if a problem is about a change. A problem with a name has the tool alone.
fn is_about(problem: &Diagnostic, change: &Change) -> bool {
    let (place, own) = (&problem.location, &change.location);
    let gives_name = change.actions.iter().any(|action| {
        matches!(
            action,
            Action::Rename(_) | Action::Request(_) | Action::Type(_) | Action::Move(_)
        )
    });
    let is_of_tool = place.pointer.is_empty() && place.tool.is_some() && place.tool == own.tool;
    place.file == own.file && (place.pointer == own.pointer || is_of_tool && gives_name)
}
