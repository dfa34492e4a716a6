//! The sources of identifiers.

use std::fmt::Write as _;

use super::sample::{SampleTool, record, tools};
use crate::digest::lookup::Lookup;
use crate::digest::signature::parameter;
use crate::model::{IdType, Response, StructFields, constructor_arguments};

/// The identifier types that are listed.
const MAX_IDENTIFIERS: usize = 80;

/// Emits the section, or `None` if the catalog has no identifiers.
pub(super) fn emit_identifiers(lookup: &Lookup<'_>) -> Option<String> {
    let ids = &lookup.ctx.api.ids;
    if ids.is_empty() {
        return None;
    }
    let shown = ids.iter().take(MAX_IDENTIFIERS);
    let mut text = String::new();
    let mut others = Vec::new();
    for id in shown {
        match source(lookup, id) {
            Some(source) => {
                let _ = writeln!(text, "- `{}`: {source}", id.name);
            }
            None => others.push(format!("`{}`", id.name)),
        }
    }
    if ids.len() > MAX_IDENTIFIERS {
        others.push("…".to_owned());
    }
    if !others.is_empty() {
        let _ = writeln!(text, "- without a list: {}", others.join(", "));
    }
    Some(text)
}

/// Returns the list whose records have such an identifier, and the field.
fn source(lookup: &Lookup<'_>, id: &IdType) -> Option<String> {
    id.sources.iter().find_map(|request| {
        let tool = tools(lookup).find(|tool| tool.operation.request.name == *request)?;
        let is_list = matches!(tool.operation.response, Response::Listing(_));
        let field = field(lookup, &tool, id).filter(|_| is_list)?;
        let arguments = constructor_arguments(&tool.operation.request.fields);
        let arguments: Vec<String> = arguments.into_iter().map(parameter).collect();
        Some(format!(
            "`{field}` of `{}({request}::new({}))`",
            tool.method(),
            arguments.join(", ")
        ))
    })
}

/// Returns the field of a record that has the identifier.
fn field(lookup: &Lookup<'_>, tool: &SampleTool<'_>, id: &IdType) -> Option<String> {
    let gives = &tool.operation.tool.gives;
    let record = record(tool.operation)?;
    let StructFields::Response { fields, .. } = &lookup.structs.get(record)?.fields else {
        return None;
    };
    let found = gives
        .iter()
        .filter(|given| given.kind == id.name)
        .find_map(|given| {
            let wire = given.pointer.strip_prefix('/')?;
            fields.iter().find(|field| field.wire == wire)
        })?;
    Some(found.ident.to_string())
}
