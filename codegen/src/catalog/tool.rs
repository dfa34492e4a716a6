//! A catalog and its tools.

use super::embedded_schema::EmbeddedSchema;
use super::schema_place::SchemaPlace;
use crate::diag::SourceLocation;
use crate::effect::{Effect, Repetition};
use crate::report::{SkippedEntry, TextFindingKind};

/// The tools of one catalog, sorted by name.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Catalog {
    /// The file, for error messages.
    pub(crate) file: String,
    /// The visible tools.
    pub(crate) tools: Vec<Tool>,
    /// The removed tools that stay for one release, sorted by name.
    pub(crate) removed: Vec<Tool>,
    /// The tools that the overlay hides.
    pub(crate) hidden: Vec<Tool>,
    /// The names of the tools that the selection excludes, sorted.
    pub(crate) excluded: Vec<String>,
    /// The tools that cannot be read and were skipped.
    pub(crate) skipped: Vec<SkippedEntry>,
    /// The names of types and resources in the overlay.
    pub(crate) renamings: Vec<Renaming>,
    /// The types that the overlay keeps shared.
    pub(crate) sharings: Vec<Sharing>,
    /// The findings in texts that the overlay allows.
    pub(crate) allowances: Vec<Allowance>,
    /// The instructions of an MCP server for models.
    pub(crate) instructions: Option<String>,
    /// The hashes of all tools of the snapshot, before the overlay changes them, sorted by name. Empty
    /// for a catalog without a live source, or if they are not needed.
    pub(crate) hashes: Vec<(String, String)>,
}

/// Findings in the texts of a tool that the overlay allows.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Allowance {
    /// The line in the overlay.
    pub(crate) location: SourceLocation,
    /// The name of the tool. Empty for the instructions of the server.
    pub(crate) tool: String,
    /// A JSON pointer into the tool; `None` for all of it.
    pub(crate) at: Option<String>,
    /// The kinds of findings.
    pub(crate) kinds: Vec<TextFindingKind>,
}

/// A name that the overlay gives to a type or a resource.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Renaming {
    /// The line in the overlay.
    pub(crate) location: SourceLocation,
    /// The type or the resource.
    pub(crate) target: RenamingTarget,
    /// The new name.
    pub(crate) name: String,
}

/// The type or the resource that a renaming is about.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum RenamingTarget {
    /// The type at a place.
    Type {
        /// The name of the tool.
        tool: String,
        /// A JSON pointer into the tool: `/query_schema/properties/topic`.
        at: String,
        /// The pointers of the schemas to which the one at the place refers.
        behind: Vec<String>,
    },
    /// A resource with this name in the catalog or the overlay.
    Resource(String),
}

/// Types with different schemas that the overlay makes one type.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Sharing {
    /// The line in the overlay.
    pub(crate) location: SourceLocation,
    /// A place of each type. The first type keeps its name.
    pub(crate) places: Vec<SchemaPlace>,
}

/// A tool: one operation that a model may call.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Tool {
    /// A JSON pointer into the file: `/result/12`.
    pub(crate) pointer: String,
    /// The name by which a model calls it, unique in the catalog.
    pub(crate) name: String,
    /// The title, if the catalog has one.
    pub(crate) title: Option<String>,
    /// The description, empty if the catalog has none.
    pub(crate) description: String,
    /// The resource in the request path, empty if the catalog has no resources.
    pub(crate) resource: String,
    /// The method on the wire, or the name of the tool if the catalog has no resources.
    pub(crate) method: String,
    /// The tags.
    pub(crate) tags: Vec<String>,
    /// The note on a tool that the catalog marks as deprecated.
    pub(crate) deprecated: Option<String>,
    /// The arguments that the tool lists as required, in its order.
    pub(crate) required: Vec<String>,
    /// The schema of the query arguments.
    pub(crate) query: EmbeddedSchema,
    /// The schema of the body arguments.
    pub(crate) body: EmbeddedSchema,
    /// The schema of one record of the response.
    pub(crate) response: EmbeddedSchema,
    /// The effect that the catalog declares or that follows from the method.
    pub(crate) effect: Effect,
    /// `true` if the catalog says nothing about the effect, so that the tool counts as a write.
    pub(crate) is_effect_assumed: bool,
    /// The effect of calling it again.
    pub(crate) repetition: Repetition,
    /// The changes of the overlay.
    pub(crate) overlay: ToolOverlay,
    /// The day since which the catalog does not have the tool, if it is a tombstone.
    pub(crate) removed_since: Option<String>,
}

impl Tool {
    /// Returns the deprecation note: that of the overlay, or else that of the catalog.
    pub(crate) fn deprecation(&self) -> Option<&str> {
        let overlay = self.overlay.deprecated.as_deref();
        overlay.or(self.deprecated.as_deref())
    }

    /// Returns `true` if the catalog has no resources: the tool is a method of the client itself,
    /// and has one schema for all arguments.
    pub(crate) fn is_direct(&self) -> bool {
        self.resource.is_empty()
    }
}

/// The changes of the overlay to a tool.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct ToolOverlay {
    /// The resource and the method under which the tool appears.
    pub(crate) placement: Option<Placement>,
    /// The name of the request type.
    pub(crate) request: Option<String>,
    /// The deprecation note.
    pub(crate) deprecated: Option<String>,
    /// The effect, if the method does not decide it.
    pub(crate) effect: Option<Effect>,
    /// The fields of the record that a model rarely needs.
    pub(crate) audit_fields: Option<Vec<String>>,
    /// Present if no code is generated for the tool.
    pub(crate) hidden: Option<()>,
    /// The reasons of the applied changes.
    pub(crate) reasons: Vec<String>,
}

/// The place of a tool in the API: `api_keys.rotate`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Placement {
    /// The resource: `api_keys`.
    pub(crate) resource: String,
    /// The method: `rotate`.
    pub(crate) method: String,
}
