//! What came of a run, for people and programs alike.

use std::time::Duration;

use serde::Serialize;
use toolsmith_codegen::report::Report;
use toolsmith_codegen::write::{Action, Plan, PlannedFile};

use super::{Request, diff};
use crate::catalogs::{Loaded, Mode, Origin};
use crate::loosened::{Loosened, LoosenedFacts};
use crate::status::Status;

/// What came of a run: the document that `regen --json` prints.
///
/// Keys are only ever added. `exit_status` is the status of the process; `mode` is `write` or
/// `check`; paths are from the root of the project.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct Facts {
    /// How the command ended.
    #[serde(rename = "exit_status", serialize_with = "as_code")]
    pub(super) status: Status,
    /// `write` or `check`.
    pub(super) mode: &'static str,
    /// The catalogs, by name.
    pub(super) catalogs: Vec<CatalogFacts>,
    /// The files that were written, or would be.
    pub(super) files: Vec<FileFacts>,
    /// How many files stay the same.
    pub(super) unchanged: usize,
    /// Files among the generated ones that do not bear the generator's header; they stay.
    pub(super) strays: Vec<String>,
    /// Whether loosened places kept the run from writing.
    pub(super) loosened_denied: bool,
    /// How long it took.
    pub(super) milliseconds: u64,
}

/// What came of a catalog.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(super) struct CatalogFacts {
    /// Its name.
    pub(super) name: String,
    /// `account`, `server`, `file` or `snapshot`: where it was read from.
    pub(super) source: &'static str,
    /// The variables that a fetch would have needed.
    pub(super) unset_variables: Vec<String>,
    /// How many tools it has.
    pub(super) tools: usize,
    /// How many resources the client has.
    pub(super) resources: usize,
    /// How many types were generated.
    pub(super) types: usize,
    /// The places that `Json` stands for.
    pub(super) loosened: Vec<LoosenedFacts>,
    /// The places that have a type, but a keyword that is not checked.
    pub(super) unchecked: Vec<LoosenedFacts>,
    /// Whether what was fetched differs from the snapshot.
    pub(super) drifted: bool,
    /// How it differs.
    pub(super) changes: Vec<ChangeFacts>,
}

/// A difference between the snapshot and what was fetched.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(super) struct ChangeFacts {
    /// The tool.
    pub(super) tool: String,
    /// A JSON pointer into it.
    pub(super) pointer: String,
    /// What changed.
    pub(super) what: String,
}

/// A file that does not stay the same.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(super) struct FileFacts {
    /// Its path.
    pub(super) path: String,
    /// `create`, `update` or `delete`.
    pub(super) action: &'static str,
    /// The difference, shortened; only in a check, only of an update.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) diff: Option<String>,
}

impl Facts {
    /// Puts the facts together.
    pub(super) fn collect(
        request: &Request,
        loaded: &[Loaded],
        reports: &[Report],
        plan: &Plan,
        took: Duration,
    ) -> Self {
        let catalogs = loaded.iter().zip(reports);
        let catalogs: Vec<_> = catalogs
            .map(|(loaded, report)| CatalogFacts::collect(loaded, report))
            .collect();
        let files = plan.files.iter();
        let files: Vec<_> = files
            .filter_map(|file| FileFacts::collect(file, request.mode))
            .collect();
        let has_loosened = catalogs.iter().any(|catalog| !catalog.loosened.is_empty());
        let loosened_denied = request.loosened == Loosened::Denied && has_loosened;
        let is_check = request.mode == Mode::Check;
        let has_drifted = catalogs.iter().any(|catalog| catalog.drifted);
        let status = if is_check && has_drifted {
            Status::SourceDrift
        } else if loosened_denied || (is_check && !files.is_empty()) {
            Status::Findings
        } else {
            Status::Success
        };
        Self {
            status,
            mode: if is_check { "check" } else { "write" },
            catalogs,
            unchanged: plan.files.len() - files.len(),
            files,
            strays: plan.strays.clone(),
            loosened_denied,
            milliseconds: u64::try_from(took.as_millis()).unwrap_or(u64::MAX),
        }
    }
}

impl CatalogFacts {
    fn collect(loaded: &Loaded, report: &Report) -> Self {
        let changes = loaded.changes.iter().map(|change| ChangeFacts {
            tool: change.tool.clone(),
            pointer: change.pointer.clone(),
            what: change.what.clone(),
        });
        Self {
            name: report.catalog.clone(),
            source: match loaded.origin {
                Origin::Fetched(source) => source,
                Origin::Snapshot | Origin::Unset(_) => "snapshot",
            },
            unset_variables: match &loaded.origin {
                Origin::Unset(variables) => variables.clone(),
                Origin::Fetched(_) | Origin::Snapshot => Vec::new(),
            },
            tools: report.tools.len(),
            resources: report.resource_count,
            types: report.type_count,
            loosened: LoosenedFacts::loosened(report),
            unchecked: LoosenedFacts::unchecked(report),
            drifted: loaded.has_drifted,
            changes: changes.collect(),
        }
    }
}

impl FileFacts {
    fn collect(file: &PlannedFile, mode: Mode) -> Option<Self> {
        let action = match file.action {
            Action::Create => "create",
            Action::Update => "update",
            Action::Delete => "delete",
            Action::Keep => return None,
        };
        let diff = match (mode, &file.before, &file.after) {
            (Mode::Check, Some(before), Some(after)) => Some(diff::short_diff(before, after)),
            _ => None,
        };
        Some(Self {
            path: file.path.clone(),
            action,
            diff,
        })
    }
}

#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "serde hands references to its functions"
)]
fn as_code<S: serde::Serializer>(status: &Status, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_u8(status.code())
}
