//! The properties that only conditions name: those of `then`, which a model can give if it knows them.

use indexmap::IndexMap;

use super::writer::Writer;
use crate::schema::{AdditionalProperties, Condition, Node, NodeId, Union};
use crate::tree::Tree;

/// The depth of unions and conditions in a condition that are searched for properties.
const MAX_DEPTH: usize = 12;

/// The depth of objects and arrays in each other that get properties from one condition.
const MAX_NESTING: usize = 8;

/// The number of properties of one object that are added.
const MAX_NAMES: usize = 1_000;

/// The number of schemas that one search reads, because nested unions can grow exponentially.
const MAX_SCHEMAS: usize = 2_000;

/// The schemas of each property, in the order of the conditions.
type Named = IndexMap<String, Vec<NodeId>>;

/// Collects the properties that schemas name.
struct Search {
    named: Named,
    left: usize,
}

impl Writer<'_> {
    /// Returns an object with the properties that its conditions name as optional ones.
    pub(super) fn with_conditional_properties(&mut self, node: &Node) -> Node {
        let mut search = Search {
            named: Named::new(),
            left: MAX_SCHEMAS,
        };
        self.search_conditions(node, &mut search, 0);
        self.with_named(node, search.named, 0)
    }

    /// Returns an object with these properties as optional ones. A property that it has gets the
    /// properties that the schemas name inside of it.
    fn with_named(&mut self, node: &Node, named: Named, nesting: usize) -> Node {
        let mut node = node.clone();
        for (name, ids) in named.into_iter().take(MAX_NAMES) {
            let known = node.properties.iter().position(|(known, _)| *known == name);
            let Some(index) = known else {
                if !node.requires(&name) {
                    self.add_named(&mut node, &name, ids);
                }
                continue;
            };
            if let Some((_, id)) = node.properties.get_mut(index) {
                *id = self.with_named_parts(*id, &ids, nesting).unwrap_or(*id);
            }
        }
        node
    }

    fn add_named(&mut self, node: &mut Node, name: &str, ids: Vec<NodeId>) {
        // Where the condition does not apply, a value only follows the schema of all others.
        let is_bound = matches!(
            node.additional,
            AdditionalProperties::Each(id) if !self.graph.resolved_node(id).is_unconstrained()
        );
        self.name_property(node, name.to_owned());
        if is_bound {
            return;
        }
        let schema = self.one_of_schemas(node, ids);
        let property = node.properties.iter_mut().find(|(known, _)| known == name);
        if let (Some((_, id)), Some(schema)) = (property, schema) {
            *id = self.graph.merge(*id, schema);
        }
    }

    /// Returns a schema with the properties that conditional ones name in its objects; `None` if they
    /// name no others.
    fn with_named_parts(
        &mut self,
        id: NodeId,
        conditional: &[NodeId],
        nesting: usize,
    ) -> Option<NodeId> {
        if nesting > MAX_NESTING || conditional.is_empty() {
            return None;
        }
        let (target, description) = self.graph.resolve(id);
        let description = description.map(str::to_owned);
        let mut node = self.graph.node(target).clone();
        let mut is_changed = false;
        // An object without properties takes any.
        if !node.properties.is_empty() {
            let mut search = Search {
                named: Named::new(),
                left: MAX_SCHEMAS,
            };
            for id in conditional {
                self.search(*id, &mut search, 0);
            }
            let extended = self.with_named(&node, search.named, nesting + 1);
            is_changed |= extended.properties != node.properties;
            node = extended;
        }
        let items = conditional
            .iter()
            .filter_map(|id| self.graph.resolved_node(*id).items);
        let items: Vec<NodeId> = items.collect();
        if let Some(own) = node.items
            && let Some(extended) = self.with_named_parts(own, &items, nesting + 1)
        {
            node.items = Some(extended);
            is_changed = true;
        }
        for branch in node.unions.iter_mut().flat_map(|union| &mut union.branches) {
            if let Some(extended) = self.with_named_parts(*branch, conditional, nesting + 1) {
                *branch = extended;
                is_changed = true;
            }
        }
        if !is_changed {
            return None;
        }
        node.description = description;
        Some(self.graph.add(node))
    }

    /// Collects the properties that the conditions of a schema name.
    fn search_conditions(&self, node: &Node, search: &mut Search, depth: usize) {
        for (keyword, rule) in node.conditions.iter().flatten() {
            match (keyword.as_str(), rule) {
                ("if", Condition::Schema(id)) => {
                    let condition = self.graph.resolved_node(*id);
                    let of_properties = condition.properties.iter().map(|(name, _)| name);
                    for name in of_properties.chain(&condition.required) {
                        search.named.entry(name.clone()).or_default();
                    }
                }
                ("then" | "else" | "allOf", Condition::Schema(id)) => {
                    self.search(*id, search, depth);
                }
                ("dependentSchemas", Condition::Map(schemas)) => {
                    for (name, id) in schemas {
                        search.named.entry(name.clone()).or_default();
                        self.search(*id, search, depth);
                    }
                }
                ("dependentRequired", Condition::Value(lists)) => {
                    for (name, list) in lists.as_object().into_iter().flatten() {
                        let demanded = list.as_array().into_iter().flatten();
                        for name in demanded.filter_map(Tree::as_str).chain([name.as_str()]) {
                            search.named.entry(name.to_owned()).or_default();
                        }
                    }
                }
                _ => {}
            }
        }
    }

    /// Collects the properties that a schema names.
    fn search(&self, id: NodeId, search: &mut Search, depth: usize) {
        let Some(left) = search.left.checked_sub(1).filter(|_| depth < MAX_DEPTH) else {
            return;
        };
        search.left = left;
        let node = self.graph.resolved_node(id);
        for (name, id) in &node.properties {
            search.named.entry(name.clone()).or_default().push(*id);
        }
        for name in &node.required {
            search.named.entry(name.clone()).or_default();
        }
        for branch in node.unions.iter().flat_map(|union| &union.branches) {
            self.search(*branch, search, depth + 1);
        }
        self.search_conditions(node, search, depth + 1);
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
