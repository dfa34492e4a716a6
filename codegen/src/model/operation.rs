//! Resources, their operations, and the arguments of each.

use super::check::Check;
use super::field::{Field, Rest};
use super::type_ref::TypeRef;
use crate::effect::{Effect, Repetition};
use crate::ident::Ident;

/// A group of operations: `client.api_keys()`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Resource {
    /// The method of the client, and the module: `api_keys`.
    pub(crate) accessor: Ident,
    /// The handle: `ApiKeys`.
    pub(crate) handle: Ident,
    /// The name of the resource in sentences: `API keys`.
    pub(crate) title: String,
    /// The operations, sorted by method.
    pub(crate) operations: Vec<Operation>,
}

/// A tool as a method of a resource or of the client.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Operation {
    /// The method of the handle: `list`.
    pub(crate) method: Ident,
    /// The documentation: unescaped text of the catalog.
    pub(crate) docs: Vec<String>,
    /// The arguments.
    pub(crate) request: Request,
    /// The response.
    pub(crate) response: Response,
    /// The effect on the account.
    pub(crate) effect: Effect,
    /// The note of `#[deprecated]`.
    pub(crate) deprecated: Option<String>,
    /// The end of the tool, if it was removed and its code stays for one release.
    pub(crate) removal: Option<Removal>,
    /// The metadata of the tool for the registry.
    pub(crate) tool: ToolMetadata,
}

/// The end of a tool.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Removal {
    /// The day since which the catalog does not have it: `2026-11-30`.
    pub(crate) since: String,
    /// The name of the tool that resembles it most, if one does.
    pub(crate) nearest: Option<String>,
}

/// An identifier among the arguments of a tool.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct TakenId {
    /// A JSON pointer into the arguments, `*` for each element: `/projectIds/*`.
    pub(crate) pointer: String,
    /// The type: `ProjectId`.
    pub(crate) kind: Ident,
    /// `true` if the argument is required.
    pub(crate) is_required: bool,
}

/// An identifier in the response of a tool.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct GivenId {
    /// A JSON pointer into one record, `*` for each element: `/id`.
    pub(crate) pointer: String,
    /// The type: `ProjectId`.
    pub(crate) kind: Ident,
}

/// The response of a tool.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Response {
    /// Pages of records of this type.
    Listing(TypeRef),
    /// One record of this type.
    Record(TypeRef),
    /// The confirmation of a deletion.
    Deleted,
}

/// The metadata of a tool, as in the catalog.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ToolMetadata {
    /// The name by which a model calls it.
    pub(crate) name: String,
    /// The title.
    pub(crate) title: String,
    /// The description.
    pub(crate) description: String,
    /// The resource in the request path.
    pub(crate) resource: String,
    /// The method on the wire.
    pub(crate) method: String,
    /// The tags.
    pub(crate) tags: Vec<String>,
    /// The effect of calling it again.
    pub(crate) repetition: Repetition,
    /// The identifiers among the arguments.
    pub(crate) takes: Vec<TakenId>,
    /// The identifiers in the response.
    pub(crate) gives: Vec<GivenId>,
    /// The fields of the record that a model rarely needs.
    pub(crate) audit_fields: Vec<String>,
    /// The arguments that headers of an MCP request repeat: the path, and the name of the header.
    pub(crate) headers: Vec<(Vec<String>, String)>,
    /// The schema of the query as compact JSON, empty without one.
    pub(crate) query_schema: String,
    /// The schema of the body as compact JSON, empty without one.
    pub(crate) body_schema: String,
    /// The schema of one record as compact JSON, empty without one.
    pub(crate) response_schema: String,
}

/// The request of a tool: a struct with a constructor and setters.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Request {
    /// The name of the type: `ListApiKeys`.
    pub(crate) name: Ident,
    /// The documentation of the type.
    pub(crate) docs: Vec<String>,
    /// The required fields in the order of the arguments of the constructor, then the optional ones.
    pub(crate) fields: Vec<Field>,
    /// The field for arguments that no other field has.
    pub(crate) rest: Option<Rest>,
    /// The checks of the whole request before sending.
    pub(crate) checks: Vec<Check>,
}
