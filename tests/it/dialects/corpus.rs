//! The tools of the corpus in every dialect.

use std::collections::BTreeMap;

use serde_json::{Value as Json, json};
use toolsmith_runtime::dialect::{Definition, Dialect, NoteKind, ToolList};
use toolsmith_tests::corpus::{corpus_folder, read_instances, sources};
use toolsmith_tests::dialects::{RoundTrip, Tally, judge_instances, judge_source, problems};

/// Lists a sample of each source; `corpus-check dialects` lists all tools.
#[test]
fn every_list_follows_the_rules() {
    const SAMPLE: usize = 25;
    let Some(folder) = corpus_folder() else {
        println!("skipped: there is no corpus next to the workspace");
        return;
    };
    for source in sources(&folder).unwrap() {
        let step = source.tools.len().div_ceil(SAMPLE).max(1);
        let indices: Vec<usize> = (0..source.tools.len()).step_by(step).collect();
        let sample = source.only(&indices);
        for dialect in Dialect::ALL {
            let (broken, _) = judge_source(dialect, &sample);
            let first = &broken[..broken.len().min(12)];
            assert!(
                broken.is_empty(),
                "{} {}: {first:#?}",
                source.name,
                dialect.as_str()
            );
        }
    }
}

#[test]
fn every_value_survives_the_round_trip() {
    let Some(folder) = corpus_folder() else {
        println!("skipped: there is no corpus next to the workspace");
        return;
    };
    let mut tallies = BTreeMap::<&str, Tally>::new();
    for source in sources(&folder).unwrap() {
        let instances = read_instances(&folder, &source.name).unwrap();
        for dialect in Dialect::ALL {
            let tally = tallies.entry(dialect.as_str()).or_default();
            judge_instances(dialect, &source, &instances, tally);
        }
    }
    for (dialect, tally) in tallies {
        for (result, count) in &tally.counts {
            println!("{dialect:24} {count:7} {result:?}");
            let example = &tally.examples[result];
            match result {
                RoundTrip::Same => assert!(*count > 10_000, "{dialect}: {count}"),
                RoundTrip::Narrower(cause) => {
                    assert!(
                        !cause.contains("unexplained"),
                        "{dialect}: {cause}: {example}"
                    );
                }
                RoundTrip::Changed => panic!("{dialect}: {example}"),
            }
        }
    }
}

/// Returns whether the list leaves its only tool out, because no arguments are valid.
fn is_uncallable(list: &ToolList) -> bool {
    let mut notes = list.notes().iter();
    notes.any(|note| note.kind == NoteKind::Uncallable) && list.definitions().is_empty()
}

/// The test suite of JSON Schema: every schema is accepted, and every value survives the round trip. A tool
/// is left out only where the suite knows no valid value.
#[test]
fn the_suite_survives_the_round_trip() {
    let Some(folder) = corpus_folder() else {
        println!("skipped: there is no corpus next to the workspace");
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
                // Unchanged, and as an argument.
                let inner = json!({"type": "object", "properties": {"value": group["schema"]}});
                for schema in [&group["schema"], &inner] {
                    for dialect in Dialect::ALL {
                        let tool = Definition::new("case", "", schema.clone());
                        let list = dialect.list_of([tool]).unwrap();
                        let tests = group["tests"].as_array().unwrap();
                        if is_uncallable(&list) {
                            assert!(tests.iter().all(|test| test["valid"] == false), "{schema}");
                            continue;
                        }
                        let broken = problems(dialect, list.definitions());
                        assert!(
                            broken.is_empty(),
                            "{} {schema} {broken:#?} {}",
                            dialect.as_str(),
                            list.definitions()[0]
                        );
                        for test in tests {
                            for value in [test["data"].clone(), json!({"value": test["data"]})] {
                                let encoded = list.encode("case", &value).unwrap();
                                let back = list.resolve("case", &encoded).unwrap();
                                assert_eq!(
                                    back.arguments,
                                    value,
                                    "{} {schema} {encoded}",
                                    dialect.as_str()
                                );
                            }
                        }
                    }
                }
            }
        }
    }
}
