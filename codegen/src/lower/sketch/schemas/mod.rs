//! Sketches schemas: decides what each node becomes and what is lost.

mod checks;
mod choices;
mod classify;
mod compose;
mod default;
mod form;
mod inline;
mod keyword_checks;
mod label;
mod names;
mod null;
mod object;
mod pattern;
mod shared;
mod typify;
mod union;
mod untyped_keywords;

use std::cell::Cell;

use super::identify::{IdentifierRule, Owner, ValueRole};
use super::precision::{LooseReason, Precision};
use super::tree::{Definitions, Sketch, SketchKind, StructSketch};
use crate::catalog::EmbeddedSchema;
use crate::catalog::SchemaPlace;
use crate::model::{Check, Direction, JsonType, TypeRef};
use crate::schema::{Additional, Schema};
use checks::{lower_checks, scalar_type};
use choices::lists_its_branches;
use classify::classify;
use form::Form;
use object::anything;

/// A node of a schema and its context.
#[derive(Debug, Clone, Copy)]
pub(super) struct Node<'a> {
    /// The schema.
    pub(super) schema: &'a Schema,
    /// The property that contains the schema.
    pub(super) property: &'a str,
    /// The owner of that property.
    pub(super) owner: Owner<'a>,
    /// The role of the value within the property.
    pub(super) role: ValueRole,
}

/// Sketches the schemas of one tool.
#[derive(Debug)]
pub(super) struct Sketcher<'a> {
    rule: &'a IdentifierRule,
    /// The schema of the tool that is being sketched, with its root.
    part: &'a EmbeddedSchema,
    base: SchemaPlace,
    /// The JSON pointer of the root schema.
    pointer: &'a str,
    /// Shared definitions of all schemas of the tool.
    definitions: Definitions,
    /// The definitions being sketched, each with the number of named types around it.
    stack: Vec<(String, usize)>,
    /// The number of named types around the current node.
    depth: usize,
    /// The number of nodes around the current one.
    nesting: usize,
    /// The number of unions around the current node whose own keywords were joined with each branch.
    joined: usize,
    /// The pointers of the schemas around the current node into which the target of their reference was
    /// merged.
    merged: Vec<String>,
    /// The number of references that may still be inlined.
    left_to_inline: Cell<usize>,
}

/// The keywords that refer to other schemas, and those that hold them.
const REFERENCES: [&str; 5] = [
    "$ref",
    "$dynamicRef",
    "$recursiveRef",
    "$defs",
    "definitions",
];

/// Maximum depth of nested schemas. The deepest known schema has 19 levels; each later stage
/// recurses as deep as the types do.
const MAX_NESTING: usize = 40;

/// The arguments in the root of a schema.
#[derive(Debug, Default)]
pub(super) struct Arguments {
    /// The arguments.
    pub(super) fields: StructSketch,
    /// The checks that apply to them together.
    pub(super) checks: Vec<Check>,
    /// The precision with which they express the keywords of the root.
    pub(super) precision: Precision,
}

impl<'a> Sketcher<'a> {
    /// Creates a sketcher for `part`, whose root is at `base`.
    pub(super) fn new(
        rule: &'a IdentifierRule,
        part: &'a EmbeddedSchema,
        base: SchemaPlace,
    ) -> Self {
        Self {
            rule,
            part,
            base,
            pointer: part.schema.as_ref().map_or("", |schema| &schema.pointer),
            definitions: Definitions::new(),
            stack: Vec::new(),
            depth: 0,
            nesting: 0,
            joined: 0,
            merged: Vec::new(),
            left_to_inline: Cell::new(inline::MAX_INLINED),
        }
    }

    /// Returns the shared definitions.
    pub(super) fn finish(self) -> Definitions {
        self.definitions
    }

    fn direction(&self) -> Direction {
        self.base.direction()
    }

    /// Sketches the root of a record, whose properties belong to the resource.
    pub(super) fn sketch_root(&mut self, node: Node<'_>, place: &SchemaPlace) -> Sketch {
        let mut sketch = self.sketch_node(node, place.clone());
        if let SketchKind::Struct(fields) = &mut sketch.kind {
            let schema = self.compose(node.schema).into_owned();
            let target = self.root_target(&schema).unwrap_or(schema);
            self.depth += 1;
            *fields = self.sketch_struct(&target, node.owner, place);
            self.depth -= 1;
        }
        sketch
    }

    /// Sketches a root schema as arguments: its properties, and the checks that apply to them
    /// together.
    ///
    /// # Errors
    ///
    /// Returns the root if it is not an object with properties.
    pub(super) fn sketch_arguments(
        &mut self,
        owner: Owner<'_>,
        place: &SchemaPlace,
    ) -> Result<Arguments, &'a Schema> {
        let Some(root) = &self.part.schema else {
            return Ok(Arguments::default());
        };
        let mut composed = self.compose(root).into_owned();
        let has_reference = composed.reference.is_some();
        let target = self.root_target(&composed);
        let missing = self.missing_target(&composed);
        if missing.is_some() && composed.additional == Additional::Unspecified {
            // The missing schema may list further arguments.
            composed.additional = Additional::Allowed;
        }
        let schema = target.unwrap_or(composed);
        let form = classify(&schema);
        let is_free =
            matches!(form, Ok(Form::Map)) && matches!(schema.additional, Additional::Matching(_));
        match form {
            Ok(Form::Struct | Form::Map) if !is_free => {}
            Err(LooseReason::NoType) => {}
            _ => return Err(root),
        }
        let inner = self.sketch_struct(&schema, owner, place);
        let kind = SketchKind::Struct(inner);
        let (mut checks, mut unread) = lower_checks(&schema, &kind);
        self.add_rules(&schema, true, &mut checks, &mut unread);
        if has_reference {
            let (siblings, missed) = self.read_rules(root, &REFERENCES);
            checks.extend(siblings);
            unread.extend(missed);
        }
        unread.extend(schema.unread.iter().chain(&schema.overruled).cloned());
        let precision = match missing {
            Some(reason) => Precision::loosened(reason, unread),
            None => Precision::unchecked(unread),
        };
        match kind {
            SketchKind::Struct(fields) => Ok(Arguments {
                fields,
                checks,
                precision,
            }),
            _ => Err(root),
        }
    }

    /// Returns the target of the root's reference, if it has one.
    fn root_target(&self, root: &Schema) -> Option<Schema> {
        let reference = root.reference.as_ref()?;
        let target = self.follow(reference.target.as_deref())?;
        Some(self.compose(target).into_owned())
    }

    /// Sketches a node and everything below it.
    pub(super) fn sketch_node(&mut self, node: Node<'_>, place: SchemaPlace) -> Sketch {
        if self.nesting >= MAX_NESTING {
            let reason = LooseReason::TooDeep(MAX_NESTING);
            return self.loosened(&Schema::default(), place, reason);
        }
        self.nesting += 1;
        let sketch = self.sketch_nested(node, place);
        self.nesting -= 1;
        sketch
    }

    fn sketch_nested(&mut self, node: Node<'_>, place: SchemaPlace) -> Sketch {
        let original = node.schema;
        let schema = self.compose(original);
        let is_merged = original.reference.is_some() && schema.reference.is_none();
        if is_merged {
            let left = self.left_to_inline.get().checked_sub(1);
            if left.is_none() || self.merged.contains(&original.pointer) {
                let reason = LooseReason::EndlessReference(original.pointer.clone());
                return self.loosened(original, place, reason);
            }
            self.left_to_inline.set(left.unwrap_or_default());
            self.merged.push(original.pointer.clone());
        }
        let node = Node {
            schema: &schema,
            ..node
        };
        let mut sketch = match self.sketch_reference(node, &place) {
            Some(sketch) => sketch,
            None => self.sketch_here(node, place),
        };
        if is_merged {
            self.merged.pop();
        }
        sketch.ignored = self.judge_default(&schema, &sketch);
        self.settle_null(original, &mut sketch);
        sketch
    }

    /// Sketches a node without a reference.
    fn sketch_here(&mut self, node: Node<'_>, place: SchemaPlace) -> Sketch {
        let schema = node.schema;
        match classify(schema) {
            Ok(form) => self.sketch_form(node, form, place),
            Err(LooseReason::Contradiction) => match self.merge_whole(schema) {
                Some(merged) => {
                    let schema = &merged;
                    self.sketch_here(Node { schema, ..node }, place)
                }
                None => self.loosened(schema, place, LooseReason::Contradiction),
            },
            Err(reason) => self.loosened(schema, place, reason),
        }
    }

    /// Sketches a schema that no type can express: `Json` with checks.
    fn loosened(&self, schema: &Schema, place: SchemaPlace, reason: LooseReason) -> Sketch {
        let (mut checks, mut unread) = self.read_rules(schema, &[]);
        self.add_around(schema, &mut checks, &mut unread);
        unread.extend(schema.unread.iter().cloned());
        Sketch {
            place,
            kind: SketchKind::Plain(TypeRef::Json),
            nullable: true,
            description: described(schema),
            checks,
            precision: Precision::loosened(reason, unread),
            ignored: None,
        }
    }

    fn sketch_form(&mut self, node: Node<'_>, form: Form<'_>, place: SchemaPlace) -> Sketch {
        let schema = node.schema;
        let is_union = matches!(form, Form::Union(_));
        let is_named = is_union || matches!(form, Form::Struct);
        self.depth += usize::from(is_named);
        let mut sketch = Sketch {
            kind: SketchKind::Plain(TypeRef::Json),
            nullable: schema.nullable || schema.types == [JsonType::Null],
            description: described(schema),
            checks: Vec::new(),
            precision: Precision::Exact,
            ignored: None,
            place,
        };
        let checked_branches = match form {
            Form::Struct | Form::Map | Form::Scalar(_) => true,
            Form::Choice(_) => !lists_its_branches(schema),
            Form::List | Form::Tuple | Form::Union(_) => false,
        };
        match form {
            Form::Union(branches) => self.fill_union(node, &branches, &mut sketch),
            form => sketch.kind = self.sketch_kind(node, form, &sketch.place),
        }
        self.depth -= usize::from(is_named);
        if sketch.kind == SketchKind::Plain(TypeRef::Json) && is_named {
            return sketch;
        }
        let mut unread = Vec::new();
        if !is_union {
            let (own, missed) = lower_checks(schema, &sketch.kind);
            sketch.checks.extend(own);
            unread.extend(missed);
        }
        unread.extend(schema.unread.iter().chain(&schema.overruled).cloned());
        self.add_rules(schema, checked_branches, &mut sketch.checks, &mut unread);
        sketch.precision.add_unchecked(unread);
        sketch
    }

    fn sketch_kind(&mut self, node: Node<'_>, form: Form<'_>, place: &SchemaPlace) -> SketchKind {
        let schema = node.schema;
        match form {
            Form::Choice(choice) => SketchKind::Choice(choice),
            Form::Scalar(scalar) => {
                let rule = self.rule;
                match rule.identify(node.property, schema, node.owner, node.role) {
                    Some(kind) if scalar == JsonType::String => SketchKind::Id(kind),
                    _ => SketchKind::Plain(scalar_type(scalar, schema)),
                }
            }
            Form::Tuple => {
                let elements = schema.prefix.iter().map(|element| {
                    let place = below(place, schema, element);
                    let node = Node {
                        schema: element,
                        role: ValueRole::Element,
                        ..node
                    };
                    self.sketch_node(node, place)
                });
                SketchKind::Tuple(elements.collect())
            }
            Form::List => SketchKind::List(Box::new(match schema.items.as_deref() {
                Some(items) if schema.prefix.is_empty() => {
                    let items = &*self.with_conditional(items, &self.mentioned(schema).items);
                    let node = Node {
                        schema: items,
                        role: ValueRole::Element,
                        ..node
                    };
                    self.sketch_node(node, place.join("/items"))
                }
                _ => anything(place.join("/items")),
            })),
            Form::Map => SketchKind::Map(Box::new(match &schema.additional {
                Additional::Matching(values) if !schema.has_rule("patternProperties") => {
                    let node = Node {
                        schema: values,
                        role: ValueRole::Element,
                        ..node
                    };
                    self.sketch_node(node, place.join("/additionalProperties"))
                }
                _ => anything(place.join("/additionalProperties")),
            })),
            Form::Struct => {
                let owner = Owner::Property(node.property);
                SketchKind::Struct(self.sketch_struct(schema, owner, place))
            }
            Form::Union(_) => SketchKind::Plain(TypeRef::Json),
        }
    }
}

/// Returns the place of `inner`, a subschema of `around`, which is at `place`.
fn below(place: &SchemaPlace, around: &Schema, inner: &Schema) -> SchemaPlace {
    match inner.pointer.strip_prefix(around.pointer.as_str()) {
        Some("") | None => {
            let kind = inner.types.first().map_or("any", |kind| type_word(*kind));
            place.join(&format!("/{kind}"))
        }
        Some(suffix) => place.join(suffix),
    }
}

/// Returns the word for a type in names.
fn type_word(kind: JsonType) -> &'static str {
    match kind {
        JsonType::String => "text",
        JsonType::Boolean => "flag",
        JsonType::Integer => "integer",
        JsonType::Number => "number",
        JsonType::Array => "list",
        JsonType::Object => "object",
        JsonType::Null => "null",
    }
}

fn described(schema: &Schema) -> Option<String> {
    let description = schema.description.clone();
    description.filter(|text| !text.trim().is_empty())
}
