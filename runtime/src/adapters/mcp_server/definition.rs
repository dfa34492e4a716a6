//! Definitions of tools in the types of the protocol.

use std::sync::Arc;

use rmcp::model::{JsonObject, Tool, ToolAnnotations};

use super::structured;
use crate::adapters::dialect_tools::{DialectTools, Parts};
use crate::codec::Json;
use crate::tools::{Effect, ToolSpec};

/// Returns the tools in the order of the list, each with the schema of its response.
pub(super) fn tools(tools: &DialectTools) -> Vec<Tool> {
    let specs = tools.toolbox().tools();
    specs
        .filter_map(|spec| {
            Some(tool(
                spec,
                Parts::of(tools.list().definition_of(spec.name)?),
            ))
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

fn object(json: Json) -> Arc<JsonObject> {
    match json {
        Json::Object(fields) => Arc::new(fields),
        _ => Arc::default(),
    }
}
