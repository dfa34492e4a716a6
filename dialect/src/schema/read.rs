//! The reader of schemas.

use std::collections::BTreeMap;

use super::condition::group;
use super::facet::read_facet;
use super::graph::Graph;
use super::malformed::{is_malformed, is_nullable, is_unset};
use super::node::{AdditionalProperties, Node, NodeId, Union};
use super::nullable::allow_null;
use super::type_set::TypeSet;
use crate::json_pointer::join;
use crate::json_type::JsonType;
use crate::resource::Resources;
use crate::tree::{Members, Tree};

/// The depth of schemas in each other that are read.
const MAX_DEPTH: usize = 100;

/// Reads a schema; returns its nodes and the root.
pub(crate) fn read(document: &Tree) -> (Graph, NodeId) {
    let mut graph = Graph::default();
    let reader = SchemaReader {
        graph: &mut graph,
        document,
        resources: Resources::of(document),
        read: BTreeMap::new(),
        depth: 0,
    };
    let root = reader.root();
    (graph, root)
}

pub(super) struct SchemaReader<'a> {
    graph: &'a mut Graph,
    document: &'a Tree,
    resources: Resources<'a, Tree>,
    /// The nodes read so far, by pointer.
    read: BTreeMap<String, NodeId>,
    depth: usize,
}

/// The keywords whose schemas apply together with the schema around them, in the order in which
/// their properties follow its own.
const MERGED: [&str; 5] = ["allOf", "extends", "$ref", "$dynamicRef", "$recursiveRef"];

impl SchemaReader<'_> {
    /// Reads the document. `allOf` is merged at the end, when all nodes exist.
    fn root(mut self) -> NodeId {
        let document = self.document;
        let root = match document.as_object() {
            Some(members) if is_map_of_properties(members) => {
                let mut node = Node {
                    types: Some(TypeSet::of(JsonType::Object)),
                    ..Node::default()
                };
                let required = members.get("required").and_then(Tree::as_array);
                for name in required.into_iter().flatten() {
                    require(&mut node, name.as_str().unwrap_or_default());
                }
                let properties = members
                    .iter()
                    .filter(|(_, schema)| matches!(schema, Tree::Object(_) | Tree::Bool(_)));
                self.properties(&mut node, properties, "");
                self.graph.add(node)
            }
            _ => self.schema(document, String::new()),
        };
        self.graph.settle_all();
        self.graph.allow_nulls();
        self.graph.refine_all();
        self.graph.is_settled = true;
        root
    }

    pub(super) fn schema(&mut self, schema: &Tree, pointer: String) -> NodeId {
        if let Some(known) = self.read.get(&pointer) {
            return *known;
        }
        let mut node = Node {
            pointer: pointer.clone(),
            ..Node::default()
        };
        let id = self.graph.add(Node::default());
        self.read.insert(pointer, id);
        match schema {
            Tree::Bool(false) => node.refuse_all("false"),
            Tree::Object(_) if self.depth > MAX_DEPTH || self.graph.is_full() => {
                node.lost.push(("depth".to_owned(), Tree::Null));
            }
            Tree::Object(members) => {
                self.depth += 1;
                self.members(&mut node, members, id);
                self.depth -= 1;
            }
            // PHP writes an empty object as an empty array. Other values say nothing.
            _ => {}
        }
        self.graph.set(id, node);
        id
    }

    fn members(&mut self, node: &mut Node, members: &Members, id: NodeId) {
        let mut rules = Vec::new();
        for (keyword, value) in members {
            if is_unset(keyword, value, members) {
                node.is_partial |= is_malformed(keyword, value);
                continue;
            }
            let below = || join(&node.pointer, keyword);
            node.is_partial |= is_malformed(keyword, value);
            match (keyword.as_str(), value) {
                ("type", value) => read_types(node, value),
                ("title", Tree::String(text)) => node.title = Some(text.clone()),
                ("description", Tree::String(text)) => node.description = Some(text.clone()),
                ("enum", Tree::Array(values)) if !values.is_empty() => {
                    restrict_values(node, distinct(values));
                }
                ("const", value) => restrict_values(node, vec![value.clone()]),
                ("properties", Tree::Object(properties)) => {
                    let pointer = below();
                    self.properties(node, properties.iter(), &pointer);
                }
                ("required", Tree::Array(names)) => {
                    for name in names.iter().filter_map(Tree::as_str) {
                        require(node, name);
                    }
                }
                (keyword, value) => {
                    let is_read = read_facet(node, members, keyword, value)
                        || self.elements(node, members, keyword, value)
                        || self.composed(node, keyword, value);
                    if !is_read && !MERGED.contains(&keyword) {
                        rules.extend(self.rule(node, keyword, value));
                    }
                }
            }
        }
        node.conditions = group(rules);
        for keyword in MERGED {
            if let Some(value) = members.get(keyword) {
                self.merged(node, keyword, value, id);
            }
        }
        if is_nullable(members) {
            if !self.graph.pending.contains_key(&id) {
                allow_null(node);
            }
            self.graph.nullable.push(id);
        }
    }

    /// Reads the keywords for the elements of arrays; returns `false` for another keyword.
    fn elements(
        &mut self,
        node: &mut Node,
        members: &Members,
        keyword: &str,
        value: &Tree,
    ) -> bool {
        let below = join(&node.pointer, keyword);
        match (keyword, value) {
            ("items" | "prefixItems", Tree::Array(elements)) => {
                node.prefix = self.list(elements, &below);
            }
            ("items", Tree::Object(_) | Tree::Bool(_)) => {
                node.items = Some(self.schema(value, below));
            }
            // Without other schemas for the same array, the elements that are not evaluated are those
            // that the schema does not name.
            ("unevaluatedItems", Tree::Object(_) | Tree::Bool(_)) if judges_alone(members) => {
                node.items = Some(self.schema(value, below));
            }
            ("additionalItems", Tree::Object(_) | Tree::Bool(_))
                if members.get("items").is_some_and(Tree::is_array) =>
            {
                node.items = Some(self.schema(value, below));
            }
            _ => return false,
        }
        true
    }

    /// Reads the other keywords that contain schemas; returns `false` for another keyword.
    fn composed(&mut self, node: &mut Node, keyword: &str, value: &Tree) -> bool {
        let below = join(&node.pointer, keyword);
        match (keyword, value) {
            ("additionalProperties", Tree::Bool(is_open)) => {
                node.additional = if *is_open {
                    AdditionalProperties::Any
                } else {
                    AdditionalProperties::Forbidden
                };
            }
            ("additionalProperties", Tree::Object(schema)) if schema.is_empty() => {
                node.additional = AdditionalProperties::Any;
            }
            ("additionalProperties", Tree::Array(schema)) if schema.is_empty() => {
                node.additional = AdditionalProperties::Any;
            }
            ("additionalProperties", Tree::Object(_)) => {
                node.additional = AdditionalProperties::Each(self.schema(value, below));
            }
            ("patternProperties", Tree::Object(patterns)) => {
                node.patterns = self.map(patterns, &below);
            }
            ("anyOf" | "oneOf", Tree::Array(branches)) if !branches.is_empty() => {
                let branches = self.list(branches, &below);
                let keyword = if keyword == "anyOf" { "anyOf" } else { "oneOf" };
                node.unions.push(Union { keyword, branches });
            }
            _ => return false,
        }
        true
    }

    /// Reads the schemas that apply together with `node`.
    fn merged(&mut self, node: &mut Node, keyword: &str, value: &Tree, id: NodeId) {
        match value {
            Tree::Array(parts) => {
                let parts = self.list(parts, &join(&node.pointer, keyword));
                self.graph.merge_later(id, &parts);
            }
            Tree::String(reference) => {
                let Some((pointer, target)) = self.resources.find(reference, &node.pointer) else {
                    node.lost.push((keyword.to_owned(), value.clone()));
                    return;
                };
                let target = self.schema(target, pointer);
                if target != id {
                    self.graph.merge_later(id, &[target]);
                }
            }
            _ => {}
        }
    }

    fn properties<'json>(
        &mut self,
        node: &mut Node,
        properties: impl IntoIterator<Item = (&'json String, &'json Tree)>,
        pointer: &str,
    ) {
        for (name, schema) in properties {
            if schema.get("required") == Some(&Tree::Bool(true)) {
                require(node, name);
            }
            let id = self.schema(schema, join(pointer, name));
            node.properties.push((name.clone(), id));
        }
    }

    fn list(&mut self, schemas: &[Tree], pointer: &str) -> Vec<NodeId> {
        schemas
            .iter()
            .enumerate()
            .map(|(index, schema)| self.schema(schema, format!("{pointer}/{index}")))
            .collect()
    }

    pub(super) fn map(&mut self, schemas: &Members, pointer: &str) -> Vec<(String, NodeId)> {
        schemas
            .iter()
            .map(|(name, schema)| {
                let id = self.schema(schema, join(pointer, name));
                (name.clone(), id)
            })
            .collect()
    }
}

/// Returns `true` if no other keyword says anything about the elements after the first ones.
fn judges_alone(members: &Members) -> bool {
    const OTHERS: [&str; 12] = [
        "$dynamicRef",
        "$recursiveRef",
        "$ref",
        "additionalItems",
        "allOf",
        "anyOf",
        "contains",
        "dependentSchemas",
        "if",
        "not",
        "oneOf",
        "extends",
    ];
    !OTHERS.iter().any(|keyword| members.contains_key(*keyword))
        && members.get("items").is_none_or(Tree::is_array)
}

fn read_types(node: &mut Node, value: &Tree) {
    let listed = match value {
        Tree::Array(names) => names.as_slice(),
        name => std::slice::from_ref(name),
    };
    let mut known = listed.iter().map(|name| TypeSet::parse(name.as_str()?));
    let all = known.try_fold(TypeSet::EMPTY, |all, types| Some(all.union(types?)));
    match all {
        Some(types) if !types.is_empty() && types != TypeSet::ALL => node.types = Some(types),
        Some(_) => {}
        None => node.lost.push(("type".to_owned(), value.clone())),
    }
}

fn require(node: &mut Node, name: &str) {
    if !name.is_empty() && !node.requires(name) {
        node.required.push(name.to_owned());
    }
}

/// Allows only these of the values that are allowed so far.
fn restrict_values(node: &mut Node, values: Vec<Tree>) {
    let Some(known) = &mut node.values else {
        node.values = Some(values);
        return;
    };
    known.retain(|known| values.iter().any(|value| value.is_same(known)));
    if known.is_empty() {
        node.refuse_all("enum");
    }
}

fn distinct(values: &[Tree]) -> Vec<Tree> {
    let mut kept: Vec<Tree> = Vec::new();
    let mut seen = std::collections::BTreeSet::new();
    for value in values {
        // 1 and 1.0 are the same value.
        let integral = value
            .as_f64()
            .filter(|number| number.fract() == 0.0 && number.abs() < 1e15);
        let text = integral.map_or_else(|| value.to_string(), |number| format!("{number:.0}"));
        if seen.insert(text) {
            kept.push(value.clone());
        }
    }
    kept
}

/// Returns `true` for a map of properties in place of a schema.
fn is_map_of_properties(members: &Members) -> bool {
    const SCHEMA_KEYWORDS: [&str; 12] = [
        "$ref",
        "$defs",
        "$schema",
        "additionalProperties",
        "allOf",
        "anyOf",
        "const",
        "definitions",
        "enum",
        "items",
        "not",
        "oneOf",
    ];
    let is_schema = members.iter().any(|(key, value)| match key.as_str() {
        "type" => !value.is_object(),
        "properties" => value.as_object().is_some_and(|all| {
            all.values()
                .all(|schema| !schema.is_string() && !schema.is_number())
        }),
        key => SCHEMA_KEYWORDS.contains(&key),
    });
    !is_schema && members.values().any(Tree::is_object)
}
