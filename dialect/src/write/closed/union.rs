//! Unions, for providers that know only `anyOf`, and no other keyword next to it.

use crate::json_type::JsonType;
use crate::note::NoteKind;
use crate::schema::{Node, NodeId, TypeSet};
use crate::tree::Tree;
use crate::write::words;
use crate::write::writer::{Writer, Written};

/// The number of branches of a union that is written. A larger union becomes a string of JSON.
const MAX_BRANCHES: usize = 100;

/// The number of sets of properties that a description lists.
const MAX_LISTED_SETS: usize = 20;

/// A node with several unions, of which providers accept one.
struct SplitUnions {
    /// The node without its unions.
    base: Node,
    /// The branches of the union to write.
    branches: Option<Vec<NodeId>>,
    /// The other unions in words.
    words: Vec<String>,
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
        if branches.len() > MAX_BRANCHES {
            return self.json_string(&base, base.likely_types());
        }
        let description = base.description.take();
        words.extend(self.words(&base, |keyword| !is_annotation(keyword)));
        let base_allows_null = base.types.is_none_or(|types| types.has(JsonType::Null));
        let is_nullable = base_allows_null && branches.iter().any(|id| self.is_null(*id));
        let is_constrained = !base.is_unconstrained() || !base.conditions.is_empty();
        base.facets.retain(|keyword, _| !is_annotation(keyword));
        let base = is_constrained.then(|| self.graph.add(base));
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
                Some(base) => self.graph.merge(base, id),
                None => id,
            };
            if !self.graph.resolved_node(merged).is_never {
                written.push(self.write(merged));
            }
        }
        written
    }

    fn split_unions(&mut self, mut node: Node) -> SplitUnions {
        let unions = std::mem::take(&mut node.unions);
        let mut words = Vec::new();
        let mut written: Option<Vec<NodeId>> = None;
        for union in unions {
            let branches = union.branches;
            if branches.iter().all(|id| self.only_requires(*id)) {
                words.extend(self.describe_sets(&branches, union.keyword));
                self.note(&node, union.keyword, NoteKind::Described);
            } else if written.is_none() {
                written = Some(branches);
            } else {
                words.push(words::further_constraint(union.keyword));
                self.note(&node, union.keyword, NoteKind::Described);
            }
        }
        SplitUnions {
            base: node,
            branches: written,
            words,
        }
    }

    fn is_null(&self, id: NodeId) -> bool {
        let node = self.graph.resolved_node(id);
        let is_only_null = node.types == Some(TypeSet::of(JsonType::Null))
            || node.values.as_deref() == Some(&[Tree::Null]);
        node.unions.is_empty() && is_only_null
    }

    /// Returns `true` if a branch states only which properties are required.
    fn only_requires(&self, id: NodeId) -> bool {
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
            .map(|id| describe_set(self.graph.resolved_node(*id)))
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
}

fn describe_set(node: &Node) -> String {
    let names: Vec<&str> = if node.required.is_empty() {
        node.properties
            .iter()
            .map(|(name, _)| name.as_str())
            .collect()
    } else {
        node.required.iter().map(String::as_str).collect()
    };
    let names = names.join(", ");
    match &node.title {
        Some(title) => format!("{title}: {names}"),
        None => names,
    }
}

fn is_annotation(keyword: &str) -> bool {
    matches!(keyword, "default" | "deprecated" | "example" | "examples")
}
