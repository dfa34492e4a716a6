//! The index: what holds for every call, and a link to the page of each tool.
//!
//! It says most of it in code blocks, which are short, can be copied, and are compiled by a test.

mod agents;
mod calls;
mod client;
mod code;
mod conventions;
mod errors;
mod identifiers;
mod lists;
mod sample;
mod testing;
mod tools;
mod values;

use std::fmt::Write as _;

use super::line::{MAX_TITLE, shorten};
use super::lookup::Lookup;
use crate::emit::docs;
use sample::Sample;

/// Emits the page.
pub(super) fn emit_index(lookup: &Lookup<'_>) -> String {
    let api = lookup.ctx.api;
    let title = docs::sentence(&shorten(&api.title, MAX_TITLE));
    let path = &lookup.ctx.path;
    let tools = count(lookup.ctx.operations().count(), "tool");
    let unit = if api.resources.is_empty() {
        "tools"
    } else {
        "resources"
    };
    let mut text = format!(
        "# {title} in Rust\n\n{tools} as methods of `{path}::Client`. This page and the pages of the {unit} that you use are\nenough to write a program; you do not need to read the generated sources.\n"
    );
    let sample = Sample::of(lookup);
    text.push_str("\n## Rules\n\n");
    for rule in conventions::conventions(lookup) {
        let _ = writeln!(text, "- {rule}");
    }
    let sections = [
        ("Setup", Some(conventions::emit_setup(lookup))),
        ("Client", Some(client::emit_client(lookup))),
        ("Lists", lists::emit_lists(lookup, &sample)),
        ("Calls", calls::emit_calls(lookup, &sample)),
        ("Values", values::emit_values(lookup, &sample)),
        ("Errors", Some(errors::emit_errors(lookup))),
        ("Calls by name", Some(agents::emit_agents(lookup))),
        ("Tests", testing::emit_tests(lookup, &sample)),
        ("Identifiers", identifiers::emit_identifiers(lookup)),
    ];
    for (heading, section) in sections {
        if let Some(section) = section {
            let _ = write!(text, "\n## {heading}\n\n{section}");
        }
    }
    text.push_str(&tools::emit_links(lookup));
    text
}

fn count(number: usize, noun: &str) -> String {
    match number {
        1 => format!("1 {noun}"),
        number => format!("{number} {noun}s"),
    }
}
