//! Fields of requests and records.

use super::check::Check;
use super::type_ref::TypeRef;
use crate::ident::Ident;

/// One argument.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Field {
    /// The field, the constructor's argument and the setter: `project_id`.
    pub(crate) ident: Ident,
    /// The setter that sends null, for a nullable optional field: `expiry_null`.
    pub(crate) null_setter: Option<Ident>,
    /// The name on the wire: `projectId`.
    pub(crate) wire: String,
    /// Documentation.
    pub(crate) docs: Vec<String>,
    /// The type of the value, without the wrapper that `need` and `nullable` ask for.
    pub(crate) ty: TypeRef,
    /// Whether it must be given.
    pub(crate) need: Need,
    /// Whether null is a value of it.
    pub(crate) nullable: bool,
    /// Where it travels.
    pub(crate) place: Place,
    /// What is checked before sending.
    pub(crate) checks: Vec<Check>,
}

/// Whether a field must be there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Need {
    /// It must.
    Required,
    /// It may be left out.
    Optional,
}

/// Where an argument travels.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Place {
    /// The last segment of the path.
    Path,
    /// The path, and once more in the body.
    PathAndBody,
    /// The query.
    Query,
    /// The body.
    Body,
    /// The query and the body.
    QueryAndBody,
    /// It is the whole body.
    WholeBody,
    /// It is a field of an object inside the arguments.
    Inside,
}

/// One field of a record.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct RecordField {
    /// `project_id`.
    pub(crate) ident: Ident,
    /// `projectId`.
    pub(crate) wire: String,
    /// Documentation.
    pub(crate) docs: Vec<String>,
    /// The type, without the `Option` that `need` and `nullable` ask for.
    pub(crate) ty: TypeRef,
    /// Whether it must be there.
    pub(crate) need: Need,
    /// Whether null is a value of it.
    pub(crate) nullable: bool,
}

/// The field of a struct that takes what no other field names.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Rest {
    /// `extra`.
    pub(crate) ident: Ident,
    /// The type of the values.
    pub(crate) values: TypeRef,
}
