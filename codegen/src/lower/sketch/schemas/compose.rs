//! `allOf`: merges all members into one schema.

use std::borrow::Cow;

use super::Sketcher;
use super::classify::classify;
use super::typify::merge_by_typify;
use crate::catalog::EmbeddedSchema;
use crate::schema::{Additional, Schema, merge, parse_schema};
use crate::source::Json;

/// Maximum nesting of references and `allOf`.
pub(super) const MAX_ALL_OF_DEPTH: usize = 8;

impl Sketcher<'_> {
    /// Merges the schema with its `allOf`, as far as one schema can express it.
    pub(super) fn compose<'s>(&self, schema: &'s Schema) -> Cow<'s, Schema> {
        if schema.all.is_empty() {
            let joined = self.join_target(schema);
            return joined.map_or(Cow::Borrowed(schema), Cow::Owned);
        }
        let mut composed = self.merge_all(schema);
        if let Some(joined) = self.join_target(&composed) {
            composed = joined;
        }
        if composed.untyped_keywords.contains_key("allOf") {
            if let Some(merged) = self.merge_whole(schema) {
                return Cow::Owned(merged);
            }
            // The remaining members may list further property names.
            if composed.additional == Additional::Unspecified {
                composed.additional = Additional::Allowed;
            }
        }
        Cow::Owned(composed)
    }

    /// Merges the schema with `typify`, if possible. The constraints of the original schema still
    /// have to be checked.
    pub(super) fn merge_whole(&self, schema: &Schema) -> Option<Schema> {
        if !schema.around.is_empty() {
            // The file has the keywords of a branch apart from those around it.
            return None;
        }
        let raw = self.raw(schema)?;
        let merged = merge_by_typify(raw, &self.part.json)?;
        let merged = parse_schema(&merged, schema.pointer.clone());
        classify(&merged).ok()?;
        let says = ["title", "description", "default", "$defs", "definitions"];
        let members = raw.as_object()?.iter();
        let rules = members.filter(|(keyword, _)| !says.contains(&keyword.as_str()));
        Some(Schema {
            title: schema.title.clone(),
            description: schema.description.clone(),
            default: schema.default.clone(),
            deprecated: schema.deprecated,
            rename: schema.rename.clone(),
            secret: schema.secret,
            identifier: schema.identifier.clone(),
            untyped_keywords: rules
                .map(|(keyword, value)| (keyword.clone(), value.clone()))
                .collect(),
            ..merged
        })
    }

    /// Returns the schema without its `allOf`. Members that cannot be merged still have to be checked.
    fn merge_all(&self, schema: &Schema) -> Schema {
        let mut composed = schema.clone();
        let members = std::mem::take(&mut composed.all);
        let mut is_whole = true;
        let mut allows_null = schema.nullable || !says_type(schema);
        let mut says_null = schema.nullable;
        for member in &members {
            let Some(member) = flatten(self.part, member, MAX_ALL_OF_DEPTH) else {
                is_whole = false;
                continue;
            };
            allows_null &= member.nullable || !says_type(&member);
            says_null |= member.nullable;
            is_whole &= merge(&mut composed, member);
        }
        composed.nullable = allows_null && says_null;
        if !is_whole {
            // A schema that took the only branch of a union has the members of that branch.
            let members = members.iter().filter_map(|member| self.raw(member));
            let members = Json::Array(members.cloned().collect());
            let keywords = &mut composed.untyped_keywords;
            keywords.insert("allOf".to_owned(), members);
        }
        composed
    }
}

/// Follows the reference of a member and merges its own `allOf`. Returns `None` if the recursion
/// does not end.
pub(super) fn flatten(part: &EmbeddedSchema, schema: &Schema, depth: usize) -> Option<Schema> {
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
