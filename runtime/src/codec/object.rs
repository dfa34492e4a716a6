//! Objects: requests and records, and what the runtime must know of their fields.

use super::constant::{add_constants, take_constants};
use super::{Check, Inlet, Json, Mode, ProblemKind, Value, Walk, nearest};

/// A generated struct: it names its fields and hands them out, and does nothing else.
///
/// The slots stand in the order of [`Shape::fields()`]; a shape that keeps the rest has one more
/// at the end, for what no field names.
pub trait Object: Clone + Send + Sync + 'static {
    /// The names of the fields, where they travel and what is checked.
    const SHAPE: &'static Shape;

    /// A placeholder to decode into; see [`Value::blank`].
    fn empty() -> Self;

    /// The fields, to read or to fill.
    fn slots(&mut self) -> Vec<&mut dyn Value>;
}

impl<T: Object> Value for T {
    fn blank() -> Self {
        T::empty()
    }

    fn encode(&mut self, walk: &mut Walk) -> Option<Json> {
        Some(encode_object(T::SHAPE, self.slots(), walk))
    }

    fn decode(&mut self, json: Json, walk: &mut Walk) {
        decode_object(T::SHAPE, self.slots(), json, walk);
    }

    fn inlet(&mut self) -> Inlet<'_> {
        if T::SHAPE.is_plain_record() {
            Inlet::Fields(T::SHAPE, self.slots())
        } else {
            Inlet::Tree
        }
    }
}

/// Types that contain themselves are boxed.
impl<T: Object> Object for Box<T> {
    const SHAPE: &'static Shape = T::SHAPE;

    fn empty() -> Self {
        Self::new(T::empty())
    }

    fn slots(&mut self) -> Vec<&mut dyn Value> {
        (**self).slots()
    }
}

/// What the runtime knows of a generated struct.
#[derive(Debug, Clone, Copy)]
pub struct Shape {
    /// The Rust name, for `Debug`.
    pub name: &'static str,
    /// Whether it is an argument or a record.
    pub mode: Mode,
    /// The fields of a request in the order of the slots; see [`Shape::fields()`] for any shape.
    pub arguments: &'static [Field],
    /// The names of the fields that a record always has, in the order of the slots.
    pub always: &'static [&'static str],
    /// The names of its other fields, which may be missing or null.
    pub maybe: &'static [&'static str],
    /// Those of `maybe` that should be there at least as null: a record without them is no break,
    /// but a variant that has them comes nearer.
    pub or_null: &'static [&'static str],
    /// What becomes of names that no field has.
    pub rest: Rest,
    /// Properties that always have the same value, and that value as JSON.
    pub constants: &'static [(&'static str, &'static str)],
    /// What is checked of the whole before sending.
    pub checks: &'static [Check],
}

impl Shape {
    /// The shape of a request, or of an object inside one: unknown names are refused.
    #[must_use]
    pub const fn request(name: &'static str, arguments: &'static [Field]) -> Self {
        Self {
            name,
            mode: Mode::Strict,
            arguments,
            always: &[],
            maybe: &[],
            or_null: &[],
            rest: Rest::Refused,
            constants: &[],
            checks: &[],
        }
    }

    /// The shape of a record, or of an object inside one: the names of the fields that are always
    /// there, then of those that may be missing or null. Unknown fields are kept.
    #[must_use]
    pub const fn record(
        name: &'static str,
        always: &'static [&'static str],
        maybe: &'static [&'static str],
    ) -> Self {
        Self {
            mode: Mode::Lenient,
            always,
            maybe,
            rest: Rest::Kept,
            ..Self::request(name, &[])
        }
    }

    /// The fields in the order of the slots.
    pub fn fields(&self) -> impl Iterator<Item = Field> + use<'_> {
        let always = self.always.iter().map(|name| Field::new(name).required());
        let maybe = self.maybe.iter().map(|name| match self.or_null {
            [] => Field::new(name),
            or_null if or_null.contains(name) => Field::new(name).required().nullable(),
            _ => Field::new(name),
        });
        self.arguments.iter().copied().chain(always).chain(maybe)
    }

    /// Whether it is a record of which nothing is to be known but its names.
    fn is_plain_record(&self) -> bool {
        let is_record = self.mode == Mode::Lenient && self.rest == Rest::Kept;
        is_record && self.arguments.is_empty() && self.constants.is_empty()
    }

    /// How many fields there are.
    fn field_count(&self) -> usize {
        self.arguments.len() + self.always.len() + self.maybe.len()
    }

    /// The same record, which should have these fields at least as null.
    #[must_use]
    pub const fn or_null(mut self, or_null: &'static [&'static str]) -> Self {
        self.or_null = or_null;
        self
    }

    /// The same shape, with properties that always have the same value.
    #[must_use]
    pub const fn constants(mut self, constants: &'static [(&'static str, &'static str)]) -> Self {
        self.constants = constants;
        self
    }

    /// The same shape, checked as a whole before sending.
    #[must_use]
    pub const fn checks(mut self, checks: &'static [Check]) -> Self {
        self.checks = checks;
        self
    }

    /// The same shape, with a last slot that takes what no field names.
    #[must_use]
    pub const fn open(mut self) -> Self {
        self.rest = Rest::Kept;
        self
    }
}

/// What becomes of names that no field has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rest {
    /// They are problems.
    Refused,
    /// The last slot takes them.
    Kept,
}

/// One field of a generated struct.
#[derive(Debug, Clone, Copy)]
pub struct Field {
    /// The name on the wire.
    pub name: &'static str,
    /// Where it travels, if it is a field of a request itself.
    pub place: Place,
    /// Whether it must be there.
    pub required: bool,
    /// Whether null is a value of it.
    pub nullable: bool,
    /// What is checked before sending.
    pub checks: &'static [Check],
}

impl Field {
    /// A field of an object inside a request, or of a record.
    #[must_use]
    pub const fn new(name: &'static str) -> Self {
        Self {
            name,
            place: Place::Body,
            required: false,
            nullable: false,
            checks: &[],
        }
    }

    /// A field that travels in the body.
    #[must_use]
    pub const fn body(name: &'static str) -> Self {
        Self::new(name)
    }

    /// A field that travels in the query.
    #[must_use]
    pub const fn query(name: &'static str) -> Self {
        Self::new(name).at(Place::Query)
    }

    /// A field that is the last segment of the path.
    #[must_use]
    pub const fn path(name: &'static str) -> Self {
        Self::new(name).at(Place::Path)
    }

    /// The same field at another place.
    #[must_use]
    pub const fn at(mut self, place: Place) -> Self {
        self.place = place;
        self
    }

    /// The same field, required.
    #[must_use]
    pub const fn required(mut self) -> Self {
        self.required = true;
        self
    }

    /// The same field, with null as a value.
    #[must_use]
    pub const fn nullable(mut self) -> Self {
        self.nullable = true;
        self
    }

    /// The same field, checked before sending.
    #[must_use]
    pub const fn checks(mut self, checks: &'static [Check]) -> Self {
        self.checks = checks;
        self
    }
}

/// Where an argument travels.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// The last segment of the path.
    Path,
    /// The path, and once more in the body.
    PathAndBody,
    /// The query.
    Query,
    /// The body.
    Body,
    /// The query and the body, where both schemas declare it.
    QueryAndBody,
    /// It is the whole body: the root of the body's schema is not an object.
    WholeBody,
}

/// The fields in their order, as [`Object::slots`] gives them.
///
/// The compiler has less to do for this than for `vec![..]`.
pub fn slots_of<const COUNT: usize>(slots: [&mut dyn Value; COUNT]) -> Vec<&mut dyn Value> {
    Vec::from(slots)
}

/// Encodes an object from its slots.
fn encode_object(shape: &Shape, mut slots: Vec<&mut dyn Value>, walk: &mut Walk) -> Json {
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
fn decode_object(shape: &Shape, slots: Vec<&mut dyn Value>, json: Json, walk: &mut Walk) {
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
    rest: Option<&mut dyn Value>,
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
