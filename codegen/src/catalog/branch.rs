//! `anyOf` and `oneOf`: null branches leave, a single branch that is left joins its parent.

use std::collections::BTreeMap;

use super::kind::is_null_alone;
use super::parse::parse_schema;
use super::{Additional, Schema, SchemaType};
use crate::source::{Json, child};

/// Reads `anyOf` and `oneOf`. A schema holds one union: a second one is not read.
pub(super) fn parse_branches(members: &BTreeMap<String, Json>, schema: &mut Schema) {
    for keyword in ["anyOf", "oneOf"] {
        let is_read = match members.get(keyword) {
            None | Some(Json::Null) => true,
            Some(Json::Array(branches)) if schema.branches.is_empty() && !branches.is_empty() => {
                parse_union(branches, keyword, schema)
            }
            Some(_) => false,
        };
        if !is_read {
            schema.unread.push(keyword.to_owned());
        }
    }
}

/// Reads the branches of one union; false if what is left of it could not be read.
fn parse_union(branches: &[Json], keyword: &str, schema: &mut Schema) -> bool {
    let pointer = child(&schema.pointer, keyword);
    let mut left = Vec::new();
    for (index, branch) in branches.iter().enumerate() {
        if is_null_alone(branch) {
            schema.nullable = true;
            continue;
        }
        let mut branch = parse_schema(branch, child(&pointer, &index.to_string()));
        // Null is one thing for the whole union, whichever branch allows it.
        schema.nullable |= std::mem::take(&mut branch.nullable);
        left.push(branch);
    }
    if left.len() > 1 {
        schema.branches = left;
        return true;
    }
    match left.pop() {
        Some(branch) => merge(schema, branch),
        None => false,
    }
}

/// Merges the only branch into its parent; false if both speak of the same thing, so that the
/// branch is lost.
fn merge(schema: &mut Schema, branch: Schema) -> bool {
    let Some(types) = common_types(&schema.types, &branch.types) else {
        return false;
    };
    if !is_apart(schema, &branch) {
        return false;
    }
    let Schema {
        pointer: _,
        types: _,
        nullable: _,
        title,
        description,
        properties,
        required,
        additional,
        items,
        values,
        branches,
        format,
        bounds,
        unique_items,
        default,
        deprecated,
        unread,
        identifier: _,
        rename: _,
    } = branch;
    schema.types = types;
    schema.title = schema.title.take().or(title);
    schema.description = schema.description.take().or(description);
    schema.properties.extend(properties);
    for name in required {
        if !schema.required.contains(&name) {
            schema.required.push(name);
        }
    }
    if additional != Additional::Unsaid {
        schema.additional = additional;
    }
    schema.items = schema.items.take().or(items);
    schema.values = schema.values.take().or(values);
    schema.branches.extend(branches);
    schema.format = schema.format.take().or(format);
    schema.bounds.extend(bounds);
    schema.bounds.sort_by_key(|(keyword, _)| *keyword);
    schema.unique_items |= unique_items;
    schema.default = schema.default.take().or(default);
    schema.deprecated |= deprecated;
    schema.unread.extend(unread);
    true
}

/// The types that both allow, where none means all; `None` if they have none in common.
fn common_types(parent: &[SchemaType], branch: &[SchemaType]) -> Option<Vec<SchemaType>> {
    let accepts = |types: &[SchemaType], kind: SchemaType| {
        let is_whole = kind == SchemaType::Integer && types.contains(&SchemaType::Number);
        types.is_empty() || types.contains(&kind) || is_whole
    };
    if parent.is_empty() {
        return Some(branch.to_vec());
    }
    let mut common: Vec<SchemaType> = Vec::new();
    for kind in parent.iter().chain(branch) {
        if accepts(parent, *kind) && accepts(branch, *kind) && !common.contains(kind) {
            common.push(*kind);
        }
    }
    (!common.is_empty()).then_some(common)
}

/// Whether the two constrain different things, so that one schema can hold both.
fn is_apart(schema: &Schema, branch: &Schema) -> bool {
    let lists = |schema: &Schema| !schema.properties.is_empty();
    let closes =
        |schema: &Schema| matches!(schema.additional, Additional::Refused | Additional::Like(_));
    let shares_property = branch
        .properties
        .keys()
        .any(|name| schema.properties.contains_key(name));
    let shares_bound = branch
        .bounds
        .iter()
        .any(|(keyword, _)| schema.bounds.iter().any(|(known, _)| known == keyword));
    let closes_the_other =
        closes(schema) && lists(branch) || closes(branch) && (lists(schema) || closes(schema));
    let shares_value = schema.items.is_some() && branch.items.is_some()
        || schema.values.is_some() && branch.values.is_some()
        || schema.format.is_some() && branch.format.is_some();
    !(shares_property || shares_bound || closes_the_other || shares_value)
}
