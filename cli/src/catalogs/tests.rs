//! Tests of how the catalogs are read.

use super::*;
use toolsmith_codegen::CatalogSource;
use toolsmith_codegen::options::AccountSettings;

#[test]
fn errors_are_located_in_the_file_that_people_have() {
    // The second tool of the snapshot, which has no resource, is the first of the file.
    let whole = r#"{"name": "a", "resource": "notes", "method": "list"}"#;
    let broken = r#"{"name": "b", "method": "list"}"#;
    let skipped = SkippedEntry {
        name: String::new(),
        pointer: "/0".to_owned(),
        reason: "it is not valid JSON".to_owned(),
    };
    let not_json = format!(r#"[{{"name": 01}}, {broken}, {whole}]"#);
    for (given, skipped, place) in [
        (format!("[{broken}, {whole}]"), vec![], "#/0"),
        (not_json, vec![skipped], "#/1"),
    ] {
        let file = |text: &str| SourceText::new("catalogs/tools.json", text);
        let snapshot = file(&format!("[{whole}, {broken}]"));
        let source = CatalogSource::Truto(AccountSettings::default());
        let input = CatalogInput::new("tools", source, snapshot);
        let found = generate(std::slice::from_ref(&input), &Options::default());
        let loaded = LoadedCatalog {
            input,
            overlay: String::new(),
            lock: String::new(),
            origin: Origin::Snapshot,
            drift: None,
            notes: Vec::new(),
            given: Some(file(&given)),
            remarks: Vec::new(),
            skipped,
            not_functions: Vec::new(),
        };
        let located = locate_in_given(&found.unwrap_err(), &[loaded]).to_string();
        assert!(located.contains("has no resource"), "{located}");
        assert!(located.contains(place), "{located}");
    }
}
