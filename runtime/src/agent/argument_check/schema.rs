//! Look-ups in the JSON Schemas of a tool.

use std::collections::{BTreeMap, BTreeSet};

use toolsmith_dialect::json_pointer::steps;

use crate::codec::{Json, fold};
use crate::tools::ToolSpec;

/// The depth to which nested arguments are searched.
const MAX_DEPTH: usize = 4;

/// The number of nested arguments that are looked at, because schemas that refer to each other can
/// contain exponentially many.
const MAX_NESTED: usize = 2000;

/// The nested arguments of a tool: the paths from the top, by their names without case and separators.
#[derive(Debug, Default)]
pub(in crate::agent) struct NestedArguments(BTreeMap<String, BTreeSet<Vec<String>>>);

impl NestedArguments {
    pub(in crate::agent) fn of(tool: &ToolSpec) -> Self {
        let mut nested = Self::default();
        let mut left = MAX_NESTED;
        for schema in argument_schemas(tool) {
            nested.collect(&schema, &schema, &mut Vec::new(), &mut left);
        }
        nested
    }

    /// Returns the path to the nested argument `name`, if there is exactly one:
    /// `["rateLimitConfigs", "rateLimit"]`.
    pub(in crate::agent) fn path(&self, name: &str) -> Option<&[String]> {
        let paths = self.0.get(&fold(name)).filter(|paths| paths.len() == 1)?;
        paths.first().map(Vec::as_slice)
    }

    fn collect(&mut self, root: &Json, schema: &Json, path: &mut Vec<String>, left: &mut usize) {
        for properties in properties(root, schema) {
            for (property, inner) in properties {
                let Some(rest) = left.checked_sub(1) else {
                    return;
                };
                *left = rest;
                path.push(property.clone());
                if path.len() > 1 {
                    // `rateLimit`, and `rateLimitConfigs.rateLimit` in any spelling.
                    for name in [fold(property), fold(&path.concat())] {
                        self.0.entry(name).or_default().insert(path.clone());
                    }
                }
                if path.len() < MAX_DEPTH {
                    self.collect(root, inner, path, left);
                }
                path.pop();
            }
        }
    }
}

/// Returns the names of the fields that the object at `pointer` in the arguments may have, next to the
/// values that it has: a tag chooses a branch.
pub(in crate::agent) fn names_at(tool: &ToolSpec, arguments: &Json, pointer: &str) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    let value = arguments.pointer(pointer).unwrap_or(&Json::Null);
    for root in argument_schemas(tool) {
        let mut schema = Some(&root);
        for step in steps(pointer) {
            schema = schema.and_then(|schema| child(&root, schema, &step));
        }
        let all = schema.map(|schema| properties(&root, schema));
        let all = all.unwrap_or_default();
        let allows = |properties: &&&Properties| allows(properties, value);
        let fitting: Vec<&Properties> = all.iter().filter(allows).copied().collect();
        let fitting = if fitting.is_empty() { all } else { fitting };
        for name in fitting.into_iter().flat_map(Properties::keys) {
            if !names.contains(name) {
                names.push(name.clone());
            }
        }
    }
    names
}

/// Returns `true` if the constants among properties are those of the object.
fn allows(properties: &Properties, object: &Json) -> bool {
    let is_other = |(name, schema): (&String, &Json)| {
        let Some(value) = object.get(name) else {
            return false;
        };
        let constant = schema.get("const").map(|constant| constant == value);
        let choice = schema.get("enum").and_then(Json::as_array);
        constant.or_else(|| choice.map(|choice| choice.contains(value))) == Some(false)
    };
    !properties.iter().any(is_other)
}

/// Returns `true` if the records of a tool have the field `name`.
pub(in crate::agent) fn record_has(tool: &ToolSpec, name: &str) -> bool {
    let schema: Json = serde_json::from_str(tool.response_schema).unwrap_or_default();
    let folded = fold(name);
    let has = |properties: &Properties| properties.keys().any(|property| fold(property) == folded);
    properties(&schema, &schema).into_iter().any(has)
}

fn argument_schemas(tool: &ToolSpec) -> impl Iterator<Item = Json> + use<> {
    let schemas = [tool.query_schema, tool.body_schema];
    schemas
        .into_iter()
        .filter_map(|schema| serde_json::from_str(schema).ok())
}

/// The properties of a schema, by their names.
type Properties = serde_json::Map<String, Json>;

/// Returns the properties of a schema, and of its branches.
fn properties<'a>(root: &'a Json, schema: &'a Json) -> Vec<&'a Properties> {
    let own = |schema: &'a Json| schema.get("properties").and_then(Json::as_object);
    let schema = resolve(root, schema);
    let branches = ["anyOf", "oneOf", "allOf"].into_iter();
    let branches = branches.filter_map(|keyword| schema.get(keyword)?.as_array());
    let branches = branches.flatten().map(|branch| resolve(root, branch));
    std::iter::once(schema)
        .chain(branches)
        .filter_map(own)
        .collect()
}

/// Returns the schema of a field or an element.
fn child<'a>(root: &'a Json, schema: &'a Json, step: &str) -> Option<&'a Json> {
    let mut properties = properties(root, schema).into_iter();
    let property = properties.find_map(|properties| properties.get(step));
    property.or_else(|| resolve(root, schema).get("items"))
}

/// Follows a local reference, once.
fn resolve<'a>(root: &'a Json, schema: &'a Json) -> &'a Json {
    let reference = schema.get("$ref").and_then(Json::as_str);
    let pointer = reference.and_then(|reference| reference.strip_prefix('#'));
    pointer
        .and_then(|pointer| root.pointer(pointer))
        .unwrap_or(schema)
}
