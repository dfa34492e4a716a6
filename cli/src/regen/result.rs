//! The result of a run, for text and JSON output.

use std::time::Duration;

use serde::Serialize;
use toolsmith_codegen::report::{Report, Tombstone};
use toolsmith_codegen::write::PlannedFile;

use super::{Regeneration, Request, diff, wire};
use crate::catalogs::{LoadedCatalog, Mode, Origin};
use crate::diff::{CatalogDiff, ChangeResult};
use crate::findings::loosened::{Loosened, LoosenedPlace};
use crate::findings::skipped::SkippedResult;
use crate::findings::splits::Split;
use crate::findings::texts::TextWarning;
use crate::screen::file_change::FileChange;
use crate::status::Status;

/// The result of a run: the document that `regen --json` prints.
///
/// Keys are never removed or renamed. `exit_status` is the status of the process; `mode` is `write` or
/// `check`; paths are from the root of the project.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct RegenResult {
    /// The exit status.
    #[serde(rename = "exit_status", serialize_with = "as_code")]
    pub(super) status: Status,
    /// `write` or `check`.
    pub(super) mode: Mode,
    /// The catalogs, by name.
    pub(super) catalogs: Vec<CatalogResult>,
    /// The files that were written, or would be.
    pub(super) files: Vec<FileChange>,
    /// The number of unchanged files.
    pub(super) unchanged: usize,
    /// Files in generated folders that do not have the generator's header. They are kept.
    pub(super) strays: Vec<String>,
    /// Snapshots, overlays and locks of catalogs that the configuration no longer names. They are
    /// kept.
    pub(super) unused: Vec<String>,
    /// `true` if nothing was written because of loosened places.
    pub(super) loosened_denied: bool,
    /// `true` if nothing was written because of silent changes that no one has accepted.
    pub(super) wire_refused: bool,
    /// The duration of the run.
    pub(super) milliseconds: u64,
}

/// The result for one catalog.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(super) struct CatalogResult {
    /// Its name.
    pub(super) name: String,
    /// Its source: `account`, `server`, `file` or `snapshot`.
    pub(super) source: &'static str,
    /// Facts about its source that a person should know.
    pub(super) notes: Vec<String>,
    /// The variables that are required to fetch it and not set.
    pub(super) unset_variables: Vec<String>,
    /// The number of tools.
    pub(super) tools: usize,
    /// The number of resources.
    pub(super) resources: usize,
    /// The number of generated types.
    pub(super) types: usize,
    /// The tools that `include` and `exclude` leave out.
    pub(super) excluded: Vec<String>,
    /// The tools that cannot be read and were skipped.
    pub(super) skipped: Vec<SkippedResult>,
    /// The entries of the fetched catalog that are not functions.
    #[serde(rename = "left_out")]
    pub(super) not_functions: Vec<SkippedResult>,
    /// The tools that count as writes because nothing says what they do.
    pub(super) assumed_writes: Vec<String>,
    /// The places that are typed as `Json`.
    pub(super) loosened: Vec<LoosenedPlace>,
    /// The places with a keyword that is not checked.
    pub(super) unchecked: Vec<LoosenedPlace>,
    /// The types whose places differ now.
    pub(super) splits: Vec<Split>,
    /// The texts that a person should read before a model does.
    pub(super) text_warnings: Vec<TextWarning>,
    /// The file of the overlay, which may not exist.
    #[serde(skip)]
    pub(super) overlay: String,
    /// The file of the lock.
    #[serde(skip)]
    pub(super) lock: String,
    /// The tools with a required argument that no value satisfies.
    pub(super) uncallable: Vec<LoosenedPlace>,
    /// The removed tools whose code stays for one release.
    pub(super) tombstones: Vec<TombstoneResult>,
    /// `true` if the fetched catalog differs from the snapshot.
    pub(super) drifted: bool,
    /// The differences, as `diff` grades them.
    pub(super) changes: Vec<ChangeResult>,
    /// The changes of what programs send that no compiler and no server reports.
    pub(super) silent: Vec<ChangeResult>,
}

/// A removed tool, whose code stays for one release.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(super) struct TombstoneResult {
    /// The name of the tool.
    pub(super) tool: String,
    /// The day since which the catalog does not have it.
    pub(super) since: String,
    /// The name of the tool that resembles it most.
    pub(super) nearest: Option<String>,
}

impl TombstoneResult {
    fn of(tombstone: &Tombstone) -> Self {
        Self {
            tool: tombstone.name.clone(),
            since: tombstone.since.clone(),
            nearest: tombstone.nearest.clone(),
        }
    }
}

impl RegenResult {
    /// Collects the result.
    pub(super) fn collect(request: &Request, regeneration: &Regeneration, took: Duration) -> Self {
        let Regeneration {
            loaded,
            output,
            plan,
            drifted,
            silent,
        } = regeneration;
        let catalogs = loaded.iter().zip(&output.reports);
        let catalogs: Vec<_> = catalogs
            .map(|(loaded, report)| CatalogResult {
                changes: changes_of(&report.catalog, drifted),
                silent: changes_of(&report.catalog, silent),
                ..CatalogResult::collect(loaded, report)
            })
            .collect();
        let files = plan.files.iter();
        let files: Vec<_> = files
            .filter_map(|file| file_change(file, request.mode))
            .collect();
        let has_loosened = catalogs.iter().any(|catalog| !catalog.loosened.is_empty());
        let loosened_denied = request.loosened == Loosened::Denied && has_loosened;
        let is_check = request.mode == Mode::Check;
        let is_silent = wire::unaccepted(silent).next().is_some();
        let has_drifted = catalogs.iter().any(|catalog| catalog.drifted);
        let status = if is_check && has_drifted {
            Status::SourceDrift
        } else if loosened_denied || is_silent || (is_check && !files.is_empty()) {
            Status::Findings
        } else {
            Status::Success
        };
        Self {
            status,
            mode: request.mode,
            catalogs,
            unchanged: plan.files.len() - files.len(),
            files,
            strays: plan.strays.clone(),
            unused: Vec::new(),
            loosened_denied,
            wire_refused: is_silent && !is_check,
            milliseconds: u64::try_from(took.as_millis()).unwrap_or(u64::MAX),
        }
    }
}

impl CatalogResult {
    fn collect(loaded: &LoadedCatalog, report: &Report) -> Self {
        Self {
            name: report.catalog.clone(),
            source: match loaded.origin {
                Origin::Fetched(source) => source,
                Origin::Snapshot | Origin::Unset(_) => "snapshot",
            },
            notes: loaded.notes.clone(),
            unset_variables: match &loaded.origin {
                Origin::Unset(variables) => variables.clone(),
                Origin::Fetched(_) | Origin::Snapshot => Vec::new(),
            },
            tools: report.tools.len(),
            resources: report.resource_count,
            types: report.type_count,
            excluded: report.excluded.clone(),
            skipped: SkippedResult::collect(loaded.skipped.iter().chain(&report.skipped)),
            not_functions: SkippedResult::collect(&loaded.not_functions),
            assumed_writes: report.assumed_writes.clone(),
            loosened: LoosenedPlace::loosened(report),
            unchecked: LoosenedPlace::unchecked(report),
            splits: Split::collect(report),
            text_warnings: TextWarning::collect(report),
            overlay: loaded.overlay.clone(),
            lock: loaded.lock.clone(),
            uncallable: LoosenedPlace::uncallable(report),
            tombstones: report.tombstones.iter().map(TombstoneResult::of).collect(),
            drifted: loaded.drift.is_some(),
            changes: Vec::new(),
            silent: Vec::new(),
        }
    }
}

/// Returns the changes of the catalog with this name.
fn changes_of(name: &str, catalogs: &[CatalogDiff]) -> Vec<ChangeResult> {
    let found = catalogs.iter().filter(|catalog| catalog.name == name);
    found.flat_map(|catalog| catalog.changes.clone()).collect()
}

/// Returns the change of a file, in a check with the difference.
fn file_change(file: &PlannedFile, mode: Mode) -> Option<FileChange> {
    let change = FileChange::of(file)?;
    let diff = match (mode, &file.before, &file.after) {
        (Mode::Check, Some(before), Some(after)) => Some(diff::short_diff(before, after)),
        _ => None,
    };
    Some(FileChange { diff, ..change })
}

#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "serde hands references to its functions"
)]
fn as_code<S: serde::Serializer>(status: &Status, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_u8(status.code())
}
