//! Schemas that are written once, under `$defs`, and the references to them.

use std::collections::BTreeSet;

use super::writer::{Writer, Written};
use crate::mapping::MappingId;
use crate::rules::Form;
use crate::schema::NodeId;
use crate::tree::{Members, Tree, put};

/// The number of characters of a name under `$defs` that are kept.
const MAX_DEFINITION_NAME: usize = 40;

/// The length of a definition that is repeated in order to describe one use of it.
const MAX_REPEATED_LENGTH: usize = 2_000;

impl Writer<'_> {
    pub(super) fn reference(
        &mut self,
        id: NodeId,
        mapping: MappingId,
        own_description: Option<String>,
    ) -> Written {
        let name = self.name(id);
        let mut schema = Members::new();
        put(&mut schema, "$ref", format!("#/$defs/{name}"));
        if let Some(text) = own_description {
            self.describe_reference(&mut schema, text);
        }
        Written { schema, mapping }
    }

    /// Describes a schema that is a reference. Some providers accept no other keyword next to one.
    pub(super) fn describe_reference(&mut self, schema: &mut Members, text: String) {
        if self.rules.form == Form::JsonSchema && self.rules.facets.is_none() {
            put(schema, "description", text);
            return;
        }
        // A union is made only if the provider does not limit their number.
        let is_limited = self.limits.union_arguments != usize::MAX;
        let repeated = self
            .definition(schema)
            .filter(|definition| is_limited && definition.to_string().len() <= MAX_REPEATED_LENGTH);
        if let Some(Tree::Object(definition)) = repeated.cloned() {
            *schema = definition;
            self.describe(schema, Some(text), &[]);
            return;
        }
        let reference = std::mem::take(schema);
        put(schema, "description", text);
        put(schema, "anyOf", [reference]);
    }

    fn definition(&self, reference: &Members) -> Option<&Tree> {
        let name = reference.get("$ref")?.as_str()?.rsplit('/').next()?;
        self.definitions.get(name)
    }

    /// Returns the name of a node under `$defs`: the last step of its pointer, made unique.
    pub(super) fn name(&mut self, id: NodeId) -> String {
        if let Some(name) = self.names.get(&id) {
            return name.clone();
        }
        let node = self.graph.node(id);
        let last_step = node.pointer.rsplit('/').next().unwrap_or_default();
        let mut name: String = last_step
            .chars()
            .map(|character| {
                if character.is_ascii_alphanumeric() {
                    character
                } else {
                    '_'
                }
            })
            .take(MAX_DEFINITION_NAME)
            .collect();
        let is_number = name.chars().all(|character| character.is_ascii_digit());
        if is_number {
            name = format!("schema{name}");
        }
        let mut unique = name.clone();
        let mut number = self.names.len();
        // A name with a number may be that of another definition as well.
        while self.names.values().any(|known| *known == unique) {
            unique = format!("{name}_{number}");
            number += 1;
        }
        self.names.insert(id, unique.clone());
        unique
    }

    /// Returns the definitions that the schema refers to, directly or by other definitions.
    pub(super) fn used_definitions(&mut self, schema: &Members) -> Members {
        let definitions = std::mem::take(&mut self.definitions);
        let mut used = BTreeSet::new();
        let mut queue = Vec::new();
        collect_references(schema, &mut queue);
        while let Some(name) = queue.pop() {
            if let Some(Tree::Object(definition)) = definitions.get(&name)
                && used.insert(name)
            {
                collect_references(definition, &mut queue);
            }
        }
        let definitions = definitions.into_iter();
        definitions
            .filter(|(name, _)| used.contains(name))
            .collect()
    }
}

/// Collects the names of the definitions that a schema refers to.
fn collect_references(schema: &Members, names: &mut Vec<String>) {
    for (keyword, value) in schema {
        match value {
            Tree::String(target) if keyword == "$ref" => {
                names.extend(target.rsplit('/').next().map(str::to_owned));
            }
            Tree::Object(inner) => collect_references(inner, names),
            Tree::Array(elements) => {
                let inner = elements.iter().filter_map(Tree::as_object);
                inner.for_each(|inner| collect_references(inner, names));
            }
            _ => {}
        }
    }
}
