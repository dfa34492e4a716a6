//! The names of an object's properties.

use std::collections::BTreeSet;

use super::writer::Writer;
use crate::note::NoteKind;
use crate::pattern::matches;
use crate::schema::{AdditionalProperties, Node, NodeId};

/// The place of an object.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Level {
    /// The arguments themselves. Only here, providers restrict the names of properties.
    Root,
    /// A value inside the arguments.
    Nested,
}

impl Writer<'_> {
    /// Returns the level of the object that is written next.
    pub(super) fn level(&self) -> Level {
        if self.open.is_empty() {
            Level::Root
        } else {
            Level::Nested
        }
    }

    /// Returns the names of properties as the provider accepts them, and adds them to `taken`.
    pub(super) fn provider_names(
        &mut self,
        node: &Node,
        properties: &[(String, NodeId)],
        level: Level,
        taken: &mut BTreeSet<String>,
    ) -> Vec<String> {
        let names = properties.iter().map(|(name, _)| name.as_str());
        let provider_names = match (&self.rules.argument_name, level) {
            (Some(rule), Level::Root) => rule.fit_all(names, taken),
            _ => names.map(str::to_owned).collect(),
        };
        taken.extend(provider_names.iter().cloned());
        for ((name, _), provider_name) in properties.iter().zip(&provider_names) {
            if name != provider_name {
                self.note(node, name, NoteKind::Renamed);
            }
        }
        provider_names
    }

    /// Returns the properties that can have a value, and notes the others.
    pub(super) fn possible(&mut self, node: &Node) -> Vec<(String, NodeId)> {
        let mut properties = Vec::with_capacity(node.properties.len());
        for (name, id) in &node.properties {
            let id = &self.with_patterns(node, name, *id);
            let property = self.graph.resolved_node(*id);
            if property.is_never {
                let property = property.clone();
                let keyword = property.contradiction.unwrap_or("false");
                self.note(&property, keyword, NoteKind::Dropped);
            } else {
                properties.push((name.clone(), *id));
            }
        }
        properties
    }

    /// Returns the schema of a property together with those of the patterns that match its name.
    fn with_patterns(&mut self, node: &Node, name: &str, id: NodeId) -> NodeId {
        let is_matched = |(pattern, _): &&(String, NodeId)| matches(pattern, name) == Some(true);
        let matched = node.patterns.iter().filter(is_matched);
        matched.fold(id, |id, (_, other)| self.graph.merge(id, *other))
    }

    /// Adds a property that a branch requires and that has no schema under `properties`.
    pub(super) fn name_property(&mut self, node: &mut Node, name: String) {
        let is_forbidden = node.additional == AdditionalProperties::Forbidden
            && !node
                .patterns
                .iter()
                .any(|(pattern, _)| matches(pattern, &name) != Some(false));
        if node.property(&name).is_none() && !is_forbidden {
            let id = self.unnamed_property(node, &name);
            node.properties.push((name, id));
        }
    }

    /// Returns the schema of a property that has no schema under `properties`: those of the patterns
    /// that match its name, or else that of all other properties.
    pub(super) fn unnamed_property(&mut self, node: &Node, name: &str) -> NodeId {
        let is_matched = |(pattern, _): &&(String, NodeId)| matches(pattern, name) == Some(true);
        let mut matched = node.patterns.iter().filter(is_matched).map(|(_, id)| *id);
        if let Some(first) = matched.next() {
            return matched.fold(first, |id, other| self.graph.merge(id, other));
        }
        let is_unclear = |(pattern, _): &(String, NodeId)| matches(pattern, name).is_none();
        match node.additional {
            AdditionalProperties::Each(id) if !node.patterns.iter().any(is_unclear) => id,
            _ => self.graph.add(Node::default()),
        }
    }
}
