//! The nodes of one schema.

use std::collections::BTreeMap;

use super::node::{Node, NodeId};

/// The number of nodes of a graph. Schemas beyond it are read as if they allowed anything.
const MAX_NODES: usize = 60_000;

/// The length of a chain of aliases.
const MAX_ALIASES: usize = 64;

/// The nodes of one schema, which may refer to each other in circles.
#[derive(Debug, Default)]
pub(crate) struct Graph {
    nodes: Vec<Node>,
    /// The merged node of each pair of nodes.
    pub(super) merged: BTreeMap<(NodeId, NodeId), NodeId>,
    /// The schema of all properties that `additionalProperties` forbids.
    pub(super) forbidden: Option<NodeId>,
    /// The parts that are yet to be merged into a node.
    pub(super) pending: BTreeMap<NodeId, Vec<NodeId>>,
    /// The nodes that allow null in addition to what their parts allow.
    pub(super) nullable: Vec<NodeId>,
    /// `true` after the contradictions were found.
    pub(super) is_settled: bool,
}

impl Graph {
    pub(crate) fn node(&self, id: NodeId) -> &Node {
        static EMPTY: Node = Node::empty();
        self.nodes.get(id.0).unwrap_or(&EMPTY)
    }

    /// Follows the aliases of `id`. Returns the node at their end, and the description nearest to
    /// `id`.
    pub(crate) fn resolve(&self, id: NodeId) -> (NodeId, Option<&str>) {
        let mut description = None;
        let mut target = id;
        for _ in 0..MAX_ALIASES {
            let node = self.node(target);
            description = description.or(node.description.as_deref());
            match node.alias {
                Some(next) => target = next,
                None => break,
            }
        }
        (target, description)
    }

    /// Follows the aliases of `id` and returns the node at their end.
    pub(crate) fn resolved_node(&self, id: NodeId) -> &Node {
        self.node(self.resolve(id).0)
    }

    /// Counts the aliases of each node.
    pub(crate) fn count_uses(&self) -> BTreeMap<NodeId, usize> {
        let mut uses = BTreeMap::new();
        for alias in self.nodes.iter().filter_map(|node| node.alias) {
            *uses.entry(self.resolve(alias).0).or_default() += 1;
        }
        uses
    }

    pub(crate) fn add(&mut self, node: Node) -> NodeId {
        self.nodes.push(node);
        NodeId(self.nodes.len() - 1)
    }

    /// Returns all nodes.
    pub(super) fn ids(&self) -> impl Iterator<Item = NodeId> + use<> {
        (0..self.nodes.len()).map(NodeId)
    }

    pub(super) fn is_full(&self) -> bool {
        self.nodes.len() >= MAX_NODES
    }

    pub(super) fn set(&mut self, id: NodeId, node: Node) {
        if let Some(place) = self.nodes.get_mut(id.0) {
            *place = node;
        }
    }
}
