//! `docs/overlay.md` and the actions agree.

use std::collections::BTreeSet;

use crate::options::{AccountSettings, CatalogInput, CatalogSource, Options, SourceText};
use crate::overlay::action::ACTIONS;
use crate::overlay::parse::parse_overlay;
use crate::{GeneratedCrate, generate};

const PAGE: &str = include_str!("../../../../docs/overlay.md");
const GUIDE: &str = include_str!("../../../../docs/guide/corrections.md");
const ACCOUNT: &str = include_str!("../../../../catalogs/the_auth_api.json");
const SERVER: &str = include_str!("../../../../tests/golden/files/catalog.json");

/// Returns each section about an action, with its examples.
fn sections() -> Vec<(&'static str, &'static str, Vec<String>)> {
    let (_, actions) = PAGE.split_once("\n## Actions\n").unwrap();
    let (actions, _) = actions.split_once("\n## ").unwrap();
    let sections = actions.split("\n### `").skip(1);
    let section = |text: &'static str| {
        let (name, text) = text.split_once("`\n").unwrap();
        let blocks = text.split("```toml\n").skip(1);
        let examples = blocks.map(|block| {
            let change = block.split("```").next().unwrap();
            format!("[[change]]\nreason = \"an example\"\n{change}")
        });
        (name, text, examples.collect())
    };
    sections.map(section).collect()
}

fn generated(overlay: Option<&str>) -> GeneratedCrate {
    let is_of_server = overlay.is_some_and(|overlay| overlay.contains("read_text_file"));
    let (source, snapshot) = if is_of_server {
        (CatalogSource::Mcp(None), SERVER)
    } else {
        (CatalogSource::Truto(AccountSettings::default()), ACCOUNT)
    };
    let mut input = CatalogInput::new("demo", source, SourceText::new("demo.json", snapshot));
    input.overlay = overlay.map(|text| SourceText::new("demo.overlay.toml", text));
    let result = generate(&[input], &Options::default());
    result.unwrap_or_else(|problems| panic!("{overlay:?}\n{problems}"))
}

#[test]
fn every_action_is_documented_with_before_and_after() {
    let keys: BTreeSet<&str> = ACTIONS.iter().map(|action| action.key).collect();
    let rows = PAGE.lines().filter_map(|line| line.strip_prefix("| [`"));
    let rows: BTreeSet<&str> = rows.filter_map(|row| row.split('`').next()).collect();
    assert_eq!(rows, keys, "the table");
    let sections = sections();
    let names: BTreeSet<&str> = sections.iter().map(|(name, ..)| *name).collect();
    assert_eq!(names, keys, "the sections");
    for (name, text, examples) in sections {
        let count = |word: &str| text.matches(word).count();
        assert!(!examples.is_empty(), "{name}");
        assert_eq!(count("Before: "), examples.len(), "{name}");
        assert_eq!(count("After: "), examples.len(), "{name}");
        for example in examples {
            let overlay = SourceText::new("overlay.toml", &*example);
            assert!(parse_overlay(&overlay).is_ok(), "{example}");
            assert!(example.contains(&format!("\n{name} = ")), "{example}");
        }
    }
}

#[test]
fn every_example_changes_the_code() {
    let before = generated(None);
    for (name, _, examples) in sections() {
        // Two types have to differ before they can be shared; the tests of the commands do it. A finding has to
        // be there before it can be allowed; the tests of texts do it.
        for example in examples
            .iter()
            .filter(|_| !matches!(name, "share" | "allow"))
        {
            assert_ne!(generated(Some(example)).files, before.files, "{example}");
        }
    }
}

#[test]
fn the_correction_in_the_guide_changes_the_code() {
    let (_, block) = GUIDE.split_once("```toml\n").unwrap();
    let change = block.split("```").next().unwrap();
    assert_ne!(generated(Some(change)).files, generated(None).files);
}
