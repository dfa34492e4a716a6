//! Contradictions: schemas for which no value is valid.

use super::graph::Graph;
use super::node::{AdditionalProperties, Node, NodeId, Union};
use super::type_set::TypeSet;
use crate::json_pointer::join;
use crate::json_type::JsonType;
use crate::tree::Tree;

/// The number of passes over the graph. A contradiction reaches the schemas around it in one pass
/// each.
const MAX_PASSES: usize = 40;

/// The number of steps from a schema to the contradiction in it.
const MAX_STEPS: usize = 40;

/// The number of unions in each other whose types are looked at.
const MAX_UNIONS: usize = 1;

/// The number of branches of several unions that are compared with each other.
const MAX_PAIRED: usize = 60;

impl Graph {
    /// Finds the nodes for which no value is valid, and narrows the types and values of the others
    /// to those that can be valid.
    pub(super) fn refine_all(&mut self) {
        for _ in 0..MAX_PASSES {
            let mut has_changed = false;
            for id in self.ids() {
                has_changed |= self.refine(id);
            }
            if !has_changed && !self.refuse_endless() {
                break;
            }
        }
    }

    /// Refines one node; returns `true` if it is different now.
    pub(super) fn refine(&mut self, id: NodeId) -> bool {
        let node = self.node(id);
        if node.is_never {
            return false;
        }
        if let Some(alias) = node.alias {
            if !self.resolved_node(alias).is_never || self.resolve(alias).0 == id {
                return false;
            }
            let contradiction = self.resolved_node(alias).contradiction;
            let mut refined = node.clone();
            refined.refuse_all(contradiction.unwrap_or("$ref"));
            self.set(id, refined);
            return true;
        }
        let mut refined = node.clone();
        self.narrow(&mut refined);
        let count = |node: &Node| {
            let branches = node.unions.iter().map(|union| union.branches.len());
            let values = node.values.as_ref().map(Vec::len);
            (values, branches.sum::<usize>(), node.prefix.len())
        };
        let has_changed =
            refined.is_never || refined.types != node.types || count(&refined) != count(node);
        if has_changed {
            self.set(id, refined);
        }
        has_changed
    }

    fn narrow(&self, node: &mut Node) {
        self.overrule_null(node);
        if node.types.is_some_and(TypeSet::is_empty) {
            node.refuse_all("type");
            return;
        }
        let possible = self.possible_types(node);
        if let Some(keyword) = possible.contradiction {
            let allowed = node.types.unwrap_or(TypeSet::ALL);
            let kept = allowed.intersection(possible.types);
            // A tool takes nothing but objects where only keywords of objects are given.
            let is_object = node.likely_types() == TypeSet::of(JsonType::Object);
            if kept.is_empty() || is_object && !kept.has(JsonType::Object) {
                node.refuse_all(keyword);
                return;
            }
            if kept != allowed {
                node.types = Some(kept);
            }
        }
        self.narrow_values(node);
        self.narrow_unions(node);
        self.narrow_elements(node);
    }

    /// Ends a tuple before the first element for which no value is valid.
    fn narrow_elements(&self, node: &mut Node) {
        let is_never = |id: &NodeId| self.resolved_node(*id).is_never;
        if let Some(first) = node.prefix.iter().position(is_never) {
            node.items = node.prefix.get(first).copied();
            node.prefix.truncate(first);
        }
    }

    /// Ignores `"type": "null"` next to a union without null, as some converters write it: the union
    /// is meant, and the check of a generated tool takes it.
    fn overrule_null(&self, node: &mut Node) {
        let is_null = node.types == Some(TypeSet::of(JsonType::Null));
        let mut branches = node.unions.iter().flat_map(|union| &union.branches);
        if is_null
            && !node.unions.is_empty()
            && !branches.any(|branch| self.admits(*branch, &Tree::Null))
        {
            node.types = None;
        }
    }

    /// Keeps the values that the other keywords admit.
    fn narrow_values(&self, node: &mut Node) {
        let Some(values) = node.values.take() else {
            return;
        };
        let admitted: Vec<Tree> = values
            .into_iter()
            .filter(|value| self.node_admits(node, value))
            .collect();
        if admitted.is_empty() {
            node.refuse_all("enum");
        }
        node.values = Some(admitted);
    }

    /// Keeps the branches that can be valid together with the schema around them.
    fn narrow_unions(&self, node: &mut Node) {
        let mut unions = std::mem::take(&mut node.unions);
        for union in &mut unions {
            union.branches.retain(|branch| self.can_join(node, *branch));
            if union.branches.is_empty() {
                node.refuse_all(union.keyword);
            }
        }
        self.narrow_pairs(&mut unions);
        if let Some(empty) = unions.iter().find(|union| union.branches.is_empty()) {
            node.refuse_all(empty.keyword);
        }
        node.unions = unions;
    }

    /// Keeps the branches that can be valid together with some branch of each other union.
    fn narrow_pairs(&self, unions: &mut [Union]) {
        let count: usize = unions.iter().map(|union| union.branches.len()).sum();
        if unions.len() < 2 || count > MAX_PAIRED {
            return;
        }
        let others: Vec<Vec<NodeId>> = unions.iter().map(|union| union.branches.clone()).collect();
        for (index, union) in unions.iter_mut().enumerate() {
            union.branches.retain(|branch| {
                let node = self.resolved_node(*branch);
                let mut others = others.iter().enumerate();
                others.all(|(other, branches)| {
                    let mut branches = branches.iter();
                    other == index || branches.any(|other| self.can_join(node, *other))
                })
            });
        }
    }

    /// Returns `true` unless a required property of one schema cannot be there by the other.
    fn can_have_required(&self, one: &Node, other: &Node) -> bool {
        let mut names = one.required.iter();
        names.all(|name| {
            let rest = match other.additional {
                AdditionalProperties::Each(id) if other.patterns.is_empty() => Some(id),
                _ => None,
            };
            let is_other = one.property(name).zip(other.property(name).or(rest));
            let is_other = is_other.is_some_and(|(own, also)| self.is_disjoint(own, also));
            !is_other && self.dead_schema(other, name).is_none()
        })
    }

    /// Returns the types that a schema and its unions allow, as far as they are near.
    fn types_through_unions(&self, node: &Node, depth: usize) -> TypeSet {
        let own = node.types.unwrap_or(TypeSet::ALL);
        if depth >= MAX_UNIONS {
            return own;
        }
        node.unions.iter().fold(own, |types, union| {
            let branches = union.branches.iter().map(|id| self.resolved_node(*id));
            let of_branches = branches
                .filter(|branch| !branch.is_never)
                .fold(TypeSet::EMPTY, |all, branch| {
                    all.union(self.types_through_unions(branch, depth + 1))
                });
            types.intersection(of_branches)
        })
    }

    fn can_join(&self, node: &Node, branch: NodeId) -> bool {
        let object = TypeSet::of(JsonType::Object);
        let branch = self.resolved_node(branch);
        let all = TypeSet::ALL;
        let types = self.types_through_unions(branch, 0);
        let common = node.types.unwrap_or(all).intersection(types);
        let admits = |values: &Option<Vec<Tree>>, other: &Node| {
            values
                .as_ref()
                .is_none_or(|values| values.iter().any(|value| self.node_admits(other, value)))
        };
        let is_object = common == object;
        !branch.is_never
            && !common.is_empty()
            && (!is_object
                || self.can_have_required(node, branch) && self.can_have_required(branch, node))
            && admits(&node.values, branch)
            && admits(&branch.values, node)
    }

    /// Returns the place and the keyword of the contradiction in a node for which no value is valid.
    pub(crate) fn contradiction(&self, id: NodeId) -> (String, &'static str) {
        let mut pointer = String::new();
        let mut at = id;
        let mut keyword = "false";
        for _ in 0..MAX_STEPS {
            let node = self.resolved_node(at);
            if pointer.is_empty() || !node.pointer.is_empty() {
                node.pointer.clone_into(&mut pointer);
            }
            keyword = node.contradiction.unwrap_or("false");
            match self.dead_property(node) {
                Some((name, Some(id))) if keyword == "required" => {
                    pointer = join(&join(&pointer, "properties"), &name);
                    at = id;
                }
                _ => break,
            }
        }
        (pointer, keyword)
    }
}
