//! Checks lists of tools against the published rules of model providers. The checks are written from
//! the documentation of the providers, not from the code of the runtime.

#![allow(
    clippy::indexing_slicing,
    reason = "only JSON is indexed, and what is not there is null"
)]

mod anthropic;
mod gemini;
mod judge;
mod mcp;
mod openai;
mod schema;

use std::collections::BTreeSet;

use serde_json::Value as Json;
use toolsmith_runtime::dialect::Dialect;

pub use judge::{Outcome, Tally, arguments_schema, definition_of, judge_instances, judge_source};

/// Returns every violated rule with its place.
#[must_use]
pub fn problems(dialect: Dialect, definitions: &[Json]) -> Vec<String> {
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
                report.expect(definition["strict"].is_boolean(), "", "strict is said");
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
        report.expect(names.insert(name), name, "each name once");
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

/// The violated rules.
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
            .push(format!("{} {place}: not so: {rule}", self.tool));
    }

    /// Expects a name of ASCII letters, digits and `others`.
    fn expect_name(&mut self, name: &str, longest: usize, others: &str) {
        let is_right = |letter: char| letter.is_ascii_alphanumeric() || others.contains(letter);
        let is_well = !name.is_empty() && name.len() <= longest && name.chars().all(is_right);
        self.expect(is_well, name, "a name of the allowed letters and length");
    }
}
