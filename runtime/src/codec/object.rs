//! Objects: requests and records, from their slots to JSON and back.

use super::constant::{add_constants, take_constants};
use super::{Check, Field, Inlet, Json, Mode, ProblemKind, Rest, Shape, Value, Walk, nearest};

/// A generated struct: it names its fields and hands them out, and does nothing else.
///
/// The slots stand in the order of [`Shape::fields()`]; a shape that keeps the rest has one more
/// at the end, for what no field names.
pub trait Object: Clone + 'static {
    /// The names of the fields, where they travel and what is checked.
    const SHAPE: Shape;

    /// A placeholder to decode into; see [`Value::blank`].
    fn empty() -> Self;

    /// The fields, to read or to fill.
    fn slots(&mut self) -> Slots<'_>;
}

impl<T: Object> Value for T {
    fn blank() -> Self {
        T::empty()
    }

    fn encode(&mut self, walk: &mut Walk) -> Option<Json> {
        Some(encode_object(&T::SHAPE, self.slots(), walk))
    }

    fn decode(&mut self, json: Json, walk: &mut Walk) {
        decode_object(&T::SHAPE, self.slots(), json, walk);
    }

    fn inlet(&mut self) -> Inlet<'_> {
        if T::SHAPE.is_plain_record() {
            Inlet::Fields(&T::SHAPE, self.slots())
        } else {
            Inlet::Tree
        }
    }
}

/// Types that contain themselves are boxed.
impl<T: Object> Object for Box<T> {
    const SHAPE: Shape = T::SHAPE;

    fn empty() -> Self {
        Self::new(T::empty())
    }

    fn slots(&mut self) -> Slots<'_> {
        (**self).slots()
    }
}

/// A field, to read or to fill.
///
/// That it borrows nothing is said here, so that the compiler need not find it out for each.
pub(super) type Slot<'a> = &'a mut (dyn Value + 'static);

/// The fields in their order, as [`Object::slots`] gives them.
#[derive(Default)]
pub struct Slots<'a>(pub(super) Vec<Slot<'a>>);

/// The fields in their order.
///
/// The compiler has less to do for this than for `vec![..]`.
#[must_use]
pub fn slots_of<const COUNT: usize>(slots: [Slot<'_>; COUNT]) -> Slots<'_> {
    Slots(Vec::from(slots))
}

/// Encodes an object from its slots.
fn encode_object(shape: &Shape, Slots(mut slots): Slots<'_>, walk: &mut Walk) -> Json {
    let before = walk.problem_count();
    let is_record = shape.mode == Mode::Lenient;
    let mut entries = match slots.get_mut(shape.field_count()) {
        Some(rest) => match rest.encode(walk) {
            Some(Json::Object(entries)) => entries,
            _ => serde_json::Map::new(),
        },
        None => serde_json::Map::new(),
    };
    for (field, slot) in shape.fields().zip(slots) {
        walk.field(field.name, |walk| {
            let before = walk.problem_count();
            match slot.encode(walk) {
                // What a record left out stays out: a null that came with it stands in the rest.
                Some(Json::Null) | None if is_record && field.required && field.nullable => {}
                Some(json) => {
                    if walk.is_strict() && walk.problem_count() == before {
                        Check::run_all(field.checks, &json, walk);
                    }
                    entries.insert(field.name.to_owned(), json);
                }
                None if field.required && field.nullable => {
                    entries.entry(field.name).or_insert(Json::Null);
                }
                None if field.required && walk.is_strict() => walk.report(ProblemKind::Missing),
                None => {}
            }
        });
    }
    add_constants(shape.constants, &mut entries);
    let json = Json::Object(entries);
    if walk.is_strict() && walk.problem_count() == before {
        Check::run_all(shape.checks, &json, walk);
    }
    json
}

/// Decodes an object into its slots.
fn decode_object(shape: &Shape, Slots(slots): Slots<'_>, json: Json, walk: &mut Walk) {
    if walk.is_strict() && json.is_object() {
        Check::run_all(shape.checks, &json, walk);
    }
    let Json::Object(mut entries) = json else {
        return walk.report_type("an object", &json);
    };
    take_constants(shape.constants, &mut entries, walk);
    let mut slots = slots.into_iter();
    let mut nulls = Vec::new();
    for (field, slot) in shape.fields().zip(&mut slots) {
        let Some(json) = entries.remove(field.name) else {
            // A null that a record leaves out is no break of it, but tells variants apart.
            if field.required && (walk.is_strict() || walk.is_attempt() || !field.nullable) {
                walk.field(field.name, |walk| walk.report(ProblemKind::Missing));
            }
            continue;
        };
        let is_null = json.is_null();
        walk.field(field.name, |walk| decode_field(&field, slot, json, walk));
        if is_null && !walk.is_strict() {
            nulls.push(field.name);
        }
    }
    finish_rest(shape, slots.next(), entries, &nulls, walk);
}

fn decode_field(field: &Field, slot: &mut dyn Value, json: Json, walk: &mut Walk) {
    if walk.is_strict() {
        if json.is_null() && !field.nullable {
            return walk.report(ProblemKind::NullNotAllowed);
        }
        Check::run_all(field.checks, &json, walk);
    }
    slot.decode(json, walk);
}

fn finish_rest(
    shape: &Shape,
    rest: Option<Slot<'_>>,
    mut entries: serde_json::Map<String, Json>,
    nulls: &[&'static str],
    walk: &mut Walk,
) {
    match (shape.rest, rest) {
        (Rest::Kept, Some(rest)) => {
            entries.extend(nulls.iter().map(|name| ((*name).to_owned(), Json::Null)));
            rest.decode(Json::Object(entries), walk);
        }
        _ => {
            for (name, _) in entries {
                let nearest = nearest_name(shape, &name);
                walk.field(name, |walk| walk.report(ProblemKind::Unknown { nearest }));
            }
        }
    }
}

fn nearest_name(shape: &Shape, name: &str) -> Option<String> {
    nearest(name, shape.fields().map(|field| field.name)).map(str::to_owned)
}
