//! Lookup of schemas by their pointers.

use crate::catalog::Tool;
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
    let mut found = Vec::new();
    for part in [&tool.query, &tool.body, &tool.response] {
        for schema in part.schema.iter().chain(part.targets.values()) {
            collect(schema, &mut found);
        }
    }
    found
        .into_iter()
        .map(|pointer| {
            pointer
                .strip_prefix(tool.pointer.as_str())
                .unwrap_or(pointer)
        })
        .collect()
}

fn collect<'schema>(schema: &'schema Schema, found: &mut Vec<&'schema str>) {
    found.push(&schema.pointer);
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
