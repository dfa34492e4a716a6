//! The codec of objects: requests and records.

use toolsmith_dialect::suggest;

use super::check;
use super::constant::{add_constants, take_constants};
use super::extra::Nulls;
use super::value::Slot;
use super::{
    Check, Container, Direction, Extra, Field, Json, JsonType, ProblemKind, Shape, Slots,
    UnknownFields, Value, Walk,
};
use crate::redactor::REDACTED;

/// A generated struct: a request, or an object in a request or a record.
///
/// The methods are for generated code alone and change with the generator.
// The slots are in the order of `Shape::fields()`. A shape that keeps unknown fields has one more slot for
// them at the end.
pub trait Object: Clone + 'static {
    /// The names, locations and checks of the fields.
    #[doc(hidden)]
    const SHAPE: Shape;

    /// Returns a placeholder to decode into; see [`Value::blank`].
    #[doc(hidden)]
    fn empty() -> Self;

    /// Returns the fields, to read or to fill.
    #[doc(hidden)]
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

    fn container(&mut self) -> Container<'_> {
        if T::SHAPE.is_record() {
            Container::Object(&T::SHAPE, self.slots())
        } else {
            Container::Json
        }
    }

    fn reset(&mut self) {
        *self = T::empty();
    }
}

/// Recursive types are boxed.
impl<T: Object> Object for Box<T> {
    const SHAPE: Shape = T::SHAPE;

    fn empty() -> Self {
        Self::new(T::empty())
    }

    fn slots(&mut self) -> Slots<'_> {
        (**self).slots()
    }
}

/// Encodes an object from its slots.
fn encode_object(shape: &Shape, Slots(mut slots): Slots<'_>, walk: &mut Walk) -> Json {
    let before = walk.problem_count();
    let mut entries = match slots.get_mut(shape.field_count()) {
        Some(rest) => match rest.encode(walk) {
            Some(Json::Object(entries)) => entries,
            _ => serde_json::Map::new(),
        },
        None => serde_json::Map::new(),
    };
    let required = shape.required_count();
    for (index, (name, slot)) in shape.names().zip(slots).enumerate() {
        let is_required = index < required;
        walk.field(name, |walk| {
            let before = walk.problem_count();
            let encoded = slot.encode(walk);
            // Most arguments are not set, and nothing else matters then.
            if encoded.is_some() || !shape.is_optional_argument(is_required) {
                let field = shape.field(name, is_required);
                let is_sound = walk.problem_count() == before;
                add_field(shape, &field, (encoded, is_sound), &mut entries, walk);
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

/// Adds a field to the entries of an object. `is_sound` is `true` if it was encoded without problems.
fn add_field(
    shape: &Shape,
    field: &Field,
    (encoded, is_sound): (Option<Json>, bool),
    entries: &mut serde_json::Map<String, Json>,
    walk: &mut Walk,
) {
    let is_record = shape.direction == Direction::Response;
    match encoded {
        // A field that the server left out stays out; a null that it sent is in the rest.
        Some(Json::Null) | None if is_record && field.required && field.nullable => {}
        Some(json) if walk.is_redacting() && shape.is_secret(field.name) => {
            let hidden = if json.is_null() {
                json
            } else {
                REDACTED.into()
            };
            entries.insert(field.name.to_owned(), hidden);
        }
        Some(json) => {
            if walk.is_strict() && is_sound {
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
}

/// Decodes an object into its slots.
fn decode_object(shape: &'static Shape, Slots(slots): Slots<'_>, json: Json, walk: &mut Walk) {
    if walk.is_strict() && json.is_object() {
        Check::run_all(shape.checks, &json, walk);
    }
    let Json::Object(mut entries) = json else {
        return walk.report_type(JsonType::Object, &json);
    };
    take_constants(shape.constants, &mut entries, walk);
    let mut slots = slots.into_iter();
    let mut nulls = Nulls::of(shape);
    let required = shape.required_count();
    for (index, (name, slot)) in shape.names().zip(&mut slots).enumerate() {
        let is_required = index < required;
        let found = entries.remove(name);
        if found.is_none() && shape.is_optional_argument(is_required) {
            continue;
        }
        let field = shape.field(name, is_required);
        let Some(json) = found else {
            // A record may leave out a field that may be null, but a trial has to tell variants apart.
            if field.required && (walk.is_strict() || walk.is_trial() || !field.nullable) {
                walk.field(name, |walk| walk.report(ProblemKind::Missing));
            }
            continue;
        };
        let is_null = json.is_null();
        let decode = if shape.is_secret(name) {
            decode_secret
        } else {
            decode_field
        };
        walk.field(name, |walk| decode(&field, slot, json, walk));
        nulls.set(index, is_null && !walk.is_strict());
    }
    finish_rest(shape, slots.next(), entries, nulls, walk);
}

fn decode_field(field: &Field, slot: &mut dyn Value, json: Json, walk: &mut Walk) {
    if !walk.is_strict() {
        return slot.decode(json, walk);
    }
    if json.is_null() && !field.nullable {
        return walk.report(ProblemKind::NullNotAllowed);
    }
    let before = walk.problem_count();
    Check::run_all(field.checks, &json, walk);
    slot.decode(json, walk);
    if walk.problem_count() > before && !field.checks.is_empty() {
        let mut found = walk.take_problems(before);
        check::complete(&walk.pointer(), field.checks, &mut found);
        walk.add(found);
    }
}

/// Decodes a field that the overlay marks as a secret. Problems do not quote it.
fn decode_secret(field: &Field, slot: &mut dyn Value, json: Json, walk: &mut Walk) {
    let before = walk.problem_count();
    decode_field(field, slot, json, walk);
    walk.hide_found_after(before);
}

fn finish_rest(
    shape: &Shape,
    rest: Option<Slot<'_>>,
    entries: serde_json::Map<String, Json>,
    nulls: Nulls,
    walk: &mut Walk,
) {
    match (shape.unknown_fields, rest) {
        (UnknownFields::Keep, Some(rest)) => {
            if let Container::Extra(extra) = rest.container() {
                *extra = Extra::new(entries, nulls);
                return;
            }
            // The further arguments of a request are a map.
            rest.decode(Json::Object(entries), walk);
        }
        _ => {
            for (name, _) in entries {
                let names = shape.fields().map(|field| field.name);
                let nearest = suggest::nearest_name(&name, names).map(str::to_owned);
                walk.field(name, |walk| walk.report(ProblemKind::Unknown { nearest }));
            }
        }
    }
}
