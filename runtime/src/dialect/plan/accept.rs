//! Whether a value follows a schema as dialects write them: enough to choose a branch.

use super::Plans;
use crate::codec::Json;
use crate::dialect::schema::Kind;

/// Deeper than this a value is taken to be right.
const MAX_DEPTH: usize = 40;

/// After more references and branches than this it is a circle, which no value follows.
const MAX_STEPS: usize = 20;

/// How far it is to a schema.
#[derive(Debug, Clone, Copy, Default)]
struct Way {
    depth: usize,
    /// The references and branches since the value began.
    steps: usize,
}

impl Way {
    fn onward(self) -> Self {
        Self {
            depth: self.depth + 1,
            steps: self.steps + 1,
        }
    }

    fn inward(self) -> Self {
        Self {
            depth: self.depth + 1,
            steps: 0,
        }
    }
}

impl Plans {
    /// Whether `value` follows `schema`, as far as types, values, properties and elements go.
    pub(super) fn accepts(&self, schema: &Json, value: &Json) -> bool {
        self.accepts_after(Way::default(), schema, value)
    }

    fn accepts_after(&self, way: Way, schema: &Json, value: &Json) -> bool {
        let Some(schema) = schema.as_object() else {
            return true;
        };
        if way.steps > MAX_STEPS {
            return false;
        }
        if way.depth > MAX_DEPTH {
            return true;
        }
        if value.is_null() && schema.get("nullable") == Some(&Json::Bool(true)) {
            return true;
        }
        if let Some(reference) = schema.get("$ref").and_then(Json::as_str) {
            let name = reference.rsplit('/').next().unwrap_or_default();
            let target = self.definitions.get(name);
            return target.is_none_or(|target| self.accepts_after(way.onward(), target, value));
        }
        if let Some(branches) = schema.get("anyOf").and_then(Json::as_array) {
            return branches
                .iter()
                .any(|branch| self.accepts_after(way.onward(), branch, value));
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
            && self.accepts_members(way, schema, value)
            && self.accepts_elements(way, schema, value)
    }

    fn accepts_members(
        &self,
        way: Way,
        schema: &serde_json::Map<String, Json>,
        value: &Json,
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
                    Some(schema) => self.accepts_after(way.inward(), schema, value),
                    None => !is_closed,
                }
            })
    }

    fn accepts_elements(
        &self,
        way: Way,
        schema: &serde_json::Map<String, Json>,
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
                    .all(|element| self.accepts_after(way.inward(), items, element))
            })
    }
}
