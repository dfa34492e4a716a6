//! The properties that only conditions name: those of `then`, which a model can give if it knows them.

use indexmap::IndexMap;

use super::writer::Writer;
use crate::schema::{Condition, Node, NodeId, Union};
use crate::tree::Tree;

/// The depth of unions in a condition that are searched for properties.
const MAX_DEPTH: usize = 3;

/// The number of properties of one object that are added.
const MAX_NAMES: usize = 100;

/// The schemas of each property, in the order of the conditions.
type Named = IndexMap<String, Vec<NodeId>>;

impl Writer<'_> {
    /// Returns an object with the properties that its conditions name as optional ones.
    pub(super) fn with_conditional_properties(&mut self, node: &Node) -> Node {
        let mut named = Named::new();
        for (keyword, rule) in node.conditions.iter().flatten() {
            match (keyword.as_str(), rule) {
                ("if", Condition::Schema(id)) => {
                    let condition = self.graph.resolved_node(*id);
                    let of_properties = condition.properties.iter().map(|(name, _)| name);
                    for name in of_properties.chain(&condition.required) {
                        named.entry(name.clone()).or_default();
                    }
                }
                ("then" | "else", Condition::Schema(id)) => {
                    self.collect_named(*id, &mut named, 0);
                }
                ("dependentSchemas", Condition::Map(schemas)) => {
                    for (name, id) in schemas {
                        named.entry(name.clone()).or_default();
                        self.collect_named(*id, &mut named, 0);
                    }
                }
                ("dependentRequired", Condition::Value(lists)) => {
                    for (name, list) in lists.as_object().into_iter().flatten() {
                        let demanded = list.as_array().into_iter().flatten();
                        for name in demanded.filter_map(Tree::as_str).chain([name.as_str()]) {
                            named.entry(name.to_owned()).or_default();
                        }
                    }
                }
                _ => {}
            }
        }
        let mut node = node.clone();
        named.retain(|name, _| node.property(name).is_none() && !node.requires(name));
        for (name, ids) in named.into_iter().take(MAX_NAMES) {
            self.name_property(&mut node, name.clone());
            let schema = self.one_of_schemas(&node, ids);
            let property = node.properties.iter_mut().find(|(known, _)| *known == name);
            if let (Some((_, id)), Some(schema)) = (property, schema) {
                *id = self.graph.merge(*id, schema);
            }
        }
        node
    }

    fn collect_named(&self, id: NodeId, named: &mut Named, depth: usize) {
        let node = self.graph.resolved_node(id);
        for (name, id) in &node.properties {
            named.entry(name.clone()).or_default().push(*id);
        }
        for name in &node.required {
            named.entry(name.clone()).or_default();
        }
        for union in node.unions.iter().filter(|_| depth < MAX_DEPTH) {
            for branch in &union.branches {
                self.collect_named(*branch, named, depth + 1);
            }
        }
    }

    /// Returns a schema of which a value follows one of several schemas that say something.
    fn one_of_schemas(&mut self, node: &Node, mut ids: Vec<NodeId>) -> Option<NodeId> {
        ids.dedup();
        ids.retain(|id| {
            let schema = self.graph.resolved_node(*id);
            !schema.is_never && !schema.is_unconstrained()
        });
        match ids.as_slice() {
            [] => None,
            [only] => Some(*only),
            _ => Some(self.graph.add(Node {
                pointer: node.pointer.clone(),
                unions: vec![Union {
                    keyword: "anyOf",
                    branches: ids,
                }],
                ..Node::default()
            })),
        }
    }
}
