//! Types before they have names: a tree for each schema, with everything that is not a name.

use crate::model::{Check, ChoiceValues, Need, Place, TypeRef};
use crate::report::Outcome;

/// What a schema becomes, before names.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Sketch {
    /// Where it stands, for the lock: `list_all_webhooks#/query_schema/properties/topic`.
    pub(super) place: String,
    /// What it is.
    pub(super) kind: SketchKind,
    /// Whether null is a value of it.
    pub(super) nullable: bool,
    /// What the catalog says of it.
    pub(super) description: Option<String>,
    /// What is checked before sending.
    pub(super) checks: Vec<Check>,
    /// How well the type says what the schema says.
    pub(super) outcome: Outcome,
}

/// What a sketch is.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum SketchKind {
    /// A type that needs no name.
    Plain(TypeRef),
    /// An identifier, by what it identifies: `api key`.
    Id(String),
    /// An enum.
    Choice(ChoiceValues),
    /// An object with properties.
    Struct(StructSketch),
    /// A list.
    List(Box<Sketch>),
    /// An object with any names.
    Map(Box<Sketch>),
}

/// An object with properties.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct StructSketch {
    /// The fields, by name on the wire.
    pub(super) fields: Vec<FieldSketch>,
    /// Whether names that no field has are taken.
    pub(super) rest: Rest,
    /// The names of the required fields, in the order of the catalog.
    pub(super) required: Vec<String>,
}

/// What becomes of names that no field has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Rest {
    /// They are refused.
    Refused,
    /// They are kept.
    Kept,
}

/// One property.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct FieldSketch {
    /// The name on the wire.
    pub(super) wire: String,
    /// The Rust name that the overlay gives.
    pub(super) rename: Option<String>,
    /// Whether it must be there.
    pub(super) need: Need,
    /// Where it travels.
    pub(super) place: Place,
    /// Its type.
    pub(super) sketch: Sketch,
}

/// Which way a schema travels.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Direction {
    /// It is sent: strict.
    Request,
    /// It is received: lenient.
    Record,
}

/// What makes two types one: everything but names, places and descriptions.
pub(super) fn signature(sketch: &Sketch, direction: Direction) -> String {
    // An enum is the same type both ways: open or closed is said where it is used.
    if let SketchKind::Choice(values) = &sketch.kind {
        return choice_signature(values);
    }
    let mut text = match direction {
        Direction::Request => "request ".to_owned(),
        Direction::Record => "record ".to_owned(),
    };
    write_kind(&sketch.kind, direction, &mut text);
    text
}

fn choice_signature(values: &ChoiceValues) -> String {
    match values {
        ChoiceValues::Texts(texts) => {
            let mut sorted = texts.clone();
            sorted.sort_unstable();
            format!("choice {sorted:?}")
        }
        ChoiceValues::Integers(integers) => {
            let mut sorted = integers.clone();
            sorted.sort_unstable();
            format!("choice {sorted:?}")
        }
    }
}

fn write_kind(kind: &SketchKind, direction: Direction, text: &mut String) {
    match kind {
        SketchKind::Plain(ty) => text.extend([format!("{ty:?}")]),
        SketchKind::Id(noun) => text.extend([format!("id {noun:?}")]),
        SketchKind::Choice(values) => text.push_str(&choice_signature(values)),
        SketchKind::List(element) => write_inner("list", element, direction, text),
        SketchKind::Map(value) => write_inner("map", value, direction, text),
        SketchKind::Struct(inner) => {
            text.extend([format!("{:?} {{", inner.rest)]);
            for field in &inner.fields {
                let (wire, rename, need) = (&field.wire, &field.rename, field.need);
                text.extend([format!("{wire:?} {rename:?} {need:?} ")]);
                write_inner("is", &field.sketch, direction, text);
            }
            text.push('}');
        }
    }
}

fn write_inner(word: &str, sketch: &Sketch, direction: Direction, text: &mut String) {
    text.push_str(word);
    text.push_str(if sketch.nullable { " nullable " } else { " " });
    write_kind(&sketch.kind, direction, text);
    if direction == Direction::Request {
        text.extend([format!("{:?}", sketch.checks)]);
    }
    text.push(';');
}
