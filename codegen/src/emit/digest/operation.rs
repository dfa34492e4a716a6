//! The page of a resource, or of a tool that belongs to none: for each tool what it takes and
//! gives, and then the types of both.

use std::fmt::Write as _;

use super::Look;
use super::definition::emit_definitions;
use super::line::{DESCRIPTION, Line, block, bounded};
use super::signature::chain;
use crate::emit::docs;
use crate::model::{Effect, Operation, Resource, Response};
use crate::options::CatalogSource;

/// The page of a resource.
pub(super) fn emit_resource(look: &Look<'_>, resource: &Resource) -> String {
    let title = docs::sentence(&bounded(std::slice::from_ref(&resource.title), 80));
    let handle = format!("client.{}()", resource.accessor);
    let operations: Vec<&Operation> = resource.operations.iter().collect();
    let mut text = format!(
        "# {title}: `{handle}`\n\nHow a client is made, a list read and an error told: [index](../index.md).\n"
    );
    for operation in &operations {
        let method = operation.method.plain();
        let _ = writeln!(text, "\n## {method} ({})", effect(operation));
        text.push_str(&emit_operation(look, &handle, operation));
    }
    text.push_str(&emit_types(look, &operations));
    text
}

/// The page of a tool that is a method of the client itself.
pub(super) fn emit_direct(look: &Look<'_>, operation: &Operation) -> String {
    let method = operation.method.as_str();
    let effect = effect(operation);
    let mut text = format!(
        "# `client.{method}` ({effect})\n\nHow a client is made and an error told: [index](../index.md).\n"
    );
    text.push_str(&emit_operation(look, "client", operation));
    text.push_str(&emit_types(look, &[operation]));
    text
}

fn emit_types(look: &Look<'_>, operations: &[&Operation]) -> String {
    let definitions = emit_definitions(look, operations);
    if definitions.is_empty() {
        return String::new();
    }
    format!("\n## Types\n\n{}", block(&definitions))
}

fn emit_operation(look: &Look<'_>, handle: &str, operation: &Operation) -> String {
    let name = docs::code(&bounded(std::slice::from_ref(&operation.tool.name), 120));
    let description = docs::sentence(&bounded(&operation.docs, DESCRIPTION));
    let description = match description.as_str() {
        "" => String::new(),
        description => format!(": {description}"),
    };
    let deprecated = operation.deprecated.as_ref().map(|note| {
        let note = docs::sentence(&bounded(std::slice::from_ref(note), DESCRIPTION));
        format!("\n\n**Deprecated:** {note}")
    });
    format!(
        "\nTool {name}{description}{}\n\n{}",
        deprecated.unwrap_or_default(),
        block(&emit_call(look, handle, operation)),
    )
}

fn effect(operation: &Operation) -> &'static str {
    match operation.effect {
        Effect::Reads => "reads",
        Effect::Writes => "writes",
        Effect::Destroys => "destroys",
    }
}

/// Two statements: the request, and the call.
fn emit_call(look: &Look<'_>, handle: &str, operation: &Operation) -> Vec<Line> {
    let request = &operation.request;
    let mut lines = chain(&request.name, &request.fields, request.rest.as_ref());
    if let Some(first) = lines.first_mut() {
        first.code.insert_str(0, "let request = ");
    }
    if let Some(last) = lines.last_mut() {
        last.code.push(';');
    }
    let (variable, answer) = emit_answer(look, &operation.response);
    let call = format!(
        "let {variable}: {answer} = {handle}.{}(request).await?;",
        operation.method
    );
    lines.push(Line::new(call, ""));
    lines
}

/// What a call gives: a name for it, and its type.
fn emit_answer(look: &Look<'_>, answer: &Response) -> (&'static str, String) {
    let record = match answer {
        Response::Listing(record) => return ("page", format!("Page<{record}>")),
        Response::Record(record) => record.to_string(),
        Response::Deleted => "Deleted".to_owned(),
    };
    match look.ctx.api.source {
        CatalogSource::Mcp(_) => ("answer", format!("ToolResult<{record}>")),
        CatalogSource::Truto(_) | CatalogSource::Functions => ("answer", record),
    }
}
