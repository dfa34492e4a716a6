//! Unions of listed values, which become one enum.

use std::collections::BTreeMap;

use super::form::{Form, classify_values, fits};
use crate::lower::sketch::satisfy::is_same;
use crate::lower::sketch::tree::ChoiceSketch;
use crate::model::{ChoiceValues, JsonType};
use crate::schema::{Additional, Schema, UnionKeyword};
use crate::source::{Json, compact_json};

/// Merges branches that only list values into one enum. Their titles name its variants.
pub(super) fn join_choices(schema: &Schema) -> Option<ChoiceSketch> {
    let mut values = Vec::new();
    let mut titles = BTreeMap::new();
    let mut is_open = false;
    for branch in &schema.branches {
        match &branch.values {
            Some(listed) => {
                if let ([value], Some(title)) = (listed.as_slice(), &branch.title) {
                    titles.insert(wire(value), title.clone());
                }
                let types = [schema.types.as_slice(), branch.types.as_slice()];
                for value in listed {
                    if types.iter().all(|types| fits(value, types)) {
                        values.push(value.clone());
                    }
                }
            }
            None if is_any_text(branch) => is_open = true,
            None => return None,
        }
    }
    let allowed = schema.types.as_slice();
    if !matches!(allowed, [] | [_]) || !schema.properties.is_empty() || values.is_empty() {
        return None;
    }
    let Ok(Form::Choice(mut choice)) = classify_values(&[], &values) else {
        return None;
    };
    let is_text = matches!(choice.values, ChoiceValues::Texts(_));
    choice.titles = titles;
    choice.is_open = is_open;
    (is_text || !is_open).then_some(choice)
}

/// Returns `true` if a schema allows any string.
fn is_any_text(schema: &Schema) -> bool {
    schema.types == [JsonType::String]
        && schema.values.is_none()
        && schema.bounds.is_empty()
        && schema.format.is_none()
        && schema.pattern.is_none()
        && schema.untyped_keywords.is_empty()
        && schema.inherited.is_empty()
        && schema.unread.is_empty()
        && schema.all.is_empty()
        && schema.branches.is_empty()
        && schema.reference.is_none()
}

/// Returns the wire form of a value as a string.
fn wire(value: &Json) -> String {
    match value {
        Json::String(text) => text.clone(),
        other => compact_json(other),
    }
}

/// Returns `true` if an enum of the values of all branches allows the same as the union.
pub(super) fn lists_its_branches(schema: &Schema) -> bool {
    let listing = schema.branches.iter().filter(|one| one.values.is_some());
    if schema.values.is_some() || !listing.clone().all(says_only_values) {
        return false;
    }
    // The author of a list of values next to any string meant a choice.
    let is_open = schema.branches.iter().any(is_any_text);
    schema.union == UnionKeyword::Any || is_open || !has_shared_value(schema)
}

/// Returns `true` if two branches list the same value.
fn has_shared_value(schema: &Schema) -> bool {
    let mut texts = BTreeMap::new();
    let mut others: Vec<(usize, &Json)> = Vec::new();
    for (index, branch) in schema.branches.iter().enumerate() {
        let values = branch.values.iter().flatten();
        for value in values.filter(|value| fits(value, &branch.types)) {
            let is_shared = match value {
                Json::String(text) => *texts.entry(text).or_insert(index) != index,
                other => {
                    let known = others
                        .iter()
                        .any(|(before, known)| *before != index && is_same(known, other));
                    others.push((index, other));
                    known
                }
            };
            if is_shared {
                return true;
            }
        }
    }
    false
}

/// Returns `true` if a schema has no constraint but a list of values and a type.
pub(super) fn says_only_values(schema: &Schema) -> bool {
    schema.values.is_some()
        && schema.bounds.is_empty()
        && schema.large_bounds.is_empty()
        && schema.pattern.is_none()
        && schema.untyped_keywords.is_empty()
        && schema.inherited.is_empty()
        && schema.all.is_empty()
        && schema.branches.is_empty()
        && schema.reference.is_none()
        && schema.properties.is_empty()
        && schema.required.is_empty()
        && schema.additional == Additional::Unspecified
        && schema.items.is_none()
        && schema.prefix.is_empty()
        && !schema.unique_items
}
