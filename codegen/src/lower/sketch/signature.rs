//! Type equality: two sketches with the same signature become one type. Names, places, descriptions
//! and the order of properties do not count.

use std::collections::BTreeMap;
use std::fmt::{self, Write as _};

use toolsmith_dialect::fnv;

use super::tree::{Definition, FieldSketch, Rest, Sketch, SketchKind};
use crate::catalog::SchemaPlace;
use crate::model::{ChoiceValues, Direction};

/// The equivalence class of each definition, by place. Definitions in the same class become one
/// type.
///
/// Definitions can refer to each other recursively, so classes are found by partition refinement.
/// All definitions start in one class. Each round splits the definitions that differ in anything
/// other than the classes of the previous round, until a round splits none.
#[derive(Debug, Default)]
pub(in crate::lower) struct Classes<'a>(BTreeMap<&'a SchemaPlace, u64>);

/// Maximum number of refinement rounds. If the classes are not stable by then, each definition gets
/// a separate class.
const MAX_ROUNDS: usize = 100;

/// Number of references that a shape follows, one into the other.
const SHAPE_DEPTH: usize = 4;

impl<'a> Classes<'a> {
    /// Sorts `definitions` into classes.
    pub(in crate::lower) fn new(definitions: &BTreeMap<&'a SchemaPlace, &'a Definition>) -> Self {
        let mut classes = Self(definitions.keys().map(|place| (*place, 0)).collect());
        let mut count = 1;
        for _ in 0..MAX_ROUNDS {
            let texts: BTreeMap<&SchemaPlace, String> = definitions
                .iter()
                .map(|(place, definition)| {
                    let direction = place.direction();
                    let text = signature(&definition.sketch, direction, &classes);
                    (*place, text)
                })
                .collect();
            let mut numbers: BTreeMap<&String, u64> =
                texts.values().map(|text| (text, 0)).collect();
            for (number, slot) in (0..).zip(numbers.values_mut()) {
                *slot = number;
            }
            let found = numbers.len();
            let number = |text: &String| numbers.get(text).copied().unwrap_or_default();
            let next = texts.iter().map(|(place, text)| (*place, number(text)));
            classes = Self(next.collect());
            if found == count || definitions.is_empty() {
                return classes;
            }
            count = found;
        }
        Self(definitions.keys().copied().zip(0..).collect())
    }

    /// Describes `definitions` by hashes of their structure, which do not depend on the other
    /// definitions of the catalog.
    pub(in crate::lower) fn shapes(
        definitions: &BTreeMap<&'a SchemaPlace, &'a Definition>,
    ) -> Self {
        let mut shapes = Self(definitions.keys().map(|place| (*place, 0)).collect());
        for _ in 0..SHAPE_DEPTH {
            let next = definitions.iter().map(|(place, definition)| {
                let text = signature(&definition.sketch, place.direction(), &shapes);
                (*place, fnv::hash(text.bytes()))
            });
            shapes = Self(next.collect());
        }
        shapes
    }
}

/// The text in a signature before the class of a definition.
pub(in crate::lower) const SHARED_MARK: &str = "shared ";

/// Returns a hash of a signature for the lock.
pub(in crate::lower) fn hash(signature: &str) -> String {
    format!("{:016x}", fnv::hash(signature.bytes()))
}

/// Returns the signature of a sketch: sketches with equal signatures are the same type.
pub(in crate::lower) fn signature(
    sketch: &Sketch,
    direction: Direction,
    classes: &Classes<'_>,
) -> String {
    // Enums are shared by requests and records: each use decides whether the enum is open.
    if let SketchKind::Choice(choice) = &sketch.kind {
        return choice_signature(&choice.values);
    }
    let writer = Writer { direction, classes };
    let mut text = match direction {
        Direction::Request => "request ".to_owned(),
        Direction::Response => "record ".to_owned(),
    };
    writer.write_kind(&sketch.kind, &mut text);
    if direction == Direction::Request {
        let _ = write!(text, "{:?}", sketch.checks);
    }
    text
}

fn choice_signature(values: &ChoiceValues) -> String {
    let mut texts = match values {
        ChoiceValues::Texts(texts) => texts.iter().map(|text| format!("{text:?}")).collect(),
        ChoiceValues::Integers(integers) => integers.iter().map(i64::to_string).collect(),
        ChoiceValues::Verbatim(values) => values.clone(),
    };
    texts.sort_unstable();
    format!("choice {texts:?}")
}

/// Returns fields in the order of their wire names.
fn by_wire_name(fields: &[FieldSketch]) -> Vec<&FieldSketch> {
    let mut sorted: Vec<&FieldSketch> = fields.iter().collect();
    sorted.sort_unstable_by(|one, other| one.wire.cmp(&other.wire));
    sorted
}

struct Writer<'a> {
    direction: Direction,
    classes: &'a Classes<'a>,
}

impl Writer<'_> {
    fn write_kind(&self, kind: &SketchKind, text: &mut String) {
        // Writing to a `String` cannot fail.
        let _ = self.try_write_kind(kind, text);
    }

    fn try_write_kind(&self, kind: &SketchKind, text: &mut String) -> fmt::Result {
        match kind {
            SketchKind::Plain(ty) => write!(text, "{ty:?}"),
            SketchKind::Id(kind) => write!(text, "id {:?}", kind.text()),
            SketchKind::Constant(value) => write!(text, "always {value}"),
            SketchKind::Shared(place) => match self.classes.0.get(place) {
                Some(class) => write!(text, "{SHARED_MARK}{class}"),
                None => write!(text, "{SHARED_MARK}{:?}", place.to_string()),
            },
            SketchKind::Choice(choice) => {
                text.push_str(&choice_signature(&choice.values));
                write!(text, "{}", choice.is_open)
            }
            SketchKind::List(element) => self.write_inner("list", element, text),
            SketchKind::Map(value) => self.write_inner("map", value, text),
            SketchKind::Tuple(elements) => {
                text.push('(');
                for element in elements {
                    self.write_inner("then", element, text)?;
                }
                text.write_char(')')
            }
            SketchKind::Struct(inner) => {
                match &inner.rest {
                    Rest::Refused => text.push_str("closed"),
                    Rest::Kept => text.push_str("open"),
                    Rest::Like(values) => self.write_inner("open", values, text)?,
                }
                text.push('{');
                for field in by_wire_name(&inner.fields) {
                    let (wire, rename) = (&field.wire, &field.rename);
                    let presence = if field.is_required {
                        "required"
                    } else {
                        "optional"
                    };
                    write!(text, "{wire:?} {rename:?} {presence} ")?;
                    self.write_inner("is", &field.sketch, text)?;
                }
                text.write_char('}')
            }
            SketchKind::Union(union) => {
                write!(text, "{:?} {} [", union.tag, union.is_exact)?;
                for variant in &union.variants {
                    write!(text, "{:?} {:?} ", variant.label.words(), variant.tag)?;
                    self.write_inner("is", &variant.sketch, text)?;
                }
                text.write_char(']')
            }
        }
    }

    fn write_inner(&self, word: &str, sketch: &Sketch, text: &mut String) -> fmt::Result {
        text.push_str(word);
        text.push_str(if sketch.nullable { " nullable " } else { " " });
        self.try_write_kind(&sketch.kind, text)?;
        if self.direction == Direction::Request {
            write!(text, "{:?}", sketch.checks)?;
        }
        text.write_char(';')
    }
}
