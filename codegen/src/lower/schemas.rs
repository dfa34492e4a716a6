//! From a schema to a sketch: what each node becomes, and what is lost.

use super::identify::{IdentifierRule, Owner};
use super::sketch::{FieldSketch, Rest, Sketch, SketchKind, StructSketch};
use crate::catalog::{Additional, BoundKeyword, Json, Schema, SchemaType};
use crate::model::{Bound, Check, ChoiceValues, Format, Need, Place, TypeRef};
use crate::report::Outcome;

/// Keywords without which the type cannot be known.
const DECIDING: &[&str] = &[
    "$dynamicRef",
    "$ref",
    "allOf",
    "anyOf",
    "enum",
    "false",
    "items",
    "oneOf",
    "prefixItems",
    "properties",
    "type",
];

/// A node of a schema and where it stands.
#[derive(Debug, Clone, Copy)]
pub(super) struct Node<'a> {
    /// The schema.
    pub(super) schema: &'a Schema,
    /// The property that it stands in.
    pub(super) property: &'a str,
    /// What that property belongs to.
    pub(super) owner: Owner<'a>,
}

/// Sketches one node and all below it. `place` is `tool#/pointer`.
pub(super) fn sketch_node(rule: &IdentifierRule, node: Node<'_>, place: String) -> Sketch {
    let schema = node.schema;
    let (kind, outcome) = match decide(schema) {
        Ok(form) => (sketch_form(rule, node, form, &place), unchecked(schema)),
        Err(reason) => (SketchKind::Plain(TypeRef::Json), Outcome::Loosened(reason)),
    };
    let is_json = kind == SketchKind::Plain(TypeRef::Json);
    Sketch {
        place,
        nullable: schema.nullable || is_json,
        description: schema
            .description
            .clone()
            .filter(|text| !text.trim().is_empty()),
        checks: if is_json {
            Vec::new()
        } else {
            lower_checks(schema, &kind)
        },
        kind,
        outcome,
    }
}

/// What a schema describes, once it is known that a type can say it.
#[derive(Debug)]
enum Form {
    Choice(ChoiceValues),
    Scalar(SchemaType),
    List,
    Map,
    Struct,
}

/// Decides what `schema` describes, or why no type can say it.
fn decide(schema: &Schema) -> Result<Form, String> {
    let unread = schema
        .unread
        .iter()
        .find(|keyword| DECIDING.contains(&keyword.as_str()));
    if let Some(keyword) = unread {
        return Err(format!("`{keyword}` is not read"));
    }
    if !schema.branches.is_empty() {
        return Err("a union of several schemas".to_owned());
    }
    if let Some(values) = &schema.values {
        return decide_values(&schema.types, values);
    }
    match schema.types.as_slice() {
        [] => infer(schema).ok_or_else(|| "the schema says nothing of its type".to_owned()),
        [SchemaType::Integer, SchemaType::Number] => Ok(Form::Scalar(SchemaType::Number)),
        [SchemaType::Object] => Ok(object_form(schema)),
        [SchemaType::Array] => Ok(Form::List),
        [scalar] => Ok(Form::Scalar(*scalar)),
        several => Err(format!("{} types in one place", several.len())),
    }
}

fn infer(schema: &Schema) -> Option<Form> {
    if !schema.properties.is_empty() || matches!(schema.additional, Additional::Like(_)) {
        Some(object_form(schema))
    } else {
        schema.items.is_some().then_some(Form::List)
    }
}

fn object_form(schema: &Schema) -> Form {
    if schema.properties.is_empty() {
        Form::Map
    } else {
        Form::Struct
    }
}

fn decide_values(types: &[SchemaType], values: &[Json]) -> Result<Form, String> {
    if values.is_empty() {
        return Err("an enum without values".to_owned());
    }
    let texts: Vec<String> = values.iter().filter_map(as_text).collect();
    if texts.len() == values.len() {
        return match types {
            [] | [SchemaType::String] => Ok(Form::Choice(ChoiceValues::Texts(distinct(texts)))),
            _ => Err("its enum lists texts, but its type is another".to_owned()),
        };
    }
    let integers: Vec<i64> = values.iter().filter_map(as_integer).collect();
    if integers.len() == values.len() {
        return match types {
            [] | [SchemaType::Integer | SchemaType::Number] => {
                Ok(Form::Choice(ChoiceValues::Integers(distinct(integers))))
            }
            _ => Err("its enum lists integers, but its type is another".to_owned()),
        };
    }
    let only_flags = values.iter().all(|value| matches!(value, Json::Bool(_)));
    if only_flags && values.contains(&Json::Bool(true)) && values.contains(&Json::Bool(false)) {
        return Ok(Form::Scalar(SchemaType::Boolean));
    }
    Err("an enum of values that are neither all texts nor all integers".to_owned())
}

fn distinct<T: PartialEq>(values: Vec<T>) -> Vec<T> {
    let mut kept = Vec::new();
    for value in values {
        if !kept.contains(&value) {
            kept.push(value);
        }
    }
    kept
}

fn as_text(value: &Json) -> Option<String> {
    match value {
        Json::String(text) => Some(text.clone()),
        _ => None,
    }
}

fn as_integer(value: &Json) -> Option<i64> {
    match value {
        Json::Number(number) => number.as_i64(),
        _ => None,
    }
}

fn unchecked(schema: &Schema) -> Outcome {
    if schema.unread.is_empty() {
        return Outcome::Exact;
    }
    let keywords = schema.unread.iter().map(|keyword| format!("`{keyword}`"));
    let keywords: Vec<String> = keywords.collect();
    let verb = if keywords.len() == 1 { "is" } else { "are" };
    Outcome::Unchecked(format!("{} {verb} not checked", keywords.join(", ")))
}

fn sketch_form(rule: &IdentifierRule, node: Node<'_>, form: Form, place: &str) -> SketchKind {
    let schema = node.schema;
    match form {
        Form::Choice(values) => SketchKind::Choice(values),
        Form::Scalar(scalar) => match rule.identify(node.property, schema, node.owner) {
            Some(noun) => SketchKind::Id(noun),
            None => SketchKind::Plain(scalar_type(scalar, schema)),
        },
        Form::List => SketchKind::List(Box::new(match schema.items.as_deref() {
            Some(items) => {
                let inner = Node {
                    schema: items,
                    ..node
                };
                sketch_node(rule, inner, format!("{place}/items"))
            }
            None => anything(format!("{place}/items")),
        })),
        Form::Map => SketchKind::Map(Box::new(match &schema.additional {
            Additional::Like(values) => {
                let inner = Node {
                    schema: values,
                    ..node
                };
                sketch_node(rule, inner, format!("{place}/additionalProperties"))
            }
            Additional::Unsaid | Additional::Allowed | Additional::Refused => {
                anything(format!("{place}/additionalProperties"))
            }
        })),
        Form::Struct => SketchKind::Struct(sketch_struct(
            rule,
            schema,
            Owner::Property(node.property),
            place,
        )),
    }
}

/// Sketches an object with properties. At the root of a request or record, `owner` is its resource.
pub(super) fn sketch_struct(
    rule: &IdentifierRule,
    schema: &Schema,
    owner: Owner<'_>,
    place: &str,
) -> StructSketch {
    let fields = schema.properties.iter().map(|(wire, property)| {
        let node = Node {
            schema: property,
            property: wire,
            owner,
        };
        let pointer = wire.replace('~', "~0").replace('/', "~1");
        FieldSketch {
            wire: wire.clone(),
            rename: property.rename.clone(),
            need: if schema.required.contains(wire) {
                Need::Required
            } else {
                Need::Optional
            },
            place: Place::Inside,
            sketch: sketch_node(rule, node, format!("{place}/properties/{pointer}")),
        }
    });
    let is_declared = |wire: &&String| schema.properties.contains_key(*wire);
    StructSketch {
        fields: fields.collect(),
        rest: match schema.additional {
            Additional::Allowed | Additional::Like(_) => Rest::Kept,
            Additional::Unsaid | Additional::Refused => Rest::Refused,
        },
        required: schema
            .required
            .iter()
            .filter(is_declared)
            .cloned()
            .collect(),
    }
}

/// What stands where a schema allows any value and means it: the values of a free-form object.
fn anything(place: String) -> Sketch {
    Sketch {
        place,
        kind: SketchKind::Plain(TypeRef::Json),
        nullable: true,
        description: None,
        checks: Vec::new(),
        outcome: Outcome::Exact,
    }
}

fn scalar_type(scalar: SchemaType, schema: &Schema) -> TypeRef {
    match scalar {
        SchemaType::Boolean => TypeRef::Bool,
        SchemaType::Number => TypeRef::Number,
        SchemaType::Integer if is_unsigned(schema) => TypeRef::Unsigned,
        SchemaType::Integer => TypeRef::Integer,
        SchemaType::String => match schema.format.as_deref() {
            Some("date-time") => TypeRef::DateTime,
            Some("date") => TypeRef::Date,
            _ => TypeRef::String,
        },
        SchemaType::Array | SchemaType::Object => TypeRef::Json,
    }
}

fn is_unsigned(schema: &Schema) -> bool {
    schema.bounds.iter().any(|(keyword, bound)| match keyword {
        BoundKeyword::Minimum => *bound >= 0.0,
        BoundKeyword::ExclusiveMinimum => *bound >= -1.0,
        _ => false,
    })
}

/// The checks that the type does not make unnecessary.
fn lower_checks(schema: &Schema, kind: &SketchKind) -> Vec<Check> {
    let mut checks: Vec<Check> = schema
        .bounds
        .iter()
        .filter_map(|(keyword, bound)| lower_bound(*keyword, *bound, kind))
        .collect();
    match kind {
        SketchKind::List(element) => {
            if schema.unique_items {
                checks.push(Check::UniqueItems);
            }
            if !element.checks.is_empty() {
                checks.push(Check::Items(element.checks.clone()));
            }
        }
        SketchKind::Map(value) => {
            if schema.additional == Additional::Refused {
                checks.push(Check::Count(Bound::MaxProperties, 0));
            }
            if !value.checks.is_empty() {
                checks.push(Check::Values(value.checks.clone()));
            }
        }
        SketchKind::Plain(TypeRef::String) | SketchKind::Id(_) => {
            checks.extend(lower_format(schema).map(Check::Format));
        }
        SketchKind::Plain(_) | SketchKind::Choice(_) | SketchKind::Struct(_) => {}
    }
    checks
}

fn lower_format(schema: &Schema) -> Option<Format> {
    match schema.format.as_deref()? {
        "email" => Some(Format::Email),
        "uri" => Some(Format::Uri),
        "ipv4" => Some(Format::Ipv4),
        "ipv6" => Some(Format::Ipv6),
        "uuid" => Some(Format::Uuid),
        _ => None,
    }
}

fn lower_bound(keyword: BoundKeyword, bound: f64, kind: &SketchKind) -> Option<Check> {
    let lowered = match keyword {
        BoundKeyword::Minimum => Bound::Minimum,
        BoundKeyword::Maximum => Bound::Maximum,
        BoundKeyword::ExclusiveMinimum => Bound::ExclusiveMinimum,
        BoundKeyword::ExclusiveMaximum => Bound::ExclusiveMaximum,
        BoundKeyword::MultipleOf => Bound::MultipleOf,
        BoundKeyword::MinLength => Bound::MinLength,
        BoundKeyword::MaxLength => Bound::MaxLength,
        BoundKeyword::MinItems => Bound::MinItems,
        BoundKeyword::MaxItems => Bound::MaxItems,
        BoundKeyword::MinProperties => Bound::MinProperties,
        BoundKeyword::MaxProperties => Bound::MaxProperties,
    };
    let is_number = matches!(
        kind,
        SketchKind::Plain(TypeRef::Number | TypeRef::Integer | TypeRef::Unsigned)
    );
    let is_text = matches!(
        kind,
        SketchKind::Id(_) | SketchKind::Plain(TypeRef::String | TypeRef::Date | TypeRef::DateTime)
    );
    let fits = match lowered {
        // An unsigned integer is at least 0 by its type.
        Bound::Minimum if *kind == SketchKind::Plain(TypeRef::Unsigned) => bound > 0.0,
        Bound::ExclusiveMinimum if *kind == SketchKind::Plain(TypeRef::Unsigned) => bound >= 0.0,
        Bound::Minimum
        | Bound::Maximum
        | Bound::ExclusiveMinimum
        | Bound::ExclusiveMaximum
        | Bound::MultipleOf => is_number,
        Bound::MinLength | Bound::MaxLength => is_text,
        Bound::MinItems | Bound::MaxItems => matches!(kind, SketchKind::List(_)),
        Bound::MinProperties | Bound::MaxProperties => {
            matches!(kind, SketchKind::Map(_) | SketchKind::Struct(_))
        }
    };
    match lowered {
        _ if !fits => None,
        Bound::Minimum
        | Bound::Maximum
        | Bound::ExclusiveMinimum
        | Bound::ExclusiveMaximum
        | Bound::MultipleOf => Some(Check::Number(lowered, bound)),
        _ => count(bound).map(|count| Check::Count(lowered, count)),
    }
}

/// A length as the schema gives it; a minimum of 0 asks for nothing.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "whole, not negative, and within the range that a float holds exactly"
)]
fn count(bound: f64) -> Option<u64> {
    const EXACT: f64 = 9_007_199_254_740_992.0; // 2^53
    (bound.fract() == 0.0 && (0.0..=EXACT).contains(&bound)).then_some(bound as u64)
}
