//! What came of a run, for programs.

use std::time::Duration;

use serde::Serialize;
use toolsmith_codegen::report::Report;
use toolsmith_codegen::write::{Action, Plan};
use toolsmith_codegen::{CatalogKind, GeneratedCrate};

use super::Request;
use crate::digest::Sizes;
use crate::loosened::{Loosened, LoosenedFacts};
use crate::status::Status;

/// What came of a run: the document that `generate --json` prints. Keys are only ever added.
#[derive(Debug, Serialize)]
pub(super) struct Facts {
    /// The status of the process.
    exit_status: u8,
    /// The package.
    name: String,
    /// The directory.
    out: String,
    /// What the catalog is taken for.
    kind: &'static str,
    /// How many tools it has.
    pub(super) tools: usize,
    /// How many types were generated.
    pub(super) types: usize,
    /// The places that `Json` stands for.
    pub(super) loosened: Vec<LoosenedFacts>,
    /// The places that have a type, but a keyword that is not checked.
    pub(super) unchecked: Vec<LoosenedFacts>,
    /// Whether the loosened ones kept the run from writing.
    pub(super) loosened_denied: bool,
    /// The files that were written, or would be.
    pub(super) files: Vec<FileFacts>,
    /// How many files stay the same.
    pub(super) unchanged: usize,
    /// Files among the generated ones that were not; they stay.
    pub(super) strays: Vec<String>,
    /// The sizes of the digest, if there is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) digest: Option<Sizes>,
    /// How long it took.
    pub(super) milliseconds: u64,
}

/// A file that does not stay the same.
#[derive(Debug, Serialize)]
pub(super) struct FileFacts {
    /// Its path from the directory.
    path: String,
    /// `create`, `update` or `delete`.
    action: &'static str,
}

impl Facts {
    /// Puts the facts together.
    pub(super) fn collect(
        request: &Request,
        kind: CatalogKind,
        output: &GeneratedCrate,
        plan: &Plan,
        took: Duration,
    ) -> Self {
        let report = output.reports.first();
        let loosened = report.map(LoosenedFacts::loosened).unwrap_or_default();
        let unchecked = report.map(LoosenedFacts::unchecked).unwrap_or_default();
        let loosened_denied = request.loosened == Loosened::Denied && !loosened.is_empty();
        let status = if loosened_denied {
            Status::Findings
        } else {
            Status::Success
        };
        let files: Vec<FileFacts> = plan
            .files
            .iter()
            .filter_map(|file| {
                let action = match file.action {
                    Action::Create => "create",
                    Action::Update => "update",
                    Action::Delete => "delete",
                    Action::Keep => return None,
                };
                Some(FileFacts {
                    path: file.path.clone(),
                    action,
                })
            })
            .collect();
        let number = |count: fn(&Report) -> usize| report.map_or(0, count);
        Self {
            exit_status: status.code(),
            name: request.name.clone(),
            out: request.out.display().to_string(),
            kind: kind.name(),
            tools: number(|report| report.tools.len()),
            types: number(|report| report.type_count),
            loosened,
            unchecked,
            loosened_denied,
            unchanged: plan.files.len() - files.len(),
            files,
            strays: plan.strays.clone(),
            digest: None,
            milliseconds: u64::try_from(took.as_millis()).unwrap_or(u64::MAX),
        }
    }

    /// How the command ends.
    pub(super) fn status(&self) -> Status {
        if self.loosened_denied {
            Status::Findings
        } else {
            Status::Success
        }
    }
}
