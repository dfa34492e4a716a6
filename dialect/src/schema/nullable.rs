//! `nullable` of `OpenAPI` 3.0, which schemas of later drafts contain as well.

use super::graph::Graph;
use super::node::{Node, NodeId};
use super::type_set::TypeSet;
use crate::json_type::JsonType;
use crate::tree::Tree;

impl Graph {
    /// Allows null for the nodes that are `nullable`, after their parts are merged: next to `$ref`
    /// and `allOf`, the keyword means the whole.
    pub(super) fn allow_nulls(&mut self) {
        let nullable = std::mem::take(&mut self.nullable);
        if nullable.is_empty() {
            return;
        }
        let null = self.add(Node {
            types: Some(TypeSet::of(JsonType::Null)),
            ..Node::default()
        });
        for id in nullable {
            self.allow_null(id, null);
        }
    }

    fn allow_null(&mut self, id: NodeId, null: NodeId) {
        let mut node = self.without_alias(self.node(id).clone());
        node.alias = None;
        allow_null(&mut node);
        for union in &mut node.unions {
            let mut branches = union.branches.iter();
            if !branches.any(|branch| self.admits(*branch, &Tree::Null)) {
                union.branches.push(null);
            }
        }
        self.set(id, node);
    }
}

/// Adds null to the types and values of a node.
pub(super) fn allow_null(node: &mut Node) {
    let null = TypeSet::of(JsonType::Null);
    node.types = node.types.map(|types| types.union(null));
    if let Some(values) = &mut node.values
        && !values.contains(&Tree::Null)
    {
        values.push(Tree::Null);
    }
}
