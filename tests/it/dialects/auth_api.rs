//! The tools of The Auth API in every dialect.

use std::collections::BTreeMap;

use generated::the_auth_api::TOOLS;
use serde_json::{Value as Json, json};
use toolsmith_runtime::ToolSpec;
use toolsmith_runtime::dialect::{Definition, Dialect};
use toolsmith_tests::dialects::{arguments_schema, problems};

/// Reads the recorded arguments of each tool.
fn recorded() -> BTreeMap<String, Vec<Json>> {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/corpus/recorded_calls.jsonl");
    let mut recorded: BTreeMap<String, Vec<Json>> = BTreeMap::new();
    let bytes = std::fs::read(path).unwrap();
    for line in bytes
        .split(|byte| *byte == b'\n')
        .filter(|line| !line.is_empty())
    {
        let line: Json = serde_json::from_slice(line).unwrap();
        let tool = line["tool"].as_str().unwrap().to_owned();
        recorded
            .entry(tool)
            .or_default()
            .push(line["arguments"].clone());
    }
    recorded
}

/// Makes the arguments of a careless model from valid arguments and the schema.
fn careless(arguments: &Json, schema: &Json) -> Vec<Json> {
    let Some(members) = arguments.as_object() else {
        return Vec::new();
    };
    let mut all = vec![json!([]), json!(null), json!("{}"), json!({})];
    let known = schema["properties"].as_object().into_iter().flatten();
    for (name, _) in known {
        for value in [
            json!(null),
            json!(""),
            json!("5"),
            json!(-1),
            json!([1]),
            json!({"a": 1}),
            json!([{"key": "a", "value": 1}]),
            json!({"exactly": null}),
        ] {
            let mut changed = members.clone();
            changed.insert(name.clone(), value);
            all.push(Json::Object(changed));
        }
        let mut changed = members.clone();
        if let Some(value) = changed.remove(name) {
            all.push(Json::Object(changed.clone()));
            changed.insert(format!("{name}s"), value);
            all.push(Json::Object(changed));
        }
    }
    all
}

fn verdict(spec: &ToolSpec, arguments: &Json) -> String {
    match spec.check(arguments) {
        Ok(right) => format!("valid {right}"),
        Err(error) => format!("invalid {error}"),
    }
}

#[test]
fn every_list_follows_the_rules() {
    for dialect in Dialect::ALL {
        let list = dialect.list(TOOLS).unwrap();
        assert_eq!(list.definitions().len(), TOOLS.len());
        assert_eq!(
            problems(dialect, list.definitions()),
            Vec::<String>::new(),
            "{dialect:?}"
        );
        for spec in TOOLS {
            assert_eq!(
                problems(dialect, dialect.list(&[*spec]).unwrap().definitions()),
                Vec::<String>::new()
            );
        }
    }
}

#[test]
fn valid_arguments_are_the_same_in_every_dialect() {
    let recorded = recorded();
    let mut count = 0;
    for dialect in Dialect::ALL {
        for spec in TOOLS {
            let list = dialect.list(&[*spec]).unwrap();
            let schema = arguments_schema(&list.definitions()[0]);
            let validator = jsonschema::validator_for(&schema).unwrap();
            let name = list.name_of(spec.name).unwrap();
            let right = recorded.get(spec.name).cloned().unwrap_or_default();
            let of_spec = Definition::from(*spec).schema;
            let wrong = right
                .iter()
                .flat_map(|arguments| careless(arguments, &of_spec));
            for arguments in right.iter().cloned().chain(wrong) {
                let encoded = list.encode(spec.name, &arguments).unwrap();
                let back = list.resolve(name, &encoded).unwrap();
                assert_eq!(back.tool, spec.name);
                assert_eq!(
                    verdict(spec, &back.arguments),
                    verdict(spec, &arguments),
                    "{dialect:?} {encoded}"
                );
                assert_eq!(back.arguments, arguments, "{dialect:?} {encoded}");
                count += 1;
                if right.contains(&arguments) && spec.check(&arguments).is_ok() {
                    let problem = validator
                        .iter_errors(&encoded)
                        .next()
                        .map(|error| error.to_string());
                    assert_eq!(
                        problem, None,
                        "{dialect:?} {} {encoded} {schema}",
                        spec.name
                    );
                }
            }
        }
    }
    assert!(count > 10_000, "{count}");
}

/// The size of the 46 tools in characters, which is part of the cost of every request to a model.
#[test]
fn sizes_are_as_expected() {
    let mut table = String::new();
    for dialect in Dialect::ALL {
        let list = dialect.list(TOOLS).unwrap();
        let each: Vec<usize> = list.sizes().map(|(_, size)| size).collect();
        let line = format!(
            "{:24} {:6} {:4} {:4}\n",
            dialect.as_str(),
            list.size(),
            each.iter().min().unwrap(),
            each.iter().max().unwrap(),
        );
        table.push_str(&line);
    }
    println!("{table}");
    for spec in TOOLS {
        let sizes =
            Dialect::ALL.map(|dialect| format!("{:5}", dialect.list(&[*spec]).unwrap().size()));
        println!("{:60} {}", spec.name, sizes.join(" "));
    }
    assert_eq!(table, include_str!("sizes.txt"));
}
