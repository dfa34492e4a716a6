//! A parsed schema: one node for each schema of the input, with its pointer.

use std::collections::BTreeMap;

use indexmap::IndexMap;
use toolsmith_dialect::json_type::JsonType;

use super::null::NullSchema;
use crate::bound::Bound;
use crate::source::Json;

/// The properties of a schema, in the order of the author. Where schemas are merged, a property
/// keeps the position of its first appearance.
pub(crate) type Properties = IndexMap<String, Schema>;

/// One node of a schema. Fields of absent keywords are empty.
#[expect(clippy::struct_excessive_bools, reason = "one field for each keyword")]
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Schema {
    /// The JSON pointer of the schema in the file. For a schema that the file contains as a
    /// string, the pointer of the string followed by the pointer inside it.
    pub(crate) pointer: String,
    /// The form of the schema.
    pub(crate) form: SchemaForm,
    /// The types without null, or null alone; empty without `type`.
    pub(crate) types: Vec<JsonType>,
    /// Names null: in `type`, `nullable`, `enum` or a branch.
    pub(crate) nullable: bool,
    /// The rule about null of the schema and of everything that is merged into it.
    pub(crate) null: NullSchema,
    /// `title`.
    pub(crate) title: Option<String>,
    /// `description`.
    pub(crate) description: Option<String>,
    /// `properties`, by name, in the order of the author.
    pub(crate) properties: Properties,
    /// The required properties in the order of the input: from a list, or from `required: true`
    /// inside a property (draft 3).
    pub(crate) required: Vec<String>,
    /// `additionalProperties`.
    pub(crate) additional: Additional,
    /// `items`, if it is a single schema; for a tuple, the schema of the elements after `prefix`.
    pub(crate) items: Option<Box<Schema>>,
    /// The first elements of a tuple: `prefixItems`, or the list `items` of older drafts.
    pub(crate) prefix: Vec<Schema>,
    /// Forbids elements after `prefix`: `items` or `additionalItems` is `false`.
    pub(crate) is_closed_tuple: bool,
    /// `enum` without null, or `const` as a list of one value.
    pub(crate) values: Option<Vec<Json>>,
    /// The branches of `anyOf` or `oneOf`, without those that allow only null. A single remaining
    /// branch is merged into this node.
    pub(crate) branches: Vec<Schema>,
    /// The keyword of the branches.
    pub(crate) union: UnionKeyword,
    /// The property of `discriminator`.
    pub(crate) discriminator: Option<String>,
    /// `allOf`.
    pub(crate) all: Vec<Schema>,
    /// `$ref`.
    pub(crate) reference: Option<Reference>,
    /// `format`.
    pub(crate) format: Option<String>,
    /// The bounds by keyword: `("minimum", 1.0)`.
    pub(crate) bounds: Vec<(Bound, f64)>,
    /// The bounds of numbers that are integers which a float does not hold exactly.
    pub(crate) large_bounds: Vec<(Bound, i128)>,
    /// `uniqueItems`.
    pub(crate) unique_items: bool,
    /// `pattern`.
    pub(crate) pattern: Option<String>,
    /// Keywords that no type expresses but that can be checked, with their values: `not`, `if` and
    /// others, a second union, and a branch that contradicts the schema around it.
    pub(crate) untyped_keywords: BTreeMap<String, Json>,
    /// Keywords that contradict the others, so that what the others say is meant.
    pub(crate) overruled: Vec<String>,
    /// The schemas with rules or first elements that were merged into this one.
    pub(crate) inherited: Vec<Inherited>,
    /// The pointers of the schemas elsewhere that were merged into this one: those of whose unions it is
    /// a branch, and the same property in another member of an `allOf`.
    pub(crate) around: Vec<String>,
    /// The schemas elsewhere that apply to the value under a condition: those of the same property in
    /// `then`.
    pub(crate) conditional: Vec<Json>,
    /// `default`.
    pub(crate) default: Option<Json>,
    /// `deprecated`.
    pub(crate) deprecated: bool,
    /// The constraining keywords that were ignored, sorted: unsupported ones such as `extends`, and
    /// those with an invalid value.
    pub(crate) unread: Vec<String>,
    /// The type of the identifier at this place, from the overlay: `AccountId`, or `String` for a
    /// value that is not an identifier.
    pub(crate) identifier: Option<String>,
    /// The Rust name of the property, from the overlay.
    pub(crate) rename: Option<String>,
    /// Set if the overlay marks the property as a secret.
    pub(crate) secret: Option<()>,
}

/// A schema that was merged into another one. Its rules depend on the keywords next to them, so that
/// they are read where they were written.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Inherited {
    /// The JSON pointer of the schema in the file.
    pub(crate) pointer: String,
    /// Its rules.
    pub(crate) untyped_keywords: BTreeMap<String, Json>,
    /// `true` if it lists the first elements of an array.
    pub(crate) has_prefix: bool,
}

impl Schema {
    /// Returns `true` if the schema, or one that was merged into it, has the rule `keyword`.
    pub(crate) fn has_rule(&self, keyword: &str) -> bool {
        let inherited = self
            .inherited
            .iter()
            .map(|inherited| &inherited.untyped_keywords);
        let mut keywords = std::iter::once(&self.untyped_keywords).chain(inherited);
        keywords.any(|keywords| keywords.contains_key(keyword))
    }

    /// Returns the pointer of the list of branches, which may be in a schema that was merged into
    /// this one.
    pub(crate) fn union_pointer(&self) -> Option<&str> {
        let first = self.branches.first()?;
        first.pointer.rsplit_once('/').map(|(list, _)| list)
    }
}

/// The form of a schema.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) enum SchemaForm {
    /// An object of keywords, or `true`.
    #[default]
    Keywords,
    /// `false`: rejects every value.
    RejectsAll,
    /// A value that is not a schema.
    Invalid,
}

/// The rule of a schema for properties that it does not list.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) enum Additional {
    /// No rule.
    #[default]
    Unspecified,
    /// They are forbidden.
    Forbidden,
    /// They are explicitly allowed.
    Allowed,
    /// They have to match this schema.
    Matching(Box<Schema>),
}

/// The keyword of a union.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) enum UnionKeyword {
    /// `anyOf`: at least one branch matches.
    #[default]
    Any,
    /// `oneOf`: exactly one branch matches.
    One,
}

/// A reference to another schema.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Reference {
    /// The unresolved reference: `#/$defs/Node`.
    pub(crate) text: String,
    /// The pointer of the target, if it exists.
    pub(crate) target: Option<String>,
}
