//! The branches of a `oneOf` of which a value may follow several. Dialects without `oneOf` say in words that it
//! may not.

use super::writer::Writer;
use crate::json_type::JsonType;
use crate::schema::{AdditionalProperties, Node, NodeId, TypeSet, Union};
use crate::tree::Tree;

/// The depth of properties in each other, and of unions, that are compared.
const MAX_DEPTH: usize = 4;

/// The number of branches that are compared with each other.
const MAX_BRANCHES: usize = 40;

/// The words next to a union that a dialect writes as `anyOf`.
pub(super) const EXACTLY_ONE: &str = "exactly one of these forms must fit";

impl Writer<'_> {
    /// Returns `true` if a value may follow several branches of a `oneOf` in `node`, which refuses it.
    ///
    /// The check of a tool takes a value that fits several scalar types, so that only the others count.
    pub(super) fn overlaps(&self, node: &Node, union: &Union) -> bool {
        if union.keyword != "oneOf" {
            return false;
        }
        let branches = union.branches.iter().copied();
        let is_possible = |id: &NodeId| !self.graph.resolved_node(*id).is_never;
        let branches: Vec<NodeId> = branches.filter(is_possible).take(MAX_BRANCHES).collect();
        branches.iter().enumerate().any(|(index, one)| {
            let mut others = branches.iter().skip(index + 1);
            others.any(|other| self.is_shared_form(node, *one, *other))
        })
    }

    fn is_shared_form(&self, around: &Node, one: NodeId, other: NodeId) -> bool {
        let common = self.types_of(one, 0).intersection(self.types_of(other, 0));
        let lists_values = |id| self.graph.resolved_node(id).values.is_some();
        let is_compared = common.has(JsonType::Object)
            || common.has(JsonType::Array)
            || (lists_values(one) && lists_values(other));
        is_compared && !self.is_disjoint(around, one, other, 0)
    }

    /// Returns `true` if no value follows both schemas. The objects of a list have no properties without
    /// a name.
    fn is_disjoint(&self, around: &Node, one: NodeId, other: NodeId, depth: usize) -> bool {
        let common = self.types_of(one, 0).intersection(self.types_of(other, 0));
        if common.is_empty() {
            return true;
        }
        if depth >= MAX_DEPTH {
            return false;
        }
        for (union, id) in [(one, other), (other, one)] {
            let mut unions = self.graph.resolved_node(union).unions.iter();
            let is_apart = |branch: &NodeId| self.is_disjoint(around, *branch, id, depth + 1);
            if unions.any(|union| union.branches.iter().all(is_apart)) {
                return true;
            }
        }
        let (one, other) = (
            self.graph.resolved_node(one),
            self.graph.resolved_node(other),
        );
        if let (Some(values), Some(others)) = (&one.values, &other.values) {
            return !values.iter().any(|value| others.contains(value));
        }
        if common != TypeSet::of(JsonType::Object) {
            return false;
        }
        let is_required =
            |name: &str| one.requires(name) || other.requires(name) || around.requires(name);
        let differs = |(name, id): &(String, NodeId)| {
            let also = other.property(name).filter(|_| is_required(name));
            also.is_some_and(|also| self.is_disjoint(&Node::default(), *id, also, depth + 1))
        };
        let lacks = |node: &Node, name: &String| {
            let is_closed = match node.additional {
                AdditionalProperties::Forbidden => true,
                AdditionalProperties::Unspecified => !node.properties.is_empty(),
                AdditionalProperties::Any | AdditionalProperties::Each(_) => false,
            };
            is_closed
                && node.patterns.is_empty()
                && node.unions.is_empty()
                && node.property(name).is_none()
                && around.property(name).is_none()
        };
        one.properties.iter().any(differs)
            || one.required.iter().any(|name| lacks(other, name))
            || other.required.iter().any(|name| lacks(one, name))
    }

    /// Returns the types of a schema, which its branches may name.
    fn types_of(&self, id: NodeId, depth: usize) -> TypeSet {
        let node = self.graph.resolved_node(id);
        let own = match &node.values {
            Some(values) => values.iter().map(Tree::json_type).collect(),
            None => node.likely_types(),
        };
        let unions = node.unions.iter().filter(|_| depth < MAX_DEPTH);
        unions.fold(own, |types, union| {
            let branches = union.branches.iter();
            let branches = branches.map(|branch| self.types_of(*branch, depth + 1));
            types.intersection(branches.fold(TypeSet::EMPTY, TypeSet::union))
        })
    }
}
