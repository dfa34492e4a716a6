//! Unions for providers that know `anyOf` only, and nothing beside it.

use super::{Writer, Written};
use crate::dialect::note::Change;
use crate::dialect::schema::{Kind, Kinds, Node, NodeId};

/// More branches than this are not written out.
const MAX_BRANCHES: usize = 100;

impl Writer<'_> {
    pub(super) fn tight_union(&mut self, node: Node) -> Written {
        let (mut base, chosen, mut words) = self.one_union(node);
        let Some(branches) = chosen else {
            base.description = super::describe::text(base.description, &words);
            return if base.values.is_some() {
                let id = self.graph.add(base);
                self.tight(id)
            } else {
                self.tight_kinds(&base)
            };
        };
        if branches.len() > MAX_BRANCHES {
            return self.text(&base, base.likely_kinds());
        }
        let description = base.description.take();
        words.extend(self.words(&base, |keyword| {
            !matches!(keyword, "default" | "deprecated" | "examples" | "example")
        }));
        let base_allows_null = base.kinds.is_none_or(|kinds| kinds.has(Kind::Null));
        let is_nullable = base_allows_null && branches.iter().any(|id| self.is_null(*id));
        let says_nothing = base.says_nothing() && base.rules.is_empty();
        base.facets.retain(|keyword, _| {
            !matches!(
                keyword.as_str(),
                "default" | "example" | "examples" | "deprecated"
            )
        });
        let base = (!says_nothing).then(|| self.graph.add(base));
        let mut written = Vec::new();
        for id in branches {
            let meaning = self.graph.meaning(id).0;
            if self.is_null(id) || self.graph.node(meaning).is_never {
                continue;
            }
            let id = match base {
                Some(base) => self.graph.merge(base, id),
                None => id,
            };
            written.push(self.write(id));
        }
        if written.is_empty() {
            let node = Node {
                description,
                ..Node::default()
            };
            return self.text(&node, Kinds::ALL);
        }
        let mut written = self.choice(written, description, &words);
        if is_nullable {
            self.allow_null(&mut written.schema);
        }
        written
    }

    /// The node without its unions, the branches of the one to write, and the others in words.
    fn one_union(&mut self, node: Node) -> (Node, Option<Vec<NodeId>>, Vec<String>) {
        let mut base = node;
        let unions = std::mem::take(&mut base.unions);
        let mut words = Vec::new();
        let mut chosen: Option<Vec<NodeId>> = None;
        for union in unions {
            let branches = union.branches;
            if branches.iter().all(|id| self.only_requires(*id)) {
                words.extend(self.sets(&branches, union.keyword));
                self.note(&base, union.keyword, Change::Described);
            } else if chosen.is_none() {
                chosen = Some(branches);
            } else {
                words.push(format!("a further rule holds ({})", union.keyword));
                self.note(&base, union.keyword, Change::Described);
            }
        }
        (base, chosen, words)
    }

    fn is_null(&self, id: NodeId) -> bool {
        let node = self.graph.node(self.graph.meaning(id).0);
        let is_only_null = node.kinds == Some(Kinds::of(Kind::Null))
            || node.values.as_deref() == Some(&[crate::codec::Json::Null]);
        node.unions.is_empty() && is_only_null
    }

    /// Whether a branch says no more than which properties are there.
    pub(super) fn only_requires(&self, id: NodeId) -> bool {
        let node = self.graph.node(self.graph.meaning(id).0);
        let is_object = node
            .kinds
            .is_none_or(|kinds| kinds == Kinds::of(Kind::Object));
        !node.required.is_empty()
            && is_object
            && node.properties.is_empty()
            && node.patterns.is_empty()
            && node.unions.is_empty()
            && node.values.is_none()
    }

    /// The sets of properties of which one must be there, in words.
    pub(super) fn sets(&self, branches: &[NodeId], keyword: &str) -> Option<String> {
        let sets = branches.iter().map(|id| {
            let node = self.graph.node(self.graph.meaning(*id).0);
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
        });
        let mut sets: Vec<String> = sets.filter(|set| !set.is_empty()).collect();
        sets.dedup();
        if sets.len() < 2 {
            return None;
        }
        let how = if keyword == "oneOf" {
            "exactly one"
        } else {
            "at least one"
        };
        let sets: Vec<String> = sets
            .into_iter()
            .take(20)
            .map(|set| format!("({set})"))
            .collect();
        Some(format!("give {how} of {}", sets.join(" or ")))
    }
}
