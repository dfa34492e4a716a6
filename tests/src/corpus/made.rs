//! Instances made from schemas and judged by the `jsonschema` crate.

use serde_json::Value as Json;

use super::maker::Maker;
use super::mutate::mutate;
use super::{Dice, Instance, Source};

/// The number of intentionally valid and of mutated values for each tool.
const MADE: usize = 3;
const SPOILT: usize = 7;

/// Makes instances for every tool of `source`, always the same for a seed. A tool with a schema that
/// the validator does not accept has none.
#[must_use]
pub fn make_instances(source: &Source, seed: u64) -> Vec<Instance> {
    let mut instances = Vec::new();
    for (index, tool) in source.tools.iter().enumerate() {
        let schema = &tool["inputSchema"];
        let Some(validator) = validator(schema) else {
            continue;
        };
        let name = source.tool_name(index).bytes();
        let seed = name.fold(seed, |seed, byte| {
            seed.wrapping_mul(31).wrapping_add(u64::from(byte))
        });
        let mut maker = Maker::new(schema, Dice::new(seed));
        let made: Vec<Json> = (0..MADE).map(|_| maker.make_root()).collect();
        let mut values: Vec<(String, Json)> = made
            .iter()
            .map(|value| ("made".to_owned(), value.clone()))
            .collect();
        for round in 0..SPOILT {
            let (Some(value), Some(other)) = (made.get(round % MADE), made.get((round + 1) % MADE))
            else {
                continue;
            };
            values.push(mutate(value, other, &mut maker.dice));
        }
        for (how, value) in values {
            let paths = validator.iter_errors(&value);
            let paths: Vec<String> = paths
                .map(|error| error.instance_path().to_string())
                .collect();
            instances.push(Instance {
                index,
                how,
                record: value.clone(),
                is_valid: paths.is_empty(),
                paths,
                value,
            });
        }
    }
    instances
}

/// Returns a validator that does not check formats, as the specification says, or `None` if the schema
/// is invalid. A list under `items` selects an older draft.
#[must_use]
pub fn validator(schema: &Json) -> Option<jsonschema::Validator> {
    let mut options = jsonschema::options()
        .should_validate_formats(false)
        .with_pattern_options(jsonschema::PatternOptions::fancy_regex());
    if schema.get("$schema").is_none() {
        options = options.with_draft(if has_old_tuple(schema) {
            jsonschema::Draft::Draft7
        } else {
            jsonschema::Draft::Draft202012
        });
    }
    let mut schema = schema.clone();
    name_types_once(&mut schema);
    options.build(&schema).ok()
}

/// Removes the types that a list names twice, which the validator refuses to read.
fn name_types_once(json: &mut Json) {
    match json {
        Json::Object(members) => {
            if let Some(Json::Array(types)) = members.get_mut("type") {
                let mut known: Vec<Json> = Vec::new();
                types.retain(|name| {
                    let is_new = !known.contains(name);
                    known.push(name.clone());
                    is_new
                });
            }
            members.values_mut().for_each(name_types_once);
        }
        Json::Array(elements) => elements.iter_mut().for_each(name_types_once),
        _ => {}
    }
}

fn has_old_tuple(json: &Json) -> bool {
    match json {
        Json::Object(members) => {
            members.get("items").is_some_and(Json::is_array) || members.values().any(has_old_tuple)
        }
        Json::Array(elements) => elements.iter().any(has_old_tuple),
        _ => false,
    }
}
