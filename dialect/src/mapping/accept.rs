//! A validator for the schemas of a dialect, as precise as the choice of a branch requires.

use serde_json::Map;

use super::Mappings;
use crate::json_type::{Json, JsonType};

/// The depth below which a value is accepted without a look.
const MAX_DEPTH: usize = 40;

/// The number of references and branches between two parts of a value. More are a circle, which no
/// value follows.
const MAX_STEPS: usize = 20;

/// The distance from the root.
#[derive(Debug, Clone, Copy, Default)]
struct Distance {
    depth: usize,
    /// The references and branches since the current part of the value.
    steps: usize,
}

impl Distance {
    /// Follows a reference or a branch.
    fn same_value(self) -> Self {
        Self {
            depth: self.depth + 1,
            steps: self.steps + 1,
        }
    }

    /// Enters a part of the value.
    fn inner_value(self) -> Self {
        Self {
            depth: self.depth + 1,
            steps: 0,
        }
    }
}

impl Mappings {
    /// Returns `true` if `value` has the types, values, properties and elements of `schema`.
    pub(super) fn accepts(&self, schema: &Json, value: &Json) -> bool {
        self.accepts_at(Distance::default(), schema, value)
    }

    fn accepts_at(&self, distance: Distance, schema: &Json, value: &Json) -> bool {
        let Some(schema) = schema.as_object() else {
            return true;
        };
        if distance.steps > MAX_STEPS {
            return false;
        }
        if distance.depth > MAX_DEPTH {
            return true;
        }
        if value.is_null() && schema.get("nullable") == Some(&Json::Bool(true)) {
            return true;
        }
        if let Some(reference) = schema.get("$ref").and_then(Json::as_str) {
            let name = reference.rsplit('/').next().unwrap_or_default();
            let target = self.definitions.get(name);
            return target
                .is_none_or(|target| self.accepts_at(distance.same_value(), target, value));
        }
        if let Some(branches) = schema.get("anyOf").and_then(Json::as_array) {
            return branches
                .iter()
                .any(|branch| self.accepts_at(distance.same_value(), branch, value));
        }
        let values = schema.get("enum").and_then(Json::as_array);
        has_accepted_type(schema, value)
            && values.is_none_or(|values| values.contains(value))
            && self.accepts_members(distance, schema, value)
            && self.accepts_elements(distance, schema, value)
    }

    fn accepts_members(
        &self,
        distance: Distance,
        schema: &Map<String, Json>,
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
                    Some(schema) => self.accepts_at(distance.inner_value(), schema, value),
                    None => !is_closed,
                }
            })
    }

    fn accepts_elements(
        &self,
        distance: Distance,
        schema: &Map<String, Json>,
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
                    .all(|element| self.accepts_at(distance.inner_value(), items, element))
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
