//! The page of a resource, or of a tool without a resource: the signature of each tool, followed by
//! the types in these signatures.

use std::fmt::Write as _;

use super::definition::emit_definitions;
use super::line::{Line, MAX_DESCRIPTION, MAX_TITLE, block, shorten, shorten_lines, text_of};
use super::lookup::Lookup;
use super::request_line::request_line;
use super::signature::emit_signature;
use crate::emit::docs;
use crate::model::{Effect, Operation, Resource, Response};
use crate::options::CatalogSource;

/// The characters of the name of a tool.
const MAX_TOOL_NAME: usize = 120;

/// Emits the page of a resource.
pub(super) fn emit_resource_page(lookup: &Lookup<'_>, resource: &Resource) -> String {
    let title = docs::sentence(&shorten(&resource.title, MAX_TITLE));
    let handle = format!("client.{}()", resource.accessor);
    let operations: Vec<&Operation> = resource.operations.iter().collect();
    let mut text = format!(
        "# {title}: `{handle}`\n\nRules, client, lists and errors: [index](../index.md).\n"
    );
    for operation in &operations {
        let method = operation.method.plain();
        let _ = writeln!(text, "\n## {method} ({})", effect(operation));
        text.push_str(&emit_operation(lookup, &handle, operation));
    }
    text.push_str(&emit_types(lookup, &operations));
    text
}

/// Emits the page of a tool that is a method of the client itself.
pub(super) fn emit_tool_page(lookup: &Lookup<'_>, operation: &Operation) -> String {
    let method = operation.method.as_str();
    let effect = effect(operation);
    let mut text = format!(
        "# `client.{method}` ({effect})\n\nRules, client and errors: [index](../index.md).\n"
    );
    text.push_str(&emit_operation(lookup, "client", operation));
    text.push_str(&emit_types(lookup, &[operation]));
    text
}

/// The code of a tool as Rust text, without the text around it.
pub(crate) struct ToolCode {
    /// The request and the call, with a type in place of each value.
    pub(crate) call: String,
    /// The definitions of the types in them.
    pub(crate) types: String,
}

/// Emits the code of one tool, a method of `receiver`.
pub(crate) fn emit_tool_code(
    lookup: &Lookup<'_>,
    receiver: &str,
    operation: &Operation,
) -> ToolCode {
    ToolCode {
        call: text_of(&emit_call(lookup, receiver, operation)),
        types: text_of(&emit_definitions(lookup, &[operation])),
    }
}

fn emit_types(lookup: &Lookup<'_>, operations: &[&Operation]) -> String {
    let definitions = emit_definitions(lookup, operations);
    if definitions.is_empty() {
        return String::new();
    }
    format!("\n## Types\n\n{}", block(&definitions))
}

fn emit_operation(lookup: &Lookup<'_>, handle: &str, operation: &Operation) -> String {
    let name = docs::code(&shorten(&operation.tool.name, MAX_TOOL_NAME));
    let http = match lookup.ctx.api.source {
        CatalogSource::Truto(_) => format!(", {}", docs::code(&request_line(operation))),
        CatalogSource::Mcp(_) | CatalogSource::Functions => String::new(),
    };
    let description = docs::sentence(&shorten_lines(&operation.docs, MAX_DESCRIPTION));
    let description = match description.as_str() {
        "" => String::new(),
        description => format!(": {description}"),
    };
    let unchanged = unchanged(lookup, operation);
    let is_open =
        !unchanged.is_empty() && description.ends_with(|last: char| last.is_alphanumeric());
    let stop = if is_open { "." } else { "" };
    let deprecation = operation.deprecated.as_ref().map(|note| {
        let note = docs::sentence(&shorten(note, MAX_DESCRIPTION));
        format!("\n\n**Deprecated:** {note}")
    });
    format!(
        "\n{name}{http}{description}{stop}{unchanged}{}\n\n{}",
        deprecation.unwrap_or_default(),
        block(&emit_call(lookup, handle, operation)),
    )
}

/// Returns the sentence about arguments that are left out, for a method that changes a record.
fn unchanged(lookup: &Lookup<'_>, operation: &Operation) -> &'static str {
    let fields = &operation.request.fields;
    let has_setters = fields.iter().any(|field| !field.presence.is_required());
    let is_update = matches!(lookup.ctx.api.source, CatalogSource::Truto(_))
        && operation.tool.method == "update"
        && has_setters;
    if is_update {
        " A field whose setter is not called stays unchanged."
    } else {
        ""
    }
}

fn effect(operation: &Operation) -> &'static str {
    match operation.effect {
        Effect::Reads => "reads",
        Effect::Writes => "writes",
        Effect::Destroys => "destroys",
    }
}

/// Emits two statements: the request and the call.
fn emit_call(lookup: &Lookup<'_>, handle: &str, operation: &Operation) -> Vec<Line> {
    let request = &operation.request;
    let left_out = match operation.response {
        Response::Listing(_) => lookup.list_setters.as_slice(),
        Response::Record(_) | Response::Deleted => &[],
    };
    let arguments = (request.fields.as_slice(), request.rest.as_ref());
    let mut lines = emit_signature(lookup.wire, &request.name, arguments, left_out);
    if let Some(first) = lines.first_mut() {
        first.code.insert_str(0, "let request = ");
    }
    if let Some(last) = lines.last_mut() {
        last.code.push(';');
    }
    let (variable, ty) = emit_result(lookup, &operation.response);
    let call = format!(
        "let {variable}: {ty} = {handle}.{}(request).await?;",
        operation.method
    );
    lines.push(Line::new(call, ""));
    lines
}

/// Returns a name and the type for the result of a call.
fn emit_result(lookup: &Lookup<'_>, response: &Response) -> (&'static str, String) {
    let (variable, ty) = match response {
        Response::Listing(record) => return ("page", format!("Page<{record}>")),
        Response::Record(record) => ("record", record.to_string()),
        Response::Deleted => ("deleted", "Deleted".to_owned()),
    };
    match lookup.ctx.api.source {
        CatalogSource::Mcp(_) => ("result", format!("ToolResult<{ty}>")),
        CatalogSource::Truto(_) | CatalogSource::Functions => (variable, ty),
    }
}
