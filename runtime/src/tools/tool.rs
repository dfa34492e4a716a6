//! A tool as data.

use std::fmt;

use super::Effect;
use crate::codec::{self, ArgumentError, ArgumentLocation, Json, Object, Shape};

/// A tool, as described by the catalog.
///
/// The types of a generated crate contain the same information.
pub struct ToolSpec {
    /// The name by which a model calls it.
    pub name: &'static str,
    /// The title for people: `Rotate API key`.
    pub title: &'static str,
    /// The description for a model.
    pub description: &'static str,
    /// The resource, as in the path.
    pub resource: &'static str,
    /// The method: `list`, `get`, `create`, `update`, `delete` or a custom one.
    pub method: &'static str,
    /// The tags in the catalog.
    pub tags: &'static [&'static str],
    /// The effect on the account.
    pub effect: Effect,
    /// `true` if repeating a call with the same arguments has no further effect.
    pub is_idempotent: bool,
    /// The Rust path of the request type: `generated::the_auth_api::RotateApiKey`.
    pub request: &'static str,
    /// The identifiers among the arguments.
    pub takes: &'static [IdArgument],
    /// The identifiers in the result; for a list, in one record.
    pub gives: &'static [IdField],
    /// The fields of a record that the overlay marks as audit fields, such as `createdBy`: a model
    /// rarely needs them.
    pub audit_fields: &'static [&'static str],
    /// The JSON Schema of the arguments in the query, unchanged; empty if the catalog has none.
    pub query_schema: &'static str,
    /// The JSON Schema of the arguments in the body, unchanged; empty if the catalog has none.
    pub body_schema: &'static str,
    /// The JSON Schema of one record, unchanged; empty if the catalog has none.
    pub response_schema: &'static str,
    /// The arguments that an MCP server takes in headers, too.
    pub headers: &'static [HeaderArgument],
    /// The end of the tool, if the catalog no longer has it. Such a tool is in no list, and a call of
    /// it is [`Error::ToolRemoved`](crate::Error::ToolRemoved).
    pub removal: Option<Removal>,
    /// The fields of the request.
    #[doc(hidden)]
    pub shape: &'static Shape,
    /// The check of the arguments.
    #[doc(hidden)]
    pub check: ArgumentCheck,
}

/// The check of arguments, which returns them in the form in which they are sent.
#[derive(Clone, Copy)]
#[doc(hidden)]
pub enum ArgumentCheck {
    /// Decodes arguments into the request type and encodes them again.
    Compiled(fn(Json) -> Result<Json, ArgumentError>),
    /// Compares arguments with a schema that is known at run time.
    Schema(&'static SchemaCheck),
}

/// The check of arguments by a schema that is known at run time.
pub(crate) type SchemaCheck = dyn Fn(Json) -> Result<Json, ArgumentError> + Send + Sync;

impl ToolSpec {
    /// Creates a tool with its name, effect and arguments.
    ///
    /// Generated code sets the other fields by struct update, so that a new field does not break
    /// crates that were generated before.
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
            audit_fields: &[],
            query_schema: "",
            body_schema: "",
            response_schema: "",
            headers: &[],
            removal: None,
            shape,
            check: ArgumentCheck::Compiled(check),
        }
    }

    /// Returns the end of a tool, for generated code.
    #[doc(hidden)]
    #[must_use]
    pub const fn removed_since(
        since: &'static str,
        nearest: Option<&'static str>,
    ) -> Option<Removal> {
        Some(Removal { since, nearest })
    }

    /// Checks `arguments` like a call, without sending anything. Returns them in the form in which
    /// they would be sent.
    ///
    /// # Errors
    ///
    /// Returns all problems, each with its path, the expected value and a suggestion.
    pub fn check(&self, arguments: &Json) -> Result<Json, ArgumentError> {
        self.check_owned(arguments.clone())
    }

    /// Checks arguments without a copy; see [`check`](Self::check).
    pub(crate) fn check_owned(&self, arguments: Json) -> Result<Json, ArgumentError> {
        match self.check {
            ArgumentCheck::Compiled(check) => check(arguments),
            ArgumentCheck::Schema(check) => check(arguments),
        }
    }

    /// Returns the names of the arguments that Rust knows. Arguments that are not an object with properties are
    /// one field, whose name is not part of them.
    pub(crate) fn argument_names(&self) -> impl Iterator<Item = &'static str> + use<> {
        let is_whole = self.takes_whole();
        self.shape.names().filter(move |_| !is_whole)
    }

    /// Returns `true` if the arguments are the value of one field, as in [`argument_names`](Self::argument_names).
    pub(crate) fn takes_whole(&self) -> bool {
        let mut fields = self.shape.fields();
        self.resource.is_empty()
            && fields.any(|field| field.location == ArgumentLocation::WholeBody)
    }

    /// Returns `true` if the method is not one of `list`, `get`, `create`, `update` and `delete`.
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

/// The end of a tool that the catalog no longer has. Its code stays for one release.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Removal {
    /// The day since which the catalog does not have the tool: `2026-11-30`.
    pub since: &'static str,
    /// The name of the tool that resembles it most.
    pub nearest: Option<&'static str>,
}

/// An argument that an MCP server takes in a header, too: `x-mcp-header` in its schema.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct HeaderArgument {
    /// The names of the properties from the arguments to the value.
    pub path: &'static [&'static str],
    /// The name of the header after `Mcp-Param-`.
    pub name: &'static str,
}

/// A kind of identifier: a separate type in Rust, and a string to a model.
pub struct IdKind {
    /// The Rust type: `ProjectId`.
    pub name: &'static str,
    /// The identified thing as a noun: `project`.
    pub noun: &'static str,
    /// The tools that return such an identifier, the best first. None of them needs one itself.
    pub sources: &'static [&'static ToolSpec],
}

impl IdKind {
    /// Returns `true` if a tool lists the identified things, so that every one can be found.
    #[must_use]
    pub fn is_listed(&self) -> bool {
        let is_own = |field: &IdField| field.pointer() == "/id" && field.kind().name == self.name;
        let lists = |giver: &&ToolSpec| giver.method == "list" && giver.gives.iter().any(is_own);
        self.sources.iter().any(lists)
    }
}

/// Prints the name only, because kinds and tools refer to each other.
impl fmt::Debug for IdKind {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("IdKind")
            .field("name", &self.name)
            .finish_non_exhaustive()
    }
}

/// An identifier among the arguments of a tool: a JSON pointer into the arguments, with `*` for
/// each element (`/projectIds/*`), and its kind.
#[derive(Debug, Clone, Copy)]
pub enum IdArgument {
    /// The argument is required.
    Required(&'static str, &'static IdKind),
    /// The argument is optional.
    Optional(&'static str, &'static IdKind),
}

impl IdArgument {
    /// Returns the JSON pointer into the arguments, with `*` for each element.
    #[must_use]
    pub fn pointer(&self) -> &'static str {
        match self {
            Self::Required(pointer, _) | Self::Optional(pointer, _) => pointer,
        }
    }

    /// Returns the kind.
    #[must_use]
    pub fn kind(&self) -> &'static IdKind {
        match self {
            Self::Required(_, kind) | Self::Optional(_, kind) => kind,
        }
    }

    /// Returns `true` if the argument is required.
    #[must_use]
    pub fn is_required(&self) -> bool {
        matches!(self, Self::Required(..))
    }
}

/// An identifier in the result of a tool: a JSON pointer into the result, or into one record of a
/// list, with `*` for each element (`/id`), and its kind.
#[derive(Debug, Clone, Copy)]
pub struct IdField(pub &'static str, pub &'static IdKind);

impl IdField {
    /// Returns the JSON pointer into the result, or into one record of a list.
    #[must_use]
    pub fn pointer(&self) -> &'static str {
        self.0
    }

    /// Returns the kind.
    #[must_use]
    pub fn kind(&self) -> &'static IdKind {
        self.1
    }
}

/// Checks `arguments` by decoding them into `T` and encoding them again.
///
/// # Errors
///
/// Returns all problems at once.
pub fn check_as<T: Object>(arguments: Json) -> Result<Json, ArgumentError> {
    codec::encode(codec::decode_strict::<T>(arguments)?)
}
