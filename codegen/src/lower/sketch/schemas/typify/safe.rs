//! A schema made safe: small, in itself, with names that are plain, and without what only checks.
//!
//! What is left out makes the schema allow more, never less.

use serde_json::{Map, Value, json};

use crate::source::{Json, compact_json, find};

/// How deep a schema may go, with what its references name written out.
const MAX_DEPTH: usize = 12;

/// How many nodes it may have.
const MAX_NODES: usize = 300;

/// How many branches its unions may have, multiplied: so many ways to merge them.
const MAX_BRANCH_COMBINATIONS: usize = 64;

/// What plain names stand for.
#[derive(Debug, Default)]
pub(super) struct Names {
    /// `p0`, in the order of these.
    pub(super) properties: Vec<String>,
    /// `v0`, in the order of these.
    pub(super) values: Vec<String>,
}

/// The safe form of `json`, which stands in `root`; `None` if it has what cannot be left out.
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

/// Whether a safe schema allows names that it does not list, somewhere and in so many words.
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
        for (keyword, value) in members {
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
                    // What a branch without a word allows is everything, and no object alone.
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
        for (name, property) in value.as_object()? {
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

    /// Texts alone: what else a list of values may hold is no name.
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

/// Where `name` stands in `names`, after it was added if it was not there.
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

/// What plain names, which stand before a number, stand for.
pub(super) fn original<'n>(names: &'n [String], first: char, name: &str) -> Option<&'n String> {
    names.get(name.strip_prefix(first)?.parse::<usize>().ok()?)
}
