//! The rules of model providers for a list of tools, written from the providers' pages, not from
//! the runtime.

#![allow(
    clippy::indexing_slicing,
    reason = "only JSON is indexed, and a missing member is null"
)]

mod anthropic;
mod gemini;
mod judge;
mod mcp;
mod openai;
mod schema;

use std::collections::BTreeSet;

use serde_json::Value as Json;
use toolsmith_runtime::dialect::{Dialect, OrderedJson};

pub use judge::{RoundTrip, Tally, arguments_schema, definition_of, judge_instances, judge_source};

/// Returns the rules that a list of tools breaks, each with its place.
#[must_use]
pub fn problems(dialect: Dialect, definitions: &[OrderedJson]) -> Vec<String> {
    let mut report = Report::default();
    for definition in definitions {
        name_of(definition).clone_into(&mut report.tool);
        match dialect {
            Dialect::OpenAiChat | Dialect::OpenAiChatStrict => {
                report.expect(definition["type"] == "function", "", "type is function");
                openai::check(&definition["function"], &mut report);
            }
            Dialect::OpenAiResponses | Dialect::OpenAiResponsesStrict => {
                report.expect(definition["type"] == "function", "", "type is function");
                report.expect(definition["strict"].is_boolean(), "", "strict is present");
                openai::check(definition, &mut report);
            }
            Dialect::Anthropic | Dialect::AnthropicStrict => {
                anthropic::check(definition, &mut report);
            }
            Dialect::Gemini | Dialect::GeminiJsonSchema => gemini::check(definition, &mut report),
            Dialect::Mcp => mcp::check(definition, &mut report),
            other => report.fail("", &format!("no rules for {other:?}")),
        }
    }
    "all".clone_into(&mut report.tool);
    let mut names = BTreeSet::new();
    for definition in definitions {
        let name = name_of(definition);
        report.expect(names.insert(name), name, "unique names");
    }
    if dialect == Dialect::AnthropicStrict {
        anthropic::check_request(definitions, &mut report);
    }
    report.problems
}

fn name_of(definition: &Json) -> &str {
    let function = definition.get("function").unwrap_or(definition);
    function["name"].as_str().unwrap_or_default()
}

/// The broken rules.
#[derive(Debug, Default)]
struct Report {
    tool: String,
    problems: Vec<String>,
}

impl Report {
    fn expect(&mut self, holds: bool, place: &str, rule: &str) {
        if !holds {
            self.fail(place, rule);
        }
    }

    fn fail(&mut self, place: &str, rule: &str) {
        self.problems
            .push(format!("{} {place}: broken rule: {rule}", self.tool));
    }

    /// Expects a name of ASCII letters, digits and `others`.
    fn expect_name(&mut self, name: &str, max_length: usize, others: &str) {
        let is_allowed =
            |character: char| character.is_ascii_alphanumeric() || others.contains(character);
        let is_valid = !name.is_empty() && name.len() <= max_length && name.chars().all(is_allowed);
        self.expect(is_valid, name, "a name of allowed characters and length");
    }
}
