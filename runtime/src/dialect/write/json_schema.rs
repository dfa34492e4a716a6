//! Schemas for providers that accept JSON Schema.

use std::collections::BTreeSet;

use serde_json::{Map, json};

use super::object_names::Level;
use super::words;
use super::writer::{Writer, Written};
use crate::codec::{Json, JsonType};
use crate::dialect::mapping::{MappingId, Member};
use crate::dialect::note::NoteKind;
use crate::dialect::schema::{AdditionalProperties, Node, NodeId, Rule};

impl Writer<'_> {
    pub(super) fn json_schema(&mut self, id: NodeId) -> Written {
        let node = self.graph.node(id).clone();
        self.json_schema_node(&node)
    }

    /// Writes a node. Only the names at the root are mapped.
    pub(super) fn json_schema_node(&mut self, node: &Node) -> Written {
        let level = self.level();
        let mut schema = Map::new();
        let accepts_all = self.rules.facets.is_none();
        if node.is_never {
            if accepts_all {
                schema.insert("not".to_owned(), json!({}));
            }
            return Written {
                schema,
                mapping: MappingId::SAME,
            };
        }
        let mut words = Vec::new();
        let mut kept = self.json_schema_values(node, &mut schema, &mut words);
        let mapping = self.json_schema_object(node, &mut schema, level);
        self.json_schema_array(node, &mut schema);
        self.json_schema_unions(node, &mut schema, &mut words);
        if accepts_all && level == Level::Nested {
            kept.extend(self.json_schema_rules(node, &mut schema));
        }
        let is_kept = |keyword: &str| kept.iter().any(|known| known == keyword);
        words.extend(self.words(node, is_kept));
        self.describe(&mut schema, node.description.clone(), &words);
        Written { schema, mapping }
    }

    /// Writes the title, the type, the values and the facets; returns the names of the facets that
    /// are kept.
    fn json_schema_values(
        &mut self,
        node: &Node,
        schema: &mut Map<String, Json>,
        words: &mut Vec<String>,
    ) -> Vec<String> {
        let accepts_all = self.rules.facets.is_none();
        if let Some(title) = &node.title {
            schema.insert("title".to_owned(), json!(title));
        }
        if let Some(types) = node.types.filter(|types| !types.is_empty()) {
            let names: Vec<&str> = types.iter().map(JsonType::name).collect();
            let name_or_names = match names.as_slice() {
                [name] => json!(name),
                names => json!(names),
            };
            schema.insert("type".to_owned(), name_or_names);
        }
        if let Some(values) = &node.values {
            let is_plain = |value: &Json| value.is_string() || value.is_number();
            if accepts_all || values.iter().all(is_plain) {
                schema.insert("enum".to_owned(), json!(values));
            } else {
                words.push(words::one_of(values));
                self.note(node, "enum", NoteKind::Described);
            }
        }
        let mut kept = Vec::new();
        for (keyword, value) in &node.facets {
            let is_known = self
                .rules
                .facets
                .is_none_or(|known| known.contains(&keyword.as_str()));
            let is_valid = match keyword.as_str() {
                // A pattern of another regex dialect may be invalid for the provider.
                "pattern" => value.as_str().is_some_and(is_pattern),
                "example" => false,
                _ => true,
            };
            if is_known && is_valid {
                schema.insert(keyword.clone(), value.clone());
                kept.push(keyword.clone());
            }
        }
        kept
    }

    /// Writes the rules; returns the names of those that are kept.
    fn json_schema_rules(&mut self, node: &Node, schema: &mut Map<String, Json>) -> Vec<String> {
        let mut kept = Vec::new();
        for (keyword, rule) in &node.rules {
            let rule = match rule {
                Rule::Value(value) => value.clone(),
                Rule::Schema(id) => Json::Object(self.write(*id).schema),
                Rule::Map(schemas) => Json::Object(self.json_schema_map(schemas)),
            };
            // A second rule with the same keyword would need an `allOf`.
            if !schema.contains_key(keyword) {
                schema.insert(keyword.clone(), rule);
                kept.push(keyword.clone());
            }
        }
        kept
    }

    fn json_schema_object(
        &mut self,
        node: &Node,
        schema: &mut Map<String, Json>,
        level: Level,
    ) -> MappingId {
        let accepts_all = self.rules.facets.is_none();
        let mut properties = node.properties.clone();
        if !accepts_all {
            properties.retain(|(_, id)| !self.graph.resolved_node(*id).is_never);
        }
        let provider_names = self.provider_names(node, &properties, level, &mut BTreeSet::new());
        let mut written = Map::new();
        let mut members = Vec::new();
        for ((name, id), provider_name) in properties.iter().zip(provider_names) {
            let member = self.write(*id);
            written.insert(provider_name.clone(), Json::Object(member.schema));
            members.push(Member {
                name: name.clone(),
                provider_name,
                mapping: MappingId::SAME,
                is_null_absent: false,
            });
        }
        let is_object =
            node.types.is_some_and(|types| types.has(JsonType::Object)) || !written.is_empty();
        if is_object {
            schema.insert("properties".to_owned(), Json::Object(written));
        }
        let provider_name_of = |name: &String| {
            let member = members.iter().find(|member| member.name == *name);
            member.map_or_else(|| name.clone(), |member| member.provider_name.clone())
        };
        let mut required: Vec<String> = node.required.iter().map(provider_name_of).collect();
        if !accepts_all {
            required.retain(|name| members.iter().any(|member| member.provider_name == *name));
        }
        if !required.is_empty() {
            schema.insert("required".to_owned(), json!(required));
        }
        let additional = match node.additional {
            AdditionalProperties::Any => Some(json!(true)),
            AdditionalProperties::Forbidden if node.patterns.is_empty() || accepts_all => {
                Some(json!(false))
            }
            AdditionalProperties::Unspecified | AdditionalProperties::Forbidden => None,
            AdditionalProperties::Each(id) => Some(Json::Object(self.write(id).schema)),
        };
        schema.extend(additional.map(|schema| ("additionalProperties".to_owned(), schema)));
        if accepts_all && !node.patterns.is_empty() {
            let valid = self
                .json_schema_map(&node.patterns)
                .into_iter()
                .filter(|(pattern, _)| is_pattern(pattern));
            schema.insert(
                "patternProperties".to_owned(),
                Json::Object(valid.collect()),
            );
        } else if !node.patterns.is_empty() {
            self.note(node, "patternProperties", NoteKind::Dropped);
        }
        self.mappings.object(members, None)
    }

    fn json_schema_array(&mut self, node: &Node, schema: &mut Map<String, Json>) {
        let prefix: Vec<Json> = node
            .prefix
            .iter()
            .map(|id| Json::Object(self.write(*id).schema))
            .collect();
        if !prefix.is_empty() {
            schema.insert("prefixItems".to_owned(), Json::Array(prefix));
        }
        let items = node.items.map(|id| {
            let is_never = self.graph.node(id).is_never;
            if is_never && self.rules.facets.is_none() {
                json!(false)
            } else {
                Json::Object(self.write(id).schema)
            }
        });
        let is_array = node.types.is_some_and(|types| types.has(JsonType::Array));
        match items {
            // Some providers refuse an array without `items`.
            None if is_array && !self.rules.allows_root_union => {
                schema.insert("items".to_owned(), json!({}));
            }
            Some(Json::Bool(false)) if !self.rules.allows_root_union => {
                schema.insert("items".to_owned(), json!({"not": {}}));
            }
            items => schema.extend(items.map(|items| ("items".to_owned(), items))),
        }
    }

    fn json_schema_unions(
        &mut self,
        node: &Node,
        schema: &mut Map<String, Json>,
        words: &mut Vec<String>,
    ) {
        for union in &node.unions {
            let keyword = match union.keyword {
                // `oneOf` implies `anyOf`.
                "oneOf" if schema.contains_key("oneOf") => "anyOf",
                keyword => keyword,
            };
            if schema.contains_key(keyword) {
                words.push(format!("a further rule applies ({keyword})"));
                self.note(node, keyword, NoteKind::Described);
                continue;
            }
            let branches: Vec<Json> = union
                .branches
                .iter()
                .map(|id| Json::Object(self.write(*id).schema))
                .collect();
            schema.insert(keyword.to_owned(), Json::Array(branches));
        }
    }

    fn json_schema_map(&mut self, schemas: &[(String, NodeId)]) -> Map<String, Json> {
        schemas
            .iter()
            .map(|(name, id)| (name.clone(), Json::Object(self.write(*id).schema)))
            .collect()
    }
}

fn is_pattern(text: &str) -> bool {
    regex::Regex::new(text).is_ok()
}
