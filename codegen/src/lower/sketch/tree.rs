//! Types before they have names: a tree for each schema, with everything that is not a name.

use std::collections::BTreeMap;

use super::identify::IdentifierKind;
use super::place::SchemaPlace;
use super::precision::Precision;
use crate::model::{Check, ChoiceValues, Location, Presence, TypeRef};

/// What a schema becomes, before names.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::lower) struct Sketch {
    /// The place of the schema.
    pub(in crate::lower) place: SchemaPlace,
    /// What it is.
    pub(in crate::lower) kind: SketchKind,
    /// Whether null is a value of it.
    pub(in crate::lower) nullable: bool,
    /// What the catalog says of it.
    pub(in crate::lower) description: Option<String>,
    /// What is checked before sending.
    pub(in crate::lower) checks: Vec<Check>,
    /// How precisely the type expresses the schema.
    pub(in crate::lower) precision: Precision,
    /// Why what the catalog says of it besides is ignored.
    pub(in crate::lower) ignored: Option<String>,
}

impl Sketch {
    /// The checks that whoever holds such a value has to run; a struct or a union runs its own.
    pub(in crate::lower) fn outer_checks(&self) -> &[Check] {
        match self.kind {
            SketchKind::Struct(_) | SketchKind::Union(_) => &[],
            _ => &self.checks,
        }
    }
}

/// What a sketch is.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::lower) enum SketchKind {
    /// A type that needs no name.
    Plain(TypeRef),
    /// An identifier.
    Id(IdentifierKind),
    /// An enum.
    Choice(ChoiceSketch),
    /// One value, as JSON: a property that has it needs no field.
    Constant(String),
    /// An object with properties.
    Struct(StructSketch),
    /// A list.
    List(Box<Sketch>),
    /// An object with any names.
    Map(Box<Sketch>),
    /// A list of a fixed length.
    Tuple(Vec<Sketch>),
    /// One of several.
    Union(UnionSketch),
    /// What several places name, by its own place among the [`Definitions`].
    Shared(SchemaPlace),
}

/// An enum.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::lower) struct ChoiceSketch {
    /// The values.
    pub(in crate::lower) values: ChoiceValues,
    /// What the catalog calls them, by what stands on the wire.
    pub(in crate::lower) titles: BTreeMap<String, String>,
    /// Whether any other text is allowed as well.
    pub(in crate::lower) is_open: bool,
}

/// An object with properties.
#[derive(Debug, Clone, Default, PartialEq)]
pub(in crate::lower) struct StructSketch {
    /// The fields, by name on the wire.
    pub(in crate::lower) fields: Vec<FieldSketch>,
    /// Whether names that no field has are taken.
    pub(in crate::lower) rest: Rest,
    /// The names of the required fields, in the order of the catalog.
    pub(in crate::lower) required: Vec<String>,
}

/// What becomes of names that no field has.
#[derive(Debug, Clone, Default, PartialEq)]
pub(in crate::lower) enum Rest {
    /// They are refused.
    #[default]
    Refused,
    /// They are kept.
    Kept,
    /// They are kept if their values are of this type.
    Like(Box<Sketch>),
}

/// One property.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::lower) struct FieldSketch {
    /// The name on the wire.
    pub(in crate::lower) wire: String,
    /// The Rust name that the overlay gives.
    pub(in crate::lower) rename: Option<String>,
    /// Whether it must be there.
    pub(in crate::lower) is_required: bool,
    /// Where it travels.
    pub(in crate::lower) location: Location,
    /// Its type.
    pub(in crate::lower) sketch: Sketch,
}

impl FieldSketch {
    /// Returns whether the field may be missing or null.
    pub(in crate::lower) fn presence(&self) -> Presence {
        Presence::new(self.is_required, self.sketch.nullable)
    }

    /// The value of a property that needs no field: it is always there and always the same.
    pub(in crate::lower) fn constant(&self) -> Option<&str> {
        match &self.sketch.kind {
            SketchKind::Constant(value) => Some(value),
            _ => None,
        }
    }
}

/// One of several types.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::lower) struct UnionSketch {
    /// The variants in the order of the catalog.
    pub(in crate::lower) variants: Vec<VariantSketch>,
    /// The property whose value names the variant.
    pub(in crate::lower) tag: Option<String>,
    /// Whether a value that fits two variants is refused.
    pub(in crate::lower) is_exact: bool,
}

/// One variant of a union.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::lower) struct VariantSketch {
    /// What it is called, by meaning; unique in its union.
    pub(in crate::lower) label: Label,
    /// The value of the tag that names it.
    pub(in crate::lower) tag: Option<String>,
    /// What it holds.
    pub(in crate::lower) sketch: Sketch,
}

/// What a variant is called.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::lower) enum Label {
    /// What the catalog calls it: a title, the name of a definition.
    Given(String),
    /// What tells it apart: the value of the tag, a property that only it has.
    Telling(String),
    /// Its kind: `text`, `list`.
    Kind(String),
}

impl Label {
    /// The words.
    pub(in crate::lower) fn words(&self) -> &str {
        match self {
            Self::Given(words) | Self::Telling(words) | Self::Kind(words) => words,
        }
    }
}

/// What several places of a tool name, by place.
pub(in crate::lower) type Definitions = BTreeMap<SchemaPlace, Definition>;

/// What several places name.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::lower) struct Definition {
    /// What the catalog calls it: `TreeNode` in `#/$defs/TreeNode`.
    pub(in crate::lower) name: String,
    /// What it is.
    pub(in crate::lower) sketch: Sketch,
}
