//! Arrays and tuples, for providers that know only a few keywords.

use super::facets::is_foreign;
use crate::json_type::JsonType;
use crate::note::NoteKind;
use crate::rules::{Form, Levels};
use crate::schema::{Node, TypeSet};
use crate::tree::{Members, Tree, members, put};
use crate::write::writer::{Writer, Written};

impl Writer<'_> {
    pub(super) fn closed_array(&mut self, node: &Node) -> Written {
        let counts = self.rules.levels == Levels::ObjectsAndArrays;
        if counts && self.depth >= self.limits.depth {
            return self.json_string(node, TypeSet::of(JsonType::Array));
        }
        self.depth += usize::from(counts);
        let written = self.elements(node);
        self.depth -= usize::from(counts);
        written
    }

    fn elements(&mut self, node: &Node) -> Written {
        let items = node
            .items
            .filter(|id| !self.graph.resolved_node(*id).is_never);
        let is_fixed = node.items.is_some() && items.is_none();
        let prefix: Vec<Written> = node.prefix.iter().map(|id| self.write(*id)).collect();
        let rest = match (items, prefix.first()) {
            (Some(id), _) => self.write(id),
            (None, Some(first)) if is_fixed => first.clone(),
            (None, _) => self.json_string(&Node::default(), TypeSet::ALL),
        };
        let mut schema = Members::new();
        put(&mut schema, "type", "array");
        let mut words = Vec::new();
        let prefix_mappings: Vec<_> = prefix.iter().map(|written| written.mapping).collect();
        let items = if prefix.is_empty() {
            Tree::Object(rest.schema)
        } else {
            let length = prefix.len();
            words.push(if is_fixed {
                format!("a tuple of {length}")
            } else {
                format!("the first {length} as listed, in order")
            });
            self.note(node, "prefixItems", NoteKind::Described);
            let others = (!is_fixed).then_some(rest.schema);
            let each = prefix.into_iter().map(|written| written.schema);
            any_element(each.chain(others))
        };
        if is_fixed && prefix_mappings.is_empty() {
            words.push("always empty".to_owned());
        }
        put(&mut schema, "items", items);
        let kept = self.array_bounds(&mut schema, node, is_fixed);
        words.extend(self.words(node, |keyword| {
            kept.contains(&keyword) || is_foreign(keyword, JsonType::Array)
        }));
        self.describe(&mut schema, node.description.clone(), &words);
        let mapping = self.mappings.array(prefix_mappings, rest.mapping);
        Written { schema, mapping }
    }

    fn array_bounds(
        &mut self,
        schema: &mut Members,
        node: &Node,
        is_fixed: bool,
    ) -> Vec<&'static str> {
        let mut kept = self.facets(schema, node, JsonType::Array);
        let least = node.facets.get("minItems");
        let is_small = least
            .and_then(Tree::as_count)
            .is_some_and(|least| least <= 1);
        if let (Form::Closed, Some(least), true) = (self.rules.form, least, is_small)
            && !kept.contains(&"minItems")
        {
            // Anthropic accepts these two values of `minItems`, and no other bounds.
            put(schema, "minItems", least.clone());
            kept.push("minItems");
        }
        let knows_max_items = self
            .rules
            .facets
            .is_some_and(|known| known.contains(&"maxItems"));
        if is_fixed && knows_max_items && !kept.contains(&"maxItems") {
            put(schema, "maxItems", node.prefix.len());
        }
        kept
    }
}

/// Returns one schema for all elements of a tuple.
fn any_element(schemas: impl Iterator<Item = Members>) -> Tree {
    let mut branches: Vec<Tree> = Vec::new();
    for branch in schemas.map(Tree::Object) {
        if !branches.contains(&branch) {
            branches.push(branch);
        }
    }
    match branches.as_slice() {
        [only] => only.clone(),
        branches => Tree::from(members! {"anyOf": branches.to_vec()}),
    }
}
