//! Enums, for providers that know only a few keywords.

use serde_json::{Map, json};

use crate::codec::{Json, JsonType};
use crate::dialect::mapping::MappingId;
use crate::dialect::note::NoteKind;
use crate::dialect::rules::Form;
use crate::dialect::schema::{Node, TypeSet};
use crate::dialect::write::words;
use crate::dialect::write::writer::{Writer, Written};

/// OpenAI, guide "Structured model outputs", "Limitations on enum size": an enum with more values
/// than this has at most [`MAX_LARGE_ENUM_LENGTH`] characters.
const MAX_SMALL_ENUM_VALUES: usize = 250;
const MAX_LARGE_ENUM_LENGTH: usize = 15_000;

impl Writer<'_> {
    pub(super) fn closed_enum(&mut self, node: Node) -> Written {
        let values = valid_values(&node);
        let types: TypeSet = values.iter().map(JsonType::of).collect();
        let length: usize = values.iter().filter_map(Json::as_str).map(str::len).sum();
        if !self.can_write(&values, types, length) {
            self.note(&node, "enum", NoteKind::Described);
            let words = words::one_of(&values);
            let description = words::append(node.description.clone(), &[words]);
            return self.closed_types(&Node {
                values: None,
                types: Some(node.types.unwrap_or(types)),
                description,
                ..node
            });
        }
        self.counts.values += values.len();
        self.counts.text += length;
        let mut schema = Map::new();
        if self.rules.form == Form::OpenApi {
            schema.insert("type".to_owned(), json!("string"));
            schema.insert("format".to_owned(), json!("enum"));
            let strings: Vec<&Json> = values.iter().filter(|value| !value.is_null()).collect();
            schema.insert("enum".to_owned(), json!(strings));
            if types.has(JsonType::Null) {
                schema.insert("nullable".to_owned(), json!(true));
            }
        } else {
            let names: Vec<&str> = types.iter().map(JsonType::name).collect();
            let name_or_names = match names.as_slice() {
                [name] => json!(name),
                names => json!(names),
            };
            self.counts.unions += usize::from(name_or_names.is_array());
            schema.insert("type".to_owned(), name_or_names);
            schema.insert("enum".to_owned(), json!(values));
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
    fn can_write(&self, values: &[Json], types: TypeSet, length: usize) -> bool {
        let is_short = values.len() <= MAX_SMALL_ENUM_VALUES || length <= MAX_LARGE_ENUM_LENGTH;
        // One more value is left for null.
        let is_within = self.counts.values + values.len() < self.rules.limits.values;
        let is_string =
            |value: &Json| value.is_null() || value.as_str().is_some_and(|text| !text.is_empty());
        let is_supported = match self.rules.form {
            Form::OpenApi => values.iter().all(is_string) && types.has(JsonType::String),
            _ => types.iter().all(JsonType::is_scalar),
        };
        is_short && is_within && is_supported
    }
}

/// Returns the values of the types that the schema names, or all values if none is.
fn valid_values(node: &Node) -> Vec<Json> {
    let values = node.values.as_deref().unwrap_or_default();
    let is_valid = |value: &&Json| {
        let is_named = |types: TypeSet| types.has(JsonType::of(value)) || value.is_null();
        node.types.is_none_or(is_named)
    };
    let valid: Vec<Json> = values.iter().filter(is_valid).cloned().collect();
    if valid.is_empty() {
        values.to_vec()
    } else {
        valid
    }
}
