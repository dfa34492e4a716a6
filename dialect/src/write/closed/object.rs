//! Objects and maps, for providers that know only a few keywords.

use std::collections::{BTreeMap, BTreeSet};

use crate::json_type::JsonType;
use crate::mapping::{AdditionalMember, Mapping, Member};
use crate::note::NoteKind;
use crate::rules::Form;
use crate::schema::{AdditionalProperties, Node, NodeId, TypeSet};
use crate::tree::{Members, Tree, members, put};
use crate::write::object_names::Level;
use crate::write::words;
use crate::write::writer::{Writer, Written};

impl Writer<'_> {
    pub(in crate::write) fn closed_object(&mut self, node: &Node) -> Written {
        let level = self.level();
        let node = &self.with_conditional_properties(node);
        let node = &self.without_patterns(node);
        if level == Level::Nested {
            let is_never = |id: NodeId| self.graph.resolved_node(id).is_never;
            let is_bare =
                node.required.is_empty() && node.properties.iter().all(|(_, id)| is_never(*id));
            let is_closed = self.rules.form == Form::Closed;
            let is_too_deep = self.depth >= self.limits.depth;
            match node.additional {
                AdditionalProperties::Each(value) if is_bare => return self.pairs(node, value),
                AdditionalProperties::Forbidden if is_bare && is_closed => {}
                _ if is_bare || is_too_deep => {
                    return self.json_string(node, TypeSet::of(JsonType::Object));
                }
                _ => {}
            }
        }
        self.depth += 1;
        let written = self.members(node, level);
        self.depth -= 1;
        written
    }

    /// Replaces `patternProperties` by `additionalProperties` and words.
    fn without_patterns(&mut self, node: &Node) -> Node {
        let mut node = node.clone();
        if !node.patterns.is_empty() {
            self.note(&node, "patternProperties", NoteKind::Described);
            let patterns: Vec<&str> = node
                .patterns
                .iter()
                .map(|(pattern, _)| pattern.as_str())
                .collect();
            let words = format!("names match {}", patterns.join(" or "));
            node.description = words::append(node.description.take(), &[words]);
            node.additional = match (node.additional, node.patterns.as_slice()) {
                (
                    AdditionalProperties::Forbidden | AdditionalProperties::Unspecified,
                    [(_, only)],
                ) => AdditionalProperties::Each(*only),
                _ => AdditionalProperties::Any,
            };
        }
        if let AdditionalProperties::Each(value) = node.additional
            && self.graph.resolved_node(value).is_never
        {
            node.additional = AdditionalProperties::Forbidden;
        }
        node
    }

    fn members(&mut self, node: &Node, level: Level) -> Written {
        let properties = self.possible_properties(node);
        let mut taken = BTreeSet::new();
        let provider_names = self.provider_names(node, &properties, level, &mut taken);
        let mut members = Vec::new();
        let mut written = Members::new();
        let mut required = Vec::new();
        for ((name, id), provider_name) in properties.iter().zip(provider_names) {
            let is_required = node.requires(name);
            let mut member = self.write(*id);
            let is_null_absent = !is_required && self.rules.requires_all;
            if is_null_absent {
                self.allow_absence(*id, &mut member);
            }
            if is_required || is_null_absent {
                required.push(provider_name.clone());
            }
            members.push(Member {
                name: name.clone(),
                provider_name: provider_name.clone(),
                mapping: member.mapping,
                is_null_absent,
            });
            written.insert(provider_name, Tree::Object(member.schema));
        }
        if !self.rules.requires_all {
            required = in_order(&node.required, &members);
        }
        let additional = self.additional_member(node, &mut taken);
        let additional = additional.map(|(member, schema)| {
            written.insert(member.provider_name.clone(), Tree::Object(schema));
            if member.is_null_absent {
                required.push(member.provider_name.clone());
            }
            member
        });
        let schema = self.object_schema(node, written, &required, additional.as_ref());
        let mapping = self.mappings.object(members, additional);
        Written { schema, mapping }
    }

    /// Returns the properties that can have a value, and the required ones that the schema does not
    /// describe.
    fn possible_properties(&mut self, node: &Node) -> Vec<(String, NodeId)> {
        let mut properties = self.possible(node);
        for name in &node.required {
            if !properties.iter().any(|(known, _)| known == name) {
                let id = self.unnamed_property(node, name);
                properties.push((name.clone(), id));
            }
        }
        properties
    }

    fn object_schema(
        &mut self,
        node: &Node,
        written: Members,
        required: &[String],
        additional: Option<&AdditionalMember>,
    ) -> Members {
        let mut schema = Members::new();
        put(&mut schema, "type", "object");
        let mut kept = Vec::new();
        if self.rules.form == Form::OpenApi && additional.is_none() {
            kept = self.facets(&mut schema, node, JsonType::Object);
        }
        let words = self.words(node, |keyword| kept.contains(&keyword));
        self.describe(&mut schema, node.description.clone(), &words);
        if self.rules.writes_ordering && written.len() > 1 {
            let names: Vec<String> = written.keys().cloned().collect();
            put(&mut schema, "propertyOrdering", names);
        }
        put(&mut schema, "properties", written);
        if self.rules.form == Form::Closed {
            put(&mut schema, "additionalProperties", false);
            put(&mut schema, "required", required.to_vec());
            if node.additional == AdditionalProperties::Unspecified {
                self.note(node, "additionalProperties", NoteKind::ClosedObject);
            }
        } else if !required.is_empty() {
            put(&mut schema, "required", required.to_vec());
        }
        schema
    }

    /// Allows null, which means that the property is absent. A null of the property itself is
    /// escaped.
    fn allow_absence(&mut self, id: NodeId, member: &mut Written) {
        let node = self.graph.resolved_node(id).clone();
        let own = self.graph.node(id);
        let is_null_default =
            own.facets.get("default").or(node.facets.get("default")) == Some(&Tree::Null);
        let is_null_in_string = matches!(
            self.mappings.mapping(member.mapping),
            Mapping::JsonString(types) if types.has(JsonType::Null)
        );
        let allows_null = !is_null_in_string && self.allows_null(id, &mut BTreeMap::new());
        self.allow_null(&mut member.schema);
        if allows_null && is_null_default {
            self.note(&node, "default", NoteKind::NullIsAbsent);
        } else if allows_null {
            self.allow_escaped_null(&mut member.schema);
        }
    }

    fn allow_escaped_null(&mut self, schema: &mut Members) {
        let key = self.mappings.escape().to_owned();
        let null = Tree::from(members! {"type": "null"});
        let escaped_null = Tree::from(members! {
            "type": "object",
            "description": "sets the value to null; a plain null leaves it unchanged",
            "properties": Members::from_iter([(key.clone(), null)]),
            "required": [key],
            "additionalProperties": false,
        });
        if let Some(branches) = schema.get_mut("anyOf").and_then(Tree::as_array_mut) {
            branches.push(escaped_null);
            return;
        }
        let mut inner = std::mem::take(schema);
        if let Some(text) = inner.shift_remove("description") {
            put(schema, "description", text);
        }
        put(schema, "anyOf", [Tree::Object(inner), escaped_null]);
    }

    /// Returns `true` if null is valid. `verdicts` has the nodes that are asked already: a union that is
    /// its own branch does not allow null by that.
    fn allows_null(&self, id: NodeId, verdicts: &mut BTreeMap<NodeId, bool>) -> bool {
        let target = self.graph.resolve(id).0;
        if let Some(verdict) = verdicts.get(&target) {
            return *verdict;
        }
        verdicts.insert(target, false);
        let node = self.graph.node(target);
        let type_allows = node.types.is_none_or(|types| types.has(JsonType::Null));
        let values_allow = node
            .values
            .as_ref()
            .is_none_or(|values| values.contains(&Tree::Null));
        let allows = type_allows
            && values_allow
            && !node.is_never
            && node.unions.iter().all(|union| {
                let mut branches = union.branches.iter();
                branches.any(|branch| self.allows_null(*branch, verdicts))
            });
        verdicts.insert(target, allows);
        allows
    }

    /// Writes a property for the properties that the schema allows but does not name, if it allows
    /// any explicitly.
    fn additional_member(
        &mut self,
        node: &Node,
        taken: &mut BTreeSet<String>,
    ) -> Option<(AdditionalMember, Members)> {
        let value = match node.additional {
            AdditionalProperties::Each(value) => value,
            AdditionalProperties::Any => self.graph.add(Node::default()),
            AdditionalProperties::Forbidden | AdditionalProperties::Unspecified => return None,
        };
        let mut provider_name = "additional_properties".to_owned();
        while !taken.insert(provider_name.clone()) {
            provider_name.push('_');
        }
        let map = Node {
            description: Some("any additional properties, with other names".to_owned()),
            pointer: node.pointer.clone(),
            ..Node::default()
        };
        let mut pairs = self.pairs(&map, value);
        if self.rules.requires_all {
            self.allow_null(&mut pairs.schema);
        }
        let member = AdditionalMember {
            provider_name,
            pairs: pairs.mapping,
            is_null_absent: self.rules.requires_all,
        };
        Some((member, pairs.schema))
    }

    /// Writes a map, as an array of objects with `key` and `value`.
    fn pairs(&mut self, node: &Node, value: NodeId) -> Written {
        self.note(node, "additionalProperties", NoteKind::Pairs);
        if self.depth >= self.limits.depth {
            return self.json_string(node, TypeSet::of(JsonType::Object));
        }
        self.depth += 1;
        let inner = self.write(value);
        self.depth -= 1;
        let mut item = Members::new();
        put(&mut item, "type", "object");
        let pair = members! {"key": members! {"type": "string"}, "value": inner.schema};
        put(&mut item, "properties", pair);
        put(&mut item, "required", ["key", "value"]);
        if self.rules.form == Form::Closed {
            put(&mut item, "additionalProperties", false);
        }
        let mut schema = Members::new();
        put(&mut schema, "type", "array");
        put(&mut schema, "items", item);
        let mut words = vec!["a map, as a list of key-value pairs with different keys".to_owned()];
        words.extend(self.words(node, |_| false));
        self.describe(&mut schema, node.description.clone(), &words);
        let mapping = self.mappings.pairs(inner.mapping);
        Written { schema, mapping }
    }
}

/// Returns the names of required properties in the order of the author.
fn in_order(required: &[String], members: &[Member]) -> Vec<String> {
    let known = required
        .iter()
        .filter_map(|name| members.iter().find(|member| member.name == *name));
    known.map(|member| member.provider_name.clone()).collect()
}
