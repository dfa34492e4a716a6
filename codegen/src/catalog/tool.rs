//! A catalog and its tools, one to one with the input.

use super::embedded_schema::EmbeddedSchema;
use crate::diag::SourceLocation;
use crate::effect::{Effect, Repetition};

/// The tools of one connected account, by name.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Catalog {
    /// The file, for diagnostics.
    pub(crate) file: String,
    /// The tools.
    pub(crate) tools: Vec<Tool>,
    /// The tools that the overlay hides, by name.
    pub(crate) hidden: Vec<Tool>,
    /// The names that the overlay gives to types and resources.
    pub(crate) renamings: Vec<Renaming>,
}

/// A name that the overlay gives to something that is not a tool.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Renaming {
    /// The overlay and the line.
    pub(crate) location: SourceLocation,
    /// What is named.
    pub(crate) target: RenamingTarget,
    /// The name.
    pub(crate) name: String,
}

/// What a renaming names.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum RenamingTarget {
    /// The type at a place.
    Type {
        /// The name of the tool.
        tool: String,
        /// A JSON pointer into the tool: `/query_schema/properties/topic`.
        at: String,
    },
    /// A resource, by its name in the catalog or the overlay.
    Resource(String),
}

/// One operation that a model may call.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Tool {
    /// A JSON pointer into the file: `/result/12`.
    pub(crate) pointer: String,
    /// The name that a model calls it by; unique in the catalog.
    pub(crate) name: String,
    /// What people call it, if the catalog says.
    pub(crate) title: Option<String>,
    /// What it does; empty if the catalog does not say.
    pub(crate) description: String,
    /// The resource in the path; empty if the catalog knows no resources.
    pub(crate) resource: String,
    /// The method on the wire; the name if the catalog knows no resources.
    pub(crate) method: String,
    /// The tags.
    pub(crate) tags: Vec<String>,
    /// The names that the tool itself lists as required, in its order.
    pub(crate) required: Vec<String>,
    /// What travels in the query.
    pub(crate) query: EmbeddedSchema,
    /// What travels in the body.
    pub(crate) body: EmbeddedSchema,
    /// One record of the answer.
    pub(crate) response: EmbeddedSchema,
    /// What it does, as the catalog says or its method tells.
    pub(crate) effect: Effect,
    /// Whether calling it twice does what calling it once does.
    pub(crate) repetition: Repetition,
    /// What the overlay says of it.
    pub(crate) overlay: ToolOverlay,
}

impl Tool {
    /// Whether the catalog knows no resources, so that the tool is a method of the client itself
    /// and all its arguments are one value.
    pub(crate) fn is_direct(&self) -> bool {
        self.resource.is_empty()
    }
}

/// What the overlay says of a tool.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct ToolOverlay {
    /// Where a person looks for it.
    pub(crate) placement: Option<Placement>,
    /// The name of the request type.
    pub(crate) request: Option<String>,
    /// The note of its deprecation.
    pub(crate) deprecated: Option<String>,
    /// What it does to the account, where the method does not tell.
    pub(crate) effect: Option<Effect>,
    /// Whether nothing is generated for it.
    pub(crate) hidden: Option<()>,
    /// The reasons of the changes that were applied.
    pub(crate) reasons: Vec<String>,
}

/// A better place for a tool: `api_keys.rotate`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Placement {
    /// The resource: `api_keys`.
    pub(crate) resource: String,
    /// The method: `rotate`.
    pub(crate) method: String,
}
