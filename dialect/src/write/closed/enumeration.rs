//! Enums, for providers that know only a few keywords.

use std::cmp::Ordering;

use crate::json_type::JsonType;
use crate::mapping::MappingId;
use crate::note::NoteKind;
use crate::rules::Form;
use crate::schema::{Bounds, Node, TypeSet};
use crate::tree::{Members, Tree, put};
use crate::write::words;
use crate::write::writer::{Writer, Written};

/// OpenAI, guide "Structured model outputs", "Limitations on enum size": an enum with more values
/// than this has at most [`MAX_LARGE_ENUM_LENGTH`] characters.
const MAX_SMALL_ENUM_VALUES: usize = 250;
const MAX_LARGE_ENUM_LENGTH: usize = 15_000;

impl Writer<'_> {
    pub(super) fn closed_enum(&mut self, node: Node) -> Written {
        let values = node.values.clone().unwrap_or_default();
        let types: TypeSet = values.iter().map(Tree::json_type).collect();
        let length: usize = values.iter().filter_map(Tree::as_str).map(str::len).sum();
        if !self.can_write(&values, types, length) {
            self.note(&node, "enum", NoteKind::Described);
            let words = words::one_of(&values);
            let description = words::append(node.description.clone(), &[words]);
            let node = if types == TypeSet::of(JsonType::Object) {
                self.values_of_properties(node, &values)
            } else if self.rules.form == Form::OpenApi {
                within_values(node, &values)
            } else {
                node
            };
            return self.closed_types(&Node {
                values: None,
                types: Some(node.types.unwrap_or(types)),
                description,
                ..node
            });
        }
        self.written_values += values.len();
        let mut schema = Members::new();
        if self.rules.form == Form::OpenApi {
            put(&mut schema, "type", "string");
            put(&mut schema, "format", "enum");
            let strings = values.iter().filter(|value| !value.is_null()).cloned();
            put(&mut schema, "enum", strings.collect::<Vec<_>>());
            if types.has(JsonType::Null) {
                put(&mut schema, "nullable", true);
            }
        } else {
            let names: Vec<&str> = types.iter().map(JsonType::as_str).collect();
            match names.as_slice() {
                [name] => put(&mut schema, "type", *name),
                _ => put(&mut schema, "type", names),
            }
            put(&mut schema, "enum", values);
        }
        let words = self.words(&node, |keyword| {
            !matches!(keyword, "default" | "deprecated")
        });
        self.describe(&mut schema, node.description.clone(), &words);
        Written {
            schema,
            mapping: MappingId::SAME,
        }
    }

    /// Returns `true` if the provider accepts an enum of these values, whose strings have this total
    /// length.
    fn can_write(&self, values: &[Tree], types: TypeSet, length: usize) -> bool {
        let is_short = values.len() <= MAX_SMALL_ENUM_VALUES || length <= MAX_LARGE_ENUM_LENGTH;
        // One more value is left for null.
        let is_within = self.written_values + values.len() < self.limits.enum_values;
        let is_string =
            |value: &Tree| value.is_null() || value.as_str().is_some_and(|text| !text.is_empty());
        let is_supported = match self.rules.form {
            Form::OpenApi => values.iter().all(is_string) && types.has(JsonType::String),
            _ => types.iter().all(JsonType::is_scalar),
        };
        let is_exact = values.iter().all(|value| Bounds::is_exact("enum", value));
        is_exact && is_short && is_within && is_supported
    }
}

/// Returns a node whose numbers are between the least and the greatest of its values.
fn within_values(mut node: Node, values: &[Tree]) -> Node {
    let is_exact = |value: &Tree| value.is_number() && Bounds::is_exact("enum", value);
    if values.iter().all(is_exact) {
        let order = |one: &&Tree, other: &&Tree| {
            let (one, other) = (one.as_f64(), other.as_f64());
            one.partial_cmp(&other).unwrap_or(Ordering::Equal)
        };
        for (keyword, value) in [
            ("minimum", values.iter().min_by(order)),
            ("maximum", values.iter().max_by(order)),
        ] {
            node.facets
                .extend(value.map(|value| (keyword.to_owned(), value.clone())));
        }
    }
    node
}
