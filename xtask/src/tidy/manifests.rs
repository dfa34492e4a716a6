//! Dependencies between the packages of the repository.

use std::ops::Range;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::edges::EDGES;
use super::finding::Finding;
use super::sources::{SourceFile, Sources};

/// The tables that are checked. Dependencies of tests are not restricted.
const COUNTED: [&str; 2] = ["dependencies", "build-dependencies"];

/// Checks the manifest of every package.
pub(super) fn check(sources: &Sources, findings: &mut Vec<Finding>) {
    let manifests = sources.files.iter();
    for file in manifests.filter(|file| file.path.ends_with("Cargo.toml")) {
        check_manifest(file, findings);
    }
}

fn check_manifest(file: &SourceFile, findings: &mut Vec<Finding>) {
    let Ok(manifest) = DeTable::parse(&file.text) else {
        findings.push(file.finding(1, "the manifest cannot be parsed"));
        return;
    };
    let manifest = manifest.get_ref();
    let package = table(manifest, "package").and_then(|package| package.get("name"));
    let Some(package) = package.and_then(|name| name.get_ref().as_str()) else {
        return;
    };
    let Some((_, allowed)) = EDGES.iter().find(|(name, _)| *name == package) else {
        let message = format!("'{package}' has no edges: add it to xtask/src/tidy/rules.rs");
        findings.push(file.finding(1, message));
        return;
    };
    for (name, span) in dependencies(manifest) {
        let is_ours = EDGES.iter().any(|(ours, _)| *ours == name);
        if is_ours && !allowed.contains(&name.as_str()) {
            let message = format!("'{package}' must not depend on '{name}'");
            findings.push(file.finding(line_of(&file.text, &span), message));
        }
    }
}

/// Returns the dependencies of a package, those of its tests left out.
fn dependencies(manifest: &DeTable<'_>) -> Vec<(String, Range<usize>)> {
    let mut found = Vec::new();
    let targets = table(manifest, "target").into_iter();
    let targets = targets.flat_map(|targets| targets.values());
    let targets = targets.filter_map(|target| target.get_ref().as_table());
    for holder in [manifest].into_iter().chain(targets) {
        for dependencies in COUNTED.iter().filter_map(|name| table(holder, name)) {
            for (key, value) in dependencies {
                let package = value.get_ref().as_table();
                let package = package.and_then(|dependency| dependency.get("package"));
                let package = package.and_then(|name| name.get_ref().as_str());
                let name = package.unwrap_or(key.get_ref());
                found.push((name.to_owned(), key.span()));
            }
        }
    }
    found
}

fn table<'a, 'i>(holder: &'a DeTable<'i>, key: &str) -> Option<&'a DeTable<'i>> {
    holder
        .get(key)
        .map(Spanned::get_ref)
        .and_then(DeValue::as_table)
}

fn line_of(text: &str, span: &Range<usize>) -> usize {
    let before = text.get(..span.start).unwrap_or_default();
    before.matches('\n').count() + 1
}
