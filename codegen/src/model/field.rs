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
    /// The type of the value, without the wrapper that `presence` adds.
    pub(crate) ty: TypeRef,
    /// Whether it may be missing or null.
    pub(crate) presence: Presence,
    /// Where it travels.
    pub(crate) location: Location,
    /// What is checked before sending.
    pub(crate) checks: Vec<Check>,
}

/// Whether a field may be missing, and whether it may be null.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Presence {
    /// `T`.
    Required,
    /// `Option<T>`, where `None` is null.
    RequiredOrNull,
    /// `Option<T>`, where `None` means that the field is missing.
    Optional,
    /// `Nullable<T>` in a request, `Option<T>` in a response.
    OptionalOrNull,
}

impl Presence {
    /// Returns the presence of a field.
    pub(crate) fn new(is_required: bool, is_nullable: bool) -> Self {
        match (is_required, is_nullable) {
            (true, false) => Self::Required,
            (true, true) => Self::RequiredOrNull,
            (false, false) => Self::Optional,
            (false, true) => Self::OptionalOrNull,
        }
    }

    /// Returns `true` if the field may be null.
    pub(crate) fn is_nullable(self) -> bool {
        matches!(self, Self::RequiredOrNull | Self::OptionalOrNull)
    }

    /// Returns `true` if the field must not be missing.
    pub(crate) fn is_required(self) -> bool {
        matches!(self, Self::Required | Self::RequiredOrNull)
    }
}

/// Where an argument travels.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Location {
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
    /// The type, without the `Option` that `presence` adds.
    pub(crate) ty: TypeRef,
    /// Whether it may be missing or null.
    pub(crate) presence: Presence,
}

/// The field of a struct that takes what no other field names.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Rest {
    /// `extra`.
    pub(crate) ident: Ident,
    /// The type of the values.
    pub(crate) values: TypeRef,
}
