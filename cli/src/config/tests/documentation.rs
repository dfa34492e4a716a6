//! The documentation of `toolsmith.toml` and the parser agree.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use toolsmith_codegen::options::CatalogKind;

use crate::config::{Config, catalog, project, source};

fn docs() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs")
}

fn read(path: &Path) -> String {
    crate::system::disk::read(path)
        .unwrap()
        .replace("\r\n", "\n")
}

/// Returns the first column of the tables in a section.
fn documented_keys(page: &str, heading: &str) -> BTreeSet<String> {
    let (_, section) = page
        .split_once(&format!("\n## {heading}"))
        .unwrap_or_else(|| panic!("there is no section {heading}"));
    let section = section.split("\n## ").next().unwrap();
    let rows = section.lines().filter_map(|line| line.strip_prefix("| `"));
    let keys = rows.filter_map(|row| Some(row.split_once('`')?.0));
    // Other tables list values.
    let is_key = |key: &&str| {
        key.chars()
            .all(|letter| letter.is_ascii_lowercase() || letter == '_')
    };
    keys.filter(is_key).map(str::to_owned).collect()
}

#[test]
fn every_key_is_documented_and_every_documented_key_exists() {
    let page = read(&docs().join("configuration.md"));
    let set =
        |keys: &[&str]| -> BTreeSet<String> { keys.iter().map(|key| (*key).to_owned()).collect() };
    let kind = |kind: CatalogKind| {
        (
            format!("`kind = \"{}\"`", kind.as_str()),
            set(source::keys(kind)),
        )
    };
    let sections = [
        ("Keys of the project".to_owned(), set(&project::KEYS)),
        ("Keys of every catalog".to_owned(), set(&catalog::KEYS)),
        kind(CatalogKind::Truto),
        kind(CatalogKind::Mcp),
        kind(CatalogKind::Functions),
    ];
    for (heading, keys) in sections {
        assert_eq!(documented_keys(&page, &heading), keys, "{heading}");
    }
}

#[test]
fn every_example_of_a_configuration_is_accepted() {
    let mut pages = vec![docs().join("configuration.md"), docs().join("../README.md")];
    for entry in std::fs::read_dir(docs().join("guide")).unwrap() {
        pages.push(entry.unwrap().path());
    }
    let mut count = 0;
    for page in pages {
        for block in read(&page).split("```toml\n").skip(1) {
            let block = block.split("```").next().unwrap();
            // Other files in TOML are manifests, overlays, locks and accepted changes.
            let other = [
                "[dependencies]",
                "[dev-dependencies]",
                "[features]",
                "[[change]]",
                "[[accept]]",
            ];
            if other.iter().any(|other| block.contains(other)) {
                continue;
            }
            if let Err(problems) = Config::parse(block) {
                panic!("{}:\n{block}\n{problems}", page.display());
            }
            count += 1;
        }
    }
    assert!(count > 8, "only {count} examples");
}
