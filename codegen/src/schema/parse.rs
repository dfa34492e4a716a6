//! Parsing of a schema. It does not fail: keywords with invalid values are listed in
//! [`Schema::unread`].

use toolsmith_dialect::json_type::JsonType;

use super::bounds::parse_bounds;
use super::branches::parse_branches;
use super::items::parse_items;
use super::keyword::{is_unread, is_untyped};
use super::node::{Additional, Reference, Schema, SchemaForm};
use super::null::{is_null_alone, is_unset, overrules_null_type, parse_null};
use super::types::parse_type;
use crate::source::{Json, Members, child};

/// Parses the schema at `pointer`.
pub(crate) fn parse_schema(json: &Json, pointer: String) -> Schema {
    let mut schema = Schema {
        pointer,
        null: parse_null(json),
        ..Schema::default()
    };
    match json {
        Json::Object(members) if is_null_alone(json) => {
            parse_members(members, &mut schema);
            normalize_null(&mut schema);
        }
        Json::Object(members) => parse_members(members, &mut schema),
        Json::Bool(true) | Json::Null => {}
        Json::Bool(false) => schema.form = SchemaForm::RejectsAll,
        Json::Number(_) | Json::String(_) | Json::Array(_) => schema.form = SchemaForm::Invalid,
    }
    schema.unread.sort();
    schema.unread.dedup();
    schema
}

/// Gives a schema that allows only null the type null, whichever keywords express it.
fn normalize_null(schema: &mut Schema) {
    const TYPE_KEYWORDS: [&str; 5] = ["anyOf", "const", "enum", "oneOf", "type"];
    schema.types = vec![JsonType::Null];
    schema.nullable = true;
    schema.values = None;
    schema.branches = Vec::new();
    schema
        .unread
        .retain(|keyword| !TYPE_KEYWORDS.contains(&keyword.as_str()));
    schema.inherited = Vec::new();
    schema
        .untyped_keywords
        .retain(|keyword, _| !TYPE_KEYWORDS.contains(&keyword.as_str()));
}

fn parse_members(members: &Members, schema: &mut Schema) {
    for (keyword, value) in members {
        if !is_unset(keyword, value, members) && !parse_keyword(keyword, value, schema) {
            schema.unread.push(keyword.clone());
        }
    }
    if !members.contains_key("then") && !members.contains_key("else") {
        schema.untyped_keywords.remove("if");
    }
    if overrules_null_type(members) {
        schema.unread.retain(|keyword| keyword != "type");
        schema.overruled.push("type".to_owned());
        schema.nullable = false;
    }
    parse_values(members, schema);
    parse_bounds(members, schema);
    parse_items(members, schema);
    parse_branches(members, schema);
}

/// Parses a keyword that does not depend on others. Returns `false` if it constrains values and
/// was not understood.
fn parse_keyword(keyword: &str, value: &Json, schema: &mut Schema) -> bool {
    match keyword {
        "type" => parse_type(value, schema),
        "nullable" | "x-nullable" => match value.as_bool() {
            Some(is_nullable) => {
                schema.nullable |= is_nullable;
                true
            }
            None => false,
        },
        "title" => {
            schema.title = value.as_str().map(str::to_owned);
            true
        }
        "description" => {
            schema.description = value.as_str().map(str::to_owned);
            true
        }
        "format" => {
            schema.format = value.as_str().map(str::to_owned);
            schema.format.is_some()
        }
        "default" => {
            schema.default = Some(value.clone());
            true
        }
        "deprecated" => {
            schema.deprecated = value.as_bool().unwrap_or_default();
            true
        }
        "uniqueItems" => {
            schema.unique_items = value.as_bool().unwrap_or_default();
            value.as_bool().is_some()
        }
        "properties" => match value {
            Json::Object(properties) => {
                let pointer = child(&schema.pointer, keyword);
                parse_properties(properties, &pointer, schema);
                true
            }
            _ => *value == Json::Null,
        },
        "required" => parse_required(value, schema),
        "additionalProperties" => parse_additional(value, schema),
        "unevaluatedProperties" if *value == Json::Bool(true) => {
            // Keywords are sorted, so `additionalProperties` is already parsed.
            if schema.additional == Additional::Unspecified {
                schema.additional = Additional::Allowed;
            }
            true
        }
        "pattern" | "$ref" | "$recursiveRef" | "$dynamicRef" | "allOf" | "discriminator" => {
            parse_applied(keyword, value, schema)
        }
        _ if is_untyped(keyword, value) => {
            let keywords = &mut schema.untyped_keywords;
            keywords.insert(keyword.to_owned(), value.clone());
            true
        }
        _ => !is_unread(keyword, value),
    }
}

/// Parses a keyword that refers to other schemas, and `pattern`.
fn parse_applied(keyword: &str, value: &Json, schema: &mut Schema) -> bool {
    match keyword {
        "pattern" => {
            schema.pattern = value.as_str().map(str::to_owned);
            schema.pattern.is_some()
        }
        "$ref" | "$recursiveRef" | "$dynamicRef" => {
            let text = value.as_str().map(str::to_owned);
            schema.reference = text.map(|text| Reference { text, target: None });
            schema.reference.is_some()
        }
        "allOf" => parse_all(value, schema),
        "discriminator" => {
            let property = match value {
                Json::Object(members) => members.get("propertyName").and_then(Json::as_str),
                other => other.as_str(),
            };
            schema.discriminator = property.map(str::to_owned);
            true
        }
        _ => false,
    }
}

fn parse_all(value: &Json, schema: &mut Schema) -> bool {
    let Some(members) = value.as_array() else {
        return *value == Json::Null;
    };
    let pointer = child(&schema.pointer, "allOf");
    for (index, member) in members.iter().enumerate() {
        let member = parse_schema(member, child(&pointer, &index.to_string()));
        schema.all.push(member);
    }
    true
}

/// Parses the schemas at `pointer` as properties of `schema`.
pub(crate) fn parse_properties(properties: &Members, pointer: &str, schema: &mut Schema) {
    schema.properties.reserve(properties.len());
    for (name, value) in properties.in_order() {
        let is_required = value
            .as_object()
            .and_then(|members| members.get("required"))
            .is_some_and(|required| *required == Json::Bool(true));
        if is_required {
            require(name, schema);
        }
        let property = parse_schema(value, child(pointer, name));
        schema.properties.insert(name.clone(), property);
    }
}

/// Parses `required`. The boolean of draft 3 belongs to the schema around and is ignored here.
pub(crate) fn parse_required(value: &Json, schema: &mut Schema) -> bool {
    match value {
        Json::Array(names) => {
            for name in names.iter().filter_map(Json::as_str) {
                require(name, schema);
            }
            names.iter().all(|name| name.as_str().is_some())
        }
        Json::Bool(_) | Json::Null => true,
        Json::Number(_) | Json::String(_) | Json::Object(_) => false,
    }
}

fn require(name: &str, schema: &mut Schema) {
    if schema.required.iter().all(|known| known != name) {
        schema.required.push(name.to_owned());
    }
}

fn parse_additional(value: &Json, schema: &mut Schema) -> bool {
    schema.additional = match value {
        Json::Bool(true) => Additional::Allowed,
        Json::Bool(false) => Additional::Forbidden,
        Json::Object(members) if members.is_empty() => Additional::Allowed,
        Json::Object(_) => {
            let pointer = child(&schema.pointer, "additionalProperties");
            Additional::Matching(Box::new(parse_schema(value, pointer)))
        }
        _ => return *value == Json::Null,
    };
    true
}

/// Parses `enum` and `const`.
fn parse_values(members: &Members, schema: &mut Schema) {
    let set = |keyword| {
        let value = members.get(keyword);
        value.filter(|value| !is_unset(keyword, value, members))
    };
    let listed = set("enum").map(Json::as_array);
    let constant = set("const").map(std::slice::from_ref);
    let (keyword, values) = match (constant, listed) {
        (Some(constant), Some(Some(list))) if constant.iter().all(|value| list.contains(value)) => {
            ("const", constant)
        }
        (Some(constant), None) => ("const", constant),
        (None, Some(Some(list))) => ("enum", list),
        (_, Some(_)) => return schema.unread.push("enum".to_owned()),
        (None, None) => return,
    };
    let mut known: Vec<Json> = Vec::new();
    for value in values {
        if *value == Json::Null {
            schema.nullable = true;
        } else if !known.contains(value) {
            known.push(value.clone());
        }
    }
    if known.is_empty() {
        schema.unread.push(keyword.to_owned());
    } else {
        schema.values = Some(known);
    }
}
