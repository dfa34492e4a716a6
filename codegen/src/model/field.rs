//! Fields of requests and records.

use toolsmith_dialect::argument_location::ArgumentLocation;

use super::check::Check;
use super::type_ref::TypeRef;
use crate::ident::Ident;

/// A field of a request, or of an object inside one.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Field {
    /// The name of the field, of the argument of the constructor, and of the setter: `project_id`.
    pub(crate) ident: Ident,
    /// The setter that sends null, for optional fields that may be null: `expiry_null`.
    pub(crate) null_setter: Option<Ident>,
    /// The name on the wire: `projectId`.
    pub(crate) wire: String,
    /// The documentation.
    pub(crate) docs: Vec<String>,
    /// The type of the value, without the wrapper for `presence`.
    pub(crate) ty: TypeRef,
    /// The presence of the field.
    pub(crate) presence: Presence,
    /// The position among the arguments of the constructor, for required fields. The lock keeps it,
    /// while the fields themselves are in the order of the catalog.
    pub(crate) argument: Option<usize>,
    /// The location in the HTTP request; `None` for a field of an object inside the arguments.
    pub(crate) location: Option<ArgumentLocation>,
    /// The checks of the value before sending.
    pub(crate) checks: Vec<Check>,
    /// `true` if the overlay marks the field as a secret.
    pub(crate) is_secret: bool,
}

/// Returns the required fields, in the order of the arguments of the constructor.
pub(crate) fn constructor_arguments(fields: &[Field]) -> Vec<&Field> {
    let is_required = |field: &&Field| field.presence.is_required();
    let mut arguments: Vec<&Field> = fields.iter().filter(is_required).collect();
    arguments.sort_by_key(|field| field.argument);
    arguments
}

/// The presence of a field: whether it may be missing, and whether it may be null.
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

/// A field of a record.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct RecordField {
    /// The name of the field: `project_id`.
    pub(crate) ident: Ident,
    /// The name on the wire: `projectId`.
    pub(crate) wire: String,
    /// The documentation.
    pub(crate) docs: Vec<String>,
    /// The type of the value, without the `Option` for `presence`.
    pub(crate) ty: TypeRef,
    /// The presence of the field.
    pub(crate) presence: Presence,
    /// `true` if the overlay marks the field as a secret.
    pub(crate) is_secret: bool,
}

/// The field of a struct for properties that no other field has.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Rest {
    /// The name of the field: `extra`.
    pub(crate) ident: Ident,
    /// The type of the values.
    pub(crate) values: TypeRef,
}
