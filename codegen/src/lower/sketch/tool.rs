//! Sketches a tool: its home, arguments and response.

use super::identify::{IdentifierRule, Owner, ValueRole};
use super::precision::{LooseReason, Precision};
use super::satisfy::{Unsatisfiable, find_unsatisfiable};
use super::schemas::{Node, Sketcher};
use super::tree::{Definitions, FieldSketch, Rest, Sketch, SketchKind, StructSketch};
use crate::catalog::{EmbeddedSchema, Tool};
use crate::catalog::{SchemaPart, SchemaPlace};
use crate::effect::Effect;
use crate::model::{ArgumentLocation, Check, JsonType, TypeRef};
use crate::schema::Schema;

/// Name of the argument that holds the whole body when the body's schema is not an object.
const WHOLE_BODY: &str = "body";

/// Name of the argument that holds the whole input when the tool has no body and its schema is not
/// an object.
const WHOLE_INPUT: &str = "arguments";

/// A tool before naming.
#[derive(Debug)]
pub(in crate::lower) struct ToolSketch<'a> {
    /// The tool.
    pub(in crate::lower) tool: &'a Tool,
    /// The resource or client on which it is a method.
    pub(in crate::lower) home: Home<'a>,
    /// The method name in the catalog.
    pub(in crate::lower) method: &'a str,
    /// The effect on the account.
    pub(in crate::lower) effect: Effect,
    /// The arguments.
    pub(in crate::lower) request: StructSketch,
    /// Checks that apply to all arguments together.
    pub(in crate::lower) checks: Vec<Check>,
    /// The roots of schemas whose own keywords the arguments and the checks do not express.
    pub(in crate::lower) inexact: Vec<(SchemaPlace, Precision)>,
    /// The arguments that no value satisfies.
    pub(in crate::lower) unsatisfiable: Vec<Unsatisfiable>,
    /// The response.
    pub(in crate::lower) response: ResponseSketch,
    /// The shared definitions of its schemas.
    pub(in crate::lower) definitions: Definitions,
}

impl ToolSketch<'_> {
    /// Returns `true` if the tool was removed, and its code stays for one release.
    pub(in crate::lower) fn is_removed(&self) -> bool {
        self.tool.removed_since.is_some()
    }
}

/// The owner of the tool's method.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::lower) enum Home<'a> {
    /// A method of this resource.
    Resource(&'a str),
    /// A method of the client itself, with the name of the tool.
    Client(&'a str),
}

impl<'a> Home<'a> {
    /// Returns the resource, or an empty string for a method of the client.
    pub(in crate::lower) fn resource(self) -> &'a str {
        match self {
            Self::Resource(resource) => resource,
            Self::Client(_) => "",
        }
    }
}

/// The response of a tool, before naming.
#[derive(Debug)]
pub(in crate::lower) enum ResponseSketch {
    /// Pages of records.
    Listing(Sketch),
    /// One record.
    Record(Sketch),
    /// Confirmation of a deletion.
    Deleted,
}

impl ResponseSketch {
    /// Returns the sketch of the record, if there is one.
    pub(in crate::lower) fn record(&self) -> Option<&Sketch> {
        match self {
            Self::Listing(record) | Self::Record(record) => Some(record),
            Self::Deleted => None,
        }
    }
}

/// Sketches one tool.
pub(in crate::lower) fn sketch_tool<'a>(rule: &IdentifierRule, tool: &'a Tool) -> ToolSketch<'a> {
    let placement = tool.overlay.placement.as_ref();
    let mut definitions = Definitions::new();
    let mut whole = Whole::default();
    let request = sketch_request(rule, tool, &mut whole, &mut definitions);
    ToolSketch {
        tool,
        home: match placement {
            _ if tool.is_direct() => Home::Client(&tool.name),
            Some(placement) => Home::Resource(&placement.resource),
            None => Home::Resource(&tool.resource),
        },
        method: placement.map_or(tool.method.as_str(), |placement| &placement.method),
        effect: tool.overlay.effect.unwrap_or(tool.effect),
        unsatisfiable: find_unsatisfiable(tool, &request),
        request,
        response: sketch_response(rule, tool, &mut definitions),
        checks: whole.checks,
        inexact: whole.inexact,
        definitions,
    }
}

/// The checks and the notes that apply to all arguments together.
#[derive(Debug, Default)]
struct Whole {
    checks: Vec<Check>,
    inexact: Vec<(SchemaPlace, Precision)>,
}

fn sketch_response(
    rule: &IdentifierRule,
    tool: &Tool,
    definitions: &mut Definitions,
) -> ResponseSketch {
    let part = if tool.is_direct() {
        SchemaPart::Output
    } else {
        SchemaPart::Response
    };
    let place = SchemaPlace::root(&tool.name, part);
    let record = tool.response.schema.as_ref().map(|schema| {
        let node = Node {
            schema,
            property: &tool.resource,
            owner: Owner::Resource(&tool.resource),
            role: ValueRole::Whole,
        };
        let mut sketcher = Sketcher::new(rule, &tool.response, place.clone());
        let sketch = sketcher.sketch_root(node, &place);
        definitions.extend(sketcher.finish());
        sketch
    });
    let method = if tool.is_direct() {
        ""
    } else {
        tool.method.as_str()
    };
    match (method, record) {
        ("list", record) => ResponseSketch::Listing(record.unwrap_or_else(|| unsaid(tool, place))),
        ("delete", None) => ResponseSketch::Deleted,
        (_, record) => ResponseSketch::Record(record.unwrap_or_else(|| unsaid(tool, place))),
    }
}

/// Sketches a response without a schema. Methods of the client itself usually return text and
/// similar content, so their response without a schema is not reported as loosened.
fn unsaid(tool: &Tool, place: SchemaPlace) -> Sketch {
    Sketch {
        place,
        kind: SketchKind::Plain(TypeRef::Json),
        nullable: true,
        description: None,
        checks: Vec::new(),
        ignored: None,
        precision: if tool.is_direct() {
            Precision::Exact
        } else {
            Precision::loosened(LooseReason::NoSchema, Vec::new())
        },
    }
}

fn sketch_request(
    rule: &IdentifierRule,
    tool: &Tool,
    whole: &mut Whole,
    definitions: &mut Definitions,
) -> StructSketch {
    let mut request = StructSketch {
        fields: Vec::new(),
        rest: Rest::Refused,
        required: tool.required.clone(),
    };
    let body = if tool.is_direct() {
        Side::Input
    } else {
        Side::Body
    };
    for side in [Side::Query, body] {
        let mut adder = Adder {
            rule,
            tool,
            side,
            request: &mut request,
            whole: &mut *whole,
        };
        definitions.extend(adder.add());
    }
    place_identifier(rule, tool, &mut request);
    for field in &mut request.fields {
        if tool.required.contains(&field.wire) {
            field.is_required = true;
        }
    }
    let is_field = |wire: &String| request.fields.iter().any(|field| field.wire == *wire);
    request.required.retain(is_field);
    request
}

/// The schemas that contain arguments.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Side {
    Query,
    Body,
    /// The single input schema of a method of the client itself.
    Input,
}

impl Side {
    fn part(self) -> SchemaPart {
        match self {
            Self::Query => SchemaPart::Query,
            Self::Body => SchemaPart::Body,
            Self::Input => SchemaPart::Input,
        }
    }
}

/// Adds the properties of one schema to the arguments.
struct Adder<'a, 'r> {
    rule: &'a IdentifierRule,
    tool: &'a Tool,
    side: Side,
    request: &'r mut StructSketch,
    whole: &'r mut Whole,
}

impl Adder<'_, '_> {
    fn part(&self) -> &EmbeddedSchema {
        match self.side {
            Side::Query => &self.tool.query,
            Side::Body | Side::Input => &self.tool.body,
        }
    }

    /// Adds the arguments of the schema and returns its shared definitions.
    fn add(&mut self) -> Definitions {
        let (rule, tool) = (self.rule, self.tool);
        let part = match self.side {
            Side::Query => &tool.query,
            Side::Body | Side::Input => &tool.body,
        };
        if part.schema.is_none() {
            return Definitions::new();
        }
        let place = SchemaPlace::root(&tool.name, self.side.part());
        let mut sketcher = Sketcher::new(rule, part, place.clone());
        let owner = Owner::Resource(&tool.resource);
        match sketcher.sketch_arguments(owner, &place) {
            Ok(arguments) => {
                self.add_fields(arguments.fields);
                self.whole.checks.extend(arguments.checks);
                if arguments.precision != Precision::Exact {
                    self.whole.inexact.push((place, arguments.precision));
                }
            }
            Err(schema) if self.side != Side::Query => {
                let node = Node {
                    schema,
                    property: self.whole_name(),
                    owner,
                    role: ValueRole::Whole,
                };
                let sketch = sketcher.sketch_node(node, place);
                self.add_whole_body(sketch);
            }
            Err(_) => self.request.rest = Rest::Kept,
        }
        sketcher.finish()
    }

    fn add_fields(&mut self, part: StructSketch) {
        if part.rest != Rest::Refused {
            self.request.rest = part.rest;
        }
        for wire in part.required {
            if !self.request.required.contains(&wire) {
                self.request.required.push(wire);
            }
        }
        for mut field in part.fields {
            let mut known = self.request.fields.iter_mut();
            let declared = known.find(|known| known.wire == field.wire);
            field.location = match (&declared, self.side) {
                (Some(_), _) => Some(ArgumentLocation::QueryAndBody),
                (None, Side::Query) => Some(ArgumentLocation::Query),
                (None, Side::Body) => Some(ArgumentLocation::Body),
                (None, Side::Input) => None,
            };
            match declared {
                // It keeps its position among the arguments of the query.
                Some(known) => {
                    if known.is_required {
                        field.is_required = true;
                    }
                    field.is_secret |= known.is_secret;
                    *known = field;
                }
                None => self.request.fields.push(field),
            }
        }
    }

    /// Returns the name of the argument that holds the whole value.
    fn whole_name(&self) -> &'static str {
        match self.side {
            Side::Input => WHOLE_INPUT,
            Side::Query | Side::Body => WHOLE_BODY,
        }
    }

    fn add_whole_body(&mut self, sketch: Sketch) {
        let wire = self.whole_name();
        let schema = self.part().schema.as_ref();
        let rename = schema.and_then(|schema| schema.rename.clone());
        let is_secret = schema.is_some_and(|schema| schema.secret.is_some());
        let request = &mut *self.request;
        request.fields.retain(|field| field.wire != wire);
        request.fields.push(FieldSketch {
            wire: wire.to_owned(),
            rename,
            is_required: !sketch.nullable,
            is_secret,
            location: Some(ArgumentLocation::WholeBody),
            sketch,
        });
        if !request.required.iter().any(|known| known == wire) {
            request.required.push(wire.to_owned());
        }
    }
}

/// Moves the `id` of `get`, `update` and `delete` into the path, and adds it as the first argument if
/// no schema declares it.
fn place_identifier(rule: &IdentifierRule, tool: &Tool, request: &mut StructSketch) {
    let has_path = matches!(tool.method.as_str(), "get" | "update" | "delete");
    if tool.is_direct() || !has_path {
        return;
    }
    let declared = request.fields.iter().position(|field| field.wire == "id");
    let index = declared.unwrap_or_else(|| {
        request.fields.insert(0, undeclared_identifier(rule, tool));
        0
    });
    if let Some(field) = request.fields.get_mut(index) {
        field.is_required = true;
        field.location = match field.location {
            Some(ArgumentLocation::Body | ArgumentLocation::QueryAndBody) => {
                Some(ArgumentLocation::PathAndBody)
            }
            _ => Some(ArgumentLocation::Path),
        };
    }
    request.required.retain(|wire| wire != "id");
    request.required.insert(0, "id".to_owned());
}

fn undeclared_identifier(rule: &IdentifierRule, tool: &Tool) -> FieldSketch {
    let schema = Schema {
        types: vec![JsonType::String],
        ..Schema::default()
    };
    let node = Node {
        schema: &schema,
        property: "id",
        owner: Owner::Resource(&tool.resource),
        role: ValueRole::Whole,
    };
    let place = SchemaPlace::root(&tool.name, SchemaPart::Query);
    let part = EmbeddedSchema::default();
    let mut sketcher = Sketcher::new(rule, &part, place.clone());
    FieldSketch {
        wire: "id".to_owned(),
        rename: None,
        is_required: true,
        is_secret: false,
        location: Some(ArgumentLocation::Path),
        sketch: sketcher.sketch_node(node, place.property("id")),
    }
}
