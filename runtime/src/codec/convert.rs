//! Whole values to JSON and back.

use super::{ArgumentError, Direction, Json, Problem, RecordError, Value, Walk};
use crate::redactor::Redactor;

/// Encodes `value` for sending and runs every check.
///
/// # Errors
///
/// Returns all problems, each with its path.
pub fn encode<T: Value>(mut value: T) -> Result<Json, ArgumentError> {
    let mut walk = Walk::sending();
    let json = value.encode(&mut walk).unwrap_or(Json::Null);
    walk.finish().map(|()| json).map_err(ArgumentError::new)
}

/// Decodes `json` strictly, as arguments: unknown and missing names are problems, and every check
/// is run.
///
/// # Errors
///
/// Returns all problems, each with its path.
pub fn decode_strict<T: Value>(json: Json) -> Result<T, ArgumentError> {
    decode(json, Direction::Request).map_err(ArgumentError::new)
}

/// Decodes `json` leniently, as a record: unknown fields and new values are kept, and checks are
/// not run.
///
/// # Errors
///
/// Returns the problems that the type cannot express: a required field that is missing or null, or
/// a value of another type.
pub fn decode_lenient<T: Value>(json: Json) -> Result<T, RecordError> {
    let mut walk = Walk::lenient();
    let mut value = T::blank();
    value.decode(json, &mut walk);
    walk.finish_record().map(|()| value)
}

/// Encodes `value` without checks, for printing, comparing and storing.
pub fn to_json<T: Value + Clone>(value: &T) -> Json {
    value
        .clone()
        .encode(&mut Walk::lenient())
        .unwrap_or(Json::Null)
}

/// Encodes `value` for `Debug`, without secrets.
pub(super) fn to_redacted_json<T: Value + Clone>(value: &T) -> Json {
    let encoded = value.clone().encode(&mut Walk::redacting());
    let mut json = encoded.unwrap_or(Json::Null);
    Redactor::default().redact(&mut json);
    json
}

pub(super) fn decode<T: Value>(json: Json, direction: Direction) -> Result<T, Vec<Problem>> {
    let mut walk = Walk::of(direction);
    let mut value = T::blank();
    value.decode(json, &mut walk);
    walk.finish().map(|()| value)
}
