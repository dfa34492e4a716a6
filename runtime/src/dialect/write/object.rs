//! Objects for providers that know a few keywords only.

use std::collections::BTreeSet;

use serde_json::{Map, json};

use super::{Writer, Written};
use crate::codec::Json;
use crate::dialect::note::Change;
use crate::dialect::plan::{Member, Others, Plan, PlanId};
use crate::dialect::provider::Form;
use crate::dialect::schema::{Kind, Kinds, Node, NodeId, Rest};

impl Writer<'_> {
    pub(super) fn tight_object(&mut self, node: &Node) -> Written {
        let is_root = self.open.is_empty();
        let node = &self.with_plain_rest(node);
        let is_bare = node.properties.is_empty() && node.required.is_empty();
        if !is_root {
            let is_closed = self.rules.form == Form::Closed;
            match node.rest {
                Rest::Each(value) if is_bare => return self.pairs(node, value),
                Rest::Closed if is_bare && is_closed => {}
                _ if is_bare => return self.text(node, Kinds::of(Kind::Object)),
                _ if self.depth >= self.rules.limits.depth => {
                    return self.text(node, Kinds::of(Kind::Object));
                }
                _ => {}
            }
        }
        self.depth += 1;
        let written = self.members(node, is_root);
        self.depth -= 1;
        written
    }

    /// Patterns of names become what any other property may be.
    fn with_plain_rest(&mut self, node: &Node) -> Node {
        let mut node = node.clone();
        if !node.patterns.is_empty() {
            self.note(&node, "patternProperties", Change::Described);
            let names: Vec<&str> = node
                .patterns
                .iter()
                .map(|(name, _)| name.as_str())
                .collect();
            let words = format!("names match {}", names.join(" or "));
            node.description = super::describe::text(node.description.take(), &[words]);
            node.rest = match (node.rest, node.patterns.as_slice()) {
                (Rest::Closed | Rest::Unsaid, [(_, only)]) => Rest::Each(*only),
                _ => Rest::Open,
            };
        }
        if let Rest::Each(value) = node.rest {
            let value = self.graph.node(self.graph.meaning(value).0);
            if value.is_never {
                node.rest = Rest::Closed;
            }
        }
        node
    }

    fn members(&mut self, node: &Node, is_root: bool) -> Written {
        let mut properties = node.properties.clone();
        properties.retain(|(_, id)| !self.graph.node(self.graph.meaning(*id).0).is_never);
        for name in &node.required {
            if !properties.iter().any(|(known, _)| known == name) {
                let id = self.graph.add(Node::default());
                properties.push((name.clone(), id));
            }
        }
        let mut taken = BTreeSet::new();
        let said = self.said_names(node, &properties, is_root, &mut taken);
        let mut members = Vec::new();
        let mut written = Map::new();
        let mut required = Vec::new();
        for ((name, id), said) in properties.iter().zip(said) {
            let is_required = node.requires(name);
            let mut member = self.write(*id);
            self.counts.properties += 1;
            self.counts.text += said.len();
            self.counts.optional += usize::from(!is_required);
            let is_null_absent = !is_required && self.rules.is_all_required;
            if is_null_absent {
                self.may_be_absent(*id, &mut member);
            }
            if is_required || is_null_absent {
                required.push(said.clone());
            }
            members.push(Member {
                name: name.clone(),
                said: said.clone(),
                plan: member.plan,
                is_null_absent,
            });
            written.insert(said, Json::Object(member.schema));
        }
        let rest = self.rest(node, &mut taken);
        let rest = rest.map(|(said, schema, plan)| {
            written.insert(said.clone(), Json::Object(schema));
            if self.rules.is_all_required {
                required.push(said.clone());
            }
            Others {
                said,
                pairs: plan,
                is_null_absent: self.rules.is_all_required,
            }
        });
        let schema = self.object_schema(node, written, &required, rest.is_some());
        let plan = self.plans.object(members, rest);
        Written { schema, plan }
    }

    fn object_schema(
        &mut self,
        node: &Node,
        written: Map<String, Json>,
        required: &[String],
        has_rest: bool,
    ) -> Map<String, Json> {
        let mut schema = Map::new();
        schema.insert("type".to_owned(), json!("object"));
        let mut kept = Vec::new();
        if self.rules.form == Form::OpenApi && !has_rest {
            kept = self.facets(&mut schema, node, Kind::Object);
        }
        let words = self.words(node, |keyword| kept.contains(&keyword));
        self.describe(&mut schema, node.description.clone(), &words);
        schema.insert("properties".to_owned(), Json::Object(written));
        if self.rules.form == Form::Closed {
            schema.insert("additionalProperties".to_owned(), json!(false));
            schema.insert("required".to_owned(), json!(required));
            if node.rest == Rest::Unsaid {
                self.note(node, "additionalProperties", Change::ClosedObject);
            }
        } else if !required.is_empty() {
            schema.insert("required".to_owned(), json!(required));
        }
        schema
    }

    /// The names as the provider takes them; they are its business at the top only.
    pub(super) fn said_names(
        &mut self,
        node: &Node,
        properties: &[(String, NodeId)],
        is_root: bool,
        taken: &mut BTreeSet<String>,
    ) -> Vec<String> {
        let names = properties.iter().map(|(name, _)| name.as_str());
        let said = match (&self.rules.argument_name, is_root) {
            (Some(rule), true) => rule.fit_all(names, taken),
            _ => names.map(str::to_owned).collect(),
        };
        taken.extend(said.iter().cloned());
        for ((name, _), said) in properties.iter().zip(&said) {
            if name != said {
                self.note(node, name, Change::Renamed);
            }
        }
        said
    }

    /// Null stands for a property that is not there; a null that is meant is said otherwise.
    fn may_be_absent(&mut self, id: NodeId, member: &mut Written) {
        let node = self.graph.node(self.graph.meaning(id).0).clone();
        let own = self.graph.node(id);
        let is_default =
            own.facets.get("default").or(node.facets.get("default")) == Some(&Json::Null);
        let is_text =
            matches!(self.plans.plan(member.plan), Plan::Text(kinds) if kinds.has(Kind::Null));
        let takes_null = !is_text && self.takes_null(id, 0);
        self.allow_null(&mut member.schema);
        if takes_null && is_default {
            self.note(&node, "default", Change::NullIsAbsent);
        } else if takes_null {
            let key = self.plans.escape().to_owned();
            let exactly = json!({
                "type": "object",
                "description": "sets null; null alone leaves it as it is",
                "properties": {key.clone(): {"type": "null"}},
                "required": [key],
                "additionalProperties": false,
            });
            self.counts.properties += 1;
            if let Some(branches) = member.schema.get_mut("anyOf").and_then(Json::as_array_mut) {
                branches.push(exactly);
                return;
            }
            let mut inner = std::mem::take(&mut member.schema);
            if let Some(text) = inner.remove("description") {
                member.schema.insert("description".to_owned(), text);
            }
            member
                .schema
                .insert("anyOf".to_owned(), json!([inner, exactly]));
        }
    }

    fn takes_null(&self, id: NodeId, depth: usize) -> bool {
        let node = self.graph.node(self.graph.meaning(id).0);
        let by_kind = node.kinds.is_none_or(|kinds| kinds.has(Kind::Null));
        let by_value = node
            .values
            .as_ref()
            .is_none_or(|values| values.contains(&Json::Null));
        let by_union = |union: &crate::dialect::schema::Union| {
            union
                .branches
                .iter()
                .any(|branch| depth < 20 && self.takes_null(*branch, depth + 1))
        };
        by_kind && by_value && node.unions.iter().all(by_union) && !node.is_never
    }

    /// A property that holds those that the schema does not name, if it speaks of them.
    fn rest(
        &mut self,
        node: &Node,
        taken: &mut BTreeSet<String>,
    ) -> Option<(String, Map<String, Json>, PlanId)> {
        let value = match node.rest {
            Rest::Each(value) => value,
            Rest::Open => self.graph.add(Node::default()),
            Rest::Closed | Rest::Unsaid => return None,
        };
        let mut name = "additional_properties".to_owned();
        while !taken.insert(name.clone()) {
            name.push('_');
        }
        let bare = Node {
            description: Some("any further properties".to_owned()),
            pointer: node.pointer.clone(),
            ..Node::default()
        };
        let mut pairs = self.pairs(&bare, value);
        self.counts.properties += 1;
        self.counts.optional += 1;
        if self.rules.is_all_required {
            self.allow_null(&mut pairs.schema);
        }
        Some((name, pairs.schema, pairs.plan))
    }

    /// A map, as a list of keys and values.
    fn pairs(&mut self, node: &Node, value: NodeId) -> Written {
        self.note(node, "additionalProperties", Change::Pairs);
        if self.depth >= self.rules.limits.depth {
            return self.text(node, Kinds::of(Kind::Object));
        }
        self.depth += 1;
        let inner = self.write(value);
        self.depth -= 1;
        self.counts.properties += 2;
        let mut item = Map::new();
        item.insert("type".to_owned(), json!("object"));
        item.insert(
            "properties".to_owned(),
            json!({"key": {"type": "string"}, "value": inner.schema}),
        );
        item.insert("required".to_owned(), json!(["key", "value"]));
        if self.rules.form == Form::Closed {
            item.insert("additionalProperties".to_owned(), json!(false));
        }
        let mut schema = Map::new();
        schema.insert("type".to_owned(), json!("array"));
        schema.insert("items".to_owned(), Json::Object(item));
        let mut words = vec!["a map, as a list of keys and values".to_owned()];
        words.extend(self.words(node, |_| false));
        self.describe(&mut schema, node.description.clone(), &words);
        let plan = self.plans.pairs(inner.plan);
        Written { schema, plan }
    }
}
