//! Objects for providers that accept JSON Schema.

use std::collections::BTreeSet;

use super::object_names::Level;
use super::writer::Writer;
use crate::json_type::JsonType;
use crate::mapping::{MappingId, Member};
use crate::note::NoteKind;
use crate::pattern::portable;
use crate::schema::{AdditionalProperties, Node, NodeId};
use crate::tree::{Members, Tree, put};

impl Writer<'_> {
    pub(super) fn json_schema_object(
        &mut self,
        node: &Node,
        schema: &mut Members,
        words: &mut Vec<String>,
        level: Level,
    ) -> MappingId {
        let properties = self.json_schema_properties(node);
        let provider_names = self.provider_names(node, &properties, level, &mut BTreeSet::new());
        let mut written = Members::new();
        let mut members = Vec::new();
        for ((name, id), provider_name) in properties.iter().zip(provider_names) {
            let member = self.write(*id);
            put(&mut written, &provider_name, member.schema);
            members.push(Member {
                name: name.clone(),
                provider_name,
                mapping: MappingId::SAME,
                is_null_absent: false,
            });
        }
        let is_object =
            node.types.is_some_and(|types| types.has(JsonType::Object)) || !written.is_empty();
        if is_object {
            if self.rules.writes_ordering && written.len() > 1 {
                put(
                    schema,
                    "propertyOrdering",
                    written.keys().cloned().collect::<Vec<_>>(),
                );
            }
            put(schema, "properties", written);
        }
        let required = self.json_schema_required(node, &members);
        if !required.is_empty() {
            put(schema, "required", required);
        }
        let keeps_patterns = self.json_schema_patterns(node, schema, words);
        let additional = match node.additional {
            AdditionalProperties::Any => Some(Tree::Bool(true)),
            // A pattern that is not kept must not make the object smaller.
            _ if !keeps_patterns => None,
            AdditionalProperties::Forbidden => Some(Tree::Bool(false)),
            AdditionalProperties::Each(id) if self.graph.resolved_node(id).is_never => {
                Some(Tree::Bool(false))
            }
            AdditionalProperties::Unspecified => None,
            AdditionalProperties::Each(id) => Some(Tree::Object(self.write(id).schema)),
        };
        schema.extend(additional.map(|schema| ("additionalProperties".to_owned(), schema)));
        self.mappings.object(members, None)
    }

    /// Returns the required properties by their names in the list.
    fn json_schema_required(&self, node: &Node, members: &[Member]) -> Vec<String> {
        let is_dropped = |name: &String| {
            self.rules.facets.is_some() && !members.iter().any(|member| member.name == *name)
        };
        let provider_name_of = |name: &String| {
            let member = members.iter().find(|member| member.name == *name);
            member.map_or_else(|| name.clone(), |member| member.provider_name.clone())
        };
        let listed = node.required.iter().filter(|name| !is_dropped(name));
        listed.map(provider_name_of).collect()
    }

    /// Returns the properties, and the required ones that the schema does not describe.
    fn json_schema_properties(&mut self, node: &Node) -> Vec<(String, NodeId)> {
        let mut properties = if self.rules.facets.is_some() {
            self.possible(node)
        } else {
            node.properties.clone()
        };
        // A condition names only what is required.
        let is_object = node.types.is_some_and(|types| types.has(JsonType::Object));
        let is_described = is_object || !node.properties.is_empty();
        for name in &node.required {
            if is_described && node.property(name).is_none() {
                let id = self.unnamed_property(node, name);
                properties.push((name.clone(), id));
            }
        }
        properties
    }

    /// Writes `patternProperties`; returns `true` if all patterns are kept.
    fn json_schema_patterns(
        &mut self,
        node: &Node,
        schema: &mut Members,
        words: &mut Vec<String>,
    ) -> bool {
        if node.patterns.is_empty() {
            return true;
        }
        let written = self.json_schema_map(&node.patterns);
        let mut patterns = Members::new();
        let mut others = Vec::new();
        for (pattern, value) in written {
            match portable(&pattern).filter(|_| self.rules.facets.is_none()) {
                Some(portable) => {
                    patterns.insert(portable, value);
                }
                None => others.push(pattern),
            }
        }
        if !patterns.is_empty() {
            put(schema, "patternProperties", patterns);
        }
        if !others.is_empty() {
            words.push(format!("names match {}", others.join(" or ")));
            self.note(node, "patternProperties", NoteKind::Described);
        }
        others.is_empty()
    }
}
