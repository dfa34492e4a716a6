//! Definitions of tools in the types of the protocol.

use std::sync::Arc;

use rmcp::model::{JsonObject, Tool, ToolAnnotations};
use toolsmith_dialect::{OrderedJson, ToolList};

use super::structured;
use crate::adapters::dialect_tools::Parts;
use crate::codec::Json;
use crate::tools::{Effect, ToolSpec};

/// Returns the tools in the order of the list, each with the schema of its response, and the same as
/// JSON in the order of the author.
pub(super) fn tools(specs: &[&'static ToolSpec], list: &ToolList) -> Vec<(Tool, OrderedJson)> {
    specs
        .iter()
        .filter_map(|spec| {
            let definition = list.definition_of(spec.name)?;
            let tool = tool(spec, Parts::of(definition));
            let ordered = ordered(&tool, spec, definition);
            Some((tool, ordered))
        })
        .collect()
}

fn tool(spec: &ToolSpec, parts: Parts) -> Tool {
    let annotations = ToolAnnotations::new()
        .read_only(spec.effect == Effect::Reads)
        .destructive(spec.effect == Effect::Destroys)
        .idempotent(spec.is_idempotent)
        .open_world(true);
    let tool = Tool::new(parts.name, parts.description, object(parts.parameters))
        .with_title(spec.title)
        .with_annotations(annotations);
    match structured::schema(spec) {
        Some(schema) => tool.with_raw_output_schema(object(schema)),
        None => tool,
    }
}

/// Returns a tool as JSON in the order of its author.
fn ordered(tool: &Tool, spec: &ToolSpec, definition: &OrderedJson) -> OrderedJson {
    let json = serde_json::to_value(tool).unwrap_or_default();
    let output = structured::model(spec).unwrap_or_else(|| "null".to_owned());
    // The title and the annotations follow the description in every list of the protocol's pages.
    let definition = definition.to_string();
    let head = definition.strip_suffix('}').unwrap_or_default();
    let model = format!(r#"{head},"outputSchema":{output}}}"#);
    match model.parse::<OrderedJson>() {
        Ok(model) => model.order(&json),
        Err(_) => json.into(),
    }
}

fn object(json: Json) -> Arc<JsonObject> {
    match json {
        Json::Object(fields) => Arc::new(fields),
        _ => Arc::default(),
    }
}
