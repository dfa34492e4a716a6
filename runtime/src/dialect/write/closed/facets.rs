//! Keywords whose value is not a schema, for providers that know only a few of them.

use serde_json::Map;

use crate::codec::{Json, JsonType};
use crate::dialect::rules::Form;
use crate::dialect::schema::Node;
use crate::dialect::write::writer::Writer;

impl Writer<'_> {
    /// Writes the facets that the provider knows; returns their names.
    pub(super) fn facets(
        &mut self,
        schema: &mut Map<String, Json>,
        node: &Node,
        json_type: JsonType,
    ) -> Vec<&'static str> {
        let mut kept = Vec::new();
        for keyword in self.rules.facets.unwrap_or_default() {
            let Some(value) = node.facets.get(*keyword) else {
                continue;
            };
            let is_known = match (*keyword, value.as_str()) {
                ("format", Some(format)) => self.knows_format(format, json_type),
                ("pattern", Some(pattern)) => is_portable(pattern),
                _ => true,
            };
            if is_known && !is_foreign(keyword, json_type) {
                schema.insert((*keyword).to_owned(), value.clone());
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

/// Returns `true` if every regex engine reads a pattern alike: it has no look-around, no Unicode
/// properties, and no back-references.
fn is_portable(pattern: &str) -> bool {
    !pattern.contains("(?")
        && !pattern.contains("\\p")
        && !pattern.contains("\\P")
        && !(1..=9).any(|number| pattern.contains(&format!("\\{number}")))
        && regex::Regex::new(pattern).is_ok()
}
