//! The `[features]` of the generated crate: one for each catalog, on by default.

use anyhow::{Context, Result};
use toml_edit::{Array, DocumentMut, Item, Table, value};

/// The manifest with its features in step, every other byte as it was.
///
/// A feature is a catalog's if it turns nothing else on and `default` lists it; one whose catalog
/// has gone goes too. All others are somebody's own and stay.
pub(super) fn in_step(manifest: &str, catalogs: &[&str]) -> Result<String> {
    let mut document: DocumentMut = manifest.parse()?;
    let features = document
        .entry("features")
        .or_insert_with(|| Item::Table(Table::new()))
        .as_table_like_mut()
        .context("`features` is no table")?;
    let default = features
        .entry("default")
        .or_insert_with(|| value(Array::new()));
    let default = default
        .as_array_mut()
        .context("`features.default` is no list")?;
    let is_gone = |name: &str| !catalogs.contains(&name);
    let gone: Vec<String> = default
        .iter()
        .filter_map(|name| name.as_str().filter(|name| is_gone(name)))
        .map(str::to_owned)
        .collect();
    for catalog in catalogs {
        if !default.iter().any(|name| name.as_str() == Some(catalog)) {
            default.push(*catalog);
        }
    }
    let mut removed = Vec::new();
    for name in gone {
        let turns_on = features.get(&name).and_then(Item::as_array);
        if turns_on.is_some_and(Array::is_empty) {
            features.remove(&name);
            removed.push(name);
        }
    }
    for catalog in catalogs {
        if !features.contains_key(catalog) {
            features.insert(catalog, value(Array::new()));
        }
    }
    if let Some(default) = features.get_mut("default").and_then(Item::as_array_mut) {
        default.retain(|name| {
            let name = name.as_str().unwrap_or_default();
            !removed.iter().any(|removed| removed == name)
        });
    }
    Ok(document.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    const MANIFEST: &str = "[package]\nname = \"generated\"   # ours\n\n[features]\n# One for each catalog.\ndefault = [\"a\"]\na = []\n\n[dependencies]\n";

    #[test]
    fn what_is_in_step_stays_byte_for_byte() {
        assert_eq!(in_step(MANIFEST, &["a"]).unwrap(), MANIFEST);
    }

    #[test]
    fn a_new_catalog_gets_its_feature() {
        let expected = MANIFEST.replace("[\"a\"]\na = []\n", "[\"a\", \"b\"]\na = []\nb = []\n");
        assert_eq!(in_step(MANIFEST, &["a", "b"]).unwrap(), expected);
    }

    #[test]
    fn a_catalog_that_has_gone_takes_its_feature_along_and_no_other() {
        let own = MANIFEST.replace("a = []\n", "a = []\nrig = [\"dep:rig\"]\n");
        let found = in_step(&own, &["b"]).unwrap();
        assert!(found.contains("default = [\"b\"]"), "{found}");
        assert!(found.contains("rig = [\"dep:rig\"]\nb = []\n"), "{found}");
        assert!(!found.contains("\na = "), "{found}");
    }

    #[test]
    fn a_manifest_without_features_gets_them() {
        let found = in_step("[package]\nname = \"generated\"\n", &["a"]).unwrap();
        assert_eq!(
            found,
            "[package]\nname = \"generated\"\n\n[features]\ndefault = [\"a\"]\na = []\n"
        );
    }
}
