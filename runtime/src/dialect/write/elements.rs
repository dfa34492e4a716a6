//! Lists and tuples for providers that know a few keywords only.

use serde_json::{Map, json};

use super::tight::is_foreign;
use super::{Writer, Written};
use crate::codec::Json;
use crate::dialect::note::Change;
use crate::dialect::provider::Form;
use crate::dialect::schema::{Kind, Kinds, Node};

impl Writer<'_> {
    pub(super) fn tight_list(&mut self, node: &Node) -> Written {
        let items = node.items.filter(|id| !self.graph.node(*id).is_never);
        let is_fixed = node.items.is_some() && items.is_none();
        let prefix: Vec<Written> = node.prefix.iter().map(|id| self.write(*id)).collect();
        let rest = match (items, prefix.first()) {
            (Some(id), _) => self.write(id),
            (None, Some(first)) if is_fixed => first.clone(),
            (None, _) => self.text(&Node::default(), Kinds::ALL),
        };
        let mut schema = Map::new();
        schema.insert("type".to_owned(), json!("array"));
        let mut words = Vec::new();
        let plans = prefix.iter().map(|written| written.plan).collect();
        let items = if prefix.is_empty() {
            Json::Object(rest.schema)
        } else {
            let length = prefix.len();
            words.push(if is_fixed {
                format!("a tuple of {length}")
            } else {
                format!("the first {length} as listed, in order")
            });
            self.note(node, "prefixItems", Change::Described);
            let others = (!is_fixed).then_some(rest.schema);
            let each = prefix.into_iter().map(|written| written.schema);
            self.any_of(each.chain(others))
        };
        schema.insert("items".to_owned(), items);
        let kept = self.list_bounds(&mut schema, node, is_fixed);
        words.extend(self.words(node, |keyword| {
            kept.contains(&keyword) || is_foreign(keyword, Kind::Array)
        }));
        self.describe(&mut schema, node.description.clone(), &words);
        let plan = self.plans.list(plans, rest.plan);
        Written { schema, plan }
    }

    /// One schema for whatever stands in a tuple.
    fn any_of(&mut self, schemas: impl Iterator<Item = Map<String, Json>>) -> Json {
        let mut branches: Vec<Json> = Vec::new();
        for branch in schemas.map(Json::Object) {
            if !branches.contains(&branch) {
                branches.push(branch);
            }
        }
        match branches.as_slice() {
            [only] => only.clone(),
            branches => {
                self.counts.unions += 1;
                json!({"anyOf": branches})
            }
        }
    }

    fn list_bounds(
        &mut self,
        schema: &mut Map<String, Json>,
        node: &Node,
        is_fixed: bool,
    ) -> Vec<&'static str> {
        let mut kept = self.facets(schema, node, Kind::Array);
        let least = node.facets.get("minItems");
        let is_small = least.is_some_and(|least| *least == 0 || *least == 1);
        if let (Form::Closed, Some(least), true) = (self.rules.form, least, is_small)
            && !kept.contains(&"minItems")
        {
            // Where no other bound is known, these two are.
            schema.insert("minItems".to_owned(), least.clone());
            kept.push("minItems");
        }
        let knows_most = self
            .rules
            .facets
            .is_some_and(|known| known.contains(&"maxItems"));
        if is_fixed && knows_most && !kept.contains(&"maxItems") {
            schema.insert("maxItems".to_owned(), json!(node.prefix.len()));
        }
        kept
    }
}
