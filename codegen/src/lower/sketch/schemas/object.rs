//! Objects with properties.

use std::collections::BTreeSet;

use super::form::fits;
use super::names::Mentioned;
use super::{Node, Sketcher};
use crate::catalog::SchemaPlace;
use crate::lower::sketch::identify::{Owner, ValueRole};
use crate::lower::sketch::precision::Precision;
use crate::lower::sketch::satisfy::is_possible;
use crate::lower::sketch::tree::{FieldSketch, Rest, Sketch, SketchKind, StructSketch};
use crate::model::{JsonType, TypeRef};
use crate::schema::{Additional, Schema};
use crate::source::{Json, compact_json};

impl Sketcher<'_> {
    /// Sketches an object with properties. `owner` is the resource if this is the root of a request
    /// or record.
    pub(in crate::lower::sketch) fn sketch_struct(
        &mut self,
        schema: &Schema,
        owner: Owner<'_>,
        place: &SchemaPlace,
    ) -> StructSketch {
        let mut fields: Vec<FieldSketch> = Vec::new();
        let mentioned = self.mentioned(schema);
        for (wire, property) in &schema.properties {
            let parts = mentioned.parts.get(wire).map_or(&[][..], Vec::as_slice);
            let property = self.with_conditional(property, parts);
            fields.push(self.sketch_field(schema, wire, &property, owner, place));
        }
        // A required property that is not declared may have any value that the object allows.
        let undeclared = match &schema.additional {
            Additional::Unspecified | Additional::Allowed => Some(Schema::default()),
            Additional::Matching(values) => Some((**values).clone()),
            Additional::Forbidden => None,
        };
        if let Some(property) = undeclared {
            for wire in &schema.required {
                if !schema.properties.contains_key(wire) {
                    fields.push(self.sketch_field(schema, wire, &property, owner, place));
                }
            }
        }
        add_mentioned(schema, mentioned, place, &mut fields);
        let is_field = |wire: &&String| fields.iter().any(|field| field.wire == **wire);
        StructSketch {
            required: schema.required.iter().filter(is_field).cloned().collect(),
            rest: self.sketch_rest(schema, owner, place),
            fields,
        }
    }

    fn sketch_field(
        &mut self,
        schema: &Schema,
        wire: &str,
        property: &Schema,
        owner: Owner<'_>,
        place: &SchemaPlace,
    ) -> FieldSketch {
        let node = Node {
            schema: property,
            property: wire,
            owner,
            role: ValueRole::Whole,
        };
        let place = place.property(wire);
        let is_required = schema.required.iter().any(|required| required == wire);
        let is_inner = self.depth > 0;
        let sketch = match self.only_value(property) {
            Some(value) if is_required && is_inner => constant(property, value, place),
            _ => self.sketch_node(node, place),
        };
        FieldSketch {
            wire: wire.to_owned(),
            rename: property.rename.clone(),
            is_secret: property.secret.is_some(),
            is_required,
            location: None,
            sketch,
        }
    }

    fn sketch_rest(&mut self, schema: &Schema, owner: Owner<'_>, place: &SchemaPlace) -> Rest {
        if schema.has_rule("patternProperties") {
            return Rest::Kept;
        }
        match &schema.additional {
            Additional::Allowed => Rest::Kept,
            Additional::Unspecified | Additional::Forbidden => Rest::Refused,
            Additional::Matching(values) => {
                let node = Node {
                    schema: values,
                    property: "extra",
                    owner,
                    role: ValueRole::Element,
                };
                let place = place.join("/additionalProperties");
                Rest::Like(Box::new(self.sketch_node(node, place)))
            }
        }
    }

    /// Returns the single value that a schema allows, as JSON.
    fn only_value(&self, schema: &Schema) -> Option<String> {
        if schema.types == [JsonType::Null] && schema.values.is_none() {
            return Some(compact_json(&Json::Null));
        }
        let is_allowed = || {
            let raw = self.raw(schema);
            raw.is_none_or(|raw| is_possible(raw, &self.part.json))
        };
        match schema.values.as_deref() {
            Some([value]) if !schema.nullable && schema.branches.is_empty() => {
                (fits(value, &schema.types) && is_allowed()).then(|| compact_json(value))
            }
            _ => None,
        }
    }
}

fn constant(property: &Schema, value: String, place: SchemaPlace) -> Sketch {
    Sketch {
        place,
        kind: SketchKind::Constant(value),
        nullable: false,
        description: property.description.clone(),
        checks: Vec::new(),
        precision: Precision::Exact,
        ignored: None,
    }
}

/// Adds the properties that only untyped keywords of an object mention. Any value has their type, and the
/// keywords check it.
fn add_mentioned(
    schema: &Schema,
    mentioned: Mentioned,
    place: &SchemaPlace,
    fields: &mut Vec<FieldSketch>,
) {
    if schema.additional != Additional::Unspecified {
        return;
    }
    let mut known: BTreeSet<String> = fields.iter().map(|field| field.wire.clone()).collect();
    for (wire, description) in mentioned.names {
        if known.insert(wire.clone()) {
            let mut sketch = anything(place.property(&wire));
            sketch.description = description;
            fields.push(FieldSketch {
                wire,
                rename: None,
                is_required: false,
                is_secret: false,
                location: None,
                sketch,
            });
        }
    }
}

/// Sketches a schema that deliberately allows any value, such as the values of a free-form object.
pub(super) fn anything(place: SchemaPlace) -> Sketch {
    Sketch {
        place,
        kind: SketchKind::Plain(TypeRef::Json),
        nullable: true,
        description: None,
        checks: Vec::new(),
        precision: Precision::Exact,
        ignored: None,
    }
}
