//! Sanitizes a schema for `typify`: small, self-contained, with plain names and without keywords
//! that only constrain values.
//!
//! The sanitized schema may allow more than the original, never less.

use serde_json::{Map, Value, json};

use crate::source::{Json, compact_json, find};

/// Maximum depth of a schema with its references expanded.
const MAX_DEPTH: usize = 12;

/// Maximum number of nodes.
const MAX_NODES: usize = 300;

/// Maximum product of the branch counts of all unions, which bounds the ways to merge them.
const MAX_BRANCH_COMBINATIONS: usize = 64;

/// The original names of the plain ones.
#[derive(Debug, Default)]
pub(super) struct Names {
    /// The properties `p0`, `p1`, … in the order of their first appearance.
    pub(super) properties: Vec<String>,
    /// The values `v0`, `v1`, … in this order.
    pub(super) values: Vec<String>,
}

/// Returns the sanitized form of `json`, a subschema of `root`, or `None` if a keyword cannot be
/// dropped.
pub(super) fn make_safe(json: &Json, root: &Json) -> Option<(Value, Names)> {
    let mut maker = Maker {
        root,
        names: Names::default(),
        nodes: MAX_NODES,
        ways: 1,
    };
    let schema = maker.make(json, MAX_DEPTH)?;
    Some((schema, maker.names))
}

/// Returns `true` if a sanitized schema explicitly allows additional properties somewhere.
pub(super) fn is_open(schema: &Value) -> bool {
    match schema {
        Value::Object(members) => members.iter().any(|(keyword, value)| {
            let opens = keyword == "additionalProperties" && *value != json!(false);
            opens || is_open(value)
        }),
        Value::Array(elements) => elements.iter().any(is_open),
        _ => false,
    }
}

struct Maker<'a> {
    root: &'a Json,
    names: Names,
    nodes: usize,
    ways: usize,
}

impl Maker<'_> {
    fn make(&mut self, json: &Json, depth: usize) -> Option<Value> {
        let depth = depth.checked_sub(1)?;
        self.nodes = self.nodes.checked_sub(1)?;
        let members = match json {
            Json::Object(members) => members,
            Json::Bool(flag) => return Some(json!(flag)),
            _ => return None,
        };
        let mut made = Map::new();
        // Own properties appear before those of `allOf`.
        let properties = members
            .iter()
            .filter(|(keyword, _)| *keyword == "properties");
        let others = members
            .iter()
            .filter(|(keyword, _)| *keyword != "properties");
        for (keyword, value) in properties.chain(others) {
            let value = match keyword.as_str() {
                "type" => Some(make_type(value)?),
                "properties" => Some(self.make_properties(value, depth)?),
                "required" => Some(self.make_required(value)?),
                "additionalProperties" => Some(self.make(value, depth)?),
                "items" => match value {
                    Json::Array(_) => None,
                    value => Some(self.make(value, depth)?),
                },
                "enum" => Some(self.make_values(value.as_array()?)?),
                "allOf" => Some(self.make_all(value, depth)?),
                "anyOf" | "oneOf" => {
                    self.ways *= value.as_array()?.len().max(1);
                    if self.ways > MAX_BRANCH_COMBINATIONS {
                        return None;
                    }
                    // A branch without keywords allows any value, not only objects.
                    let made = self.make_all(value, depth)?;
                    let branches = made.as_array().into_iter().flatten();
                    let mut free =
                        branches.filter(|made| **made == json!({}) || **made == json!(true));
                    free.next().is_none().then_some(made)
                }
                _ => None,
            };
            made.extend(value.map(|value| (keyword.clone(), value)));
        }
        if let Some(value) = members.get("const") {
            made.insert(
                "enum".to_owned(),
                self.make_values(std::slice::from_ref(value))?,
            );
        }
        if let Some(reference) = members.get("$ref") {
            let pointer = reference.as_str()?.strip_prefix('#')?;
            let target = self.make(find(self.root, pointer)?, depth)?;
            let beside = Value::Object(std::mem::take(&mut made));
            made.insert("allOf".to_owned(), json!([target, beside]));
        }
        if members.get("nullable") == Some(&Json::Bool(true)) {
            return Some(json!({"anyOf": [made, {"type": "null"}]}));
        }
        Some(Value::Object(made))
    }

    fn make_all(&mut self, value: &Json, depth: usize) -> Option<Value> {
        let made = value.as_array()?.iter();
        let made: Option<Vec<Value>> = made.map(|schema| self.make(schema, depth)).collect();
        made.map(Value::Array)
    }

    fn make_properties(&mut self, value: &Json, depth: usize) -> Option<Value> {
        let mut made = Map::new();
        for (name, property) in value.as_object()?.in_order() {
            made.insert(self.name(name), self.make(property, depth)?);
        }
        Some(Value::Object(made))
    }

    fn make_required(&mut self, value: &Json) -> Option<Value> {
        let names = value.as_array()?.iter();
        let names: Option<Vec<Value>> = names
            .map(|name| Some(Value::String(self.name(name.as_str()?))))
            .collect();
        names.map(Value::Array)
    }

    fn name(&mut self, name: &str) -> String {
        format!("p{}", position(&mut self.names.properties, name))
    }

    /// Keeps strings only: other values have no name.
    fn make_values(&mut self, values: &[Json]) -> Option<Value> {
        let mut made = Vec::new();
        for value in values {
            made.push(match value {
                Json::Null => Value::Null,
                value => {
                    let index = position(&mut self.names.values, value.as_str()?);
                    Value::String(format!("v{index}"))
                }
            });
        }
        Some(Value::Array(made))
    }
}

/// Returns the index of `name` in `names`, adding it if necessary.
fn position(names: &mut Vec<String>, name: &str) -> usize {
    let known = names.iter().position(|known| known == name);
    known.unwrap_or_else(|| {
        names.push(name.to_owned());
        names.len() - 1
    })
}

fn make_type(value: &Json) -> Option<Value> {
    const TYPES: [&str; 7] = [
        "array", "boolean", "integer", "null", "number", "object", "string",
    ];
    let names = match value {
        Json::Array(names) => names.as_slice(),
        name => std::slice::from_ref(name),
    };
    let is_known = |name: &Json| name.as_str().is_some_and(|name| TYPES.contains(&name));
    let all = names.iter().all(is_known);
    all.then(|| serde_json::from_str(&compact_json(value)).ok())?
}

/// Returns the original of a plain name, which consists of `first` and an index.
pub(super) fn original<'n>(names: &'n [String], first: char, name: &str) -> Option<&'n String> {
    names.get(name.strip_prefix(first)?.parse::<usize>().ok()?)
}
