//! The result of a run, for text and JSON output.

use serde::Serialize;
use toolsmith_codegen::GeneratedCrate;
use toolsmith_codegen::options::CatalogKind;
use toolsmith_codegen::report::Report;
use toolsmith_codegen::write::Plan;

use super::Request;
use crate::catalogs::Mode;
use crate::diff::ChangeResult;
use crate::digest::Sizes;
use crate::findings::loosened::{Loosened, LoosenedPlace};
use crate::findings::skipped::SkippedResult;
use crate::findings::splits::Split;
use crate::findings::texts::TextWarning;
use crate::screen::file_change::FileChange;
use crate::status::Status;

/// The result of a run: the document that `generate --json` prints. Keys are never removed or renamed.
#[derive(Debug, Serialize)]
pub(super) struct GenerateResult {
    /// The exit status.
    exit_status: u8,
    /// The same as a value.
    #[serde(skip)]
    status: Status,
    /// `write` or `check`.
    pub(super) mode: Mode,
    /// The name of the crate.
    name: String,
    /// The directory of the crate.
    out: String,
    /// The kind of the catalog.
    kind: &'static str,
    /// The number of tools.
    pub(super) tools: usize,
    /// The number of generated types.
    pub(super) types: usize,
    /// The tools that cannot be read and were skipped.
    pub(super) skipped: Vec<SkippedResult>,
    /// The entries of the catalog that are not functions.
    #[serde(rename = "left_out")]
    pub(super) not_functions: Vec<SkippedResult>,
    /// The tools that count as writes because nothing says what they do.
    assumed_writes: Vec<String>,
    /// The places that are typed as `Json`.
    pub(super) loosened: Vec<LoosenedPlace>,
    /// The places with a keyword that is not checked.
    pub(super) unchecked: Vec<LoosenedPlace>,
    /// The types whose places differ now.
    pub(super) splits: Vec<Split>,
    /// The texts that a person should read before a model does.
    pub(super) text_warnings: Vec<TextWarning>,
    /// The tools with a required argument that no value satisfies.
    pub(super) uncallable: Vec<LoosenedPlace>,
    /// `true` if nothing was written because of loosened places.
    pub(super) loosened_denied: bool,
    /// The changes of what programs send that no compiler and no server reports.
    pub(super) silent: Vec<ChangeResult>,
    /// `true` if nothing was written because of silent changes that no one has accepted.
    pub(super) wire_refused: bool,
    /// The files that were written, or would be.
    pub(super) files: Vec<FileChange>,
    /// The number of unchanged files.
    pub(super) unchanged: usize,
    /// Files in generated folders that were not generated. They are kept.
    pub(super) strays: Vec<String>,
    /// The sizes of the digest, if it is written.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) digest: Option<Sizes>,
    /// The duration of the run.
    pub(super) milliseconds: u64,
}

impl GenerateResult {
    /// Collects the result.
    pub(super) fn collect(
        request: &Request,
        kind: CatalogKind,
        output: &GeneratedCrate,
        plan: &Plan,
        silent: Vec<ChangeResult>,
    ) -> Self {
        let report = output.reports.first();
        let loosened = report.map(LoosenedPlace::loosened).unwrap_or_default();
        let unchecked = report.map(LoosenedPlace::unchecked).unwrap_or_default();
        let loosened_denied = request.loosened == Loosened::Denied && !loosened.is_empty();
        let files: Vec<_> = plan.files.iter().filter_map(FileChange::of).collect();
        let is_check = request.mode == Mode::Check;
        let is_silent = silent.iter().any(|change| change.accepted.is_none());
        let status = if loosened_denied || is_silent || (is_check && !files.is_empty()) {
            Status::Findings
        } else {
            Status::Success
        };
        let number = |count: fn(&Report) -> usize| report.map_or(0, count);
        Self {
            exit_status: status.code(),
            status,
            mode: request.mode,
            name: request.name.clone(),
            out: request.out.display().to_string(),
            kind: kind.as_str(),
            tools: number(|report| report.tools.len()),
            types: number(|report| report.type_count),
            skipped: Vec::new(),
            not_functions: Vec::new(),
            assumed_writes: report
                .map(|report| report.assumed_writes.clone())
                .unwrap_or_default(),
            loosened,
            unchecked,
            splits: report.map(Split::collect).unwrap_or_default(),
            text_warnings: report.map(TextWarning::collect).unwrap_or_default(),
            uncallable: report.map(LoosenedPlace::uncallable).unwrap_or_default(),
            loosened_denied,
            unchanged: plan.files.len() - files.len(),
            files,
            strays: plan.strays.clone(),
            digest: None,
            silent,
            wire_refused: is_silent && !is_check,
            milliseconds: 0,
        }
    }

    /// Returns the exit status.
    pub(super) fn status(&self) -> Status {
        self.status
    }
}
