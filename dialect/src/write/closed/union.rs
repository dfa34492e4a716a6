//! Unions, for providers that know only `anyOf`, and no other keyword next to it.

use crate::json_type::JsonType;
use crate::note::NoteKind;
use crate::schema::{Node, NodeId, TypeSet};
use crate::sentence::clause;
use crate::tree::Tree;
use crate::write::overlap::EXACTLY_ONE;
use crate::write::words;
use crate::write::writer::{Writer, Written};

/// The number of branches of a union that is written. A larger union becomes a string of JSON.
const MAX_BRANCHES: usize = 100;

/// The number of branches that are merged with the node around their union. Later unions of that kind
/// become strings of JSON.
const MAX_MERGED: usize = 500;

/// The number of branches that two unions may have together when each branch of one is joined with each
/// of the other. Otherwise the properties of the second one are added to the first.
const MAX_PRODUCT: usize = 24;

/// The number of values of a property that tell a set of properties apart.
const MAX_TAG_VALUES: usize = 3;

/// The number of sets of properties that a description lists.
const MAX_LISTED_SETS: usize = 20;

/// A node with several unions, of which providers accept one.
pub(in crate::write) struct SplitUnions {
    /// The node without its unions.
    pub(in crate::write) base: Node,
    /// The branches of the union to write.
    pub(in crate::write) branches: Option<Vec<NodeId>>,
    /// The other unions in words.
    pub(in crate::write) words: Vec<String>,
}

impl Writer<'_> {
    pub(super) fn closed_union(&mut self, node: Node) -> Written {
        let SplitUnions {
            mut base,
            branches,
            mut words,
        } = self.split_unions(node);
        let Some(branches) = branches else {
            base.description = words::append(base.description, &words);
            return if base.values.is_some() {
                let id = self.graph.add(base);
                self.closed(id)
            } else {
                self.closed_types(&base)
            };
        };
        let is_merged = !base.says_only_types();
        let has_too_many = is_merged && self.expanded.len() + branches.len() > MAX_MERGED;
        if branches.len() > MAX_BRANCHES || has_too_many {
            self.note(&base, "anyOf", NoteKind::Loosened);
            return self.json_string(&base, base.likely_types());
        }
        let description = base.description.take();
        words.extend(self.words(&base, |keyword| !is_annotation(keyword)));
        let base_allows_null = base.types.is_none_or(|types| types.has(JsonType::Null));
        let is_nullable = base_allows_null && branches.iter().any(|id| self.is_null(*id));
        let is_constrained = !base.is_unconstrained() || !base.conditions.is_empty();
        base.facets.retain(|keyword, _| !is_annotation(keyword));
        let base = self.base_of(is_constrained.then_some(base), &branches);
        let written = self.write_branches(base, &branches);
        if written.is_empty() {
            let node = Node {
                description,
                ..Node::default()
            };
            return self.json_string(&node, TypeSet::ALL);
        }
        let mut union = self.any_of(written, description, &words);
        if is_nullable {
            self.allow_null(&mut union.schema);
        }
        union
    }

    /// Writes the branches that allow a value other than null, each merged with `base`.
    fn write_branches(&mut self, base: Option<NodeId>, branches: &[NodeId]) -> Vec<Written> {
        let mut written = Vec::new();
        for id in branches.iter().copied() {
            if self.is_null(id) || self.graph.resolved_node(id).is_never {
                continue;
            }
            let merged = match base {
                Some(base) => self.merged_branch(base, id),
                None => id,
            };
            if !self.graph.resolved_node(merged).is_never {
                written.push(self.write(merged));
            }
        }
        written
    }

    /// Returns a branch together with the node around its union. If that only restricts the types, the
    /// result is written once, like the branch.
    fn merged_branch(&mut self, base: NodeId, branch: NodeId) -> NodeId {
        let merged = self.graph.merge(base, branch);
        let target = self.graph.resolve(branch).0;
        if self.type_nodes.iter().any(|(_, id)| *id == base)
            && let Some(uses) = self.uses.get(&target).copied()
        {
            self.uses.entry(merged).or_insert(uses);
        }
        self.expanded.insert(merged);
        merged
    }

    /// Returns a node that only restricts the types.
    fn types_node(&mut self, types: TypeSet) -> NodeId {
        let known = self.type_nodes.iter().find(|(known, _)| *known == types);
        if let Some((_, id)) = known {
            return *id;
        }
        let id = self.graph.add(Node {
            types: Some(types),
            ..Node::default()
        });
        self.type_nodes.push((types, id));
        id
    }

    /// Returns the node that the branches are merged with; `None` if it says nothing that they do not
    /// say themselves. A branch that is not merged is written once, however often it is referred to.
    fn base_of(&mut self, base: Option<Node>, branches: &[NodeId]) -> Option<NodeId> {
        let base = base?;
        let Some(types) = base.types.filter(|_| base.says_only_types()) else {
            return Some(self.graph.add(base));
        };
        let is_within = |id: &NodeId| {
            let branch = self.graph.resolved_node(*id);
            let own = branch.types.unwrap_or_else(|| branch.likely_types());
            own.intersection(types) == own
        };
        let is_said = branches.iter().all(is_within);
        (!is_said).then(|| self.types_node(types))
    }

    /// Writes one union of several: the product of their branches, or the first with the properties of
    /// the others.
    pub(in crate::write) fn split_unions(&mut self, mut node: Node) -> SplitUnions {
        let unions = std::mem::take(&mut node.unions);
        let mut words = Vec::new();
        let mut written: Option<Vec<NodeId>> = None;
        for union in unions {
            if union.branches.iter().all(|id| self.only_requires(*id)) {
                words.extend(self.describe_sets(&union.branches, union.keyword));
                self.note(&node, union.keyword, NoteKind::Described);
                let branches = union.branches.iter().copied();
                let required =
                    branches.flat_map(|id| self.graph.resolved_node(id).required.clone());
                for name in required.collect::<Vec<_>>() {
                    self.name_property(&mut node, name);
                }
                continue;
            }
            let needs_more = self.needs_more(&node, &union.branches);
            let is_exclusive = self.overlaps(&node, &union);
            let mut is_described = false;
            written = match written {
                None if !needs_more => Some(union.branches),
                Some(known) if known.len() * union.branches.len() <= MAX_PRODUCT => {
                    Some(self.product(&known, &union.branches))
                }
                known => {
                    is_described = true;
                    words.push(self.describe_union(&union));
                    self.note(&node, union.keyword, NoteKind::Described);
                    node.unions = vec![union];
                    let description = node.description.take();
                    node = self.flatten(node, &mut Vec::new(), &mut 0);
                    node.description = description;
                    known
                }
            };
            if is_exclusive && !is_described {
                words.push(EXACTLY_ONE.to_owned());
            }
        }
        node.is_never |= written.as_ref().is_some_and(Vec::is_empty);
        SplitUnions {
            base: node,
            branches: written.filter(|branches| !branches.is_empty()),
            words,
        }
    }

    /// Returns `true` if an object needs properties of several branches, which a closed branch does not
    /// have.
    fn needs_more(&self, node: &Node, branches: &[NodeId]) -> bool {
        let least = node.facets.get("minProperties").and_then(Tree::as_count);
        least.is_some_and(|least| {
            branches.iter().any(|id| {
                let branch = self.graph.resolved_node(*id);
                let count = (node.properties.len() + branch.properties.len()) as u64;
                branch.likely_types().has(JsonType::Object) && count < least
            })
        })
    }

    /// Returns each branch of one union merged with each of another, without those that no value follows.
    fn product(&mut self, ones: &[NodeId], others: &[NodeId]) -> Vec<NodeId> {
        let mut merged = Vec::with_capacity(ones.len() * others.len());
        for one in ones {
            for other in others {
                let id = self.graph.merge(*one, *other);
                if !self.graph.resolved_node(id).is_never {
                    merged.push(id);
                }
            }
        }
        merged
    }

    fn is_null(&self, id: NodeId) -> bool {
        let node = self.graph.resolved_node(id);
        let is_only_null = node.types == Some(TypeSet::of(JsonType::Null))
            || node.values.as_deref() == Some(&[Tree::Null]);
        node.unions.is_empty() && is_only_null
    }

    /// Returns `true` if a branch states only which properties are required.
    pub(in crate::write) fn only_requires(&self, id: NodeId) -> bool {
        let node = self.graph.resolved_node(id);
        let is_object = node
            .types
            .is_none_or(|types| types == TypeSet::of(JsonType::Object));
        !node.required.is_empty()
            && is_object
            && node.properties.is_empty()
            && node.patterns.is_empty()
            && node.unions.is_empty()
            && node.values.is_none()
    }

    /// Describes the sets of properties of which one has to be given.
    pub(in crate::write) fn describe_sets(
        &self,
        branches: &[NodeId],
        keyword: &str,
    ) -> Option<String> {
        let mut sets: Vec<String> = branches
            .iter()
            .map(|id| self.describe_branch(self.graph.resolved_node(*id)))
            .filter(|set| !set.is_empty())
            .collect();
        sets.dedup();
        if sets.len() < 2 {
            return None;
        }
        let number = if keyword == "oneOf" {
            "exactly one"
        } else {
            "at least one"
        };
        let listed: Vec<String> = sets
            .into_iter()
            .take(MAX_LISTED_SETS)
            .map(|set| format!("({set})"))
            .collect();
        Some(format!("provide {number} of: {}", listed.join(" or ")))
    }

    /// Lists the properties of a branch, with its conditions.
    fn describe_branch(&self, node: &Node) -> String {
        let conditions = node.conditions.iter();
        let conditions = conditions.map(|set| self.describe_conditions(set));
        let mut parts = vec![self.describe_set(node)];
        parts.extend(conditions);
        parts.retain(|part| !part.is_empty());
        parts.join("; ")
    }

    /// Lists the properties of a branch, with the values that tell it apart.
    fn describe_set(&self, node: &Node) -> String {
        let tags = node.properties.iter().map(|(name, _)| name);
        let tags =
            tags.filter(|name| !node.requires(name) && self.tag_values(node, name).is_some());
        let names: Vec<&String> = if node.required.is_empty() {
            node.properties.iter().map(|(name, _)| name).collect()
        } else {
            tags.chain(&node.required).collect()
        };
        let names = names
            .into_iter()
            .map(|name| match self.tag_values(node, name) {
                Some(values) => format!("{name} {values}"),
                None => name.clone(),
            });
        let names = names.collect::<Vec<_>>().join(", ");
        match &node.title {
            Some(title) => format!("{}: {names}", clause(title)),
            None => names,
        }
    }

    /// Returns the values of a property, if they are few.
    fn tag_values(&self, node: &Node, name: &str) -> Option<String> {
        let values = self
            .graph
            .resolved_node(node.property(name)?)
            .values
            .as_ref()?;
        let is_short = |value: &Tree| value.json_type().is_scalar() && !value.is_null();
        let is_tag = values.len() <= MAX_TAG_VALUES && values.iter().all(is_short);
        let quoted = values.iter().map(words::quoted).collect::<Option<Vec<_>>>();
        Some(quoted.filter(|_| is_tag)?.join(" or "))
    }
}

fn is_annotation(keyword: &str) -> bool {
    matches!(keyword, "default" | "deprecated" | "example" | "examples")
}
