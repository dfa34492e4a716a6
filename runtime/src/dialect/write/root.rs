//! The top of a schema: an object, whatever stands there.

use std::collections::BTreeSet;

use serde_json::{Map, json};

use super::{Writer, Written, describe};
use crate::codec::Json;
use crate::dialect::note::Change;
use crate::dialect::provider::Form;
use crate::dialect::schema::{Kind, Kinds, Node, NodeId, Rest, Union};

/// Unions in unions are followed so deep.
const MAX_DEPTH: usize = 6;

impl Writer<'_> {
    pub(super) fn root(&mut self, id: NodeId) -> Written {
        let (meaning, description) = self.graph.meaning(id);
        let description = description.map(str::to_owned);
        let mut node = self.graph.node(meaning).clone();
        node.description = description;
        if !self.holds_object(meaning, 0) {
            return self.wrapped(id, &node);
        }
        if !self.rules.has_root_union {
            node = self.flat(node, 0);
            if let Some(values) = node.values.take() {
                self.note(&node, "enum", Change::Described);
                node.description = describe::text(node.description, &[describe::one_of(&values)]);
            }
            let mut words = Vec::new();
            for (keyword, _) in std::mem::take(&mut node.rules) {
                self.note(&node, &keyword, Change::Described);
                words.push(format!("a further rule holds ({keyword})"));
            }
            node.description = describe::text(node.description, &words);
        }
        if node.kinds != Some(Kinds::of(Kind::Object)) {
            self.note(&node, "type", Change::Inferred);
        }
        node.is_never = false;
        node.kinds = Some(Kinds::of(Kind::Object));
        // What recurs to the root means the node as it was.
        match self.rules.form {
            Form::JsonSchema => self.loose_node(&node),
            Form::Closed | Form::OpenApi => self.tight_object(&node),
        }
    }

    fn holds_object(&self, id: NodeId, depth: usize) -> bool {
        let node = self.graph.node(self.graph.meaning(id).0);
        let by_union = |union: &Union| {
            let mut branches = union.branches.iter();
            depth > MAX_DEPTH || branches.any(|branch| self.holds_object(*branch, depth + 1))
        };
        node.likely_kinds().has(Kind::Object) && node.unions.iter().all(by_union)
    }

    /// Arguments that are no object, in a property.
    fn wrapped(&mut self, id: NodeId, node: &Node) -> Written {
        self.note(node, "type", Change::Wrapped);
        // Below the top: names are free there, and so are unions.
        let top = self.graph.add(Node::default());
        self.open.push(top);
        let inner = self.write(id);
        self.open.pop();
        let mut schema = Map::new();
        schema.insert("type".to_owned(), json!("object"));
        schema.insert("properties".to_owned(), json!({"value": inner.schema}));
        schema.insert("required".to_owned(), json!(["value"]));
        if self.rules.form == Form::Closed {
            schema.insert("additionalProperties".to_owned(), json!(false));
        }
        self.counts.properties += 1;
        let plan = self.plans.wrapped("value", inner.plan);
        Written { schema, plan }
    }

    /// One object with the properties of every branch of a union.
    ///
    /// Models fill a flat object with more success than a wrapper that they have not met, and what
    /// they answer is what the tool takes: nothing has to be mapped back. Which properties go
    /// together is said in words, and checked by the tool's own schema.
    fn flat(&mut self, mut node: Node, depth: usize) -> Node {
        let unions = std::mem::take(&mut node.unions);
        if depth > MAX_DEPTH {
            return node;
        }
        for union in unions {
            self.note(&node, union.keyword, Change::Flattened);
            let words = self.sets(&union.branches, union.keyword);
            node.description = describe::text(node.description.take(), words.as_slice());
            let mut branches = Vec::new();
            for id in &union.branches {
                let meaning = self.graph.meaning(*id).0;
                if self.holds_object(meaning, 0) && !self.graph.node(meaning).is_never {
                    let branch = self.graph.node(meaning).clone();
                    branches.push(self.flat(branch, depth + 1));
                }
            }
            self.join(&mut node, branches);
        }
        node
    }

    fn join(&mut self, node: &mut Node, branches: Vec<Node>) {
        let names: BTreeSet<&String> = branches
            .iter()
            .flat_map(|branch| branch.properties.iter().map(|(name, _)| name))
            .collect();
        for name in names {
            let Some(both) = self.in_branches(node, &branches, name) else {
                continue;
            };
            // A branch that does not name a property that others name lets it be anything; that is
            // left to the tool's own schema.
            match node.property(name) {
                Some(known) => {
                    let everywhere = branches
                        .iter()
                        .all(|branch| branch.property(name).is_some());
                    if everywhere {
                        let merged = self.graph.merge(known, both);
                        let mut places = node.properties.iter_mut();
                        if let Some(place) = places.find(|(known, _)| known == name) {
                            place.1 = merged;
                        }
                    }
                }
                None => node.properties.push((name.clone(), both)),
            }
        }
        let in_all = |name: &String| branches.iter().all(|branch| branch.requires(name));
        let first = branches.first().map(|branch| branch.required.clone());
        for name in first.unwrap_or_default().into_iter().filter(in_all) {
            if !node.requires(&name) {
                node.required.push(name);
            }
        }
        if branches
            .iter()
            .any(|branch| matches!(branch.rest, Rest::Open | Rest::Each(_)))
        {
            node.rest = Rest::Open;
        }
        node.lost
            .extend(branches.into_iter().flat_map(|branch| branch.lost));
    }

    /// What a property is in the branches that name it.
    fn in_branches(&mut self, node: &Node, branches: &[Node], name: &str) -> Option<NodeId> {
        let mut ids: Vec<NodeId> = Vec::new();
        for branch in branches {
            if let Some(id) = branch.property(name)
                && !self.graph.node(id).is_never
                && !ids.iter().any(|known| self.is_alike(*known, id))
            {
                ids.push(id);
            }
        }
        match ids.as_slice() {
            [] => None,
            [only] => Some(*only),
            ids if self.values_of(ids).is_some() => {
                let values = self.values_of(ids);
                let first = ids.first().map(|id| self.graph.node(*id).clone());
                Some(self.graph.add(Node {
                    values,
                    alias: None,
                    ..first.unwrap_or_default()
                }))
            }
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

    /// The values of several enums, if they are enums of one type and nothing more.
    fn values_of(&self, ids: &[NodeId]) -> Option<Vec<Json>> {
        let mut all: Vec<Json> = Vec::new();
        let kinds = self.graph.node(*ids.first()?).kinds;
        for id in ids {
            let node = self.graph.node(*id);
            let is_plain = node.kinds == kinds && node.unions.is_empty() && node.alias.is_none();
            for value in node.values.as_ref().filter(|_| is_plain)? {
                if !all.contains(value) {
                    all.push(value.clone());
                }
            }
        }
        Some(all)
    }

    /// Whether two nodes say the same of a value.
    fn is_alike(&self, one: NodeId, other: NodeId) -> bool {
        let plain = |id: NodeId| {
            let node = self.graph.node(self.graph.meaning(id).0);
            let is_plain = node.properties.is_empty()
                && node.unions.is_empty()
                && node.items.is_none()
                && node.rules.is_empty()
                && node.prefix.is_empty()
                && node.rest == Rest::Unsaid
                && node.patterns.is_empty();
            is_plain.then(|| (node.kinds, node.values.clone(), node.facets.clone()))
        };
        one == other || plain(one).is_some_and(|said| plain(other) == Some(said))
    }
}

/// A schema that a tool without arguments has.
pub(in super::super) fn has_arguments(schema: &Json) -> bool {
    let properties = schema.get("properties").and_then(Json::as_object);
    properties.is_some_and(|properties| !properties.is_empty())
}
