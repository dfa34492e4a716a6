//! The result of a comparison, in the form of its JSON output.

use serde::Serialize;
use toolsmith_codegen::diff::{Change, Grade};

use super::advice::{Advice, advise};
use crate::status::Status;

/// The changes of all catalogs.
#[derive(Debug, Serialize)]
pub(crate) struct DiffResult {
    /// The exit status of the process.
    pub(crate) exit_status: u8,
    /// The older side: `HEAD`.
    pub(crate) before: String,
    /// The newer side: `working tree`.
    pub(crate) after: String,
    /// The catalogs with changes, in the order of the configuration.
    pub(crate) catalogs: Vec<CatalogDiff>,
    /// The part of the version of the generated crate to raise.
    pub(crate) semver: Advice,
    /// The version of the generated crate, if its manifest has one.
    pub(crate) version: Option<String>,
    /// Sentences about the accepted changes that no longer apply.
    pub(crate) stale: Vec<String>,
}

impl DiffResult {
    pub(crate) fn new(
        before: &str,
        after: &str,
        catalogs: Vec<CatalogDiff>,
        version: Option<String>,
    ) -> Self {
        let changes = || catalogs.iter().flat_map(|catalog| &catalog.changes);
        let semver = advise(changes().map(|change| change.grade));
        Self {
            exit_status: Status::Success.code(),
            before: before.to_owned(),
            after: after.to_owned(),
            catalogs,
            semver,
            version,
            stale: Vec::new(),
        }
    }

    /// Returns every change with the name of its catalog.
    pub(super) fn changes(&self) -> impl Iterator<Item = (&CatalogDiff, &ChangeResult)> {
        let catalogs = self.catalogs.iter();
        catalogs.flat_map(|catalog| catalog.changes.iter().map(move |change| (catalog, change)))
    }
}

/// The changes of one catalog.
#[derive(Debug, Serialize)]
pub(crate) struct CatalogDiff {
    /// The name.
    pub(crate) name: String,
    /// The changes.
    pub(crate) changes: Vec<ChangeResult>,
}

/// One change.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct ChangeResult {
    /// The kind: `arg-became-required`.
    pub(crate) id: &'static str,
    #[serde(serialize_with = "name_of_grade")]
    pub(crate) grade: Grade,
    /// `true` if neither a compiler nor a server reports it.
    pub(crate) silent: bool,
    /// `true` if a person should look at it.
    pub(crate) reviewed_text: bool,
    /// The name of the tool, empty for the whole catalog.
    pub(crate) tool: String,
    /// The place inside the tool: `argument /projectId`.
    pub(crate) place: String,
    pub(crate) before: Option<String>,
    pub(crate) after: Option<String>,
    pub(crate) rust: Option<RustResult>,
    /// The reason for which the change was accepted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) accepted: Option<String>,
    /// The file and the line of the generated code that it concerns.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) location: Option<CodeLocation>,
    /// A sentence about the kind.
    #[serde(skip)]
    pub(crate) summary: &'static str,
}

/// A line of the generated code.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct CodeLocation {
    /// The path from the root of the workspace, with `/`.
    pub(crate) file: String,
    /// The line, from 1.
    pub(crate) line: usize,
}

/// The change of an item of the generated code.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct RustResult {
    pub(crate) item: String,
    pub(crate) before: Option<String>,
    pub(crate) after: Option<String>,
}

impl From<Change> for ChangeResult {
    fn from(change: Change) -> Self {
        Self {
            id: change.kind.id(),
            grade: change.grade,
            silent: change.kind.is_silent(),
            reviewed_text: change.reviewed_text,
            tool: change.tool,
            place: change.place.to_string(),
            before: change.before,
            after: change.after,
            rust: change.rust.map(|rust| RustResult {
                item: rust.item,
                before: rust.before,
                after: rust.after,
            }),
            accepted: None,
            location: None,
            summary: change.kind.summary(),
        }
    }
}

/// Writes the grade by its name.
#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "the signature that serde calls"
)]
fn name_of_grade<S: serde::Serializer>(grade: &Grade, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(grade.name())
}
