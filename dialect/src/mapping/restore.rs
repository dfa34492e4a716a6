//! The mapping from the arguments of the dialect to those of the tool.

use serde_json::Map;

use super::{AdditionalMember, Mapping, MappingId, Mappings, Member};
use crate::json_type::{Json, JsonType};

impl Mappings {
    /// Maps a value back to the tool. A value that does not follow the dialect is returned
    /// unchanged: the tool's own check reports what is wrong with it.
    pub(crate) fn restore(&self, mapping: MappingId, value: &Json) -> Json {
        self.restore_within(&[], mapping, value)
    }

    /// Maps a value back by a branch of the enclosing mappings.
    fn restore_within(&self, enclosing: &[&Mapping], mapping: MappingId, value: &Json) -> Json {
        let mapping = self.mapping(mapping);
        if matches!(mapping, Mapping::Same) {
            return value.clone();
        }
        if let Some(inner) = self.escaped(value) {
            return inner.clone();
        }
        match mapping {
            Mapping::Same | Mapping::Alias(_) => value.clone(),
            Mapping::JsonString(types) => match value.as_str().and_then(parse) {
                Some(parsed) if types.has(JsonType::of(&parsed)) => parsed,
                _ => value.clone(),
            },
            Mapping::Object {
                members,
                additional,
            } => match value.as_object() {
                Some(object) => self.restore_object(members, additional.as_ref(), object),
                None => value.clone(),
            },
            Mapping::Array { prefix, items } => match value.as_array() {
                Some(elements) => elements
                    .iter()
                    .zip(prefix.iter().chain(std::iter::repeat(items)))
                    .map(|(element, mapping)| self.restore(*mapping, element))
                    .collect(),
                None => value.clone(),
            },
            Mapping::Pairs(inner) => self
                .restore_pairs(*inner, value)
                .map_or_else(|| value.clone(), Json::Object),
            Mapping::Union(branches) => {
                let enclosing = [enclosing, &[mapping]].concat();
                let chosen = branches.iter().find(|(schema, branch)| {
                    !self.is_among(&enclosing, *branch) && self.follows(schema, *branch, value)
                });
                chosen.map_or_else(
                    || value.clone(),
                    |(_, branch)| self.restore_within(&enclosing, *branch, value),
                )
            }
            Mapping::Wrapped(property, inner) => {
                let only = value.as_object().filter(|members| members.len() == 1);
                match only.and_then(|members| members.get(*property)) {
                    Some(value) => self.restore(*inner, value),
                    None => value.clone(),
                }
            }
        }
    }

    /// Returns `true` if a value of the dialect can be of this branch.
    fn follows(&self, schema: &Json, mapping: MappingId, value: &Json) -> bool {
        let is_readable = match self.mapping(mapping) {
            Mapping::JsonString(types) => value
                .as_str()
                .and_then(parse)
                .is_some_and(|parsed| types.has(JsonType::of(&parsed))),
            _ => true,
        };
        is_readable && self.accepts(schema, value)
    }

    fn restore_object(
        &self,
        members: &[Member],
        additional: Option<&AdditionalMember>,
        object: &Map<String, Json>,
    ) -> Json {
        let mut restored = Map::new();
        for (name, value) in object {
            let member = members.iter().find(|member| member.provider_name == *name);
            if let Some(member) = member {
                let is_absent = member.is_null_absent && value.is_null();
                if !is_absent {
                    let value = match self.escaped(value) {
                        Some(inner) => inner.clone(),
                        None => self.restore(member.mapping, value),
                    };
                    restored.insert(member.name.clone(), value);
                }
                continue;
            }
            let Some(additional) = additional.filter(|member| member.provider_name == *name) else {
                restored
                    .entry(name.clone())
                    .or_insert_with(|| value.clone());
                continue;
            };
            match self.restore_pairs(self.values_of(additional.pairs), value) {
                // A property that is given by its own name has that value.
                Some(others) => {
                    for (name, value) in others {
                        restored.entry(name).or_insert(value);
                    }
                }
                None if value.is_null() => {}
                None => {
                    restored.insert(name.clone(), value.clone());
                }
            }
        }
        Json::Object(restored)
    }

    /// Restores a map from an array of pairs; `None` if it is not one, or if a key occurs twice.
    fn restore_pairs(&self, mapping: MappingId, value: &Json) -> Option<Map<String, Json>> {
        let mut map = Map::new();
        for pair in value.as_array()? {
            let pair = pair.as_object().filter(|pair| pair.len() == 2)?;
            let key = pair.get("key")?.as_str()?;
            let value = self.restore(mapping, pair.get("value")?);
            if map.insert(key.to_owned(), value).is_some() {
                return None;
            }
        }
        Some(map)
    }
}

/// Parses the JSON in a string.
fn parse(text: &str) -> Option<Json> {
    serde_json::from_str(text).ok()
}
