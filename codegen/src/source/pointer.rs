//! JSON pointers (RFC 6901) into catalogs.

pub(super) use toolsmith_dialect::json_pointer::push;
pub(crate) use toolsmith_dialect::json_pointer::{
    escape, join as child, split, split_first, steps as tokens,
};
pub(crate) use toolsmith_dialect::schema_path::{SchemaStep, SchemaSteps};

use super::value::Json;

/// Returns the value at `pointer` in `json`.
pub(crate) fn find<'json>(json: &'json Json, pointer: &str) -> Option<&'json Json> {
    tokens(pointer).try_fold(json, |json, key| match json {
        Json::Object(members) => members.get(&key),
        Json::Array(elements) => elements.get(key.parse::<usize>().ok()?),
        _ => None,
    })
}
