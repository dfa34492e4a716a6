//! The codec: how a generated type becomes JSON and JSON becomes a generated type.
//!
//! A generated type only names its fields and hands them out ([`Object`]), lists its values
//! ([`Choice`]) or names its variants and hands out the one it holds ([`Union`]). What JSON is, what is refused and which path stands in an error is known here
//! alone. One walk serves both directions, and one [`Walk`] carries its state.

mod bridge;
mod check;
mod choice;
mod collection;
mod constant;
mod date;
mod extra;
mod near;
mod nullable;
mod object;
mod problem;
mod read;
mod record;
mod shape;
#[cfg(test)]
mod tests;
mod tuple;
mod union;
mod value;
mod walk;

pub use bridge::{
    compare, compare_objects, debug, deserialize, deserialize_object, serialize, serialize_object,
};
pub use check::{Check, Format};
pub use choice::{
    Choice, Literal, Open, Verbatim, blank_choice, decode_choice, display_choice, encode_choice,
    is_same_choice,
};
pub use date::{Date, DateTime};
pub use extra::Extra;
pub(crate) use near::{fold, nearest};
pub use nullable::Nullable;
pub use object::{Object, Slots, slots_of};
pub(crate) use problem::shorten;
pub use problem::{ArgumentError, Problem, ProblemKind};
pub use read::{Inlet, Scalar, TakeElements, Taken};
pub(crate) use read::{Slot, long_way, read_lenient};
pub(crate) use record::OfRecord;
pub use record::RecordError;
pub use shape::{Field, Place, Rest, Shape};
pub use union::{
    JsonKind, Union, UnionShape, UnionSlot, UnionVariant, blank_union, debug_union, decode_union,
    encode_union,
};
pub use value::Value;
pub use walk::{Mode, Walk};

/// Any JSON value: what stands where a schema says less than a type needs.
pub type Json = serde_json::Value;

/// Encodes `value` for sending and runs every check on the way.
///
/// # Errors
///
/// All problems at once, each with its path.
pub fn encode<T: Value>(mut value: T) -> Result<Json, ArgumentError> {
    let mut walk = Walk::new(Mode::Strict);
    let json = value.encode(&mut walk).unwrap_or(Json::Null);
    walk.finish().map(|()| json).map_err(ArgumentError::new)
}

/// Decodes `json` strictly, as arguments are: nothing unknown, nothing missing, every check run.
///
/// # Errors
///
/// All problems at once, each with its path.
pub fn decode_strict<T: Value>(json: Json) -> Result<T, ArgumentError> {
    decode(json, Mode::Strict).map_err(ArgumentError::new)
}

/// Decodes `json` leniently, as records are: new values and unknown fields are kept, checks are
/// not run.
///
/// # Errors
///
/// What breaks the type all the same: a required field that is missing or null, another type.
pub fn decode_lenient<T: Value>(json: Json) -> Result<T, RecordError> {
    decode(json, Mode::Lenient).map_err(RecordError::new)
}

/// Encodes `value` as it is, without checks: for printing, comparing and storing.
pub fn to_json<T: Value + Clone>(value: &T) -> Json {
    value
        .clone()
        .encode(&mut Walk::new(Mode::Lenient))
        .unwrap_or(Json::Null)
}

fn decode<T: Value>(json: Json, mode: Mode) -> Result<T, Vec<Problem>> {
    let mut walk = Walk::new(mode);
    let mut value = T::blank();
    value.decode(json, &mut walk);
    walk.finish().map(|()| value)
}
