//! Whether a value follows a schema as dialects write them: enough to choose a branch.

use super::Plans;
use crate::codec::Json;
use crate::dialect::schema::Kind;

/// Deeper than this a value is taken to be right.
const MAX_DEPTH: usize = 40;

impl Plans {
    /// Whether `value` follows `schema`, as far as types, values, properties and elements go.
    pub(super) fn accepts(&self, schema: &Json, value: &Json, depth: usize) -> bool {
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
            let target = self.definitions.get(name);
            return target.is_none_or(|target| self.accepts(target, value, depth + 1));
        }
        if let Some(branches) = schema.get("anyOf").and_then(Json::as_array) {
            return branches
                .iter()
                .any(|branch| self.accepts(branch, value, depth + 1));
        }
        let is_kind = |name: &Json| {
            let kind = Kind::of(value);
            let name = name.as_str().unwrap_or_default();
            name == kind.name() || (name == "number" && kind == Kind::Integer)
        };
        let is_right_kind = match schema.get("type") {
            Some(Json::Array(names)) => names.iter().any(is_kind),
            Some(name) => is_kind(name),
            None => true,
        };
        let values = schema.get("enum").and_then(Json::as_array);
        is_right_kind
            && values.is_none_or(|values| values.contains(value))
            && self.accepts_members(schema, value, depth)
            && self.accepts_elements(schema, value, depth)
    }

    fn accepts_members(
        &self,
        schema: &serde_json::Map<String, Json>,
        value: &Json,
        depth: usize,
    ) -> bool {
        let Some(members) = value.as_object() else {
            return true;
        };
        let properties = schema.get("properties").and_then(Json::as_object);
        let required = schema.get("required").and_then(Json::as_array);
        let is_closed = schema.get("additionalProperties") == Some(&Json::Bool(false));
        let is_there = |name: &Json| name.as_str().is_some_and(|name| members.contains_key(name));
        required.is_none_or(|names| names.iter().all(is_there))
            && members.iter().all(|(name, value)| {
                match properties.and_then(|properties| properties.get(name)) {
                    Some(schema) => self.accepts(schema, value, depth + 1),
                    None => !is_closed,
                }
            })
    }

    fn accepts_elements(
        &self,
        schema: &serde_json::Map<String, Json>,
        value: &Json,
        depth: usize,
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
                    .all(|element| self.accepts(items, element, depth + 1))
            })
    }
}
