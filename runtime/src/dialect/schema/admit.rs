//! The verdict of a schema on one value.

use super::bounds::Bounds;
use super::graph::Graph;
use super::node::{AdditionalProperties, Node, NodeId, Rule};
use crate::codec::JsonType;
use crate::dialect::tree::Tree;

/// The number of schemas and values in each other that are looked at.
const MAX_DEPTH: usize = 24;

/// Joins the verdicts of constraints that all apply. A verdict is `None` if the graph does not
/// know: it has no regex engine and does not check formats.
fn all(verdicts: impl IntoIterator<Item = Option<bool>>) -> Option<bool> {
    let mut joined = Some(true);
    for verdict in verdicts {
        match verdict {
            Some(false) => return Some(false),
            None => joined = None,
            Some(true) => {}
        }
    }
    joined
}

/// Joins the verdicts of branches of which one applies.
fn any(verdicts: impl IntoIterator<Item = Option<bool>>) -> Option<bool> {
    all(verdicts
        .into_iter()
        .map(|verdict| verdict.map(|verdict| !verdict)))
    .map(|none| !none)
}

impl Graph {
    /// Returns `true` unless the schema refuses the value.
    pub(in crate::dialect) fn admits(&self, id: NodeId, value: &Tree) -> bool {
        self.verdict(id, value, 0) != Some(false)
    }

    /// Returns `true` unless the node refuses the value; the node need not be in the graph.
    pub(in crate::dialect) fn node_admits(&self, node: &Node, value: &Tree) -> bool {
        self.node_verdict(node, value, 0) != Some(false)
    }

    fn verdict(&self, id: NodeId, value: &Tree, depth: usize) -> Option<bool> {
        if depth > MAX_DEPTH {
            return None;
        }
        self.node_verdict(self.resolved_node(id), value, depth)
    }

    fn node_verdict(&self, node: &Node, value: &Tree, depth: usize) -> Option<bool> {
        if let Some(alias) = node.alias {
            return self.verdict(alias, value, depth + 1);
        }
        let json_type = value.json_type();
        let has_type = node.types.is_none_or(|types| types.has(json_type));
        let is_listed = node
            .values
            .as_ref()
            .is_none_or(|values| values.iter().any(|known| known.is_same(value)));
        if node.is_never || !has_type || !is_listed {
            return Some(false);
        }
        let unions = node.unions.iter().map(|union| {
            let branches = union.branches.iter();
            let verdict = any(branches.map(|branch| self.verdict(*branch, value, depth + 1)));
            // A value of several branches of `oneOf` is refused, and the graph does not count them.
            verdict.filter(|accepted| union.keyword != "oneOf" || !accepted)
        });
        let rules = node
            .rules
            .iter()
            .flatten()
            .map(|(keyword, rule)| match rule {
                Rule::Schema(inner) if keyword == "not" => self
                    .verdict(*inner, value, depth + 1)
                    .map(|refused| !refused),
                _ => None,
            });
        let lost = (!node.lost.is_empty()).then_some(None);
        let parts = self.parts_verdict(node, value, depth);
        let own = [scalar_verdict(node, value, json_type), parts];
        all(own.into_iter().chain(unions).chain(rules).chain(lost))
    }

    fn parts_verdict(&self, node: &Node, value: &Tree, depth: usize) -> Option<bool> {
        match value {
            Tree::Array(elements) => {
                let schemas = node.prefix.iter().copied().map(Some);
                let schemas = schemas.chain(std::iter::repeat(node.items));
                all(elements
                    .iter()
                    .zip(schemas)
                    .map(|(element, schema)| match schema {
                        Some(schema) => self.verdict(schema, element, depth + 1),
                        None => Some(true),
                    }))
            }
            Tree::Object(members) => {
                let is_complete = node.required.iter().all(|name| members.contains_key(name));
                let each = members
                    .iter()
                    .map(|(name, value)| match node.property(name) {
                        Some(schema) => self.verdict(schema, value, depth + 1),
                        None if !node.patterns.is_empty() => None,
                        None => match node.additional {
                            AdditionalProperties::Forbidden => Some(false),
                            AdditionalProperties::Each(schema) => {
                                self.verdict(schema, value, depth + 1)
                            }
                            _ => Some(true),
                        },
                    });
                all(std::iter::once(Some(is_complete)).chain(each))
            }
            _ => Some(true),
        }
    }
}

/// Judges numbers, and the lengths of strings, arrays and objects.
fn scalar_verdict(node: &Node, value: &Tree, json_type: JsonType) -> Option<bool> {
    let count = |keyword: &str| node.facets.get(keyword).and_then(Tree::as_count);
    let within = |low: &str, high: &str, length: usize| {
        let length = length as u64;
        Some(
            count(low).is_none_or(|low| length >= low)
                && count(high).is_none_or(|high| length <= high),
        )
    };
    match (json_type, value) {
        (JsonType::Integer | JsonType::Number, value) => {
            let number = value.as_f64()?;
            let is_within = Bounds::of(&node.facets).admits(number);
            let is_multiple = node.facets.get("multipleOf").and_then(Tree::as_f64);
            let is_multiple = is_multiple.is_none_or(|factor| {
                let steps = number / factor;
                (steps - steps.round()).abs() < 1e-6
            });
            Some(is_within && is_multiple)
        }
        (_, Tree::String(text)) => {
            let is_unknown = ["pattern", "format"]
                .iter()
                .any(|key| node.facets.contains_key(*key));
            let verdict = within("minLength", "maxLength", text.chars().count());
            verdict.filter(|accepted| !accepted || !is_unknown)
        }
        (_, Tree::Array(elements)) => {
            let verdict = within("minItems", "maxItems", elements.len());
            let is_unknown = node.facets.contains_key("uniqueItems");
            verdict.filter(|accepted| !accepted || !is_unknown)
        }
        (_, Tree::Object(members)) => within("minProperties", "maxProperties", members.len()),
        _ => Some(true),
    }
}
