//! Keywords whose value is not a schema, for providers that know only a few of them.

use crate::json_type::JsonType;
use crate::pattern::portable;
use crate::rules::Form;
use crate::schema::{Bounds, Node};
use crate::tree::{Members, Tree};
use crate::write::writer::Writer;

impl Writer<'_> {
    /// Writes the facets that the provider knows; returns their names.
    pub(super) fn facets(
        &mut self,
        schema: &mut Members,
        node: &Node,
        json_type: JsonType,
    ) -> Vec<&'static str> {
        let mut kept = Vec::new();
        for keyword in self.rules.facets.unwrap_or_default() {
            let Some(value) = node.facets.get(*keyword) else {
                continue;
            };
            let written = match (*keyword, value.as_str()) {
                ("format", Some(format)) => {
                    Some(value.clone()).filter(|_| self.knows_format(format, json_type))
                }
                ("pattern", Some(pattern)) => portable(pattern).map(Tree::String),
                _ => Some(value.clone()).filter(|value| Bounds::is_exact(keyword, value)),
            };
            if let Some(written) = written.filter(|_| !is_foreign(keyword, json_type)) {
                schema.insert((*keyword).to_owned(), written);
                kept.push(*keyword);
            }
        }
        kept
    }

    fn knows_format(&self, format: &str, json_type: JsonType) -> bool {
        if json_type == JsonType::String {
            let formats = self.rules.formats.unwrap_or_default();
            return formats.contains(&format);
        }
        self.rules.form == Form::OpenApi && matches!(format, "float" | "double" | "int32" | "int64")
    }
}

/// Returns `true` if a facet has no meaning for values of this type.
pub(super) fn is_foreign(keyword: &str, json_type: JsonType) -> bool {
    let is_number = matches!(json_type, JsonType::Integer | JsonType::Number);
    match keyword {
        "minLength" | "maxLength" | "pattern" | "contentEncoding" | "contentMediaType" => {
            json_type != JsonType::String
        }
        "minimum" | "maximum" | "exclusiveMinimum" | "exclusiveMaximum" | "multipleOf" => {
            !is_number
        }
        "minItems" | "maxItems" | "uniqueItems" => json_type != JsonType::Array,
        "minProperties" | "maxProperties" => json_type != JsonType::Object,
        _ => false,
    }
}
