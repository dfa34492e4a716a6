//! Links to the pages of all tools.

use std::fmt::Write as _;

use crate::digest::line::{MAX_TITLE, shorten, shorten_lines};
use crate::digest::lookup::Lookup;
use crate::digest::page_path;
use crate::emit::docs;
use crate::model::{Effect, Operation, Resource};

/// The characters of a tool's description.
const MAX_SUMMARY: usize = 120;

/// Emits links to the pages of all tools.
pub(super) fn emit_links(lookup: &Lookup<'_>) -> String {
    let mut text = String::new();
    if lookup.ctx.resources().next().is_some() {
        text.push_str("\n## Resources\n\n");
    }
    for (module, resource) in lookup.ctx.resources() {
        let _ = writeln!(text, "{}", emit_resource_line(module, resource));
    }
    if lookup.ctx.client_methods().next().is_some() {
        text.push_str("\n## Tools\n\n");
    }
    for (module, operation) in lookup.ctx.client_methods() {
        let _ = writeln!(text, "{}", emit_tool_line(module, operation));
    }
    text
}

fn emit_resource_line(module: &str, resource: &Resource) -> String {
    let title = docs::sentence(&shorten(&resource.title, MAX_TITLE));
    let methods = |effect: Effect| -> String {
        let names: Vec<String> = resource
            .operations
            .iter()
            .filter(|operation| operation.effect == effect)
            .map(|operation| format!("`{}`", operation.method))
            .collect();
        names.join(", ")
    };
    let groups: Vec<String> = [
        ("", Effect::Reads),
        ("writes: ", Effect::Writes),
        ("destroys: ", Effect::Destroys),
    ]
    .map(|(label, effect)| (label, methods(effect)))
    .iter()
    .filter(|(_, methods)| !methods.is_empty())
    .map(|(label, methods)| format!("{label}{methods}"))
    .collect();
    format!(
        "- [{title}]({}), `client.{}()`: {}",
        page_path::resource(module),
        resource.accessor,
        groups.join("; ")
    )
}

fn emit_tool_line(module: &str, operation: &Operation) -> String {
    let summary = docs::sentence(&shorten_lines(&operation.docs, MAX_SUMMARY));
    let summary = match summary.as_str() {
        "" => String::new(),
        summary => format!(": {summary}"),
    };
    format!(
        "- [`client.{}`]({}){}{summary}",
        operation.method,
        page_path::tool(module),
        mark(operation)
    )
}

fn mark(operation: &Operation) -> &'static str {
    match operation.effect {
        Effect::Reads => "",
        Effect::Writes => " (writes)",
        Effect::Destroys => " (destroys)",
    }
}
