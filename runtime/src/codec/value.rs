//! The trait of every value of a request or a record.

use std::any::TypeId;

use super::extra::Extra;
use super::{Json, Shape, Walk};

/// A value of a field of a request or a record.
///
/// Implemented by scalars, arrays, maps and options, and by generated types. The methods are for
/// generated code alone and change with the generator.
// Generated types implement it by the macros `objects!`, `choices!`, `unions!` and `ids!`. It is usable as a
// trait object, so that a generated type hands out its fields as one list. A type has either `encode` and
// `decode`, or `as_choice`: the compiler does less work for one method than for three.
pub trait Value {
    /// Returns a placeholder to decode into. It never reaches a user: decoding fails if it is not
    /// filled.
    #[doc(hidden)]
    fn blank() -> Self
    where
        Self: Sized;

    /// Returns the JSON of this value, or `None` if it is absent.
    ///
    /// It takes `&mut self` so that one list of slots serves both directions; it changes nothing.
    #[doc(hidden)]
    fn encode(&mut self, _walk: &mut Walk) -> Option<Json> {
        self.as_choice()?.encode()
    }

    /// Takes the value of `json`; problems go to `walk`.
    #[doc(hidden)]
    fn decode(&mut self, json: Json, walk: &mut Walk) {
        if let Some(choice) = self.as_choice() {
            choice.decode(&json, walk);
        }
    }

    /// Returns this value if it is a closed enum.
    #[doc(hidden)]
    fn as_choice(&mut self) -> Option<&mut dyn AnyChoice> {
        None
    }

    /// Takes a scalar of a record on the fast path, where no [`Json`] tree is built.
    #[doc(hidden)]
    fn take_scalar(&mut self, _scalar: Scalar<'_>) -> Taken {
        Taken::NeedsJson
    }

    /// Returns the destination of the parts of an array or an object of a record, where no [`Json`]
    /// tree is built.
    #[doc(hidden)]
    fn container(&mut self) -> Container<'_> {
        self.as_choice()
            .map_or(Container::Json, |choice| choice.container())
    }

    /// Empties a value that is filled part by part, before it is filled again.
    #[doc(hidden)]
    fn reset(&mut self) {}

    /// Returns `true` if null is a value of this type rather than the lack of one.
    #[doc(hidden)]
    #[must_use]
    fn allows_null() -> bool
    where
        Self: Sized,
    {
        false
    }
}

/// A [`Choice`](super::Choice) of any type: the part of its codec that is the same for all.
pub trait AnyChoice {
    /// Returns the JSON of the literal.
    fn encode(&self) -> Option<Json>;

    /// Takes the variant of a literal: any other value is a problem that lists the allowed values.
    fn decode(&mut self, json: &Json, walk: &mut Walk);

    /// Returns the destination of an array or an object; see [`Value::container`].
    fn container<'a>(&self) -> Container<'a>;
}

/// A scalar in JSON text.
#[derive(Debug, Clone, Copy)]
pub enum Scalar<'t> {
    /// Null.
    Null,
    /// A boolean.
    Boolean(bool),
    /// An integer below 0.
    Negative(i64),
    /// A non-negative integer.
    Unsigned(u64),
    /// Any other number.
    Float(f64),
    /// A string.
    String(&'t str),
}

impl Scalar<'_> {
    pub(super) fn to_json(self) -> Json {
        match self {
            Self::Null => Json::Null,
            Self::Boolean(flag) => flag.into(),
            Self::Negative(number) => number.into(),
            Self::Unsigned(number) => number.into(),
            Self::Float(number) => number.into(),
            Self::String(text) => text.into(),
        }
    }
}

/// The result of [`Value::take_scalar`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Taken {
    /// The scalar is the value now.
    Yes,
    /// The scalar is not of this type; the slow path decides what that means.
    No,
    /// The value is decoded only from [`Json`], by [`Value::decode`].
    NeedsJson,
}

impl Taken {
    /// Returns [`Taken::Yes`] or [`Taken::No`].
    #[must_use]
    pub fn when(is_taken: bool) -> Self {
        if is_taken { Self::Yes } else { Self::No }
    }
}

/// The destination of the parts of an array or an object.
pub enum Container<'a> {
    /// Nowhere: the value is decoded from [`Json`], by [`Value::decode`].
    Json,
    /// Nowhere: an array or an object is not a value of this type.
    None,
    /// Into an array, element by element.
    Array(&'a mut dyn Elements),
    /// Into an object, field by field; the last slot takes the unknown fields.
    Object(&'static Shape, Slots<'a>),
    /// Into a map, entry by entry.
    Map(&'a mut dyn Entries),
    /// Into the variant of a union that matches.
    Variants(&'a mut dyn Variants),
    /// Into the unknown fields of an object.
    Extra(&'a mut Extra),
}

/// A value that is an array.
pub trait Elements {
    /// Appends a blank element and returns it.
    fn push_blank(&mut self) -> Option<&mut dyn Value>;

    /// Makes room for exactly this many elements.
    fn reserve(&mut self, additional: usize);
}

/// A value that is a map.
pub trait Entries {
    /// Returns `true` if the map has an entry with this name.
    fn contains(&self, name: &str) -> bool;

    /// Inserts a blank value and returns it. It replaces an earlier one with the same name.
    fn insert_blank(&mut self, name: String) -> Option<&mut dyn Value>;
}

/// A union of a record, whose variants are tried one after the other.
pub trait Variants {
    /// Returns the identity of the type.
    fn union_type(&self) -> TypeId;

    /// Returns the property whose value names the variant.
    fn tag(&self) -> Option<&'static str>;

    /// Returns the names of the variants that a value can be, by its type and its tag.
    fn candidates(&self, outline: &Json) -> Vec<&'static str>;

    /// Makes a variant the current one and returns its blank value; without a name, that of the
    /// variant which takes any JSON.
    fn begin(&mut self, variant: Option<&str>) -> &mut dyn Value;
}

/// A field, to read or to fill.
///
/// The explicit `'static` saves the compiler from inferring it for each field.
pub(super) type Slot<'a> = &'a mut (dyn Value + 'static);

/// The fields of an object in their order, as [`Object::slots`](super::Object::slots) returns
/// them.
#[derive(Default)]
pub struct Slots<'a>(pub(super) Vec<Slot<'a>>);

/// Lists the fields of an object in their order.
///
/// The compiler has less to do for this than for `vec![..]`.
#[must_use]
pub fn slots_of<const COUNT: usize>(slots: [Slot<'_>; COUNT]) -> Slots<'_> {
    Slots(Vec::from(slots))
}
