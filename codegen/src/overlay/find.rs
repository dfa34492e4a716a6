//! Lookup of schemas by their pointers.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use crate::catalog::{Tool, canonical_pointer};
use crate::schema::{Additional, Schema};

/// Returns the schema at `pointer`, a pointer from the root of the file.
pub(super) fn find_schema<'tool>(
    tool: &'tool mut Tool,
    pointer: &str,
) -> Option<&'tool mut Schema> {
    let parts = [&mut tool.query, &mut tool.body, &mut tool.response];
    parts
        .into_iter()
        .flat_map(|part| part.schema.iter_mut().chain(part.targets.values_mut()))
        .find_map(|schema| find_in(schema, pointer))
}

fn find_in<'schema>(schema: &'schema mut Schema, pointer: &str) -> Option<&'schema mut Schema> {
    if schema.pointer == pointer {
        return Some(schema);
    }
    if !pointer.starts_with(&schema.pointer) {
        return None;
    }
    let additional = match &mut schema.additional {
        Additional::Matching(additional) => Some(additional.as_mut()),
        Additional::Unspecified | Additional::Forbidden | Additional::Allowed => None,
    };
    let mut inner = schema
        .properties
        .values_mut()
        .chain(schema.items.as_deref_mut())
        .chain(additional)
        .chain(&mut schema.prefix)
        .chain(&mut schema.branches)
        .chain(&mut schema.all);
    inner.find_map(|schema| find_in(schema, pointer))
}

/// Returns the pointer of every schema of a tool, relative to the tool.
pub(super) fn places(tool: &Tool) -> Vec<&str> {
    let schemas = schemas(tool).into_iter();
    schemas
        .map(|schema| {
            let pointer = schema.pointer.as_str();
            pointer
                .strip_prefix(tool.pointer.as_str())
                .unwrap_or(pointer)
        })
        .collect()
}

/// Returns the places of the schemas that a pointer reaches through references and compositions, the
/// nearest first: `/inputSchema/$defs/Owner/properties/id` for `/inputSchema/properties/owner/properties/id`.
/// They are relative to the tool.
pub(super) fn behind_references(tool: &Tool, at: &str) -> Vec<String> {
    let schemas = schemas(tool).into_iter();
    let schemas: BTreeMap<&str, &Schema> = schemas
        .map(|schema| (schema.pointer.as_str(), schema))
        .collect();
    let start = format!("{}{at}", tool.pointer);
    let mut seen = BTreeSet::from([start.clone()]);
    let mut waiting = VecDeque::from([start]);
    let mut found = Vec::new();
    while let Some(pointer) = waiting.pop_front() {
        // The innermost schema around the pointer, and the rest of the pointer.
        let mut place = pointer.as_str();
        let schema = loop {
            if let Some(schema) = schemas.get(place) {
                break schema;
            }
            match place.rsplit_once('/') {
                Some((around, _)) => place = around,
                None => return found,
            }
        };
        let rest = pointer.get(place.len()..).unwrap_or_default();
        let reference = schema.reference.as_ref();
        let target = reference.and_then(|reference| reference.target.as_deref());
        let parts = schema.all.iter().chain(&schema.branches);
        let ways = target
            .into_iter()
            .chain(parts.map(|part| part.pointer.as_str()));
        for way in ways {
            let next = format!("{way}{rest}");
            if seen.len() < MAX_PLACES && seen.insert(next.clone()) {
                if schemas.contains_key(next.as_str()) {
                    let place = next.strip_prefix(tool.pointer.as_str());
                    found.extend(place.map(str::to_owned));
                }
                waiting.push_back(next);
            }
        }
    }
    found
}

/// The number of places after which the search through references ends.
const MAX_PLACES: usize = 64;

/// Returns every schema of a tool.
fn schemas(tool: &Tool) -> Vec<&Schema> {
    let mut found = Vec::new();
    for part in [&tool.query, &tool.body, &tool.response] {
        for schema in part.schema.iter().chain(part.targets.values()) {
            collect(schema, &mut found);
        }
    }
    found
}

fn collect<'schema>(schema: &'schema Schema, found: &mut Vec<&'schema Schema>) {
    found.push(schema);
    if let Additional::Matching(additional) = &schema.additional {
        collect(additional, found);
    }
    let inner = schema
        .properties
        .values()
        .chain(schema.items.as_deref())
        .chain(&schema.prefix)
        .chain(&schema.branches)
        .chain(&schema.all);
    for schema in inner {
        collect(schema, found);
    }
}

/// Returns the help for a pointer that begins with the key of a provider.
pub(super) fn help_with_key(at: &str) -> Option<String> {
    let canonical = canonical_pointer(at)?;
    Some(format!(
        "the overlay writes the keys of the snapshot: point to `{canonical}`"
    ))
}
