//! A list offers the arguments that only conditions name, and the check of the tool accepts what it offers.

use std::collections::BTreeSet;

use serde_json::Value as Json;
use toolsmith_runtime::dialect::{Definition, Dialect};
use toolsmith_tests::corpus::{Case, conditional_cases};
use toolsmith_tests::dialects::{arguments_schema, problems};

/// Returns the names in the objects of a value.
fn names(value: &Json, found: &mut BTreeSet<String>) {
    match value {
        Json::Object(members) => {
            found.extend(members.keys().cloned());
            members.values().for_each(|inner| names(inner, found));
        }
        Json::Array(elements) => elements.iter().for_each(|inner| names(inner, found)),
        _ => {}
    }
}

/// Returns the names of the properties that a list offers.
fn offered(schema: &Json, found: &mut BTreeSet<String>) {
    for (keyword, value) in schema.as_object().into_iter().flatten() {
        match (keyword.as_str(), value) {
            ("properties" | "$defs", Json::Object(members)) => {
                for (name, inner) in members {
                    let is_refused = inner["not"] == serde_json::json!({});
                    if keyword == "properties" && !is_refused {
                        found.insert(name.clone());
                    }
                    offered(inner, found);
                }
            }
            // The objects around these decide about their names.
            ("if" | "then" | "else" | "dependentSchemas", _) => {}
            (_, Json::Array(parts)) => parts.iter().for_each(|part| offered(part, found)),
            (_, part) => offered(part, found),
        }
    }
}

fn check(dialect: Dialect, case: &Case) -> Vec<String> {
    let tool = Definition::new("case", "A case.", case.schema.clone());
    let list = dialect.list_of([tool]).unwrap();
    let Some(definition) = list.definitions().first() else {
        return vec!["not listed".to_owned()];
    };
    let mut wrong = problems(dialect, list.definitions());
    let written = arguments_schema(definition);
    let validator = jsonschema::validator_for(&written).unwrap();
    let mut accepted = BTreeSet::new();
    for value in &case.good {
        names(value, &mut accepted);
        let encoded = list.encode("case", value).unwrap();
        if !validator.is_valid(&encoded) {
            wrong.push(format!("does not offer {encoded}"));
        }
        let resolved = list.resolve("case", &encoded).map(|call| call.arguments);
        if resolved.as_ref() != Ok(value) {
            wrong.push(format!("{value} is {resolved:?}"));
        }
    }
    let mut names = BTreeSet::new();
    offered(&written, &mut names);
    // The properties of our own forms: an absent null, and a map.
    let own = ["exactly", "additional_properties", "key", "value"];
    names.retain(|name| !own.contains(&name.as_str()) && !accepted.contains(name));
    if !names.is_empty() {
        wrong.push(format!("offers {names:?}"));
    }
    wrong
        .iter()
        .map(|text| format!("{text}: {written}"))
        .collect()
}

#[test]
fn a_list_offers_what_only_conditions_name() {
    let mut wrong = Vec::new();
    for case in conditional_cases() {
        for dialect in Dialect::ALL {
            let found = check(dialect, &case).into_iter();
            wrong.extend(found.map(|text| format!("{} {}: {text}", case.name, dialect.as_str())));
        }
    }
    assert!(wrong.is_empty(), "{}: {wrong:#?}", wrong.len());
}
