//! From a tool to its sketch: where it is found, its arguments, what it answers.

use super::identify::{IdentifierRule, Owner};
use super::schemas::{Node, sketch_node, sketch_struct};
use super::sketch::{FieldSketch, Rest, Sketch, SketchKind, StructSketch};
use crate::catalog::{Effect, Schema, SchemaType, Tool};
use crate::model::{Access, Need, Place, TypeRef};
use crate::report::Outcome;

/// The argument that is the whole body, where the root of the body's schema is not an object.
const WHOLE_BODY: &str = "body";

/// The same of a tool without a body.
const WHOLE_INPUT: &str = "arguments";

/// A tool before names.
#[derive(Debug)]
pub(super) struct ToolSketch<'a> {
    /// The tool.
    pub(super) tool: &'a Tool,
    /// Where it is found.
    pub(super) home: Home<'a>,
    /// Where it is found: the method.
    pub(super) method: &'a str,
    /// What it does to the account.
    pub(super) access: Access,
    /// Its arguments.
    pub(super) request: StructSketch,
    /// What it answers with.
    pub(super) answer: AnswerSketch,
}

/// Where a tool is found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Home<'a> {
    /// It is a method of this resource.
    Resource(&'a str),
    /// It is a method of the client itself; the name of the tool.
    Client(&'a str),
}

impl<'a> Home<'a> {
    /// The resource; empty if there is none.
    pub(super) fn resource(self) -> &'a str {
        match self {
            Self::Resource(resource) => resource,
            Self::Client(_) => "",
        }
    }
}

/// What a tool answers with, before names.
#[derive(Debug)]
pub(super) enum AnswerSketch {
    /// Records, page by page.
    Listing(Sketch),
    /// One record.
    Record(Sketch),
    /// The confirmation of a removal.
    Deleted,
}

impl AnswerSketch {
    /// The record, if there is one.
    pub(super) fn record(&self) -> Option<&Sketch> {
        match self {
            Self::Listing(record) | Self::Record(record) => Some(record),
            Self::Deleted => None,
        }
    }
}

/// Sketches one tool.
pub(super) fn sketch_tool<'a>(rule: &IdentifierRule, tool: &'a Tool) -> ToolSketch<'a> {
    let placement = tool.overlay.placement.as_ref();
    ToolSketch {
        tool,
        home: match placement {
            Some(placement) => Home::Resource(&placement.resource),
            None if tool.is_direct() => Home::Client(&tool.name),
            None => Home::Resource(&tool.resource),
        },
        method: placement.map_or(tool.method.as_str(), |placement| &placement.method),
        access: match tool.overlay.effect.unwrap_or(tool.effect) {
            Effect::Reads => Access::Reads,
            Effect::Writes => Access::Writes,
            Effect::Destroys => Access::Destroys,
        },
        request: sketch_request(rule, tool),
        answer: sketch_answer(rule, tool),
    }
}

fn sketch_answer(rule: &IdentifierRule, tool: &Tool) -> AnswerSketch {
    let keyword = if tool.is_direct() {
        "outputSchema"
    } else {
        "response_schema"
    };
    let place = format!("{}#/{keyword}", tool.name);
    let record = tool.response.schema.as_ref().map(|schema| {
        let node = Node {
            schema,
            property: &tool.resource,
            owner: Owner::Resource(&tool.resource),
        };
        let mut sketch = sketch_node(rule, node, place.clone());
        if let SketchKind::Struct(fields) = &mut sketch.kind {
            *fields = sketch_struct(rule, schema, node.owner, &place);
        }
        sketch
    });
    let method = if tool.is_direct() {
        ""
    } else {
        tool.method.as_str()
    };
    match (method, record) {
        ("list", record) => AnswerSketch::Listing(record.unwrap_or_else(|| unsaid(place))),
        ("delete", None) => AnswerSketch::Deleted,
        (_, record) => AnswerSketch::Record(record.unwrap_or_else(|| unsaid(place))),
    }
}

/// What stands where the catalog has no schema.
fn unsaid(place: String) -> Sketch {
    Sketch {
        place,
        kind: SketchKind::Plain(TypeRef::Json),
        nullable: true,
        description: None,
        checks: Vec::new(),
        outcome: Outcome::Loosened("the catalog has no schema for it".to_owned()),
    }
}

fn sketch_request(rule: &IdentifierRule, tool: &Tool) -> StructSketch {
    let mut request = StructSketch {
        fields: Vec::new(),
        rest: Rest::Refused,
        required: tool.required.clone(),
    };
    add_part(rule, tool, Side::Query, &mut request);
    let side = if tool.is_direct() {
        Side::Input
    } else {
        Side::Body
    };
    add_part(rule, tool, side, &mut request);
    place_identifier(rule, tool, &mut request);
    for field in &mut request.fields {
        if tool.required.contains(&field.wire) {
            field.need = Need::Required;
        }
    }
    request
        .fields
        .sort_by(|left, right| left.wire.cmp(&right.wire));
    let is_field = |wire: &String| request.fields.iter().any(|field| field.wire == *wire);
    request.required.retain(is_field);
    request
}

/// One of the schemas that arguments come from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Side {
    Query,
    Body,
    /// The only one of a tool that is a method of the client itself.
    Input,
}

impl Side {
    fn keyword(self) -> &'static str {
        match self {
            Self::Query => "query_schema",
            Self::Body => "body_schema",
            Self::Input => "inputSchema",
        }
    }
}

/// Adds the properties of one schema to the arguments.
fn add_part(rule: &IdentifierRule, tool: &Tool, side: Side, request: &mut StructSketch) {
    let part = match side {
        Side::Query => &tool.query,
        Side::Body | Side::Input => &tool.body,
    };
    let Some(schema) = &part.schema else { return };
    let place = format!("{}#/{}", tool.name, side.keyword());
    if side != Side::Query && is_whole(schema) {
        return add_whole_body(rule, tool, schema, place, request);
    }
    let owner = Owner::Resource(&tool.resource);
    let part = sketch_struct(rule, schema, owner, &place);
    if part.rest == Rest::Kept {
        request.rest = Rest::Kept;
    }
    for wire in part.required {
        if !request.required.contains(&wire) {
            request.required.push(wire);
        }
    }
    for mut field in part.fields {
        let declared = request
            .fields
            .iter_mut()
            .find(|known| known.wire == field.wire);
        match (declared, side) {
            (Some(known), _) => {
                field.place = Place::QueryAndBody;
                if known.need == Need::Required {
                    field.need = Need::Required;
                }
                *known = field;
            }
            (None, Side::Query) => {
                field.place = Place::Query;
                request.fields.push(field);
            }
            (None, Side::Body) => {
                field.place = Place::Body;
                request.fields.push(field);
            }
            (None, Side::Input) => {
                field.place = Place::Inside;
                request.fields.push(field);
            }
        }
    }
}

/// Whether the body is no object with properties, but a list, a text or something unreadable.
fn is_whole(schema: &Schema) -> bool {
    let is_object = schema.types.is_empty() || schema.types == [SchemaType::Object];
    let is_unreadable = !schema.unread.is_empty() || !schema.branches.is_empty();
    schema.properties.is_empty()
        && (!is_object || schema.items.is_some() || schema.values.is_some() || is_unreadable)
}

fn add_whole_body(
    rule: &IdentifierRule,
    tool: &Tool,
    schema: &Schema,
    place: String,
    request: &mut StructSketch,
) {
    let wire = if tool.is_direct() {
        WHOLE_INPUT
    } else {
        WHOLE_BODY
    };
    let node = Node {
        schema,
        property: wire,
        owner: Owner::Resource(&tool.resource),
    };
    let sketch = sketch_node(rule, node, place);
    request.fields.retain(|field| field.wire != wire);
    request.fields.push(FieldSketch {
        wire: wire.to_owned(),
        rename: schema.rename.clone(),
        need: if sketch.nullable {
            Need::Optional
        } else {
            Need::Required
        },
        place: Place::WholeBody,
        sketch,
    });
    if !request.required.iter().any(|known| known == wire) {
        request.required.push(wire.to_owned());
    }
}

/// `id` of get, update and delete is the path segment, whether or not a schema declares it.
fn place_identifier(rule: &IdentifierRule, tool: &Tool, request: &mut StructSketch) {
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
        field.need = Need::Required;
        field.place = match field.place {
            Place::Body | Place::QueryAndBody => Place::PathAndBody,
            _ => Place::Path,
        };
    }
    request.required.retain(|wire| wire != "id");
    request.required.insert(0, "id".to_owned());
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
    let place = format!("{}#/query_schema/properties/id", tool.name);
    FieldSketch {
        wire: "id".to_owned(),
        rename: None,
        need: Need::Required,
        place: Place::Path,
        sketch: sketch_node(rule, node, place),
    }
}
