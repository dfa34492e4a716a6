//! The codec: generated types to JSON and back.
//!
//! A generated type only lists its fields and hands them out ([`Object`]), lists its values
//! ([`Choice`]), or lists its variants and hands out the current one ([`Union`]). The codec alone
//! knows JSON, decides what is refused, and writes the paths of errors. A [`Walk`] carries the
//! state through a value in both directions.

mod any_choice;
mod argument_error;
mod check;
mod choice;
mod collection;
mod compares_with;
mod constant;
mod convert;
mod date;
#[cfg(any(feature = "jiff", feature = "chrono", feature = "time"))]
mod date_conversions;
mod equality;
#[cfg(any(test, feature = "test-util"))]
mod example;
mod expected;
mod extra;
mod fast_path;
mod into_id;
mod macros;
mod maybe;
mod name_order;
mod names;
mod nullable;
mod object;
mod place;
mod problem;
mod reader;
mod record_error;
mod scalar;
mod shape;
#[cfg(test)]
mod tests;
mod trait_impls;
mod tuple;
mod union;
mod value;
mod walk;

pub use argument_error::ArgumentError;
pub use check::{Check, Format};
#[cfg(feature = "own-functions")]
pub(crate) use check::{count, describe_expected};
pub use choice::{Choice, Literal, Open, Verbatim, blank_choice, display_choice};
pub use compares_with::ComparesWith;
pub use convert::{decode_lenient, decode_strict, encode, to_json};
pub use date::{Date, DateTime};
#[cfg(any(feature = "jiff", feature = "chrono", feature = "time"))]
pub use date_conversions::DateError;
#[cfg(any(test, feature = "test-util"))]
pub use example::Example;
pub use expected::Expected;
pub use extra::Extra;
#[cfg(test)]
pub(crate) use fast_path::decode_text;
pub(crate) use fast_path::{FastReader, decode_quickly, decode_record};
pub use into_id::IntoId;
pub use maybe::Maybe;
#[cfg(feature = "own-functions")]
pub(crate) use names::join_names;
pub use nullable::Nullable;
pub use object::Object;
pub use problem::{Problem, ProblemKind};
pub(crate) use problem::{holds_secret, shorten, with_article, written};
pub(crate) use reader::{
    Reader, Stop, decode_slowly, parse_json, preview, without_byte_order_mark,
};
pub use record_error::RecordError;
pub(crate) use record_error::RecordProblem;
pub use shape::{Field, Shape, UnknownFields};
pub use toolsmith_dialect::argument_location::ArgumentLocation;
pub use toolsmith_dialect::direction::Direction;
pub use toolsmith_dialect::json_type::JsonType;
pub(crate) use toolsmith_dialect::json_type::describe_types;
#[cfg(feature = "own-functions")]
pub(crate) use toolsmith_dialect::suggest::nearest_name;
pub(crate) use toolsmith_dialect::suggest::{
    fold, is_plain_name, is_spelt_alike, misspelt, singular, words,
};
pub use trait_impls::{
    compare, compare_objects, debug, deserialize, deserialize_object, serialize, serialize_object,
};
#[cfg(feature = "own-functions")]
pub(crate) use union::{Mismatch, explain_mismatches};
pub use union::{
    Union, UnionShape, UnionSlot, UnionVariant, blank_union, debug_union, decode_union,
    encode_union, union_container,
};
pub use value::{
    AnyChoice, Container, Elements, Entries, Scalar, Slots, Taken, Value, Variants, slots_of,
};
pub(crate) use walk::MAX_RECORD_PROBLEMS;
pub use walk::Walk;

/// Any JSON value, where a schema is less specific than a type has to be.
pub type Json = serde_json::Value;
