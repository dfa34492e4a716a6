//! The canonical layout of a schema: properties in the order of the author, all other keys in a
//! fixed order.

use super::keyword::{Holds, holds, rank};
use crate::source::{Json, Layout, Members};

/// Returns a schema with its keywords in canonical order and its properties in that of the author.
pub(crate) fn schema_layout(json: &Json) -> Layout<'_> {
    match json {
        Json::Object(members) => Layout::Map(ordered(members, rank, keyword_layout)),
        other => Layout::from(other),
    }
}

/// Returns properties in the order of the author.
pub(crate) fn properties_layout(properties: &Members) -> Layout<'_> {
    let properties = properties.in_order().into_iter();
    let layout = properties.map(|(name, schema)| (name.as_str(), schema_layout(schema)));
    Layout::Map(layout.collect())
}

/// Returns an object of schemas, sorted by name.
fn map_layout(schemas: &Members) -> Layout<'_> {
    Layout::Map(ordered(schemas, |_| 0, |_, schema| schema_layout(schema)))
}

fn keyword_layout<'json>(keyword: &str, value: &'json Json) -> Layout<'json> {
    match (holds(keyword), value) {
        (Holds::SchemaMap, Json::Object(properties)) if keyword == "properties" => {
            properties_layout(properties)
        }
        (Holds::SchemaMap, Json::Object(schemas)) => map_layout(schemas),
        (Holds::Schema, Json::Array(schemas)) => {
            Layout::List(schemas.iter().map(schema_layout).collect())
        }
        (Holds::Schema, schema) => schema_layout(schema),
        (_, value) => Layout::from(value),
    }
}

/// Returns the members sorted by rank, then by name.
pub(crate) fn ordered<'json>(
    members: &'json Members,
    rank: impl Fn(&str) -> usize,
    layout: impl Fn(&str, &'json Json) -> Layout<'json>,
) -> Vec<(&'json str, Layout<'json>)> {
    let mut members: Vec<(&str, &Json)> = members
        .iter()
        .map(|(key, value)| (key.as_str(), value))
        .collect();
    // The sort is stable, and members are sorted by name.
    members.sort_by_cached_key(|(key, _)| rank(key));
    members
        .into_iter()
        .map(|(key, value)| (key, layout(key, value)))
        .collect()
}
