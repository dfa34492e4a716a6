//! The result of a comparison, in the form of its JSON output.

use serde::Serialize;
use toolsmith_codegen::diff::{Change, ChangeKind, Grade, RustItem};

use super::advice::{Advice, advise};
use super::level::Level;
use crate::status::Status;

/// The changes of all catalogs: the document that `diff --json` prints. Keys are never removed or renamed.
#[derive(Debug, Serialize)]
pub(crate) struct DiffResult {
    /// The exit status of the process.
    pub(crate) exit_status: u8,
    /// The older side: `HEAD`.
    pub(crate) before: String,
    /// The newer side: `working tree`.
    pub(crate) after: String,
    /// The catalogs that either side has, by name.
    pub(crate) catalogs: Vec<CatalogDiff>,
    /// The part of the version of the generated crate to raise.
    pub(crate) semver: Advice,
    /// The version of the generated crate, if its manifest has one.
    pub(crate) version: Option<String>,
    /// Sentences about the accepted changes that no longer apply.
    pub(crate) stale: Vec<String>,
    /// The entries of those sentences.
    #[serde(skip)]
    pub(crate) stale_entries: Vec<StaleEntry>,
}

/// An accepted change that no longer applies.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct StaleEntry {
    /// The file of accepted changes, from the root of the repository.
    pub(crate) location: CodeLocation,
    /// A sentence about the entry.
    pub(crate) complaint: String,
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
            stale_entries: Vec::new(),
        }
    }

    /// Returns every change with the name of its catalog.
    pub(super) fn changes(&self) -> impl Iterator<Item = (&CatalogDiff, &ChangeResult)> {
        let catalogs = self.catalogs.iter();
        catalogs.flat_map(|catalog| catalog.changes.iter().map(move |change| (catalog, change)))
    }
}

/// The changes of one catalog.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct CatalogDiff {
    /// The name.
    pub(crate) name: String,
    /// The changes: texts that a model reads, and then the most severe first.
    pub(crate) changes: Vec<ChangeResult>,
}

impl CatalogDiff {
    /// Creates the changes of a catalog in the order of every format.
    pub(super) fn new(name: &str, mut changes: Vec<ChangeResult>) -> Self {
        // The order of tools and places stays within each part.
        changes.sort_by_key(ChangeResult::rank);
        Self {
            name: name.to_owned(),
            changes,
        }
    }
}

/// One change.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct ChangeResult {
    /// The kind: `arg-became-required`.
    pub(crate) id: &'static str,
    #[serde(serialize_with = "name_of_grade")]
    pub(crate) grade: Grade,
    /// The level in other formats.
    pub(crate) level: Level,
    /// `true` if neither a compiler nor a server reports it.
    pub(crate) silent: bool,
    /// `true` if a person should look at it.
    pub(crate) reviewed_text: bool,
    /// The name of the tool, empty for the whole catalog.
    pub(crate) tool: String,
    /// The place inside the tool: `argument /projectId`.
    pub(crate) place: String,
    /// The JSON pointer of the place, into the arguments or the record.
    pub(crate) pointer: String,
    /// The kind and the values in words.
    pub(crate) what: String,
    pub(crate) before: Option<String>,
    pub(crate) after: Option<String>,
    pub(crate) rust: Option<RustResult>,
    /// The reason for which the change was accepted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) accepted: Option<String>,
    /// The file and the line of the generated code that it concerns.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) location: Option<CodeLocation>,
    #[serde(skip)]
    pub(crate) kind: ChangeKind,
}

impl ChangeResult {
    /// Creates a change of a whole catalog.
    pub(crate) fn of_catalog(kind: ChangeKind) -> Self {
        Self {
            id: kind.as_str(),
            grade: kind.usual_grade(),
            level: Level::of_kind(kind),
            silent: kind.is_silent(),
            reviewed_text: false,
            tool: String::new(),
            place: "catalog".to_owned(),
            pointer: String::new(),
            what: String::new(),
            before: None,
            after: None,
            rust: None,
            accepted: None,
            location: None,
            kind,
        }
    }

    /// Returns `true` if the values of a change are texts that a model reads.
    pub(crate) fn is_text(&self) -> bool {
        self.id.contains("text-") || self.id == "name-confusable"
    }

    /// Returns the level that follows from the kind, the grade and the values.
    pub(super) fn find_level(&self) -> Level {
        Level::of(self.kind, self.grade, self.after.as_deref())
    }

    /// Returns `true` if nothing is generated from the newer snapshot because of this text.
    pub(crate) fn is_refused(&self) -> bool {
        self.kind.is_refused() && self.after.is_some()
    }

    /// Returns the position of the change: refused texts, suspicious texts, other texts, and then the most
    /// severe.
    fn rank(&self) -> (u8, std::cmp::Reverse<Grade>, bool) {
        let part = match self.find_level() {
            _ if !self.is_text() => 3,
            Level::Error => 0,
            Level::Warning => 1,
            Level::Note => 2,
        };
        let grade = if part == 3 { self.grade } else { Grade::Docs };
        (part, std::cmp::Reverse(grade), !self.silent)
    }
}

/// A line of the generated code.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct CodeLocation {
    /// The path from the root of the repository, with `/`.
    pub(crate) file: String,
    /// The line, from 1.
    pub(crate) line: usize,
}

/// The change of an item of the generated code.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct RustResult {
    #[serde(serialize_with = "path_of_item")]
    pub(crate) item: RustItem,
    pub(crate) before: Option<String>,
    pub(crate) after: Option<String>,
}

impl From<Change> for ChangeResult {
    fn from(change: Change) -> Self {
        Self {
            grade: change.grade,
            reviewed_text: change.reviewed_text,
            tool: change.tool,
            place: change.place.to_string(),
            pointer: change.place.pointer,
            before: change.before,
            after: change.after,
            rust: change.rust.map(|rust| RustResult {
                item: rust.item,
                before: rust.before,
                after: rust.after,
            }),
            ..Self::of_catalog(change.kind)
        }
    }
}

/// Writes the grade by its name.
#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "the signature that serde calls"
)]
fn name_of_grade<S: serde::Serializer>(grade: &Grade, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(grade.as_str())
}

/// Writes an item as its path.
fn path_of_item<S: serde::Serializer>(item: &RustItem, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(item)
}
