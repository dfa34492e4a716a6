//! The merge of schemas that apply together, as `allOf` and references with siblings do.

use std::collections::BTreeMap;

use super::graph::Graph;
use super::node::{AdditionalProperties, Condition, Node, NodeId};
use super::type_set::TypeSet;
use crate::pattern::matches;
use crate::tree::Tree;

/// The depth of schemas in each other that are merged.
const MAX_DEPTH: usize = 60;

impl Graph {
    /// Records that the node `id` also has the constraints of `parts`.
    pub(super) fn merge_later(&mut self, id: NodeId, parts: &[NodeId]) {
        self.pending.entry(id).or_default().extend(parts);
    }

    /// Merges the parts of all nodes.
    pub(super) fn settle_all(&mut self) {
        while let Some(id) = self.pending.keys().next().copied() {
            self.settle(id, 0);
        }
    }

    fn settle(&mut self, id: NodeId, depth: usize) {
        let Some(parts) = self.pending.remove(&id) else {
            return;
        };
        for part in parts {
            if depth < MAX_DEPTH {
                self.settle(part, depth + 1);
            }
            let own = self.node(id).clone();
            let settled = if is_annotation(&own) {
                Node {
                    alias: Some(part),
                    ..own
                }
            } else {
                let other = self.part(part);
                let own = self.without_alias(own);
                self.combine(own, other, depth + 1)
            };
            if settled.alias != Some(id) {
                self.set(id, settled);
            }
        }
    }

    /// Returns the node with the constraints of both.
    pub(crate) fn merge(&mut self, one: NodeId, other: NodeId) -> NodeId {
        self.merge_at(one, other, 0)
    }

    fn merge_at(&mut self, one: NodeId, other: NodeId, depth: usize) -> NodeId {
        if one == other {
            return one;
        }
        if says_nothing(self.node(one)) && !self.pending.contains_key(&one) {
            return other;
        }
        if let Some(known) = self.merged.get(&(one, other)) {
            return *known;
        }
        if self.is_full() || depth > MAX_DEPTH {
            return one;
        }
        let id = self.add(Node::default());
        self.merged.insert((one, other), id);
        self.settle(one, depth + 1);
        self.settle(other, depth + 1);
        let first = self.part(one);
        let second = self.part(other);
        let merged = self.combine(first, second, depth + 1);
        self.set(id, merged);
        if self.is_settled {
            self.refine(id);
        }
        id
    }

    /// Returns a node as a part of another one.
    fn part(&self, id: NodeId) -> Node {
        let node = self.node(id).clone();
        match node.alias {
            Some(_) => self.without_alias(node),
            None => keep_unevaluated(node, id),
        }
    }

    /// Returns the node that an alias refers to, with the description and the facets of the alias.
    pub(super) fn without_alias(&self, node: Node) -> Node {
        let Some(alias) = node.alias else {
            return node;
        };
        let (target, description) = self.resolve(alias);
        let mut resolved = keep_unevaluated(self.node(target).clone(), target);
        resolved.description = node.description.or(description.map(str::to_owned));
        resolved.facets.extend(node.facets);
        resolved
    }

    fn combine(&mut self, mut one: Node, other: Node, depth: usize) -> Node {
        if other.is_never {
            one.refuse_all(other.contradiction.unwrap_or("allOf"));
        }
        self.combine_properties(&mut one, &other, depth);
        self.combine_prefix(&mut one, &other, depth);
        one.types = match (one.types, other.types) {
            (Some(types), Some(others)) => Some(types.intersection(others)),
            (types, others) => types.or(others),
        };
        if one.types.is_some_and(TypeSet::is_empty) {
            one.refuse_all("type");
        }
        if let (Some(values), Some(others)) = (&mut one.values, &other.values) {
            values.retain(|value| others.iter().any(|other| other.is_same(value)));
            if values.is_empty() {
                one.refuse_all("enum");
            }
        } else {
            one.values = one.values.or(other.values);
        }
        one.title = one.title.or(other.title);
        one.description = one.description.or(other.description);
        for name in other.required {
            if !one.requires(&name) {
                one.required.push(name);
            }
        }
        one.additional = self.combine_additional(one.additional, other.additional, depth);
        one.items = match (one.items, other.items) {
            (Some(id), Some(other)) => Some(self.merge_at(id, other, depth)),
            (id, other) => id.or(other),
        };
        one.unions.extend(other.unions);
        combine_facets(&mut one, other.facets);
        one.conditions.extend(other.conditions);
        one.patterns.extend(other.patterns);
        one.lost.extend(other.lost);
        one.is_partial |= other.is_partial;
        one
    }

    fn combine_additional(
        &mut self,
        one: AdditionalProperties,
        other: AdditionalProperties,
        depth: usize,
    ) -> AdditionalProperties {
        use AdditionalProperties::{Any, Each, Forbidden, Unspecified};
        match (one, other) {
            (Forbidden, _) | (_, Forbidden) => Forbidden,
            (Each(id), Each(other)) => Each(self.merge_at(id, other, depth)),
            (Each(id), _) | (_, Each(id)) => Each(id),
            (Any, _) | (_, Any) => Any,
            (Unspecified, Unspecified) => Unspecified,
        }
    }

    /// Merges the properties of both. What one schema says about the properties that it does not name
    /// applies to those that only the other names.
    fn combine_properties(&mut self, one: &mut Node, other: &Node, depth: usize) {
        let own = std::mem::take(&mut one.properties);
        for (name, id) in &own {
            let merged = match other.property(name) {
                Some(also) => self.merge_at(*id, also, depth),
                None => self.limit_property(name, *id, other, depth),
            };
            one.properties.push((name.clone(), merged));
        }
        for (name, id) in &other.properties {
            if !own.iter().any(|(known, _)| known == name) {
                let limited = self.limit_property(name, *id, one, depth);
                one.properties.push((name.clone(), limited));
            }
        }
    }

    /// Returns the schema of a property together with what `other` says about it, which does not name
    /// it.
    fn limit_property(&mut self, name: &str, id: NodeId, other: &Node, depth: usize) -> NodeId {
        let mut patterns = other.patterns.iter();
        if patterns.any(|(pattern, _)| matches(pattern, name) != Some(false)) {
            return id;
        }
        match other.additional {
            AdditionalProperties::Forbidden if self.node(id).is_never => id,
            AdditionalProperties::Forbidden => self.forbidden(),
            AdditionalProperties::Each(schema) => self.merge_at(id, schema, depth),
            AdditionalProperties::Any | AdditionalProperties::Unspecified => id,
        }
    }

    /// Returns the schema of the properties that `additionalProperties` forbids.
    fn forbidden(&mut self) -> NodeId {
        if let Some(known) = self.forbidden {
            return known;
        }
        let mut never = Node::default();
        never.refuse_all("additionalProperties");
        let id = self.add(never);
        self.forbidden = Some(id);
        id
    }

    /// Merges the first elements of both. `items` of one schema applies to those that only the other
    /// names.
    fn combine_prefix(&mut self, one: &mut Node, other: &Node, depth: usize) {
        let count = one.prefix.len().max(other.prefix.len());
        let part = |node: &Node, index: usize| node.prefix.get(index).copied().or(node.items);
        let merged = (0..count).filter_map(|index| match (part(one, index), part(other, index)) {
            (Some(id), Some(also)) => Some(self.merge_at(id, also, depth)),
            (id, also) => id.or(also),
        });
        one.prefix = merged.collect();
    }
}

/// Returns `true` if a node has no constraints, only a description, a default, or an example.
fn is_annotation(node: &Node) -> bool {
    let is_annotation_keyword = |keyword: &String| {
        matches!(
            keyword.as_str(),
            "default" | "example" | "examples" | "deprecated"
        )
    };
    node.is_unconstrained()
        && node.conditions.is_empty()
        && node.lost.is_empty()
        && !node.is_partial
        && node.facets.keys().all(is_annotation_keyword)
}

/// Returns `true` for a node without constraints and annotations.
fn says_nothing(node: &Node) -> bool {
    is_annotation(node)
        && node.facets.is_empty()
        && node.title.is_none()
        && node.description.is_none()
}

/// Leaves a schema a part of the one it is merged into if it judges what it does not name itself, as
/// `unevaluatedProperties` and `unevaluatedItems` do.
fn keep_unevaluated(mut node: Node, id: NodeId) -> Node {
    let is_unevaluated =
        |keyword: &str| matches!(keyword, "unevaluatedProperties" | "unevaluatedItems");
    let mut keywords = node.conditions.iter().flatten();
    if keywords.any(|(keyword, _)| is_unevaluated(keyword)) {
        node.conditions = vec![vec![("allOf".to_owned(), Condition::Schema(id))]];
    }
    node
}

/// Returns `true` if every multiple of `number` is one of `factor`.
fn is_multiple(number: f64, factor: f64) -> bool {
    let steps = number / factor;
    steps.fract() == 0.0 && steps >= 1.0
}

/// Keeps the tighter of two bounds. Of other facets it keeps the first; a different second one is
/// lost.
fn combine_facets(node: &mut Node, facets: BTreeMap<String, Tree>) {
    for (keyword, value) in facets {
        let Some(known) = node.facets.get_mut(&keyword) else {
            node.facets.insert(keyword, value);
            continue;
        };
        let numbers = known.as_f64().zip(value.as_f64());
        match (keyword.as_str(), numbers) {
            (
                "minimum" | "exclusiveMinimum" | "minLength" | "minItems" | "minProperties",
                Some((first, second)),
            ) => {
                if second > first {
                    *known = value;
                }
            }
            (
                "maximum" | "exclusiveMaximum" | "maxLength" | "maxItems" | "maxProperties",
                Some((first, second)),
            ) => {
                if second < first {
                    *known = value;
                }
            }
            ("multipleOf", Some((first, second))) if is_multiple(first, second) => {}
            ("multipleOf", Some((first, second))) if is_multiple(second, first) => *known = value,
            _ if known.is_same(&value) => {}
            // One of two examples, defaults or formats is enough.
            ("default" | "example" | "examples" | "deprecated", _) => {}
            _ => node.lost.push((keyword, value)),
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use crate::schema::read;
    use crate::tree::Tree;

    #[test]
    fn closed_parts_share_one_schema_for_what_they_forbid() {
        let parts = (0..300).map(
            |index| json!({"properties": {format!("p{index}"): {}}, "additionalProperties": false}),
        );
        let schema = json!({"allOf": parts.collect::<Vec<_>>()});
        let (graph, root) = read(&Tree::from(&schema));
        let count = graph.ids().count();
        assert!(count < 1_000, "{count}");
        let mut properties = graph.node(root).properties.iter();
        assert!(properties.all(|(_, id)| graph.node(*id).is_never));
    }
}
