//! A schema, one to one with the input, every node with its pointer.

use std::collections::BTreeMap;

use crate::source::Json;

/// One node of a schema. What the input does not say is empty.
#[expect(
    clippy::struct_excessive_bools,
    reason = "one to one with the keywords"
)]
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Schema {
    /// A JSON pointer into the file; for a schema that was text in the file, the pointer of that
    /// text and then the pointer inside it.
    pub(crate) pointer: String,
    /// The types other than null, or null alone; empty if the schema does not say.
    pub(crate) types: Vec<SchemaType>,
    /// Whether null is allowed: by `type`, `nullable`, a null in `enum` or a null branch.
    pub(crate) nullable: bool,
    /// `title`.
    pub(crate) title: Option<String>,
    /// `description`.
    pub(crate) description: Option<String>,
    /// `properties`, by name.
    pub(crate) properties: BTreeMap<String, Schema>,
    /// The required properties, in the order of the input: a list, or `required: true` inside a
    /// property (draft 3).
    pub(crate) required: Vec<String>,
    /// `additionalProperties`.
    pub(crate) additional: Additional,
    /// `items`, if it is one schema; of a tuple, the elements after the first ones.
    pub(crate) items: Option<Box<Schema>>,
    /// The first elements of a tuple: `prefixItems`, or `items` as a list in older drafts.
    pub(crate) prefix: Vec<Schema>,
    /// `items` or `additionalItems` is false: no element follows the first ones.
    pub(crate) is_closed_tuple: bool,
    /// `enum`, or `const` as an enum of one, without null.
    pub(crate) values: Option<Vec<Json>>,
    /// `anyOf` and `oneOf` without a branch that is null alone; a single branch that is left is
    /// merged into this node.
    pub(crate) branches: Vec<Schema>,
    /// Which of the two keywords gave the branches.
    pub(crate) union: UnionKeyword,
    /// The property that tells the branches apart, where the schema names it.
    pub(crate) discriminator: Option<String>,
    /// `allOf`.
    pub(crate) all: Vec<Schema>,
    /// `$ref`.
    pub(crate) reference: Option<Reference>,
    /// `format`.
    pub(crate) format: Option<String>,
    /// The bounds, by keyword: `("minimum", 1.0)`.
    pub(crate) bounds: Vec<(BoundKeyword, f64)>,
    /// `uniqueItems`.
    pub(crate) unique_items: bool,
    /// `pattern`.
    pub(crate) pattern: Option<String>,
    /// Keywords that no type says but that can be checked, with their values: `not`, `if` and so
    /// on; also a second union, and a branch that contradicts the schema around it.
    pub(crate) rules: BTreeMap<String, Json>,
    /// `default`.
    pub(crate) default: Option<Json>,
    /// `deprecated`.
    pub(crate) deprecated: bool,
    /// Keywords that constrain values and that nothing here reads, by name: `extends` and others
    /// of old drafts; also those whose value could not be read as meant, `false` for the schema
    /// that refuses everything, and `schema` for a value that is no schema.
    pub(crate) unread: Vec<String>,
    /// The type of the identifier that stands here, from the overlay: `AccountId`; `String` for
    /// none.
    pub(crate) identifier: Option<String>,
    /// The Rust name of the property, from the overlay.
    pub(crate) rename: Option<String>,
}

/// A type that a schema names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum SchemaType {
    /// `string`.
    String,
    /// `boolean`.
    Boolean,
    /// `integer`.
    Integer,
    /// `number`.
    Number,
    /// `array`.
    Array,
    /// `object`.
    Object,
    /// `null`, only where a schema allows nothing else.
    Null,
}

/// What a schema says of properties that it does not list.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) enum Additional {
    /// Nothing.
    #[default]
    Unsaid,
    /// None is allowed.
    Refused,
    /// Any is allowed, in so many words.
    Allowed,
    /// Any that this schema accepts.
    Like(Box<Schema>),
}

/// A keyword that bounds a number or a length.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum BoundKeyword {
    /// `minimum`.
    Minimum,
    /// `maximum`.
    Maximum,
    /// `exclusiveMinimum`; the boolean form of draft 4 turns `minimum` into this.
    ExclusiveMinimum,
    /// `exclusiveMaximum`.
    ExclusiveMaximum,
    /// `multipleOf`.
    MultipleOf,
    /// `minLength`.
    MinLength,
    /// `maxLength`.
    MaxLength,
    /// `minItems`.
    MinItems,
    /// `maxItems`.
    MaxItems,
    /// `minProperties`.
    MinProperties,
    /// `maxProperties`.
    MaxProperties,
}

/// Which keyword lists the branches of a union.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) enum UnionKeyword {
    /// `anyOf`: one or more branches fit.
    #[default]
    Any,
    /// `oneOf`: exactly one fits.
    One,
}

/// A reference to another place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Reference {
    /// The reference as the input has it: `#/$defs/Node`.
    pub(crate) text: String,
    /// The pointer of the schema that it names, if there is one.
    pub(crate) target: Option<String>,
}
