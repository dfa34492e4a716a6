//! `allOf`: one schema that asks for what all its members ask for.

use crate::catalog::{Json, Part, Schema, merge};

/// How many references and `allOf` may stand inside each other.
const DEPTH: usize = 8;

/// The schema without its `allOf`; what cannot be merged is left to be checked.
pub(super) fn compose(part: &Part, raw: Option<&Json>, schema: &Schema) -> Schema {
    let mut composed = schema.clone();
    let members = std::mem::take(&mut composed.all);
    let mut is_whole = true;
    let mut allows_null = schema.nullable || !says_type(schema);
    let mut says_null = schema.nullable;
    for member in &members {
        let Some(member) = flatten(part, member, DEPTH) else {
            is_whole = false;
            continue;
        };
        allows_null &= member.nullable || !says_type(&member);
        says_null |= member.nullable;
        is_whole &= merge(&mut composed, member);
    }
    composed.nullable = allows_null && says_null;
    if !is_whole
        && let Some(value) = raw
            .and_then(Json::as_object)
            .and_then(|members| members.get("allOf"))
    {
        composed.rules.insert("allOf".to_owned(), value.clone());
    }
    composed
}

/// A member with its reference followed and its own `allOf` merged; `None` if that never ends.
fn flatten(part: &Part, schema: &Schema, depth: usize) -> Option<Schema> {
    let left = depth.checked_sub(1)?;
    let mut flat = schema.clone();
    let members = std::mem::take(&mut flat.all);
    let reference = flat.reference.take();
    let target = match &reference {
        Some(reference) => Some(part.targets.get(reference.target.as_ref()?)?),
        None => None,
    };
    let title = reference
        .as_ref()
        .and_then(|reference| reference.text.rsplit('/').next());
    for member in members.iter().chain(target) {
        let member = flatten(part, member, left)?;
        if !merge(&mut flat, member) {
            return None;
        }
    }
    flat.title = flat.title.take().or(title.map(str::to_owned));
    Some(flat)
}

fn says_type(schema: &Schema) -> bool {
    !schema.types.is_empty() || schema.values.is_some() || !schema.branches.is_empty()
}
