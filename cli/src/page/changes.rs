//! The changes of a catalog since a revision, in the words and the order of `diff`.

use anyhow::Result;

use super::content::{Change, Changes, Correction};
use super::corrections;
use crate::config::Config;
use crate::context::Context;
use crate::diff::{SideCatalog, compare_side, describe_change, load_revision};
use crate::system::git::Revision;

/// The catalogs of a project at a revision.
pub(super) struct Since {
    revision: Revision,
    catalogs: Vec<SideCatalog>,
}

impl Since {
    /// Reads the catalogs at a revision.
    ///
    /// # Errors
    ///
    /// Returns an error if git does not know the revision, or if a snapshot at the revision is not a
    /// catalog.
    pub(super) fn load(revision: &str, config: &Config, context: &Context) -> Result<Self> {
        let revision = Revision::find(context.root(), revision)?;
        let catalogs = load_revision(&revision, config, context)?;
        Ok(Self { revision, catalogs })
    }

    /// Compares the snapshot and the overlay of a catalog with those at the revision.
    ///
    /// # Errors
    ///
    /// Returns an error if a catalog cannot be lowered, or if an overlay is not TOML.
    pub(super) fn compare(
        &self,
        catalog: &SideCatalog,
        config: &Config,
        context: &Context,
    ) -> Result<Changes> {
        let (before, diff) = compare_side(&self.catalogs, catalog, config.project.enums, context)?;
        let mut entries: Vec<Change> = diff
            .changes
            .iter()
            .map(|change| Change {
                tool: change.tool.clone(),
                pointer: change.place.clone(),
                what: describe_change(change),
                file: "snapshot",
                grade: Some(change.grade.as_str()),
            })
            .collect();
        let read = |side: Option<&SideCatalog>| -> Result<Vec<Correction>> {
            let overlay = side.and_then(|side| side.input.overlay.as_ref());
            overlay.map_or(Ok(Vec::new()), |overlay| {
                corrections::read(&overlay.file, &overlay.text)
            })
        };
        entries.extend(compare_overlays(&read(before)?, &read(Some(catalog))?));
        Ok(Changes {
            since: self.revision.given.clone(),
            commit: self.revision.short.clone(),
            date: self.revision.date.clone(),
            entries,
        })
    }
}

/// Returns the corrections that only one of two overlays has.
fn compare_overlays(before: &[Correction], after: &[Correction]) -> Vec<Change> {
    let only_in = |one: &[Correction], other: &[Correction], verb: &str| -> Vec<Change> {
        let only = one.iter().filter(|correction| !other.contains(correction));
        only.map(|correction| overlay_change(correction, verb))
            .collect()
    };
    let mut changes = only_in(before, after, "removed");
    changes.extend(only_in(after, before, "added"));
    changes.sort_by(|left, right| left.tool.cmp(&right.tool));
    changes
}

fn overlay_change(correction: &Correction, verb: &str) -> Change {
    let actions = correction.actions.iter();
    let actions: Vec<String> = actions
        .map(|(key, value)| format!("{key} = {value}"))
        .collect();
    let tool = match correction.resource.as_str() {
        "" => correction.tool.clone(),
        resource => format!("resource {resource}"),
    };
    Change {
        tool,
        pointer: correction.at.clone(),
        what: format!("correction {verb}: {}", actions.join(", ")),
        file: "overlay",
        grade: None,
    }
}
