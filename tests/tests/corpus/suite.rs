//! The test suite of JSON Schema goes through without a panic, as arguments and as answers.

use std::path::Path;

use serde_json::{Value as Json, json};
use toolsmith_tests::corpus::{Source, corpus_folder};

#[test]
fn the_suite_goes_through() {
    let Some(folder) = corpus_folder() else {
        println!("skipped: there is no corpus beside the workspace");
        return;
    };
    for draft in ["draft2020-12", "draft7"] {
        let folder = folder.join("json-schema-test-suite/tests").join(draft);
        let schemas = read_suite(&folder);
        assert!(schemas.len() > 200, "{draft}: {}", schemas.len());
        // One at a time first, so that a failure names its schema; then all of them at once.
        let tools: Vec<Json> = schemas.iter().enumerate().map(tool).collect();
        for tool in &tools {
            source(draft, std::slice::from_ref(tool));
        }
        source(draft, &tools);
    }
}

fn source(draft: &str, tools: &[Json]) {
    let source = Source::new(draft, &json!({"tools": tools}));
    if let Err(problems) = source.generate() {
        panic!("{problems}\n{}", json!(tools));
    }
}

fn tool((index, schema): (usize, &Json)) -> Json {
    json!({
        "name": format!("case_{}_{index}", if schema.is_object() { "object" } else { "flag" }),
        "inputSchema": {"type": "object", "properties": {"value": schema, "again": {"items": schema}}},
        "outputSchema": schema,
    })
}

fn read_suite(folder: &Path) -> Vec<Json> {
    let mut files: Vec<_> = std::fs::read_dir(folder).unwrap().flatten().collect();
    files.sort_by_key(std::fs::DirEntry::path);
    let mut schemas = Vec::new();
    for file in files.iter().filter(|file| file.path().is_file()) {
        let groups: Json = serde_json::from_slice(&std::fs::read(file.path()).unwrap()).unwrap();
        let groups = groups.as_array().cloned().unwrap_or_default();
        schemas.extend(groups.into_iter().map(|group| group["schema"].clone()));
    }
    schemas
}
