//! Delegates remaining compositions to `typify`: those that our merge of `allOf` cannot express in
//! one schema, and unions that contradict the schema around them.
//!
//! `typify` gets a sanitized schema ([`safe`]) and runs behind a barrier. Its result is read back
//! as a schema without composition ([`shape`]). Names, codec and checks remain ours. A result that
//! cannot be used is discarded.

mod barrier;
mod safe;
mod shape;
#[cfg(test)]
mod tests;

use serde_json::Value;
use typify::{TypeSpace, TypeSpaceSettings};

use crate::source::{Json, Members};

/// Returns a schema without composition that allows everything that `json`, a subschema of `root`,
/// allows. It may allow more, so the original constraints still have to be checked. Returns `None`
/// if there is no such schema.
pub(super) fn merge_by_typify(json: &Json, root: &Json) -> Option<Json> {
    let (schema, names) = safe::make_safe(json, root)?;
    let is_open = safe::is_open(&schema);
    let properties = names.properties.clone();
    let shape = barrier::contain(move || run(schema, &names, is_open))??;
    let says_something = shape.as_object().is_some_and(|shape| !shape.is_empty());
    says_something.then(|| from_value(shape, &properties))
}

fn run(schema: Value, names: &safe::Names, is_open: bool) -> Option<Value> {
    let schema: schemars::schema::Schema = serde_json::from_value(schema).ok()?;
    let mut space = TypeSpace::new(&TypeSpaceSettings::default());
    let root = space
        .add_type_with_name(&schema, Some("Root".to_owned()))
        .ok()?;
    shape::Reader::new(&space, names, is_open).read(&root)
}

/// Converts a value. Members get the order of `properties`, because neither `typify` nor
/// `serde_json` keeps one.
fn from_value(value: Value, properties: &[String]) -> Json {
    match value {
        Value::Bool(flag) => Json::Bool(flag),
        Value::String(text) => Json::String(text),
        Value::Array(elements) => {
            let elements = elements.into_iter();
            Json::Array(
                elements
                    .map(|value| from_value(value, properties))
                    .collect(),
            )
        }
        Value::Object(members) => {
            let converted = members
                .into_iter()
                .map(|(name, value)| (name, from_value(value, properties)));
            let mut members: Members = converted.collect();
            members.arrange(properties);
            Json::Object(members)
        }
        // Numbers carry no shape.
        Value::Null | Value::Number(_) => Json::Null,
    }
}
