//! The root of a schema, which has to be an object.

use std::collections::{BTreeMap, BTreeSet};

use indexmap::IndexMap;

use super::words;
use super::writer::{Writer, Written};
use crate::json_type::JsonType;
use crate::note::NoteKind;
use crate::rules::Form;
use crate::schema::{AdditionalProperties, Node, NodeId, TypeSet, Union};
use crate::tree::{Members, Tree, members, put};

/// The depth of unions in unions that are followed.
const MAX_UNION_DEPTH: usize = 6;

/// The number of branches that are joined into one object.
const MAX_JOINED: usize = 300;

impl Writer<'_> {
    pub(super) fn root(&mut self, id: NodeId) -> Written {
        let (target, description) = self.graph.resolve(id);
        let description = description.map(str::to_owned);
        let mut node = self.graph.node(target).clone();
        node.description = description;
        if !self.allows_object(target) {
            return self.wrapped(id, &node);
        }
        if !self.rules.allows_root_union {
            node = self.flatten(node, &mut vec![target], &mut 0);
            if let Some(values) = node.values.take() {
                self.note(&node, "enum", NoteKind::Described);
                node = self.values_of_properties(node, &values);
                node.description = words::append(node.description, &[words::one_of(&values)]);
            }
            node = self.with_conditional_properties(&node);
        }
        if node.types != Some(TypeSet::of(JsonType::Object)) {
            self.note(&node, "type", NoteKind::Inferred);
        }
        node.is_never = false;
        node.types = Some(TypeSet::of(JsonType::Object));
        // A recursive reference to the root refers to the unchanged node in the graph.
        match self.rules.form {
            Form::JsonSchema => {
                self.depth += 1;
                let written = self.json_schema_node(&node);
                self.depth -= 1;
                written
            }
            Form::Closed | Form::OpenApi => self.closed_object(&node),
        }
    }

    /// Returns `true` if an object may be valid.
    fn allows_object(&self, id: NodeId) -> bool {
        self.allows_object_in(id, &mut BTreeMap::new())
    }

    /// As above; `verdicts` has the nodes that are asked already.
    fn allows_object_in(&self, id: NodeId, verdicts: &mut BTreeMap<NodeId, bool>) -> bool {
        let target = self.graph.resolve(id).0;
        if let Some(verdict) = verdicts.get(&target) {
            return *verdict;
        }
        verdicts.insert(target, false);
        let node = self.graph.node(target);
        let allows = node.likely_types().has(JsonType::Object)
            && node.unions.iter().all(|union| {
                let mut branches = union.branches.iter();
                branches.any(|branch| self.allows_object_in(*branch, verdicts))
            });
        verdicts.insert(target, allows);
        allows
    }

    /// Writes arguments that are not an object, as a property.
    fn wrapped(&mut self, id: NodeId, node: &Node) -> Written {
        self.note(node, "type", NoteKind::Wrapped);
        // An open node makes the schema nested, where names and unions are not restricted.
        let wrapper = self.graph.add(Node::default());
        self.open.push(wrapper);
        let inner = self.write(id);
        self.open.pop();
        let mut schema = Members::new();
        put(&mut schema, "type", "object");
        put(&mut schema, "properties", members! {"value": inner.schema});
        put(&mut schema, "required", ["value"]);
        if self.rules.form == Form::Closed {
            put(&mut schema, "additionalProperties", false);
        }
        let mapping = self.mappings.wrapped("value", inner.mapping);
        Written { schema, mapping }
    }

    /// Returns one object with the properties of all branches of its unions.
    ///
    /// Models fill a flat object more reliably than an unfamiliar wrapper, and the tool accepts it
    /// without a mapping. The description lists the properties that belong together; the tool's own
    /// schema checks them. `open` has the nodes around this one, and `joined` counts the branches.
    pub(super) fn flatten(
        &mut self,
        mut node: Node,
        open: &mut Vec<NodeId>,
        joined: &mut usize,
    ) -> Node {
        let unions = std::mem::take(&mut node.unions);
        if open.len() > MAX_UNION_DEPTH {
            return node;
        }
        for union in unions {
            self.note(&node, union.keyword, NoteKind::Flattened);
            let leaves = self.leaves(&union.branches, open);
            let words = self.describe_sets(&leaves, union.keyword);
            let is_unsaid = || words.is_none() && self.overlaps(&node, &union);
            let words = is_unsaid()
                .then(|| words::further_constraint(union.keyword))
                .or(words);
            node.description = words::append(node.description.take(), words.as_slice());
            let mut branches = Vec::new();
            for target in leaves {
                *joined += 1;
                if *joined <= MAX_JOINED {
                    let branch = self.graph.node(target).clone();
                    open.push(target);
                    let branch = self.flatten(branch, open, joined);
                    branches.push(self.with_conditional_properties(&branch));
                    open.pop();
                }
            }
            self.join(&mut node, branches);
        }
        node
    }

    /// Returns the branches that allow an object, each once, with those of unions that are nothing else
    /// in their place. A branch that is one of the `open` nodes adds nothing.
    fn leaves(&self, branches: &[NodeId], open: &[NodeId]) -> Vec<NodeId> {
        let mut leaves = Vec::new();
        let mut seen: BTreeSet<NodeId> = open.iter().copied().collect();
        let mut queue: Vec<NodeId> = branches.iter().rev().copied().collect();
        while let Some(id) = queue.pop() {
            let target = self.graph.resolve(id).0;
            let node = self.graph.node(target);
            if !seen.insert(target) || node.is_never || !self.allows_object(target) {
                continue;
            }
            match node.unions.as_slice() {
                [only] if node.says_only_unions() => {
                    queue.extend(only.branches.iter().rev().copied());
                }
                _ => leaves.push(target),
            }
        }
        leaves
    }

    /// Adds the properties of the branches to `node`, and what all branches require.
    fn join(&mut self, node: &mut Node, branches: Vec<Node>) {
        let mut seen = BTreeSet::new();
        let names = branches
            .iter()
            .flat_map(|branch| branch.properties.iter().map(|(name, _)| name));
        for name in names.filter(|name| seen.insert((*name).clone())) {
            let Some(in_branches) = self.in_branches(node, &branches, name) else {
                continue;
            };
            // A branch that does not name the property allows any value of it. Only the tool's own
            // schema tells these cases apart.
            match node.property(name) {
                Some(known) => {
                    let is_in_all = branches
                        .iter()
                        .all(|branch| branch.property(name).is_some());
                    if is_in_all {
                        let merged = self.graph.merge(known, in_branches);
                        let mut properties = node.properties.iter_mut();
                        if let Some(property) = properties.find(|(known, _)| known == name) {
                            property.1 = merged;
                        }
                    }
                }
                None => node.properties.push((name.clone(), in_branches)),
            }
        }
        let names = branches.iter().flat_map(|branch| branch.required.iter());
        for name in names.cloned().collect::<Vec<_>>() {
            self.name_property(node, name);
        }
        let is_required_in_all =
            |name: &String| branches.iter().all(|branch| branch.requires(name));
        let first = branches.first().map(|branch| branch.required.clone());
        for name in first
            .unwrap_or_default()
            .into_iter()
            .filter(is_required_in_all)
        {
            if !node.requires(&name) {
                node.required.push(name);
            }
        }
        let allows_additional = |branch: &Node| {
            matches!(
                branch.additional,
                AdditionalProperties::Any | AdditionalProperties::Each(_)
            )
        };
        if branches.iter().any(allows_additional) {
            node.additional = AdditionalProperties::Any;
        }
        node.lost
            .extend(branches.into_iter().flat_map(|branch| branch.lost));
    }

    /// Returns the schema of a property in the branches that name it.
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

    /// Returns a node with the values of each property, where a whole object is one of `values`.
    pub(super) fn values_of_properties(&mut self, mut node: Node, values: &[Tree]) -> Node {
        let objects: Vec<&Members> = values.iter().filter_map(Tree::as_object).collect();
        let mut of_properties: IndexMap<&String, Vec<Tree>> = IndexMap::new();
        for (name, value) in objects.iter().copied().flatten() {
            let known = of_properties.entry(name).or_default();
            if !known.contains(value) {
                known.push(value.clone());
            }
        }
        node.properties
            .retain(|(name, _)| of_properties.contains_key(name));
        for (name, values) in of_properties {
            let is_in_all = objects.iter().all(|object| object.contains_key(name));
            if is_in_all && !node.requires(name) {
                node.required.push(name.clone());
            }
            let values = self.graph.add(Node {
                pointer: node.pointer.clone(),
                values: Some(values),
                ..Node::default()
            });
            let property = node.properties.iter().position(|(known, _)| known == name);
            match property.and_then(|index| node.properties.get_mut(index)) {
                Some((_, id)) => *id = self.graph.merge(*id, values),
                None => node.properties.push((name.clone(), values)),
            }
        }
        node.additional = AdditionalProperties::Forbidden;
        node
    }

    /// Returns the values of several enums, if they are all plain enums of one type.
    fn values_of(&self, ids: &[NodeId]) -> Option<Vec<Tree>> {
        let mut all: Vec<Tree> = Vec::new();
        let types = self.graph.node(*ids.first()?).types;
        for id in ids {
            let node = self.graph.node(*id);
            let is_plain = node.types == types && node.unions.is_empty() && node.alias.is_none();
            for value in node.values.as_ref().filter(|_| is_plain)? {
                if !all.contains(value) {
                    all.push(value.clone());
                }
            }
        }
        Some(all)
    }

    /// Returns `true` if two nodes have the same constraints.
    fn is_alike(&self, one: NodeId, other: NodeId) -> bool {
        let plain = |id: NodeId| {
            let node = self.graph.resolved_node(id);
            let is_plain = node.properties.is_empty()
                && node.unions.is_empty()
                && node.items.is_none()
                && node.conditions.is_empty()
                && node.prefix.is_empty()
                && node.additional == AdditionalProperties::Unspecified
                && node.patterns.is_empty();
            is_plain.then(|| (node.types, node.values.clone(), node.facets.clone()))
        };
        one == other || plain(one).is_some_and(|constraints| plain(other) == Some(constraints))
    }
}

/// Returns `true` if a schema of arguments has properties.
pub(crate) fn has_arguments(schema: &Tree) -> bool {
    let properties = schema.get("properties").and_then(Tree::as_object);
    properties.is_some_and(|properties| !properties.is_empty())
}
