//! A validator for the schemas of a dialect, as precise as the choice of a branch requires.

use std::collections::BTreeMap;

use serde_json::Map;

use super::Mappings;
use crate::json_type::{Json, JsonType};

/// The depth below which a value is accepted without a look.
const MAX_DEPTH: usize = 40;

/// A definition, and the value that it judges.
type Question<'json> = (&'json str, *const Json);

/// The state of one judgement.
struct Judge<'json> {
    definitions: &'json Map<String, Json>,
    /// The verdicts on values. While a definition judges a value, it accepts none by referring to itself.
    verdicts: BTreeMap<Question<'json>, bool>,
    /// The questions whose verdict is that a value is refused, in the order of the verdicts.
    refused: Vec<Question<'json>>,
}

impl Mappings {
    /// Returns `true` if `value` has the types, values, properties and elements of `schema`.
    pub(super) fn accepts(&self, schema: &Json, value: &Json) -> bool {
        let mut judge = Judge {
            definitions: &self.definitions,
            verdicts: BTreeMap::new(),
            refused: Vec::new(),
        };
        judge.accepts(0, schema, value)
    }
}

impl<'json> Judge<'json> {
    fn accepts(&mut self, depth: usize, schema: &'json Json, value: &Json) -> bool {
        let Some(schema) = schema.as_object() else {
            return true;
        };
        if depth > MAX_DEPTH {
            return true;
        }
        if value.is_null() && schema.get("nullable") == Some(&Json::Bool(true)) {
            return true;
        }
        if let Some(reference) = schema.get("$ref").and_then(Json::as_str) {
            let name = reference.rsplit('/').next().unwrap_or_default();
            return self.accepts_definition(depth, name, value);
        }
        if let Some(branches) = schema.get("anyOf").and_then(Json::as_array) {
            return branches
                .iter()
                .any(|branch| self.accepts(depth, branch, value));
        }
        let values = schema.get("enum").and_then(Json::as_array);
        has_accepted_type(schema, value)
            && values.is_none_or(|values| values.contains(value))
            && self.accepts_members(depth, schema, value)
            && self.accepts_elements(depth, schema, value)
    }

    fn accepts_definition(&mut self, depth: usize, name: &'json str, value: &Json) -> bool {
        let Some(definition) = self.definitions.get(name) else {
            return true;
        };
        let key = (name, std::ptr::from_ref(value));
        if let Some(verdict) = self.verdicts.get(&key) {
            return *verdict;
        }
        self.verdicts.insert(key, false);
        let earlier = self.refused.len();
        let verdict = self.accepts(depth, definition, value);
        if verdict {
            // Definitions that refused the value may accept it by this one.
            for question in self.refused.split_off(earlier) {
                if question.1 == key.1 {
                    self.verdicts.remove(&question);
                } else {
                    self.refused.push(question);
                }
            }
        } else {
            self.refused.push(key);
        }
        self.verdicts.insert(key, verdict);
        verdict
    }

    fn accepts_members(
        &mut self,
        depth: usize,
        schema: &'json Map<String, Json>,
        value: &Json,
    ) -> bool {
        let Some(members) = value.as_object() else {
            return true;
        };
        let properties = schema.get("properties").and_then(Json::as_object);
        let required = schema.get("required").and_then(Json::as_array);
        let is_closed = schema.get("additionalProperties") == Some(&Json::Bool(false));
        let is_present = |name: &Json| name.as_str().is_some_and(|name| members.contains_key(name));
        required.is_none_or(|names| names.iter().all(is_present))
            && members.iter().all(|(name, value)| {
                match properties.and_then(|properties| properties.get(name)) {
                    Some(schema) => self.accepts(depth + 1, schema, value),
                    None => !is_closed,
                }
            })
    }

    fn accepts_elements(
        &mut self,
        depth: usize,
        schema: &'json Map<String, Json>,
        value: &Json,
    ) -> bool {
        let Some(elements) = value.as_array() else {
            return true;
        };
        let bound = |keyword: &str| schema.get(keyword).and_then(Json::as_u64);
        let length = elements.len() as u64;
        bound("minItems").is_none_or(|least| length >= least)
            && bound("maxItems").is_none_or(|most| length <= most)
            && schema.get("items").is_none_or(|items| {
                elements
                    .iter()
                    .all(|element| self.accepts(depth + 1, items, element))
            })
    }
}

fn has_accepted_type(schema: &Map<String, Json>, value: &Json) -> bool {
    let json_type = JsonType::of(value);
    let accepts = |name: &Json| {
        let name = name.as_str().unwrap_or_default();
        name == json_type.as_str() || (name == "number" && json_type == JsonType::Integer)
    };
    match schema.get("type") {
        Some(Json::Array(names)) => names.iter().any(accepts),
        Some(name) => accepts(name),
        None => true,
    }
}
