//! Tests of the whole stage, on the first catalog and on small ones.

use super::*;
use crate::diag::Diagnostics;
use crate::options::{Document, Identifiers, Kind};

const SNAPSHOT: &str = include_str!("../../../generated/catalogs/the_auth_api.json");
const OVERLAY: &str = include_str!("../../../generated/catalogs/the_auth_api.overlay.toml");

fn input(snapshot: &str, overlay: Option<&str>) -> Input {
    let document = |file: &str, text: &str| Document {
        file: file.to_owned(),
        text: text.to_owned(),
    };
    Input {
        name: "x".to_owned(),
        kind: Kind::Truto,
        snapshot: document("x.json", snapshot),
        overlay: overlay.map(|text| document("x.overlay.toml", text)),
        lock: None,
        base_url: String::new(),
        base_url_variable: String::new(),
        token_variables: Vec::new(),
        account_variable: String::new(),
        identifiers: Identifiers::Typed,
    }
}

fn problems(found: &Diagnostics) -> Vec<String> {
    let line = |problem: &crate::diag::Diagnostic| {
        format!("{}: {}", problem.location.pointer, problem.what)
    };
    found.iter().map(line).collect()
}

#[test]
fn the_first_catalog_is_read_whole() {
    let catalog = parse_catalog(&input(SNAPSHOT, Some(OVERLAY))).unwrap();
    assert_eq!(catalog.tools.len(), 46);
    let unread: Vec<&str> = catalog
        .tools
        .iter()
        .flat_map(|tool| [&tool.query, &tool.body, &tool.response])
        .filter_map(|part| part.schema.as_ref())
        .flat_map(|schema| schema.properties.values())
        .flat_map(|schema| &schema.unread)
        .map(String::as_str)
        .collect();
    assert!(unread.is_empty(), "{unread:?}");
}

#[test]
fn the_first_snapshot_is_canonical() {
    let document = Document {
        file: "the_auth_api.json".to_owned(),
        text: SNAPSHOT.to_owned(),
    };
    let canonical = canonicalize(Kind::Truto, &document).unwrap();
    assert!(canonical == SNAPSHOT, "canonicalize the snapshot");
}
