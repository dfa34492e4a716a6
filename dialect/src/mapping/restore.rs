//! The mapping from the arguments of the dialect to those of the tool.

use serde_json::Map;

use super::{AdditionalMember, Mapping, MappingId, Mappings, Member};
use crate::json_pointer;
use crate::json_type::{Json, JsonType};

/// A name that occurs twice in a map, which the dialect gives as an array of pairs.
#[derive(Debug)]
pub(crate) struct RepeatedName {
    /// A JSON pointer to the second pair in the arguments of the dialect.
    pub(crate) path: String,
    pub(crate) name: String,
}

impl Mappings {
    /// Maps a value back to the tool. A value that does not follow the dialect is returned
    /// unchanged: the tool's own check reports what is wrong with it.
    pub(crate) fn restore(&self, mapping: MappingId, value: &Json) -> Json {
        Restorer::new(self).restore(mapping, value)
    }

    /// Maps a value back to the tool.
    ///
    /// # Errors
    ///
    /// Returns a name that occurs twice: a map cannot have both values.
    pub(crate) fn restore_unique(
        &self,
        mapping: MappingId,
        value: &Json,
    ) -> Result<Json, RepeatedName> {
        let mut restorer = Restorer::new(self);
        let arguments = restorer.restore(mapping, value);
        restorer.repeated.map_or(Ok(arguments), Err)
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
}

/// One mapping of arguments to those of the tool.
struct Restorer<'a> {
    mappings: &'a Mappings,
    /// A JSON pointer to the current value in the arguments of the dialect.
    path: String,
    /// The first name that occurs twice.
    repeated: Option<RepeatedName>,
}

impl<'a> Restorer<'a> {
    fn new(mappings: &'a Mappings) -> Self {
        Self {
            mappings,
            path: String::new(),
            repeated: None,
        }
    }

    fn restore(&mut self, mapping: MappingId, value: &Json) -> Json {
        self.restore_within(&[], mapping, value)
    }

    /// Restores the member or element `name` of the current value.
    fn restore_at(&mut self, name: &str, mapping: MappingId, value: &Json) -> Json {
        let length = self.path.len();
        json_pointer::push(&mut self.path, name);
        let restored = self.restore(mapping, value);
        self.path.truncate(length);
        restored
    }

    /// Maps a value back by a branch of the enclosing mappings.
    fn restore_within(&mut self, enclosing: &[&Mapping], mapping: MappingId, value: &Json) -> Json {
        let mappings = self.mappings;
        let mapping = mappings.mapping(mapping);
        if matches!(mapping, Mapping::Same) {
            return value.clone();
        }
        if let Some(inner) = mappings.escaped(value) {
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
                    .enumerate()
                    .map(|(index, (element, mapping))| {
                        self.restore_at(&index.to_string(), *mapping, element)
                    })
                    .collect(),
                None => value.clone(),
            },
            Mapping::Pairs(inner) => self
                .restore_pairs(*inner, value, &mut |_| false)
                .map_or_else(|| value.clone(), Json::Object),
            Mapping::Union(branches) => {
                let enclosing = [enclosing, &[mapping]].concat();
                let chosen = branches.iter().find(|(schema, branch)| {
                    !mappings.is_among(&enclosing, *branch)
                        && mappings.follows(schema, *branch, value)
                });
                chosen.map_or_else(
                    || value.clone(),
                    |(_, branch)| self.restore_within(&enclosing, *branch, value),
                )
            }
            Mapping::Wrapped(property, inner) => {
                let only = value.as_object().filter(|members| members.len() == 1);
                match only.and_then(|members| members.get(*property)) {
                    Some(value) => self.restore_at(property, *inner, value),
                    None => value.clone(),
                }
            }
        }
    }

    fn restore_object(
        &mut self,
        members: &[Member],
        additional: Option<&AdditionalMember>,
        object: &Map<String, Json>,
    ) -> Json {
        let mut restored = Map::new();
        let mut others = None;
        for (name, value) in object {
            let member = members.iter().find(|member| member.provider_name == *name);
            if let Some(member) = member {
                let is_absent = member.is_null_absent && value.is_null();
                if !is_absent {
                    let value = match self.mappings.escaped(value) {
                        Some(inner) => inner.clone(),
                        None => self.restore_at(name, member.mapping, value),
                    };
                    restored.insert(member.name.clone(), value);
                }
                continue;
            }
            match additional.filter(|member| member.provider_name == *name) {
                Some(additional) => others = Some((name, value, additional)),
                None => {
                    restored
                        .entry(name.clone())
                        .or_insert_with(|| value.clone());
                }
            }
        }
        if let Some((name, value, additional)) = others {
            self.restore_others(name, value, additional, &mut restored);
        }
        Json::Object(restored)
    }

    /// Adds the properties that the schema does not name.
    fn restore_others(
        &mut self,
        name: &str,
        value: &Json,
        additional: &AdditionalMember,
        restored: &mut Map<String, Json>,
    ) {
        let length = self.path.len();
        json_pointer::push(&mut self.path, name);
        let values = self.mappings.values_of(additional.pairs);
        let is_taken = &mut |key: &str| restored.contains_key(key);
        let others = self.restore_pairs(values, value, is_taken);
        self.path.truncate(length);
        match others {
            Some(others) => restored.extend(others),
            None if value.is_null() => {}
            None => {
                restored.insert(name.to_owned(), value.clone());
            }
        }
    }

    /// Restores a map from an array of pairs; `None` if it is not one, or if a key occurs twice or
    /// `is_taken`.
    fn restore_pairs(
        &mut self,
        mapping: MappingId,
        value: &Json,
        is_taken: &mut dyn FnMut(&str) -> bool,
    ) -> Option<Map<String, Json>> {
        let mut map = Map::new();
        for (index, pair) in value.as_array()?.iter().enumerate() {
            let pair = pair.as_object().filter(|pair| pair.len() == 2)?;
            let key = pair.get("key")?.as_str()?;
            let length = self.path.len();
            json_pointer::push(&mut self.path, &index.to_string());
            json_pointer::push(&mut self.path, "value");
            let value = self.restore(mapping, pair.get("value")?);
            self.path.truncate(length);
            if is_taken(key) || map.insert(key.to_owned(), value).is_some() {
                let path = format!("{}/{index}/key", self.path);
                let name = key.to_owned();
                self.repeated.get_or_insert(RepeatedName { path, name });
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
