//! Schemas for providers that take JSON Schema.

use std::collections::BTreeSet;

use serde_json::{Map, json};

use super::{Writer, Written, describe};
use crate::codec::Json;
use crate::dialect::note::Change;
use crate::dialect::plan::{Member, PlanId};
use crate::dialect::schema::{Kind, Kinds, Node, NodeId, Rest, Rule};

impl Writer<'_> {
    pub(super) fn loose(&mut self, id: NodeId) -> Written {
        let node = self.graph.node(id).clone();
        self.loose_node(&node)
    }

    /// Below the top nothing is mapped.
    pub(super) fn loose_node(&mut self, node: &Node) -> Written {
        let is_root = self.open.is_empty();
        let mut schema = Map::new();
        let takes_all = self.rules.facets.is_none();
        if node.is_never {
            if takes_all {
                schema.insert("not".to_owned(), json!({}));
            }
            return Written {
                schema,
                plan: PlanId::SAME,
            };
        }
        if let Some(title) = &node.title {
            schema.insert("title".to_owned(), json!(title));
        }
        if let Some(kinds) = node.kinds.filter(|kinds| *kinds != Kinds::NONE) {
            let names: Vec<&str> = kinds.each().map(Kind::name).collect();
            let kind = match names.as_slice() {
                [name] => json!(name),
                names => json!(names),
            };
            schema.insert("type".to_owned(), kind);
        }
        let mut words = Vec::new();
        if let Some(values) = &node.values {
            if takes_all
                || values
                    .iter()
                    .all(|value| value.is_string() || value.is_number())
            {
                schema.insert("enum".to_owned(), json!(values));
            } else {
                words.push(describe::one_of(values));
                self.note(node, "enum", Change::Described);
            }
        }
        let kept = |keyword: &str| {
            self.rules
                .facets
                .is_none_or(|known| known.contains(&keyword))
        };
        let is_kept = |keyword: &str, value: &Json| match keyword {
            // Not every pattern is a pattern for every reader.
            "pattern" => value
                .as_str()
                .is_some_and(|text| regex::Regex::new(text).is_ok()),
            "example" => false,
            "default" if value.is_null() => takes_all,
            _ => true,
        };
        let mut facets = Vec::new();
        for (keyword, value) in &node.facets {
            if kept(keyword) && is_kept(keyword, value) {
                schema.insert(keyword.clone(), value.clone());
                facets.push(keyword.clone());
            }
        }
        let plan = self.loose_object(node, &mut schema, is_root);
        self.loose_list(node, &mut schema);
        self.loose_unions(node, &mut schema, &mut words);
        let mut rules = Vec::new();
        if takes_all && !is_root {
            for (keyword, rule) in &node.rules {
                let rule = match rule {
                    Rule::Value(value) => value.clone(),
                    Rule::Schema(id) => Json::Object(self.write(*id).schema),
                    Rule::Map(schemas) => Json::Object(self.loose_map(schemas)),
                };
                // Two of a kind would have to stand in an `allOf`.
                if !schema.contains_key(keyword) {
                    schema.insert(keyword.clone(), rule);
                    rules.push(keyword.clone());
                }
            }
        }
        let is_kept = |keyword: &str| facets.iter().chain(&rules).any(|known| known == keyword);
        words.extend(self.words(node, is_kept));
        self.describe(&mut schema, node.description.clone(), &words);
        Written { schema, plan }
    }

    fn loose_object(
        &mut self,
        node: &Node,
        schema: &mut Map<String, Json>,
        is_root: bool,
    ) -> PlanId {
        let takes_all = self.rules.facets.is_none();
        let mut properties = node.properties.clone();
        if !takes_all {
            properties.retain(|(_, id)| !self.graph.node(self.graph.meaning(*id).0).is_never);
        }
        let mut taken = BTreeSet::new();
        let said = self.said_names(node, &properties, is_root, &mut taken);
        let mut written = Map::new();
        let mut members = Vec::new();
        for ((name, id), said) in properties.iter().zip(said) {
            let member = self.write(*id);
            written.insert(said.clone(), Json::Object(member.schema));
            members.push(Member {
                name: name.clone(),
                said,
                plan: PlanId::SAME,
                is_null_absent: false,
            });
        }
        let is_object =
            node.kinds.is_some_and(|kinds| kinds.has(Kind::Object)) || !written.is_empty();
        if is_object {
            schema.insert("properties".to_owned(), Json::Object(written));
        }
        let said_name = |name: &String| {
            let mut known = members.iter();
            let member = known.find(|member| member.name == *name);
            member.map_or_else(|| name.clone(), |member| member.said.clone())
        };
        let mut required: Vec<String> = node.required.iter().map(said_name).collect();
        if !takes_all {
            required.retain(|name| members.iter().any(|member| member.said == *name));
        }
        if !required.is_empty() {
            schema.insert("required".to_owned(), json!(required));
        }
        let rest = match node.rest {
            Rest::Unsaid => None,
            Rest::Open => Some(json!(true)),
            Rest::Closed if node.patterns.is_empty() || takes_all => Some(json!(false)),
            Rest::Closed => None,
            Rest::Each(id) => Some(Json::Object(self.write(id).schema)),
        };
        schema.extend(rest.map(|rest| ("additionalProperties".to_owned(), rest)));
        if takes_all && !node.patterns.is_empty() {
            let patterns = self.loose_map(&node.patterns);
            let readable = patterns
                .into_iter()
                .filter(|(pattern, _)| regex::Regex::new(pattern).is_ok());
            schema.insert(
                "patternProperties".to_owned(),
                Json::Object(readable.collect()),
            );
        } else if !node.patterns.is_empty() {
            self.note(node, "patternProperties", Change::Dropped);
        }
        self.plans.object(members, None)
    }

    fn loose_list(&mut self, node: &Node, schema: &mut Map<String, Json>) {
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
        let is_list = node.kinds.is_some_and(|kinds| kinds.has(Kind::Array));
        match items {
            // A list whose elements nobody describes is refused by some.
            None if is_list && !self.rules.has_root_union => {
                schema.insert("items".to_owned(), json!({}));
            }
            Some(Json::Bool(false)) if !self.rules.has_root_union => {
                schema.insert("items".to_owned(), json!({"not": {}}));
            }
            items => schema.extend(items.map(|items| ("items".to_owned(), items))),
        }
    }

    fn loose_unions(
        &mut self,
        node: &Node,
        schema: &mut Map<String, Json>,
        words: &mut Vec<String>,
    ) {
        for union in &node.unions {
            let keyword = match union.keyword {
                // What is exactly one is one at least.
                "oneOf" if schema.contains_key("oneOf") => "anyOf",
                keyword => keyword,
            };
            if schema.contains_key(keyword) {
                words.push(format!("a further rule holds ({keyword})"));
                self.note(node, keyword, Change::Described);
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

    fn loose_map(&mut self, schemas: &[(String, NodeId)]) -> Map<String, Json> {
        let schemas = schemas.iter();
        schemas
            .map(|(name, id)| (name.clone(), Json::Object(self.write(*id).schema)))
            .collect()
    }
}
