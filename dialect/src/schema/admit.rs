//! The verdict of a schema on one value.

use std::collections::BTreeMap;

use super::bounds::Bounds;
use super::graph::Graph;
use super::node::{AdditionalProperties, Condition, Node, NodeId};
use crate::format::Format;
use crate::multiple::is_multiple;
use crate::pattern::matches;
use crate::tree::Tree;

/// The number of schemas and values in each other that are looked at.
const MAX_DEPTH: usize = 24;

/// A judgement of values. A schema is asked once about each value, and its verdict is unknown while it
/// is asked: schemas that refer to each other take no more time than others.
struct Judge<'a> {
    graph: &'a Graph,
    verdicts: BTreeMap<(NodeId, *const Tree), Option<bool>>,
}

/// Joins the verdicts of constraints that all apply. A verdict is `None` if the graph does not
/// know.
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
    pub(crate) fn admits(&self, id: NodeId, value: &Tree) -> bool {
        Judge::of(self).verdict(id, value, 0) != Some(false)
    }

    /// Returns `true` unless the node refuses the value; the node need not be in the graph.
    pub(crate) fn node_admits(&self, node: &Node, value: &Tree) -> bool {
        Judge::of(self).node_verdict(node, value, 0) != Some(false)
    }

    /// Returns `true` unless the node refuses the value as a default or an example. The tool refuses
    /// one that does not follow the format, unless the schema lists it.
    pub(crate) fn admits_annotation(&self, node: &Node, value: &Tree) -> bool {
        let is_listed = node.values.is_some() || !node.unions.is_empty();
        let fits = value
            .as_str()
            .is_none_or(|text| is_listed || fits_format(node, text));
        fits && self.node_admits(node, value)
    }
}

impl<'a> Judge<'a> {
    fn of(graph: &'a Graph) -> Self {
        Self {
            graph,
            verdicts: BTreeMap::new(),
        }
    }

    fn verdict(&mut self, id: NodeId, value: &Tree, depth: usize) -> Option<bool> {
        if depth > MAX_DEPTH {
            return None;
        }
        let graph = self.graph;
        let target = graph.resolve(id).0;
        let key = (target, std::ptr::from_ref(value));
        if let Some(verdict) = self.verdicts.get(&key) {
            return *verdict;
        }
        self.verdicts.insert(key, None);
        let verdict = self.node_verdict(graph.node(target), value, depth);
        self.verdicts.insert(key, verdict);
        verdict
    }

    fn node_verdict(&mut self, node: &Node, value: &Tree, depth: usize) -> Option<bool> {
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
        let mut verdicts = vec![
            scalar_verdict(node, value),
            self.parts_verdict(node, value, depth),
        ];
        for union in &node.unions {
            let branches = union.branches.iter();
            let verdict = any(branches.map(|branch| self.verdict(*branch, value, depth + 1)));
            // A value of several branches of `oneOf` is refused, and the graph does not count them.
            verdicts.push(verdict.filter(|accepted| union.keyword != "oneOf" || !accepted));
        }
        for (keyword, rule) in node.conditions.iter().flatten() {
            verdicts.push(match rule {
                Condition::Schema(inner) if keyword == "not" => self
                    .verdict(*inner, value, depth + 1)
                    .map(|refused| !refused),
                _ => None,
            });
        }
        if node.is_partial || !node.lost.is_empty() {
            verdicts.push(None);
        }
        all(verdicts)
    }

    fn parts_verdict(&mut self, node: &Node, value: &Tree, depth: usize) -> Option<bool> {
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
                    .map(|(name, value)| self.property_verdict(node, name, value, depth));
                all(std::iter::once(Some(is_complete)).chain(each))
            }
            _ => Some(true),
        }
    }

    fn property_verdict(
        &mut self,
        node: &Node,
        name: &str,
        value: &Tree,
        depth: usize,
    ) -> Option<bool> {
        let matched = node
            .patterns
            .iter()
            .map(|(pattern, id)| (matches(pattern, name), *id));
        let matched: Vec<_> = matched.filter(|(is, _)| *is != Some(false)).collect();
        let own = node.property(name);
        let mut verdicts = Vec::with_capacity(matched.len() + 1);
        for (is_matched, id) in &matched {
            let verdict = self.verdict(*id, value, depth + 1);
            verdicts.push(is_matched.and(verdict));
        }
        let rest = match (own, node.additional) {
            (Some(schema), _) => self.verdict(schema, value, depth + 1),
            _ if !matched.is_empty() => Some(true),
            (None, AdditionalProperties::Forbidden) => Some(false),
            (None, AdditionalProperties::Each(schema)) => self.verdict(schema, value, depth + 1),
            _ => Some(true),
        };
        verdicts.push(rest);
        all(verdicts)
    }
}

fn fits_format(node: &Node, text: &str) -> bool {
    let name = node.facets.get("format").and_then(Tree::as_str);
    let format = name.and_then(Format::named);
    format.is_none_or(|format| format.accepts(text))
}

/// Judges numbers, and the lengths of strings, arrays and objects.
fn scalar_verdict(node: &Node, value: &Tree) -> Option<bool> {
    let count = |keyword: &str| node.facets.get(keyword).and_then(Tree::as_count);
    let within = |low: &str, high: &str, length: usize| {
        let length = length as u64;
        Some(
            count(low).is_none_or(|low| length >= low)
                && count(high).is_none_or(|high| length <= high),
        )
    };
    match value {
        Tree::Number(number) => {
            let within = Bounds::of(&node.facets).verdict(number.as_f64()?);
            let factor = node.facets.get("multipleOf").and_then(Tree::as_f64);
            let fits_factor = factor.is_none_or(|factor| is_multiple(number, factor));
            all([within, Some(fits_factor)])
        }
        Tree::String(text) => {
            let facet = |keyword: &str| node.facets.get(keyword).and_then(Tree::as_str);
            let fits_pattern =
                facet("pattern").map_or(Some(true), |pattern| matches(pattern, text));
            let length = within("minLength", "maxLength", text.chars().count());
            // The check of a tool takes a listed value that does not follow the format.
            let fits_format = fits_format(node, text).then_some(true);
            all([length, fits_pattern, fits_format])
        }
        Tree::Array(elements) => {
            let verdict = within("minItems", "maxItems", elements.len());
            let is_unique = elements.iter().enumerate().all(|(index, element)| {
                let mut others = elements.iter().skip(index + 1);
                !others.any(|other| other.is_same(element))
            });
            let is_fitting = is_unique || !node.facets.contains_key("uniqueItems");
            all([verdict, Some(is_fitting)])
        }
        Tree::Object(members) => within("minProperties", "maxProperties", members.len()),
        _ => Some(true),
    }
}
