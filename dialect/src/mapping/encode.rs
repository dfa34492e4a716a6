//! The mapping from the tool's arguments to those of the dialect.

use serde_json::{Map, json};

use super::{AdditionalMember, Mapping, MappingId, Mappings, Member};
use crate::json_type::{Json, JsonType};

impl Mappings {
    /// Maps a value to the dialect; [`Mappings::restore`] is the inverse.
    pub(crate) fn encode(&self, mapping: MappingId, value: &Json) -> Json {
        self.encode_within(&mut Vec::new(), mapping, value)
    }

    /// Maps a value by a mapping that is not one of the `tried` unions.
    fn encode_within<'a>(
        &'a self,
        tried: &mut Vec<&'a Mapping>,
        mapping: MappingId,
        value: &Json,
    ) -> Json {
        match self.mapping(mapping) {
            Mapping::Same | Mapping::Alias(_) => value.clone(),
            Mapping::JsonString(types) if types.has(JsonType::of(value)) => {
                Json::String(value.to_string())
            }
            Mapping::JsonString(_) => self.unchanged(mapping, value),
            Mapping::Object {
                members,
                additional,
            } => match value.as_object() {
                Some(object) => self.encode_object(members, additional.as_ref(), object, value),
                None => value.clone(),
            },
            Mapping::Array { prefix, items } => match value.as_array() {
                Some(elements) => elements
                    .iter()
                    .zip(prefix.iter().chain(std::iter::repeat(items)))
                    .map(|(element, mapping)| self.encode(*mapping, element))
                    .collect(),
                None => value.clone(),
            },
            Mapping::Pairs(inner) => match value.as_object() {
                Some(object) => self.encode_pairs(*inner, object.iter()),
                None => self.unchanged(mapping, value),
            },
            Mapping::Union(branches) => self.encode_union(tried, mapping, branches, value),
            Mapping::Wrapped(property, inner) => {
                let mut members = Map::new();
                members.insert((*property).to_owned(), self.encode(*inner, value));
                Json::Object(members)
            }
        }
    }

    /// Maps a value by the first branch whose schema accepts the result and that maps it back.
    fn encode_union<'a>(
        &'a self,
        tried: &mut Vec<&'a Mapping>,
        union: MappingId,
        branches: &'a [(Json, MappingId)],
        value: &Json,
    ) -> Json {
        tried.push(self.mapping(union));
        for (schema, branch) in branches {
            // A union that is tried already has no further branches for the same value.
            if self.is_among(tried, *branch) {
                continue;
            }
            let encoded = self.encode_within(tried, *branch, value);
            if self.accepts(schema, &encoded) && self.restore(union, &encoded) == *value {
                return encoded;
            }
        }
        self.unchanged(union, value)
    }

    /// Returns a value that the schema does not accept: unchanged, or escaped if
    /// [`Mappings::restore`] would misread it.
    fn unchanged(&self, mapping: MappingId, value: &Json) -> Json {
        if self.restore(mapping, value) == *value {
            value.clone()
        } else {
            self.escape_value(value.clone())
        }
    }

    fn encode_pairs<'json>(
        &self,
        mapping: MappingId,
        members: impl Iterator<Item = (&'json String, &'json Json)>,
    ) -> Json {
        members
            .map(|(key, value)| json!({"key": key, "value": self.encode(mapping, value)}))
            .collect()
    }

    fn encode_object(
        &self,
        members: &[Member],
        additional: Option<&AdditionalMember>,
        object: &Map<String, Json>,
        value: &Json,
    ) -> Json {
        let mut encoded = Map::new();
        for member in members {
            if let Some(value) = self.encode_member(member, object.get(&member.name)) {
                encoded.insert(member.provider_name.clone(), value);
            }
        }
        let is_named = |name: &String| members.iter().any(|member| member.name == *name);
        let mut others = object.iter().filter(|(name, _)| !is_named(name)).peekable();
        if let Some(additional) = additional {
            let name = additional.provider_name.clone();
            if others.peek().is_some() {
                let values = self.values_of(additional.pairs);
                encoded.insert(name, self.encode_pairs(values, others));
            } else if additional.is_null_absent {
                encoded.insert(name, Json::Null);
            }
        } else {
            for (name, other) in others {
                if members.iter().any(|member| member.provider_name == *name) {
                    return self.escape_value(value.clone());
                }
                encoded.insert(name.clone(), other.clone());
            }
        }
        let encoded = Json::Object(encoded);
        if self.escaped(&encoded).is_some() {
            return self.escape_value(value.clone());
        }
        encoded
    }

    /// Maps a property; `None` if it is absent in the dialect as well.
    fn encode_member(&self, member: &Member, value: Option<&Json>) -> Option<Json> {
        match value {
            Some(Json::Null)
                if member.is_null_absent && !self.maps_null_to_string(member.mapping) =>
            {
                Some(self.escape_value(Json::Null))
            }
            Some(value) => {
                let encoded = self.encode(member.mapping, value);
                let is_misread = self.escaped(&encoded).is_some_and(|inner| inner != value);
                Some(if is_misread {
                    self.escape_value(value.clone())
                } else {
                    encoded
                })
            }
            None => member.is_null_absent.then_some(Json::Null),
        }
    }

    fn maps_null_to_string(&self, mapping: MappingId) -> bool {
        matches!(self.mapping(mapping), Mapping::JsonString(types) if types.has(JsonType::Null))
    }

    /// Returns the mapping of the values of pairs.
    pub(super) fn values_of(&self, pairs: MappingId) -> MappingId {
        match self.mapping(pairs) {
            Mapping::Pairs(inner) => *inner,
            _ => pairs,
        }
    }
}
