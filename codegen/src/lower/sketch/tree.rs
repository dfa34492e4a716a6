//! Sketches: types before naming.

use std::collections::BTreeMap;

use super::identify::IdentifierKind;
use super::precision::Precision;
use crate::catalog::SchemaPlace;
use crate::model::{ArgumentLocation, Check, ChoiceValues, Presence, TypeRef};

/// A type before naming.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::lower) struct Sketch {
    /// The place of the schema.
    pub(in crate::lower) place: SchemaPlace,
    /// The kind of type.
    pub(in crate::lower) kind: SketchKind,
    /// `true` if null is allowed.
    pub(in crate::lower) nullable: bool,
    /// The description from the catalog.
    pub(in crate::lower) description: Option<String>,
    /// Checks that run before a value is sent.
    pub(in crate::lower) checks: Vec<Check>,
    /// The precision with which the type expresses the schema.
    pub(in crate::lower) precision: Precision,
    /// The reason why the default of the schema is ignored, if it is.
    pub(in crate::lower) ignored: Option<String>,
}

impl Sketch {
    /// Returns the checks that the containing type has to run. Structs and unions run their own.
    pub(in crate::lower) fn outer_checks(&self) -> &[Check] {
        match self.kind {
            SketchKind::Struct(_) | SketchKind::Union(_) => &[],
            _ => &self.checks,
        }
    }
}

/// The kind of a sketch.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::lower) enum SketchKind {
    /// An unnamed type.
    Plain(TypeRef),
    /// An identifier.
    Id(IdentifierKind),
    /// An enum.
    Choice(ChoiceSketch),
    /// A single allowed value, as JSON. A property with this kind gets no field.
    Constant(String),
    /// An object with properties.
    Struct(StructSketch),
    /// A list.
    List(Box<Sketch>),
    /// An object with arbitrary property names.
    Map(Box<Sketch>),
    /// A list of a fixed length.
    Tuple(Vec<Sketch>),
    /// A union of several types.
    Union(UnionSketch),
    /// A reference to the shared definition at this place in [`Definitions`].
    Shared(SchemaPlace),
}

/// An enum.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::lower) struct ChoiceSketch {
    /// The values.
    pub(in crate::lower) values: ChoiceValues,
    /// The titles from the catalog, by wire value.
    pub(in crate::lower) titles: BTreeMap<String, String>,
    /// `true` if other strings are allowed too.
    pub(in crate::lower) is_open: bool,
}

/// An object with properties.
#[derive(Debug, Clone, Default, PartialEq)]
pub(in crate::lower) struct StructSketch {
    /// The fields, in the order of the author.
    pub(in crate::lower) fields: Vec<FieldSketch>,
    /// The handling of properties without a field.
    pub(in crate::lower) rest: Rest,
    /// The wire names of required fields, in the order of the catalog.
    pub(in crate::lower) required: Vec<String>,
}

/// The handling of properties without a field.
#[derive(Debug, Clone, Default, PartialEq)]
pub(in crate::lower) enum Rest {
    /// Additional properties are rejected.
    #[default]
    Refused,
    /// Additional properties are kept.
    Kept,
    /// Additional properties of this type are kept.
    Like(Box<Sketch>),
}

/// A property of an object.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::lower) struct FieldSketch {
    /// The wire name.
    pub(in crate::lower) wire: String,
    /// The Rust name from the overlay.
    pub(in crate::lower) rename: Option<String>,
    /// `true` if the property is required.
    pub(in crate::lower) is_required: bool,
    /// `true` if the overlay marks the property as a secret.
    pub(in crate::lower) is_secret: bool,
    /// The location of the argument in the HTTP request.
    pub(in crate::lower) location: Option<ArgumentLocation>,
    /// Its type.
    pub(in crate::lower) sketch: Sketch,
}

impl FieldSketch {
    /// Returns whether the field may be missing or null.
    pub(in crate::lower) fn presence(&self) -> Presence {
        Presence::new(self.is_required, self.sketch.nullable)
    }

    /// Returns the value of a property that needs no field because it is required and has a single
    /// allowed value.
    pub(in crate::lower) fn constant(&self) -> Option<&str> {
        match &self.sketch.kind {
            SketchKind::Constant(value) => Some(value),
            _ => None,
        }
    }
}

/// A union of several types.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::lower) struct UnionSketch {
    /// The variants in the order of the catalog.
    pub(in crate::lower) variants: Vec<VariantSketch>,
    /// The property whose value selects the variant.
    pub(in crate::lower) tag: Option<String>,
    /// `true` if a value that fits two variants is rejected.
    pub(in crate::lower) is_exact: bool,
}

/// One variant of a union.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::lower) struct VariantSketch {
    /// The label from which the variant is named. Unique within the union.
    pub(in crate::lower) label: Label,
    /// The tag value that selects this variant.
    pub(in crate::lower) tag: Option<String>,
    /// The content of the variant.
    pub(in crate::lower) sketch: Sketch,
}

/// The origin and the words of a variant's name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::lower) enum Label {
    /// A name from the catalog: a title, or the name of a definition.
    Given(String),
    /// A distinguishing feature: the tag value, or a property that only this variant has.
    Telling(String),
    /// The kind of value: `text`, `list`.
    Kind(String),
}

impl Label {
    /// Returns the words.
    pub(in crate::lower) fn words(&self) -> &str {
        match self {
            Self::Given(words) | Self::Telling(words) | Self::Kind(words) => words,
        }
    }
}

/// Shared definitions of a tool, by place.
pub(in crate::lower) type Definitions = BTreeMap<SchemaPlace, Definition>;

/// A schema that several places refer to.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::lower) struct Definition {
    /// The name in the catalog: `TreeNode` for `#/$defs/TreeNode`.
    pub(in crate::lower) name: String,
    /// The type.
    pub(in crate::lower) sketch: Sketch,
}
