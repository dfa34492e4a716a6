//! Schemas for providers that take JSON Schema.

use std::collections::BTreeSet;

use serde_json::{Map, json};

use super::{Writer, Written, describe};
use crate::codec::Json;
use crate::dialect::note::Change;
use crate::dialect::plan::{Member, PlanId};
use crate::dialect::schema::{Kind, Node, NodeId, Rest, Rule};

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
        let mut words = Vec::new();
        let mut kept = self.loose_values(node, &mut schema, &mut words);
        let plan = self.loose_object(node, &mut schema, is_root);
        self.loose_list(node, &mut schema);
        self.loose_unions(node, &mut schema, &mut words);
        if takes_all && !is_root {
            kept.extend(self.loose_rules(node, &mut schema));
        }
        let is_kept = |keyword: &str| kept.iter().any(|known| known == keyword);
        words.extend(self.words(node, is_kept));
        self.describe(&mut schema, node.description.clone(), &words);
        Written { schema, plan }
    }

    /// The type, the values and the bounds; the names of the bounds that are kept.
    fn loose_values(
        &mut self,
        node: &Node,
        schema: &mut Map<String, Json>,
        words: &mut Vec<String>,
    ) -> Vec<String> {
        let takes_all = self.rules.facets.is_none();
        if let Some(title) = &node.title {
            schema.insert("title".to_owned(), json!(title));
        }
        if let Some(kinds) = node.kinds.filter(|kinds| !kinds.is_empty()) {
            let names: Vec<&str> = kinds.each().map(Kind::name).collect();
            let kind = match names.as_slice() {
                [name] => json!(name),
                names => json!(names),
            };
            schema.insert("type".to_owned(), kind);
        }
        if let Some(values) = &node.values {
            let is_plain = |value: &Json| value.is_string() || value.is_number();
            if takes_all || values.iter().all(is_plain) {
                schema.insert("enum".to_owned(), json!(values));
            } else {
                words.push(describe::one_of(values));
                self.note(node, "enum", Change::Described);
            }
        }
        let mut kept = Vec::new();
        for (keyword, value) in &node.facets {
            let known = self.rules.facets;
            let is_known = known.is_none_or(|known| known.contains(&keyword.as_str()));
            let is_right = match keyword.as_str() {
                // Not every pattern is one for every reader.
                "pattern" => value.as_str().is_some_and(is_pattern),
                "example" => false,
                _ => true,
            };
            if is_known && is_right {
                schema.insert(keyword.clone(), value.clone());
                kept.push(keyword.clone());
            }
        }
        kept
    }

    /// Rules that hold schemas; the names of those that are kept.
    fn loose_rules(&mut self, node: &Node, schema: &mut Map<String, Json>) -> Vec<String> {
        let mut kept = Vec::new();
        for (keyword, rule) in &node.rules {
            let rule = match rule {
                Rule::Value(value) => value.clone(),
                Rule::Schema(id) => Json::Object(self.write(*id).schema),
                Rule::Map(schemas) => Json::Object(self.loose_map(schemas)),
            };
            // Two of a kind would have to stand in an `allOf`.
            if !schema.contains_key(keyword) {
                schema.insert(keyword.clone(), rule);
                kept.push(keyword.clone());
            }
        }
        kept
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
            Rest::Open => Some(json!(true)),
            Rest::Closed if node.patterns.is_empty() || takes_all => Some(json!(false)),
            Rest::Unsaid | Rest::Closed => None,
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

fn is_pattern(text: &str) -> bool {
    regex::Regex::new(text).is_ok()
}
