//! Schemas that are easily misread, with values that they allow and values that they do not.

use std::path::Path;

use serde_json::{Value as Json, json};
use toolsmith_testkit::cargo::cargo;
use toolsmith_tests::corpus::{Instance, Source, ask, check_crate, write_crate};

/// Returns the arguments of a tool whose property `v` has the schema of a case.
fn arguments(case: &Json) -> Json {
    json!({
        "$id": "https://example.com/types/",
        "type": "object",
        "properties": {"v": case["schema"]},
        "required": ["v"],
        "$defs": {
            "Id": {"type": "string"},
            "Link": {"$ref": "#/$defs/Id", "maxLength": 3},
            "Owner": {"type": "object", "properties": {"a": {"type": "integer"}}, "required": ["a"]},
            "Maybe": {"anyOf": [{"$ref": "#/$defs/Owner"}, {"type": "null"}]},
            "Alias": {"$ref": "#/$defs/Maybe"},
            "Node": {"type": ["object", "null"], "properties": {"next": {"$ref": "#/$defs/Node"}}}
        }
    })
}

/// Returns the features with Unicode tables that a program of the crate in `folder` alone enables.
fn unicode_features(folder: &Path) -> Vec<String> {
    let output = cargo()
        .args([
            "tree",
            "--offline",
            "--edges",
            "features",
            "--invert",
            "regex-syntax",
        ])
        .current_dir(folder)
        .output()
        .unwrap();
    let tree = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(tree.contains("toolsmith-runtime"), "{tree}");
    let lines = tree.lines().filter(|line| line.contains("\"unicode"));
    lines.map(str::to_owned).collect()
}

#[test]
fn requests_and_records_keep_the_letter_of_easily_misread_schemas() {
    let cases = include_str!("../../differential/cases.json");
    let cases: Vec<Json> = serde_json::from_str(cases).unwrap();
    let tools = cases.iter().enumerate().map(|(index, case)| {
        json!({
            "name": format!("case_{index}"),
            "inputSchema": arguments(case),
            "outputSchema": arguments(case),
        })
    });
    let source = Source::new("cases", &json!({"tools": tools.collect::<Vec<_>>()}));
    let mut instances = Vec::new();
    for (index, case) in cases.iter().enumerate() {
        for (list, is_valid) in [("good", true), ("bad", false)] {
            for value in case[list].as_array().unwrap() {
                let value = json!({"v": value});
                instances.push(Instance {
                    index,
                    how: case["name"].as_str().unwrap().to_owned(),
                    record: value.clone(),
                    is_valid,
                    paths: Vec::new(),
                    value,
                });
            }
        }
    }
    let output = source.generate().unwrap();
    let sdk = write_crate(&super::scratch().join("cases"), "cases", &output).unwrap();
    let target = crate::scratch::target();
    check_crate(&sdk, &target, "build").unwrap_or_else(|problems| panic!("{problems}"));
    assert_eq!(unicode_features(&sdk.folder), [""; 0]);
    let answers = ask(&source, &instances, &sdk, Path::new(&target)).unwrap();
    let mut wrong = Vec::new();
    for (instance, answer) in instances.iter().zip(&answers) {
        let request = &answer["request"];
        let is_kept = |encoded: &Json| *encoded == instance.value;
        let is_right = match instance.is_valid {
            true => is_kept(&request["encoded"]) && is_kept(&answer["record"]["encoded"]),
            false => request.get("problems").is_some(),
        };
        if !is_right {
            wrong.push(format!("{} {}: {answer}", instance.how, instance.value));
        }
    }
    assert_eq!(wrong, [""; 0]);
}
