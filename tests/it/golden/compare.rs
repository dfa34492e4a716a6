//! Generates from each small catalog and compares the files.

#![allow(
    clippy::disallowed_methods,
    reason = "a test reads what is checked in, and writes it where that is asked for"
)]

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use toolsmith_codegen::options::{
    AccountSettings, Identifiers, McpSettings, Selection, UnreadableTools,
};
use toolsmith_codegen::{CatalogInput, CatalogSource, Options, SourceText, generate};
use toolsmith_testkit::golden::{assert_same, is_overwritten};

/// Generates the crate of a catalog and compares it with the expected files.
#[track_caller]
fn check(case: &str) {
    check_input(case, input_of(case));
}

/// Returns the catalog of a folder: that of an account at Truto, except for two.
pub(super) fn input_of(case: &str) -> CatalogInput {
    let source = match case {
        "files" => CatalogSource::Mcp(Some(McpSettings::Command {
            program: "npx".to_owned(),
            arguments: ["-y", "@modelcontextprotocol/server-filesystem", "."]
                .map(str::to_owned)
                .to_vec(),
            variables: Vec::new(),
        })),
        "weather" => CatalogSource::Functions,
        _ => CatalogSource::Truto(AccountSettings {
            base_url: "https://api.truto.one".to_owned(),
            base_url_variable: "TRUTO_API_BASE_URL".to_owned(),
            token_variables: vec!["TRUTO_API_TOKEN".to_owned()],
            account_variable: "ACCOUNT_ID".to_owned(),
        }),
    };
    input(case, source)
}

fn folder(case: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("golden")
        .join(case)
}

fn input(case: &str, source: CatalogSource) -> CatalogInput {
    let folder = folder(case);
    let document = |file: &str| SourceText {
        file: format!("{case}/{file}"),
        text: fs::read_to_string(folder.join(file)).unwrap(),
    };
    let overlay = "catalog.overlay.toml";
    CatalogInput {
        name: case.to_owned(),
        snapshot: document("catalog.json"),
        overlay: folder.join(overlay).exists().then(|| document(overlay)),
        lock: None,
        tombstones: None,
        source,
        identifiers: Identifiers::Typed,
        unreadable: UnreadableTools::Refused,
        selection: Selection::default(),
    }
}

#[track_caller]
fn check_input(case: &str, input: CatalogInput) {
    let folder = folder(case);
    let output = generate(&[input], &Options::default()).unwrap_or_else(|error| panic!("{error}"));
    let mut files = output.files.0;
    files.remove("src/lib.rs");
    if is_overwritten() {
        overwrite(&folder, &files);
    } else {
        compare(&folder, &files);
    }
}

#[track_caller]
fn compare(folder: &Path, files: &BTreeMap<String, String>) {
    let mut found = BTreeMap::new();
    read(&folder.join("src"), folder, &mut found);
    let paths = |files: &BTreeMap<String, String>| files.keys().cloned().collect::<Vec<_>>();
    assert_eq!(
        paths(files),
        paths(&found),
        "the files of {}",
        folder.display()
    );
    for (path, text) in files {
        assert_same(&folder.join(path), &found[path], text);
    }
}

fn read(folder: &Path, root: &Path, files: &mut BTreeMap<String, String>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path: PathBuf = entry.unwrap().path();
        if path.is_dir() {
            read(&path, root, files);
        } else {
            let name = path
                .strip_prefix(root)
                .unwrap()
                .to_string_lossy()
                .replace('\\', "/");
            files.insert(name, fs::read_to_string(&path).unwrap());
        }
    }
}

fn overwrite(folder: &Path, files: &BTreeMap<String, String>) {
    for (path, text) in files {
        let path = folder.join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
}

#[test]
fn strings_of_a_catalog_are_data() {
    check("docs");
}

#[test]
fn names_are_valid_and_distinct() {
    check("names");
}

#[test]
fn every_constraint_is_checked() {
    check("strict");
}

#[test]
fn null_is_not_absence() {
    check("nullable");
}

#[test]
fn arguments_are_sent_where_they_are_declared() {
    check("places");
}

#[test]
fn unusual_shapes_of_tools_are_accepted() {
    check("shapes");
}

#[test]
fn equal_schemas_share_a_type() {
    check("shared");
}

/// A program that calls the tools compiles with both, as `golden_compiled` shows.
#[test]
fn tools_that_are_gone_keep_their_code() {
    check("gone_before");
    let before = generate(&[input_of("gone_before")], &Options::default()).unwrap();
    let text = fs::read_to_string(folder("gone").join("catalog.tombstones.json")).unwrap();
    let input = CatalogInput {
        lock: Some(SourceText::new("gone/catalog.lock.toml", &*before.locks[0])),
        tombstones: Some(SourceText::new("gone/catalog.tombstones.json", text)),
        ..input_of("gone")
    };
    check_input("gone", input);
}

/// The guide uses the clients of an MCP server and of functions.
#[test]
fn clients_of_the_guide_are_up_to_date() {
    check("files");
    check("weather");
}

/// The unit tests of the runtime use this client.
#[test]
fn the_shop_of_the_runtime_tests_is_up_to_date() {
    let account = AccountSettings {
        base_url: "https://api.shop.test".to_owned(),
        base_url_variable: "SHOP_BASE_URL".to_owned(),
        token_variables: vec!["SHOP_TOKEN".to_owned(), "SHOP_API_KEY".to_owned()],
        account_variable: "SHOP_ACCOUNT_ID".to_owned(),
    };
    check_input("shop", input("shop", CatalogSource::Truto(account)));
}
