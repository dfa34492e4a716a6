//! Enums for providers that know a few keywords only.

use serde_json::{Map, json};

use super::{Writer, Written, describe};
use crate::codec::Json;
use crate::dialect::note::Change;
use crate::dialect::plan::PlanId;
use crate::dialect::provider::Form;
use crate::dialect::schema::{Kind, Kinds, Node};

impl Writer<'_> {
    pub(super) fn tight_values(&mut self, node: Node) -> Written {
        let values = right_values(&node);
        let kinds: Kinds = values.iter().map(Kind::of).collect();
        let length: usize = values.iter().filter_map(Json::as_str).map(str::len).sum();
        if !self.can_say(&values, kinds, length) {
            self.note(&node, "enum", Change::Described);
            let words = describe::one_of(&values);
            let description = describe::text(node.description.clone(), &[words]);
            return self.tight_kinds(&Node {
                values: None,
                kinds: Some(node.kinds.unwrap_or(kinds)),
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
            let texts: Vec<&Json> = values.iter().filter(|value| !value.is_null()).collect();
            schema.insert("enum".to_owned(), json!(texts));
            if kinds.has(Kind::Null) {
                schema.insert("nullable".to_owned(), json!(true));
            }
        } else {
            let names: Vec<&str> = kinds.each().map(Kind::name).collect();
            let kind = match names.as_slice() {
                [name] => json!(name),
                names => json!(names),
            };
            self.counts.unions += usize::from(kind.is_array());
            schema.insert("type".to_owned(), kind);
            schema.insert("enum".to_owned(), json!(values));
        }
        let words = self.words(&node, |keyword| {
            !matches!(keyword, "default" | "deprecated")
        });
        self.describe(&mut schema, node.description.clone(), &words);
        Written {
            schema,
            plan: PlanId::SAME,
        }
    }

    /// Whether the provider takes an enum of these values, of which the texts are so long.
    fn can_say(&self, values: &[Json], kinds: Kinds, length: usize) -> bool {
        let is_short = values.len() <= 250 || length <= 15_000;
        // Room is left for a null.
        let is_within = self.counts.values + values.len() < self.rules.limits.values;
        let is_text =
            |value: &Json| value.is_null() || value.as_str().is_some_and(|text| !text.is_empty());
        let is_known = match self.rules.form {
            Form::OpenApi => values.iter().all(is_text) && kinds.has(Kind::String),
            _ => kinds.each().all(Kind::is_scalar),
        };
        is_short && is_within && is_known
    }
}

/// The values of the type that the schema names; all of them if none is.
fn right_values(node: &Node) -> Vec<Json> {
    let values = node.values.as_deref().unwrap_or_default();
    let is_right = |value: &&Json| {
        let is_named = |kinds: Kinds| kinds.has(Kind::of(value)) || value.is_null();
        node.kinds.is_none_or(is_named)
    };
    let right: Vec<Json> = values.iter().filter(is_right).cloned().collect();
    if right.is_empty() {
        values.to_vec()
    } else {
        right
    }
}
