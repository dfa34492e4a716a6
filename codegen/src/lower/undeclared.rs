//! What a tool takes although its schemas do not say so: the identifier in the path, and names that
//! are only listed as required.

use super::identify::{IdentifierRule, Owner};
use super::schemas::{Node, Sketcher};
use super::sketch::{FieldSketch, SketchKind, StructSketch};
use super::tools::unsaid;
use crate::catalog::{Part, Schema, SchemaType, Tool};
use crate::model::{Need, Place, TypeRef};
use crate::report::Outcome;

/// Adds what the tool requires although no schema declares it.
pub(super) fn add_undeclared(tool: &Tool, request: &mut StructSketch) {
    let has_body = !matches!(tool.method.as_str(), "list" | "get" | "delete");
    for wire in &tool.required {
        if tool.is_direct() || request.fields.iter().any(|field| field.wire == *wire) {
            continue;
        }
        let keyword = if has_body {
            "body_schema"
        } else {
            "query_schema"
        };
        let mut sketch = unsaid(tool, format!("{}#/{}/required/{wire}", tool.name, keyword));
        sketch.outcome = Outcome::Loosened("it is required, but no schema declares it".to_owned());
        request.fields.push(FieldSketch {
            wire: wire.clone(),
            rename: None,
            need: Need::Required,
            place: if has_body { Place::Body } else { Place::Query },
            sketch,
        });
    }
}

/// `id` of get, update and delete is the path segment, whether or not a schema declares it.
pub(super) fn place_identifier(rule: &IdentifierRule, tool: &Tool, request: &mut StructSketch) {
    let has_path = matches!(tool.method.as_str(), "get" | "update" | "delete");
    if tool.is_direct() || !has_path {
        return;
    }
    let declared = request.fields.iter().position(|field| field.wire == "id");
    let index = declared.unwrap_or_else(|| {
        request.fields.push(undeclared_identifier(rule, tool));
        request.fields.len() - 1
    });
    if let Some(field) = request.fields.get_mut(index) {
        if !is_segment(&field.sketch.kind) {
            field.sketch = undeclared_identifier(rule, tool).sketch;
            let reason = "its schema is nothing that can stand in a path".to_owned();
            field.sketch.outcome = Outcome::Unchecked(reason);
        }
        field.sketch.nullable = false;
        field.need = Need::Required;
        field.place = match field.place {
            Place::Body | Place::QueryAndBody => Place::PathAndBody,
            _ => Place::Path,
        };
    }
    request.required.retain(|wire| wire != "id");
    request.required.insert(0, "id".to_owned());
}

/// Whether a value can be a segment of a path.
fn is_segment(kind: &SketchKind) -> bool {
    match kind {
        SketchKind::Plain(ty) => *ty != TypeRef::Json,
        SketchKind::Id(_) | SketchKind::Choice(_) | SketchKind::Constant(_) => true,
        SketchKind::Struct(_)
        | SketchKind::List(_)
        | SketchKind::Map(_)
        | SketchKind::Tuple(_)
        | SketchKind::Union(_)
        | SketchKind::Shared(_) => false,
    }
}

fn undeclared_identifier(rule: &IdentifierRule, tool: &Tool) -> FieldSketch {
    let schema = Schema {
        types: vec![SchemaType::String],
        ..Schema::default()
    };
    let node = Node {
        schema: &schema,
        property: "id",
        owner: Owner::Resource(&tool.resource),
    };
    let place = format!("{}#/query_schema", tool.name);
    let part = Part::default();
    let mut sketcher = Sketcher::new(rule, &part, place.clone());
    FieldSketch {
        wire: "id".to_owned(),
        rename: None,
        need: Need::Required,
        place: Place::Path,
        sketch: sketcher.sketch_node(node, format!("{place}/properties/id")),
    }
}
