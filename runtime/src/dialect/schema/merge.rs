//! Two schemas that both hold, as one.

use std::collections::BTreeMap;

use super::{Graph, Node, NodeId, Rest};
use crate::codec::Json;

impl Graph {
    /// Notes that `id` means itself and all of `parts`.
    pub(super) fn merge_later(&mut self, id: NodeId, parts: &[NodeId]) {
        self.pending.entry(id).or_default().extend(parts);
    }

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
            let node = self.node(id).clone();
            let node = if is_bare(&node) {
                // The description is its own, all else stands there.
                Node {
                    alias: Some(part),
                    ..node
                }
            } else {
                let other = self.resolved(part);
                let node = self.resolved_node(node);
                self.combine(node, other, depth + 1)
            };
            if node.alias != Some(id) {
                self.set(id, node);
            }
        }
    }

    /// The node that means both.
    pub(in super::super) fn merge(&mut self, one: NodeId, other: NodeId) -> NodeId {
        self.merge_at(one, other, 0)
    }

    fn merge_at(&mut self, one: NodeId, other: NodeId, depth: usize) -> NodeId {
        if one == other {
            return one;
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
        let (first, second) = (self.resolved(one), self.resolved(other));
        let node = self.combine(first, second, depth + 1);
        self.set(id, node);
        id
    }

    /// What `id` says, with its own description.
    fn resolved(&self, id: NodeId) -> Node {
        self.resolved_node(self.node(id).clone())
    }

    fn resolved_node(&self, node: Node) -> Node {
        let Some(alias) = node.alias else {
            return node;
        };
        let (target, description) = self.meaning(alias);
        let mut resolved = self.node(target).clone();
        resolved.description = node.description.or(description.map(str::to_owned));
        for (keyword, value) in node.facets {
            resolved.facets.insert(keyword, value);
        }
        resolved
    }

    fn combine(&mut self, mut one: Node, other: Node, depth: usize) -> Node {
        one.is_never |= other.is_never;
        one.kinds = match (one.kinds, other.kinds) {
            (Some(kinds), Some(others)) if kinds.common(others).is_empty() => {
                one.lost.push(("allOf".to_owned(), Json::Null));
                Some(kinds)
            }
            (Some(kinds), Some(others)) => Some(kinds.common(others)),
            (kinds, others) => kinds.or(others),
        };
        one.values = match (one.values, other.values) {
            (Some(values), Some(others)) => {
                let common: Vec<Json> = values
                    .iter()
                    .filter(|value| others.contains(value))
                    .cloned()
                    .collect();
                Some(if common.is_empty() { values } else { common })
            }
            (values, others) => values.or(others),
        };
        one.title = one.title.or(other.title);
        one.description = one.description.or(other.description);
        self.combine_properties(&mut one, other.properties, depth);
        for name in other.required {
            if !one.requires(&name) {
                one.required.push(name);
            }
        }
        one.rest = match (one.rest, other.rest) {
            (Rest::Closed, _) | (_, Rest::Closed) => Rest::Closed,
            (Rest::Each(id), Rest::Each(other)) => Rest::Each(self.merge_at(id, other, depth)),
            (Rest::Each(id), _) | (_, Rest::Each(id)) => Rest::Each(id),
            (Rest::Open, _) | (_, Rest::Open) => Rest::Open,
            (Rest::Unsaid, Rest::Unsaid) => Rest::Unsaid,
        };
        one.items = match (one.items, other.items) {
            (Some(id), Some(other)) => Some(self.merge_at(id, other, depth)),
            (id, other) => id.or(other),
        };
        self.combine_tuple(&mut one, other.prefix, depth);
        one.unions.extend(other.unions);
        combine_facets(&mut one, other.facets);
        one.rules.extend(other.rules);
        one.patterns.extend(other.patterns);
        one.lost.extend(other.lost);
        one
    }

    fn combine_properties(&mut self, one: &mut Node, others: Vec<(String, NodeId)>, depth: usize) {
        for (name, id) in others {
            match one.property(&name) {
                Some(known) => {
                    let merged = self.merge_at(known, id, depth);
                    let mut places = one.properties.iter_mut();
                    if let Some(place) = places.find(|(known, _)| *known == name) {
                        place.1 = merged;
                    }
                }
                None => one.properties.push((name, id)),
            }
        }
    }

    fn combine_tuple(&mut self, one: &mut Node, others: Vec<NodeId>, depth: usize) {
        for (index, id) in others.into_iter().enumerate() {
            match one.prefix.get(index).copied() {
                Some(known) => {
                    let merged = self.merge_at(known, id, depth);
                    if let Some(place) = one.prefix.get_mut(index) {
                        *place = merged;
                    }
                }
                None => one.prefix.push(id),
            }
        }
    }
}

const MAX_DEPTH: usize = 60;

/// Whether it says nothing but what it is called, and what its default is.
fn is_bare(node: &Node) -> bool {
    let is_remark = |keyword: &String| {
        matches!(
            keyword.as_str(),
            "default" | "example" | "examples" | "deprecated"
        )
    };
    node.says_nothing()
        && node.rules.is_empty()
        && node.lost.is_empty()
        && node.facets.keys().all(is_remark)
}

/// The tighter of two bounds; of anything else the first, and the other is said in words.
fn combine_facets(node: &mut Node, facets: BTreeMap<String, Json>) {
    for (keyword, value) in facets {
        let Some(known) = node.facets.get_mut(&keyword) else {
            node.facets.insert(keyword, value);
            continue;
        };
        let numbers = known.as_f64().zip(value.as_f64());
        match (keyword.as_str(), numbers) {
            (
                "minimum" | "exclusiveMinimum" | "minLength" | "minItems" | "minProperties",
                Some((a, b)),
            ) => {
                if b > a {
                    *known = value;
                }
            }
            (
                "maximum" | "exclusiveMaximum" | "maxLength" | "maxItems" | "maxProperties",
                Some((a, b)),
            ) => {
                if b < a {
                    *known = value;
                }
            }
            _ if *known == value => {}
            _ => node.lost.push((keyword, value)),
        }
    }
}
