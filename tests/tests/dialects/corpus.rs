//! The tools of the corpus in every dialect.

use std::collections::BTreeMap;

use serde_json::{Value as Json, json};
use toolsmith_runtime::dialect::{Definition, Dialect};
use toolsmith_tests::corpus::{Source, corpus_folder, read_instances, sources};
use toolsmith_tests::dialects::{Outcome, Tally, arguments_schema, judge_instance, problems};

fn schema_of(tool: &Json) -> Json {
    let keys = ["inputSchema", "input_schema", "parameters"];
    let tool = tool.get("function").unwrap_or(tool);
    let found = keys.iter().find_map(|key| tool.get(*key));
    found.cloned().unwrap_or_else(|| json!({"type": "object"}))
}

fn definition(tool: &Json) -> Definition<'_> {
    let name = tool["name"].as_str().unwrap_or_default();
    let description = tool["description"].as_str().unwrap_or_default();
    Definition::new(name, description, schema_of(tool))
}

fn with_sources(test: impl Fn(&std::path::Path, &Source)) {
    let Some(folder) = corpus_folder() else {
        println!("skipped: there is no corpus beside the workspace");
        return;
    };
    for source in sources(&folder).unwrap() {
        test(&folder, &source);
    }
}

#[test]
fn every_list_keeps_the_rules() {
    with_sources(|_, source| {
        for dialect in Dialect::ALL {
            let list = dialect.list_of(source.tools.iter().map(definition));
            let broken = problems(dialect, list.definitions());
            assert!(
                broken.is_empty(),
                "{} {}: {:#?}",
                source.name,
                dialect.name(),
                &broken[..broken.len().min(12)]
            );
        }
        // One by one, so that no limit of a request makes a strict tool a loose one.
        for tool in &source.tools {
            let dialect = Dialect::AnthropicStrict;
            let list = dialect.list_of([definition(tool)]);
            let broken = problems(dialect, list.definitions());
            assert!(
                broken.is_empty(),
                "{} {}: {:#?}",
                source.name,
                dialect.name(),
                &broken[..broken.len().min(12)]
            );
        }
    });
}

#[test]
fn every_value_comes_back() {
    let tallies = std::cell::RefCell::new(BTreeMap::<&str, Tally>::new());
    with_sources(|folder, source| {
        let instances = read_instances(folder, &source.name).unwrap();
        let mut by_tool: BTreeMap<usize, Vec<_>> = BTreeMap::new();
        for instance in &instances {
            by_tool.entry(instance.index).or_default().push(instance);
        }
        for dialect in Dialect::ALL {
            let mut tallies = tallies.borrow_mut();
            let tally = tallies.entry(dialect.name()).or_default();
            for (index, instances) in &by_tool {
                let tool = &source.tools[*index];
                let list = dialect.list_of([definition(tool)]);
                let schema = arguments_schema(&list.definitions()[0]);
                let validator = jsonschema::validator_for(&schema).unwrap();
                let name = tool["name"].as_str().unwrap();
                for instance in instances {
                    let outcome =
                        judge_instance(&list, name, &validator, &instance.value, instance.is_valid);
                    tally.add(outcome, || {
                        format!("{}/{name} {}", source.name, instance.value)
                    });
                }
            }
        }
    });
    for (dialect, tally) in tallies.into_inner() {
        for (outcome, count) in &tally.counts {
            println!("{dialect:24} {count:7} {outcome:?}");
            let is_explained = match outcome {
                Outcome::Same => true,
                Outcome::Narrower(cause) => !cause.contains("unexplained"),
                Outcome::Changed => false,
            };
            if !is_explained {
                println!(
                    "    {}",
                    &tally.examples[outcome]
                        .chars()
                        .take(600)
                        .collect::<String>()
                );
            }
        }
    }
}
