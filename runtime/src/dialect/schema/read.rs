//! The reader of schemas.

use std::collections::BTreeMap;

use serde_json::Map;

use super::graph::Graph;
use super::node::{AdditionalProperties, Node, NodeId, Rule, Union};
use super::reference::find;
use super::type_set::TypeSet;
use crate::codec::{Json, JsonType};
use crate::json_pointer::join;

/// The depth of schemas in each other that are read.
const MAX_DEPTH: usize = 100;

/// Reads a schema; returns its nodes and the root.
pub(in crate::dialect) fn read(document: &Json) -> (Graph, NodeId) {
    let mut graph = Graph::default();
    let reader = SchemaReader {
        graph: &mut graph,
        document,
        read: BTreeMap::new(),
        depth: 0,
    };
    let root = reader.root();
    (graph, root)
}

struct SchemaReader<'a> {
    graph: &'a mut Graph,
    document: &'a Json,
    /// The nodes read so far, by pointer.
    read: BTreeMap<String, NodeId>,
    depth: usize,
}

/// The keywords that constrain or annotate a value and whose own value is not a schema.
const FACETS: [&str; 19] = [
    "contentEncoding",
    "contentMediaType",
    "default",
    "deprecated",
    "example",
    "examples",
    "exclusiveMaximum",
    "exclusiveMinimum",
    "format",
    "maxItems",
    "maxLength",
    "maxProperties",
    "maximum",
    "minItems",
    "minLength",
    "minProperties",
    "minimum",
    "pattern",
    "uniqueItems",
];

impl SchemaReader<'_> {
    /// Reads the document. `allOf` is merged at the end, when all nodes exist.
    fn root(mut self) -> NodeId {
        let root = if is_map_of_properties(self.document) {
            let mut node = Node {
                types: Some(TypeSet::of(JsonType::Object)),
                ..Node::default()
            };
            let members = self.document.as_object();
            self.properties(&mut node, members.into_iter().flatten(), "");
            self.graph.add(node)
        } else {
            self.schema(self.document, String::new())
        };
        self.graph.settle_all();
        root
    }

    fn schema(&mut self, schema: &Json, pointer: String) -> NodeId {
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
            Json::Bool(is_anything) => node.is_never = !is_anything,
            Json::Object(_) if self.depth > MAX_DEPTH || self.graph.is_full() => {
                node.lost.push(("depth".to_owned(), Json::Null));
            }
            Json::Object(members) => {
                self.depth += 1;
                self.members(&mut node, members, id);
                self.depth -= 1;
            }
            _ => {}
        }
        self.graph.set(id, node);
        id
    }

    fn members(&mut self, node: &mut Node, members: &Map<String, Json>, id: NodeId) {
        for (keyword, value) in members {
            let below = || join(&node.pointer, keyword);
            match (keyword.as_str(), value) {
                ("type", value) => read_types(node, value),
                ("title", Json::String(text)) => node.title = Some(text.clone()),
                ("description", Json::String(text)) => node.description = Some(text.clone()),
                ("enum", Json::Array(values)) if !values.is_empty() => {
                    node.values = Some(distinct(values));
                }
                ("const", value) => node.values = Some(vec![value.clone()]),
                ("properties", Json::Object(properties)) => {
                    let pointer = below();
                    self.properties(node, properties, &pointer);
                }
                ("required", Json::Array(names)) => {
                    for name in names.iter().filter_map(Json::as_str) {
                        require(node, name);
                    }
                }
                ("items" | "prefixItems", Json::Array(elements)) => {
                    let pointer = below();
                    node.prefix = self.list(elements, &pointer);
                }
                ("items", Json::Object(_) | Json::Bool(_)) => {
                    node.items = Some(self.schema(value, below()));
                }
                ("additionalItems", Json::Object(_) | Json::Bool(_))
                    if members.get("items").is_some_and(Json::is_array) =>
                {
                    node.items = Some(self.schema(value, below()));
                }
                ("exclusiveMinimum" | "exclusiveMaximum", Json::Bool(is_exclusive)) => {
                    let bound = if keyword == "exclusiveMinimum" {
                        "minimum"
                    } else {
                        "maximum"
                    };
                    if let (true, Some(bound @ Json::Number(_))) =
                        (is_exclusive, members.get(bound))
                    {
                        node.facets.insert(keyword.clone(), bound.clone());
                    }
                }
                ("minimum", _) if members.get("exclusiveMinimum") == Some(&Json::Bool(true)) => {}
                ("maximum", _) if members.get("exclusiveMaximum") == Some(&Json::Bool(true)) => {}
                ("multipleOf" | "divisibleBy", Json::Number(_)) => {
                    node.facets.insert("multipleOf".to_owned(), value.clone());
                }
                (keyword, value) if FACETS.contains(&keyword) => {
                    read_facet(node, keyword, value);
                }
                (keyword, value) => self.composed(node, keyword, value, id),
            }
        }
        if members.get("nullable") == Some(&Json::Bool(true)) {
            allow_null(node);
        }
    }

    /// Reads the keywords that contain schemas.
    fn composed(&mut self, node: &mut Node, keyword: &str, value: &Json, id: NodeId) {
        let below = || join(&node.pointer, keyword);
        match (keyword, value) {
            ("additionalProperties", Json::Bool(is_open)) => {
                node.additional = if *is_open {
                    AdditionalProperties::Any
                } else {
                    AdditionalProperties::Forbidden
                };
            }
            ("additionalProperties", Json::Object(schema)) if schema.is_empty() => {
                node.additional = AdditionalProperties::Any;
            }
            ("additionalProperties", Json::Object(_)) => {
                node.additional = AdditionalProperties::Each(self.schema(value, below()));
            }
            ("patternProperties", Json::Object(patterns)) => {
                let pointer = below();
                node.patterns = self.map(patterns, &pointer);
            }
            ("anyOf" | "oneOf", Json::Array(branches)) if !branches.is_empty() => {
                let pointer = below();
                let branches = self.list(branches, &pointer);
                let keyword = if keyword == "anyOf" { "anyOf" } else { "oneOf" };
                node.unions.push(Union { keyword, branches });
            }
            ("allOf" | "extends", Json::Array(parts)) => {
                let pointer = below();
                let parts = self.list(parts, &pointer);
                self.graph.merge_later(id, &parts);
            }
            ("$ref" | "$dynamicRef" | "$recursiveRef", Json::String(reference)) => {
                self.reference(node, keyword, reference, id);
            }
            (keyword, value) => self.rule(node, keyword, value),
        }
    }

    fn properties<'json>(
        &mut self,
        node: &mut Node,
        properties: impl IntoIterator<Item = (&'json String, &'json Json)>,
        pointer: &str,
    ) {
        for (name, schema) in properties {
            if !matches!(schema, Json::Object(_) | Json::Bool(_)) {
                // The list `required` of a bare map of properties.
                for name in schema.as_array().into_iter().flatten() {
                    require(node, name.as_str().unwrap_or_default());
                }
                continue;
            }
            if schema.get("required") == Some(&Json::Bool(true)) {
                require(node, name);
            }
            let id = self.schema(schema, join(pointer, name));
            node.properties.push((name.clone(), id));
        }
    }

    fn list(&mut self, schemas: &[Json], pointer: &str) -> Vec<NodeId> {
        schemas
            .iter()
            .enumerate()
            .map(|(index, schema)| self.schema(schema, format!("{pointer}/{index}")))
            .collect()
    }

    fn map(&mut self, schemas: &Map<String, Json>, pointer: &str) -> Vec<(String, NodeId)> {
        schemas
            .iter()
            .map(|(name, schema)| {
                let id = self.schema(schema, join(pointer, name));
                (name.clone(), id)
            })
            .collect()
    }

    fn reference(&mut self, node: &mut Node, keyword: &str, reference: &str, id: NodeId) {
        let Some((pointer, target)) = find(self.document, reference) else {
            node.lost
                .push((keyword.to_owned(), Json::String(reference.to_owned())));
            return;
        };
        let target = self.schema(target, pointer);
        if target != id {
            self.graph.merge_later(id, &[target]);
        }
    }

    fn rule(&mut self, node: &mut Node, keyword: &str, value: &Json) {
        let below = join(&node.pointer, keyword);
        let rule = match (keyword, value) {
            (
                "not"
                | "if"
                | "then"
                | "else"
                | "contains"
                | "propertyNames"
                | "unevaluatedItems"
                | "unevaluatedProperties",
                Json::Object(_) | Json::Bool(_),
            ) => Rule::Schema(self.schema(value, below)),
            ("dependentSchemas", Json::Object(schemas)) => Rule::Map(self.map(schemas, &below)),
            ("dependencies", Json::Object(schemas)) if schemas.values().all(Json::is_object) => {
                node.rules.push((
                    "dependentSchemas".to_owned(),
                    Rule::Map(self.map(schemas, &below)),
                ));
                return;
            }
            ("dependencies", Json::Object(lists)) if lists.values().all(Json::is_array) => {
                let rule = Rule::Value(value.clone());
                node.rules.push(("dependentRequired".to_owned(), rule));
                return;
            }
            ("dependentRequired" | "minContains" | "maxContains", value) => {
                Rule::Value(value.clone())
            }
            ("disallow" | "dependencies", value) => {
                node.lost.push((keyword.to_owned(), value.clone()));
                return;
            }
            _ => return,
        };
        node.rules.push((keyword.to_owned(), rule));
    }
}

fn read_types(node: &mut Node, value: &Json) {
    let listed = match value {
        Json::Array(names) => names.as_slice(),
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

fn read_facet(node: &mut Node, keyword: &str, value: &Json) {
    let is_valid = match keyword {
        "format" | "pattern" | "contentEncoding" | "contentMediaType" => value.is_string(),
        "deprecated" | "uniqueItems" => *value == Json::Bool(true),
        "default" => !value.is_null(),
        "example" => true,
        "examples" => value.is_array(),
        "minimum" | "maximum" | "exclusiveMinimum" | "exclusiveMaximum" => value.is_number(),
        _ => value.is_u64(),
    };
    if keyword == "default" && value.is_null() {
        // Kept, because it makes an absent property equal to null.
        node.facets.insert("default".to_owned(), Json::Null);
    } else if is_valid {
        node.facets.insert(keyword.to_owned(), value.clone());
    }
}

fn require(node: &mut Node, name: &str) {
    if !name.is_empty() && !node.requires(name) {
        node.required.push(name.to_owned());
    }
}

fn allow_null(node: &mut Node) {
    let null = TypeSet::of(JsonType::Null);
    node.types = node.types.map(|types| types.union(null));
    if let Some(values) = &mut node.values
        && !values.contains(&Json::Null)
    {
        values.push(Json::Null);
    }
}

fn distinct(values: &[Json]) -> Vec<Json> {
    let mut kept: Vec<Json> = Vec::new();
    let mut seen = std::collections::BTreeSet::new();
    for value in values {
        if seen.insert(value.to_string()) {
            kept.push(value.clone());
        }
    }
    kept
}

/// Returns `true` for a map of properties in place of a schema.
fn is_map_of_properties(document: &Json) -> bool {
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
    let Some(members) = document.as_object() else {
        return false;
    };
    let is_schema = members.iter().any(|(key, value)| match key.as_str() {
        "type" => !value.is_object(),
        "properties" => value.as_object().is_some_and(|all| {
            all.values()
                .all(|schema| schema.is_object() || schema.is_boolean())
        }),
        key => SCHEMA_KEYWORDS.contains(&key),
    });
    !is_schema && members.values().any(Json::is_object)
}
