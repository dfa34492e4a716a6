//! Types other than requests: identifiers, enums, records, unions.

use toolsmith_dialect::json_type::JsonType;

use super::check::Check;
use super::field::{Field, RecordField, Rest};
use super::type_ref::TypeRef;
use crate::ident::Ident;

/// A type of identifiers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct IdType {
    /// The name of the type: `ProjectId`.
    pub(crate) name: Ident,
    /// The thing that it identifies: `project`.
    pub(crate) noun: String,
    /// The requests of the tools that return such an identifier, the most suitable first.
    pub(crate) sources: Vec<Ident>,
}

/// An enum.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Choice {
    /// The name of the type: `DateGrouping`.
    pub(crate) name: Ident,
    /// The documentation.
    pub(crate) docs: Vec<String>,
    /// The variants in the order of the catalog.
    pub(crate) variants: Vec<Variant>,
    /// The value of each variant on the wire.
    pub(crate) values: ChoiceValues,
    /// The module that defines the type.
    pub(crate) home: Ident,
}

/// A variant of an enum.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Variant {
    /// The name of the variant: `Month`.
    pub(crate) name: Ident,
}

/// The values of the variants on the wire.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum ChoiceValues {
    /// Strings.
    Texts(Vec<String>),
    /// Integers.
    Integers(Vec<i64>),
    /// Other values, as JSON.
    Verbatim(Vec<String>),
}

/// A record, or an object inside a request or a record.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Struct {
    /// The name of the type: `ApiKey`.
    pub(crate) name: Ident,
    /// The documentation.
    pub(crate) docs: Vec<String>,
    /// The fields.
    pub(crate) fields: StructFields,
    /// The properties with a constant value, and that value as JSON.
    pub(crate) constants: Vec<(String, String)>,
    /// The module that defines the type.
    pub(crate) home: Ident,
}

/// The fields of a struct, by the direction in which it travels.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum StructFields {
    /// In a request: a constructor and setters. Unknown properties need a field `rest`.
    Request {
        /// The fields, the required ones first.
        fields: Vec<Field>,
        /// The field for properties that no other field has.
        rest: Option<Rest>,
        /// The checks of the whole object before sending.
        checks: Vec<Check>,
    },
    /// In a response: public fields. Unknown properties are kept.
    Response {
        /// The fields, the required ones first.
        fields: Vec<RecordField>,
        /// The name of the field for properties that no other field has: `extra`.
        extra: Ident,
    },
}

/// One of several types.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Union {
    /// The name of the type: `Filter`.
    pub(crate) name: Ident,
    /// The documentation.
    pub(crate) docs: Vec<String>,
    /// The variants in the order of the catalog.
    pub(crate) variants: Vec<UnionVariant>,
    /// The variant for unknown values in a response; `None` in a request.
    pub(crate) unknown: Option<Ident>,
    /// The property whose value selects the variant.
    pub(crate) tag: Option<String>,
    /// Rejects values that match two variants.
    pub(crate) is_exact: bool,
    /// The index of the variant of a blank value, one that does not contain the union itself.
    pub(crate) blank: usize,
    /// The checks of the whole value before sending.
    pub(crate) checks: Vec<Check>,
    /// The module that defines the type.
    pub(crate) home: Ident,
}

impl Union {
    /// Returns `true` if it has a conversion from values of this type: only one variant holds it. Unions in
    /// records have no conversions, because programs do not create them; `Json` has none, because it may be
    /// any variant.
    pub(crate) fn converts_from(&self, ty: &TypeRef) -> bool {
        let holders = self.variants.iter().filter(|variant| variant.ty == *ty);
        self.unknown.is_none()
            && !matches!(ty, TypeRef::Json | TypeRef::Boxed(_))
            && holders.count() == 1
    }
}

/// One variant of a union.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct UnionVariant {
    /// The name of the variant: `Text`.
    pub(crate) name: Ident,
    /// The documentation.
    pub(crate) docs: Vec<String>,
    /// The type of its value.
    pub(crate) ty: TypeRef,
    /// The types of JSON values that match it.
    pub(crate) types: Vec<JsonType>,
    /// The value of the tag that selects it.
    pub(crate) tag: Option<String>,
    /// The checks of the value before sending.
    pub(crate) checks: Vec<Check>,
}
