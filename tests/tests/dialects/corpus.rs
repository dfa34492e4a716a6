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
                // The verdicts are those of another validator, which reads some patterns otherwise.
                let own = jsonschema::validator_for(&schema_of(tool));
                let agrees = |value: &Json| own.as_ref().is_ok_and(|own| own.is_valid(value));
                for instance in instances {
                    let outcome = judge_instance(
                        &list,
                        name,
                        &validator,
                        &instance.value,
                        instance.is_valid && agrees(&instance.value),
                    );
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
            let example = &tally.examples[outcome];
            match outcome {
                Outcome::Same => assert!(*count > 10_000, "{dialect}: {count}"),
                Outcome::Narrower(cause) => {
                    assert!(
                        !cause.contains("unexplained"),
                        "{dialect}: {cause}: {example}"
                    );
                }
                Outcome::Changed => panic!("{dialect}: {example}"),
            }
        }
    }
}

/// The test suite of JSON Schema: no schema is too strange, and every value comes back.
#[test]
fn the_suite_goes_through() {
    let Some(folder) = corpus_folder() else {
        println!("skipped: there is no corpus beside the workspace");
        return;
    };
    for draft in ["draft2020-12", "draft7"] {
        let folder = folder.join("json-schema-test-suite/tests").join(draft);
        for file in std::fs::read_dir(&folder)
            .unwrap()
            .flatten()
            .filter(|file| file.path().is_file())
        {
            let groups: Json =
                serde_json::from_slice(&std::fs::read(file.path()).unwrap()).unwrap();
            for group in groups.as_array().unwrap() {
                // As it stands, and as an argument.
                let inner = json!({"type": "object", "properties": {"value": group["schema"]}});
                for schema in [&group["schema"], &inner] {
                    for dialect in Dialect::ALL {
                        let tool = Definition::new("case", "", schema.clone());
                        let list = dialect.list_of([tool]);
                        let broken = problems(dialect, list.definitions());
                        assert!(
                            broken.is_empty(),
                            "{} {schema} {broken:#?} {}",
                            dialect.name(),
                            list.definitions()[0]
                        );
                        for test in group["tests"].as_array().unwrap() {
                            for value in [test["data"].clone(), json!({"value": test["data"]})] {
                                let encoded = list.encode("case", &value).unwrap();
                                let back = list.resolve("case", &encoded).unwrap();
                                assert_eq!(
                                    back.arguments,
                                    value,
                                    "{} {schema} {encoded}",
                                    dialect.name()
                                );
                            }
                        }
                    }
                }
            }
        }
    }
}
