//! Parsing of `anyOf` and `oneOf`: null branches are dropped, and a single remaining branch is
//! merged into its parent.

use toolsmith_dialect::json_type::JsonType;

use super::node::{Additional, Inherited, Properties, Schema, SchemaForm, UnionKeyword};
use super::null::{NullSchema, is_null_alone};
use super::parse::parse_schema;
use crate::source::{Json, Members, child};

/// Parses `anyOf` and `oneOf`. A node has one union; a second one becomes a rule to check.
pub(super) fn parse_branches(members: &Members, schema: &mut Schema) {
    for (keyword, union) in [("anyOf", UnionKeyword::Any), ("oneOf", UnionKeyword::One)] {
        let Some(value) = members.get(keyword) else {
            continue;
        };
        match value {
            Json::Null => {}
            Json::Array(branches) if branches.is_empty() => schema.unread.push(keyword.to_owned()),
            Json::Array(branches) => {
                let is_first = schema.branches.is_empty();
                if !is_first || !parse_union(branches, keyword, union, schema) {
                    schema
                        .untyped_keywords
                        .insert(keyword.to_owned(), value.clone());
                }
            }
            _ => schema.unread.push(keyword.to_owned()),
        }
    }
}

/// Parses the branches of one union. Returns `false` if the union cannot be expressed.
fn parse_union(branches: &[Json], keyword: &str, union: UnionKeyword, schema: &mut Schema) -> bool {
    let pointer = child(&schema.pointer, keyword);
    let mut remaining = Vec::new();
    for (index, branch) in branches.iter().enumerate() {
        if is_null_alone(branch) {
            schema.nullable = true;
            continue;
        }
        let mut branch = parse_schema(branch, child(&pointer, &index.to_string()));
        // The union as a whole is nullable, whichever branch allows null.
        schema.nullable |= std::mem::take(&mut branch.nullable);
        remaining.push(branch);
    }
    if remaining.len() > 1 {
        schema.branches = remaining;
        schema.union = union;
        return true;
    }
    match remaining.pop() {
        Some(mut branch) => {
            // The rule of the schema includes the union already, with its null branches.
            branch.null = NullSchema::Unsaid;
            merge(schema, branch)
        }
        None => false,
    }
}

/// Merges a branch into its parent, so that the parent requires both. The properties of the parent
/// come first. Returns `false`, and leaves the parent unchanged, if both constrain the same aspect
/// differently.
pub(crate) fn merge(schema: &mut Schema, mut branch: Schema) -> bool {
    let Some(types) = common_types(&schema.types, &branch.types) else {
        return false;
    };
    if !is_apart(schema, &branch) {
        return false;
    }
    let Some(shared) = merge_shared(&schema.properties, &branch.properties) else {
        return false;
    };
    schema.types = types;
    schema.null = std::mem::take(&mut schema.null).and(std::mem::take(&mut branch.null));
    schema.properties.extend(shared);
    take_all(schema, branch);
    true
}

/// Adds the keywords of `branch` that `schema` lacks, other than the types.
fn take_all(schema: &mut Schema, branch: Schema) {
    schema.title = schema.title.take().or(branch.title);
    schema.description = schema.description.take().or(branch.description);
    for (name, property) in branch.properties {
        schema.properties.entry(name).or_insert(property);
    }
    for name in branch.required {
        if !schema.required.contains(&name) {
            schema.required.push(name);
        }
    }
    if branch.form != SchemaForm::Keywords {
        schema.form = branch.form;
    }
    if branch.additional != Additional::Unspecified {
        schema.additional = branch.additional;
    }
    schema.items = schema.items.take().or(branch.items);
    schema.values = schema.values.take().or(branch.values);
    let has_prefix = !branch.prefix.is_empty();
    schema.prefix.extend(branch.prefix);
    schema.is_closed_tuple |= branch.is_closed_tuple;
    if !branch.branches.is_empty() {
        schema.branches = branch.branches;
        schema.union = branch.union;
    }
    schema.discriminator = schema.discriminator.take().or(branch.discriminator);
    schema.all.extend(branch.all);
    schema.reference = schema.reference.take().or(branch.reference);
    schema.pattern = schema.pattern.take().or(branch.pattern);
    schema.inherited.extend(branch.inherited);
    schema.around.extend(branch.around);
    schema.conditional.extend(branch.conditional);
    if !branch.untyped_keywords.is_empty() || has_prefix {
        schema.inherited.push(Inherited {
            pointer: branch.pointer,
            untyped_keywords: branch.untyped_keywords,
            has_prefix,
        });
    }
    schema.format = schema.format.take().or(branch.format);
    schema.bounds.extend(branch.bounds);
    schema.large_bounds.extend(branch.large_bounds);
    schema.bounds.sort_by_key(|(keyword, _)| *keyword);
    schema.unique_items |= branch.unique_items;
    schema.default = schema.default.take().or(branch.default);
    schema.deprecated |= branch.deprecated;
    schema.unread.extend(branch.unread);
    schema.overruled.extend(branch.overruled);
}

/// Returns `true` if no value has a type that both allow.
pub(crate) fn excludes(schema: &Schema, branch: &Schema) -> bool {
    common_types(&schema.types, &branch.types).is_none()
}

/// Returns the types that both allow, where an empty list means all, or `None` if there are none.
fn common_types(parent: &[JsonType], branch: &[JsonType]) -> Option<Vec<JsonType>> {
    let accepts = |types: &[JsonType], kind: JsonType| {
        let is_whole = kind == JsonType::Integer && types.contains(&JsonType::Number);
        types.is_empty() || types.contains(&kind) || is_whole
    };
    if parent.is_empty() {
        return Some(branch.to_vec());
    }
    let mut common: Vec<JsonType> = Vec::new();
    for kind in parent.iter().chain(branch) {
        if accepts(parent, *kind) && accepts(branch, *kind) && !common.contains(kind) {
            common.push(*kind);
        }
    }
    (!common.is_empty()).then_some(common)
}

/// Merges each property that both have. Returns `None` if one of them cannot be merged.
fn merge_shared(parent: &Properties, branch: &Properties) -> Option<Properties> {
    let mut shared = Properties::new();
    for (name, other) in branch {
        if let Some(property) = parent.get(name) {
            let mut merged = property.clone();
            let says_type = |schema: &Schema| !schema.types.is_empty() || schema.values.is_some();
            let allows_null = |schema: &Schema| schema.nullable || !says_type(schema);
            merged.nullable = (property.nullable || other.nullable)
                && allows_null(property)
                && allows_null(other);
            if !merge(&mut merged, other.clone()) {
                return None;
            }
            merged.around.push(other.pointer.clone());
            shared.insert(name.clone(), merged);
        }
    }
    Some(shared)
}

/// Returns `true` if the two constrain different aspects, so that one node can hold both.
fn is_apart(schema: &Schema, branch: &Schema) -> bool {
    let lists = |schema: &Schema| !schema.properties.is_empty();
    let closes = |schema: &Schema| {
        matches!(
            schema.additional,
            Additional::Forbidden | Additional::Matching(_)
        )
    };
    let shares_bound = branch
        .bounds
        .iter()
        .any(|(keyword, _)| schema.bounds.iter().any(|(known, _)| known == keyword));
    let has_patterns = |schema: &Schema| schema.has_rule("patternProperties");
    let closes_the_other = closes(schema) && (lists(branch) || has_patterns(branch))
        || closes(branch) && (lists(schema) || closes(schema) || has_patterns(schema));
    let shares_value = schema.items.is_some() && branch.items.is_some()
        || schema.values.is_some() && branch.values.is_some()
        || schema.format.is_some() && branch.format.is_some()
        || !schema.branches.is_empty() && !branch.branches.is_empty()
        || schema.pattern.is_some() && branch.pattern.is_some()
        || schema.reference.is_some() && branch.reference.is_some()
        || !schema.prefix.is_empty() && !branch.prefix.is_empty();
    !(shares_bound || closes_the_other || shares_value)
}
