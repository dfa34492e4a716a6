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
    /// What the resource is called in a sentence: `API keys`.
    pub(crate) title: String,
    /// The operations, by method.
    pub(crate) operations: Vec<Operation>,
}

/// One tool as a method of a resource.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Operation {
    /// The method of the handle: `list`.
    pub(crate) method: Ident,
    /// Documentation of the method, cleaned of nothing: text from the catalog is data.
    pub(crate) docs: Vec<String>,
    /// The arguments.
    pub(crate) request: Request,
    /// What comes back.
    pub(crate) response: Response,
    /// What the tool does to the account.
    pub(crate) effect: Effect,
    /// The note of `#[deprecated]`.
    pub(crate) deprecated: Option<String>,
    /// What the registry says of the tool.
    pub(crate) tool: ToolMetadata,
}

/// An identifier among the arguments of a tool.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct TakenId {
    /// A JSON pointer into the arguments, `*` for each element: `/projectIds/*`.
    pub(crate) pointer: String,
    /// Its type: `ProjectId`.
    pub(crate) kind: Ident,
    /// Whether it must be given.
    pub(crate) is_required: bool,
}

/// An identifier in what a tool answers with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct GivenId {
    /// A JSON pointer into one record, `*` for each element: `/id`.
    pub(crate) pointer: String,
    /// Its type: `ProjectId`.
    pub(crate) kind: Ident,
}

/// What a call gives.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Response {
    /// A listing, page by page, of such records.
    Listing(TypeRef),
    /// One such record.
    Record(TypeRef),
    /// The confirmation of a removal.
    Deleted,
}

/// What the registry says of a tool: the catalog's own words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ToolMetadata {
    /// The name that a model calls it by.
    pub(crate) name: String,
    /// What people call it.
    pub(crate) title: String,
    /// Its description.
    pub(crate) description: String,
    /// The resource in the path.
    pub(crate) resource: String,
    /// The method on the wire.
    pub(crate) method: String,
    /// The tags.
    pub(crate) tags: Vec<String>,
    /// Whether calling it twice does what calling it once does.
    pub(crate) repetition: Repetition,
    /// The identifiers among its arguments.
    pub(crate) takes: Vec<TakenId>,
    /// The identifiers in what it answers with.
    pub(crate) gives: Vec<GivenId>,
    /// The schemas as compact JSON text; empty if there is none.
    pub(crate) query_schema: String,
    /// The schema of the body.
    pub(crate) body_schema: String,
    /// The schema of one record.
    pub(crate) response_schema: String,
}

/// The arguments of one tool: a struct with a constructor and setters.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Request {
    /// `ListApiKeys`.
    pub(crate) name: Ident,
    /// Documentation of the type.
    pub(crate) docs: Vec<String>,
    /// The required fields in the order of the constructor's arguments, then the optional ones.
    pub(crate) fields: Vec<Field>,
    /// The field that takes arguments that no other field names.
    pub(crate) rest: Option<Rest>,
    /// What is checked of the whole before sending.
    pub(crate) checks: Vec<Check>,
}
