//! What is known of a tool while the program runs.

use std::fmt;

use super::effect::Effect;
use crate::codec::{self, ArgumentError, Json, Object, Shape};

/// One tool, as the catalog describes it.
///
/// The same facts stand in the types: the methods of the client, the fields of the request.
pub struct ToolSpec {
    /// The name that a model calls it by.
    pub name: &'static str,
    /// What people call it: `Rotate API key`.
    pub title: &'static str,
    /// What it does, for a model to choose by.
    pub description: &'static str,
    /// The resource it belongs to, as it stands in the path.
    pub resource: &'static str,
    /// Its method: `list`, `get`, `create`, `update`, `delete` or a custom one.
    pub method: &'static str,
    /// The catalog's tags.
    pub tags: &'static [&'static str],
    /// What calling it does to the account.
    pub effect: Effect,
    /// Whether calling it twice with the same arguments does no more than calling it once.
    pub is_idempotent: bool,
    /// The Rust path of its request, with the crate: `generated::the_auth_api::RotateApiKey`.
    pub request: &'static str,
    /// The identifiers among its arguments.
    pub takes: &'static [IdArgument],
    /// The identifiers in its answer; for a list, in one record of it.
    pub gives: &'static [IdField],
    /// JSON Schema of the arguments in the query, verbatim; empty if the catalog has none.
    pub query_schema: &'static str,
    /// JSON Schema of the arguments in the body, verbatim; empty if the catalog has none.
    pub body_schema: &'static str,
    /// JSON Schema of one record, verbatim; empty if the catalog has none.
    pub response_schema: &'static str,
    /// The fields of the request.
    #[doc(hidden)]
    pub shape: &'static Shape,
    /// Decodes arguments into the request type and encodes them again: what [`ToolSpec::check()`]
    /// runs.
    #[doc(hidden)]
    pub check: fn(Json) -> Result<Json, ArgumentError>,
}

impl ToolSpec {
    /// Creates a tool that has its name, effect and arguments alone.
    ///
    /// Generated code sets the rest by struct update, so that a new field here breaks no crate that
    /// was generated before.
    #[doc(hidden)]
    #[must_use]
    pub const fn new(
        name: &'static str,
        effect: Effect,
        shape: &'static Shape,
        check: fn(Json) -> Result<Json, ArgumentError>,
    ) -> Self {
        Self {
            name,
            title: name,
            description: "",
            resource: "",
            method: "",
            tags: &[],
            effect,
            is_idempotent: false,
            request: "",
            takes: &[],
            gives: &[],
            query_schema: "",
            body_schema: "",
            response_schema: "",
            shape,
            check,
        }
    }

    /// Checks `arguments` as a call would, without sending anything, and gives them back in the
    /// form in which they would be sent.
    ///
    /// # Errors
    ///
    /// Every problem at once, each with its path, what was expected and the nearest right name.
    pub fn check(&self, arguments: &Json) -> Result<Json, ArgumentError> {
        (self.check)(arguments.clone())
    }

    /// Whether its method is none of `list`, `get`, `create`, `update` and `delete`.
    #[must_use]
    pub fn is_custom(&self) -> bool {
        !matches!(self.method, "list" | "get" | "create" | "update" | "delete")
    }
}

impl fmt::Debug for ToolSpec {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("ToolSpec")
            .field("name", &self.name)
            .field("resource", &self.resource)
            .field("method", &self.method)
            .field("effect", &self.effect)
            .finish_non_exhaustive()
    }
}

/// A kind of identifier: a type of its own in Rust, and text to a model.
pub struct IdKind {
    /// The Rust type: `ProjectId`.
    pub name: &'static str,
    /// What it identifies, in a sentence: `project`.
    pub noun: &'static str,
    /// The tools that give such an identifier, the best first; none of them needs one itself.
    pub givers: &'static [&'static ToolSpec],
}

impl IdKind {
    /// Whether the things that it identifies can be listed, so that every one of them is to be
    /// found.
    #[must_use]
    pub fn is_listed(&self) -> bool {
        let is_own = |field: &IdField| field.pointer() == "/id" && field.kind().name == self.name;
        let lists = |giver: &&ToolSpec| giver.method == "list" && giver.gives.iter().any(is_own);
        self.givers.iter().any(lists)
    }
}

/// Kinds and tools name each other, so that only names are printed.
impl fmt::Debug for IdKind {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("IdKind")
            .field("name", &self.name)
            .finish_non_exhaustive()
    }
}

/// An identifier among the arguments of a tool: a JSON pointer into the arguments, `*` for each
/// element (`/projectIds/*`), and what it identifies.
#[derive(Debug, Clone, Copy)]
pub enum IdArgument {
    /// The tool cannot be called without it.
    Required(&'static str, &'static IdKind),
    /// It may be left out.
    Optional(&'static str, &'static IdKind),
}

impl IdArgument {
    /// A JSON pointer into the arguments, `*` for each element.
    #[must_use]
    pub fn pointer(&self) -> &'static str {
        match self {
            Self::Required(pointer, _) | Self::Optional(pointer, _) => pointer,
        }
    }

    /// What it identifies.
    #[must_use]
    pub fn kind(&self) -> &'static IdKind {
        match self {
            Self::Required(_, kind) | Self::Optional(_, kind) => kind,
        }
    }

    /// Whether the tool cannot be called without it.
    #[must_use]
    pub fn is_required(&self) -> bool {
        matches!(self, Self::Required(..))
    }
}

/// An identifier in the answer of a tool: a JSON pointer into the answer, or into one record of a
/// list, `*` for each element (`/id`), and what it identifies.
#[derive(Debug, Clone, Copy)]
pub struct IdField(pub &'static str, pub &'static IdKind);

impl IdField {
    /// A JSON pointer into the answer, or into one record of a list, `*` for each element.
    #[must_use]
    pub fn pointer(&self) -> &'static str {
        self.0
    }

    /// What it identifies.
    #[must_use]
    pub fn kind(&self) -> &'static IdKind {
        self.1
    }
}

/// Checks `arguments` by decoding them into `T` and encoding them again.
///
/// # Errors
///
/// Every problem at once.
pub fn check_as<T: Object>(arguments: Json) -> Result<Json, ArgumentError> {
    codec::encode(codec::decode_strict::<T>(arguments)?)
}
