//! Schemas for providers that accept JSON Schema.

use super::object_names::Level;
use super::overlap::EXACTLY_ONE;
use super::words;
use super::writer::{Writer, Written};
use crate::json_type::JsonType;
use crate::mapping::MappingId;
use crate::note::NoteKind;
use crate::pattern::portable;
use crate::rules::Levels;
use crate::schema::{Bounds, Condition, ConditionSet, Node, NodeId, TypeSet, Union};
use crate::tree::{Members, Tree, members, put};

impl Writer<'_> {
    pub(super) fn json_schema(&mut self, id: NodeId) -> Written {
        let node = self.graph.node(id).clone();
        let is_object =
            !node.properties.is_empty() || node.conditions.iter().any(|set| !set.is_empty());
        let is_array = node.items.is_some() || !node.prefix.is_empty();
        let is_level = is_object || (is_array && self.rules.levels == Levels::ObjectsAndArrays);
        if is_level && self.depth >= self.limits.depth {
            return self.cut_node(&node);
        }
        self.depth += usize::from(is_level);
        let written = self.json_schema_node(&node);
        self.depth -= usize::from(is_level);
        written
    }

    /// Writes a node that is too deep: its types and the names of its properties.
    pub(super) fn cut_node(&mut self, node: &Node) -> Written {
        self.note(node, "type", NoteKind::Loosened);
        let names: Vec<&str> = node
            .properties
            .iter()
            .map(|(name, _)| name.as_str())
            .collect();
        let mut words = Vec::new();
        if !names.is_empty() {
            words.push(format!("with properties {}", names.join(", ")));
        }
        let mut schema = Members::new();
        write_types(node.types, &mut schema);
        let has = |json_type| node.types.is_some_and(|types| types.has(json_type));
        // Some providers refuse an object without properties and an array without items.
        if has(JsonType::Object) {
            put(&mut schema, "properties", Members::new());
        }
        if has(JsonType::Array) {
            put(&mut schema, "items", Members::new());
        }
        self.describe(&mut schema, node.description.clone(), &words);
        Written {
            schema,
            mapping: MappingId::SAME,
        }
    }

    /// Writes a node. Only the names at the root are mapped.
    pub(super) fn json_schema_node(&mut self, node: &Node) -> Written {
        let level = self.level();
        let mut schema = Members::new();
        let accepts_all = self.rules.facets.is_none();
        let mut words = Vec::new();
        let node = &self.with_one_union(node, &mut words);
        let conditional = (!accepts_all).then(|| self.with_conditional_properties(node));
        let node = conditional.as_ref().unwrap_or(node);
        if node.is_never {
            if accepts_all {
                put(&mut schema, "not", Members::new());
            }
            let words = ["no value is valid".to_owned()];
            self.describe(&mut schema, node.description.clone(), &words);
            return Written {
                schema,
                mapping: MappingId::SAME,
            };
        }
        let mut kept = self.json_schema_values(node, &mut schema, &mut words);
        let mapping = self.json_schema_object(node, &mut schema, &mut words, level);
        self.json_schema_array(node, &mut schema);
        self.json_schema_unions(node, &mut schema, &mut words);
        if accepts_all && (level == Level::Nested || self.rules.allows_root_union) {
            kept.extend(self.json_schema_rules(node, &mut schema, &mut words));
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
        schema: &mut Members,
        words: &mut Vec<String>,
    ) -> Vec<String> {
        let accepts_all = self.rules.facets.is_none();
        if let Some(title) = &node.title {
            put(schema, "title", title.as_str());
        }
        write_types(node.types, schema);
        if let Some(values) = &node.values {
            let is_plain = |value: &Tree| {
                value.is_string() || (value.is_number() && Bounds::is_exact("enum", value))
            };
            if accepts_all || values.iter().all(is_plain) {
                put(schema, "enum", values.clone());
            } else {
                let types = node
                    .types
                    .unwrap_or_else(|| values.iter().map(Tree::json_type).collect());
                write_types(Some(types), schema);
                words.push(words::one_of(values));
                self.note(node, "enum", NoteKind::Described);
            }
        }
        let mut kept = Vec::new();
        for (keyword, value) in &node.facets {
            let known = self.rules.facets;
            let is_known = known.is_none_or(|known| known.contains(&keyword.as_str()));
            let is_exact = accepts_all || Bounds::is_exact(keyword, value);
            let written = match keyword.as_str() {
                "pattern" => value.as_str().and_then(portable).map(Tree::String),
                "example" => None,
                "default" => {
                    Some(value.clone()).filter(|value| self.graph.admits_annotation(node, value))
                }
                "examples" => self.admitted(node, value),
                _ => Some(value.clone()),
            };
            if let Some(written) = written.filter(|_| is_known && is_exact) {
                schema.insert(keyword.clone(), written);
                kept.push(keyword.clone());
            }
        }
        kept
    }

    /// Returns the examples that the schema admits, if there are any.
    fn admitted(&self, node: &Node, examples: &Tree) -> Option<Tree> {
        let examples = examples.as_array()?.iter();
        let admitted = examples.filter(|example| self.graph.admits_annotation(node, example));
        let admitted: Vec<Tree> = admitted.cloned().collect();
        (!admitted.is_empty()).then_some(Tree::Array(admitted))
    }

    /// Writes the rules; returns their names. A second rule with the same keyword needs an `allOf`.
    fn json_schema_rules(
        &mut self,
        node: &Node,
        schema: &mut Members,
        words: &mut Vec<String>,
    ) -> Vec<String> {
        let mut kept = Vec::new();
        for set in &node.conditions {
            kept.extend(set.iter().map(|(keyword, _)| keyword.clone()));
            if self.is_unclear(set) {
                let described = self.describe_conditions(set);
                words.extend(Some(described).filter(|words| !words.is_empty()));
                for (keyword, _) in set {
                    self.note(node, keyword, NoteKind::Described);
                }
                continue;
            }
            let written = self.json_schema_rule_set(set);
            let is_taken = written
                .keys()
                .any(|keyword| schema.contains_key(keyword) && keyword != "allOf");
            if is_taken {
                also(schema, Tree::Object(written));
                continue;
            }
            for (keyword, rule) in written {
                match rule {
                    Tree::Array(parts) if keyword == "allOf" => {
                        for part in parts {
                            also(schema, part);
                        }
                    }
                    rule => {
                        schema.insert(keyword, rule);
                    }
                }
            }
        }
        kept
    }

    /// Returns `true` if the schema that a rule negates could be read only in part: its negation
    /// would refuse too much.
    fn is_unclear(&self, set: &ConditionSet) -> bool {
        set.iter().any(|(keyword, rule)| match rule {
            Condition::Schema(id) if matches!(keyword.as_str(), "not" | "if") => {
                let node = self.graph.resolved_node(*id);
                node.is_partial || !node.lost.is_empty()
            }
            _ => false,
        })
    }

    fn json_schema_rule_set(&mut self, set: &ConditionSet) -> Members {
        let mut written = Members::new();
        for (keyword, rule) in set {
            let rule = match rule {
                Condition::Value(value) => value.clone(),
                Condition::Schema(id) if keyword == "allOf" => Tree::from([self.write(*id).schema]),
                Condition::Schema(id) => Tree::Object(self.write(*id).schema),
                Condition::Map(schemas) => Tree::Object(self.json_schema_map(schemas)),
            };
            written.insert(keyword.clone(), rule);
        }
        written
    }

    fn json_schema_array(&mut self, node: &Node, schema: &mut Members) {
        let prefix: Vec<Tree> = node
            .prefix
            .iter()
            .map(|id| Tree::Object(self.write(*id).schema))
            .collect();
        if !prefix.is_empty() {
            put(schema, "prefixItems", prefix);
        }
        let items = node.items.map(|id| {
            let is_never = self.graph.resolved_node(id).is_never;
            if is_never && self.rules.facets.is_none() {
                Tree::Bool(false)
            } else {
                Tree::Object(self.write(id).schema)
            }
        });
        let is_array = node.types.is_some_and(|types| types.has(JsonType::Array));
        let is_never = |id| self.graph.resolved_node(id).is_never;
        if self.rules.facets.is_some() && node.items.is_some_and(is_never) {
            put(schema, "maxItems", node.prefix.len());
        }
        match items {
            // Some providers refuse an array without `items`.
            None if is_array && !self.rules.allows_root_union => {
                put(schema, "items", Members::new());
            }
            Some(Tree::Bool(false)) if !self.rules.allows_root_union => {
                put(schema, "items", members! {"not": Members::new()});
            }
            items => schema.extend(items.map(|items| ("items".to_owned(), items))),
        }
    }

    /// Returns a node whose unions a provider of few keywords reads: one union, of branches that say
    /// more than what is required.
    fn with_one_union(&mut self, node: &Node, words: &mut Vec<String>) -> Node {
        let mut unions = node.unions.iter();
        let only_requires = |union: &Union| union.branches.iter().all(|id| self.only_requires(*id));
        let is_split = node.unions.len() > 1 || unions.any(only_requires);
        if self.rules.facets.is_none() || !is_split {
            return node.clone();
        }
        let split = self.split_unions(node.clone());
        words.extend(split.words);
        let unions = split.branches.map(|branches| Union {
            keyword: "anyOf",
            branches,
        });
        Node {
            unions: unions.into_iter().collect(),
            ..split.base
        }
    }

    fn json_schema_unions(&mut self, node: &Node, schema: &mut Members, words: &mut Vec<String>) {
        for union in &node.unions {
            let notes = self.count_notes();
            let mut branches = Vec::new();
            for id in &union.branches {
                if !self.graph.resolved_node(*id).is_never {
                    branches.push(self.write(*id).schema);
                }
            }
            if self.rules.facets.is_some() && branches.iter().any(says_nothing) {
                words.push(self.describe_union(union));
                self.note(node, union.keyword, NoteKind::Described);
                continue;
            }
            // Branches that lost what tells them apart may accept the same value.
            let is_lossy = union.branches.iter().any(|id| self.is_lossy(*id, notes));
            let keyword = if is_lossy { "anyOf" } else { union.keyword };
            if is_lossy && self.overlaps(node, union) {
                words.push(EXACTLY_ONE.to_owned());
            }
            if schema.contains_key(keyword) {
                let branches = branches.into_iter().map(Tree::Object).collect();
                let part = Members::from_iter([(keyword.to_owned(), Tree::Array(branches))]);
                also(schema, Tree::Object(part));
            } else {
                put(schema, keyword, branches);
            }
        }
    }

    pub(super) fn json_schema_map(&mut self, schemas: &[(String, NodeId)]) -> Members {
        schemas
            .iter()
            .map(|(name, id)| (name.clone(), Tree::Object(self.write(*id).schema)))
            .collect()
    }
}

/// Returns `true` for a written schema that allows any value.
fn says_nothing(schema: &Members) -> bool {
    let is_annotation = |keyword: &String| matches!(keyword.as_str(), "title" | "description");
    schema.keys().all(is_annotation)
}

fn write_types(types: Option<TypeSet>, schema: &mut Members) {
    if let Some(types) = types.filter(|types| !types.is_empty()) {
        let names: Vec<&str> = types.iter().map(JsonType::as_str).collect();
        match names.as_slice() {
            [name] => put(schema, "type", *name),
            _ => put(schema, "type", names),
        }
    }
}

/// Adds a schema that applies together with `schema`.
fn also(schema: &mut Members, part: Tree) {
    let parts = schema
        .entry("allOf".to_owned())
        .or_insert_with(|| Tree::Array(Vec::new()));
    if let Some(parts) = parts.as_array_mut() {
        parts.push(part);
    }
}
