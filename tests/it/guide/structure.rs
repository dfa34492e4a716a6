//! The pages of the guide are in its summary, and their links lead somewhere.

use std::path::Path;

use super::blocks::{page, pages};
use crate::artifacts::root;

#[test]
fn every_page_is_in_the_summary() {
    let summary = page("docs/SUMMARY.md").text;
    for page in pages() {
        let Some(path) = page.path.strip_prefix("docs/") else {
            continue;
        };
        assert!(
            path == "SUMMARY.md" || summary.contains(&format!("]({path})")),
            "{path} is not in docs/SUMMARY.md"
        );
    }
}

#[test]
fn every_example_is_on_the_page_of_examples() {
    let page = page("docs/guide/examples.md").text;
    let manifest = std::fs::read_to_string(root().join("examples/Cargo.toml")).unwrap();
    let manifest: toml::Table = manifest.parse().unwrap();
    for example in manifest["example"].as_array().unwrap() {
        let (name, path) = (
            example["name"].as_str().unwrap(),
            example["path"].as_str().unwrap(),
        );
        let row = format!("| [`{name}`](../../examples/{path}) |");
        assert!(
            page.contains(&row),
            "{row} is not in docs/guide/examples.md"
        );
    }
}

#[test]
fn links_lead_to_files_and_headings() {
    for page in pages() {
        let folder = Path::new(&page.path).parent().unwrap().to_owned();
        for link in links(&page.text) {
            if link.contains("://") {
                continue;
            }
            let (path, heading) = link.split_once('#').unwrap_or((&link, ""));
            let file = match path {
                "" => root().join(&page.path),
                path => root().join(&folder).join(path),
            };
            assert!(file.exists(), "{}: {link} does not exist", page.path);
            if !heading.is_empty() {
                let text = std::fs::read_to_string(&file).unwrap();
                let headings = text.lines().filter(|line| line.starts_with('#'));
                assert!(
                    headings.map(anchor).any(|anchor| anchor == heading),
                    "{}: {link} has no such heading",
                    page.path
                );
            }
        }
    }
}

/// Returns the targets of the links outside of code blocks.
fn links(text: &str) -> Vec<String> {
    let mut is_code = false;
    let mut links = Vec::new();
    for line in text.lines() {
        is_code ^= line.trim_start().starts_with("```");
        if !is_code {
            let targets = line.split("](").skip(1);
            links.extend(targets.filter_map(|rest| Some(rest.split_once(')')?.0.to_owned())));
        }
    }
    links
}

/// Returns the anchor of a heading, as GitHub creates it.
fn anchor(heading: &str) -> String {
    let text = heading.trim_start_matches('#').trim().to_lowercase();
    let is_kept = |letter: &char| letter.is_alphanumeric() || " -_".contains(*letter);
    text.chars()
        .filter(is_kept)
        .collect::<String>()
        .replace(' ', "-")
}
