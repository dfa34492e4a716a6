//! The `[features]` of the generated crate: one per catalog, enabled by default.

use anyhow::{Context, Result, bail};
use toml_edit::{Array, DocumentMut, Item, Table, TableLike, value};

/// The features that the feature of a catalog may enable.
const RUNTIME_FEATURES: [&str; 1] = [MCP];

/// The feature of the runtime for clients of MCP servers.
pub(crate) const MCP: &str = "toolsmith-runtime/mcp-client";

/// Returns the manifest with updated features and every other byte unchanged. `catalogs` lists each
/// catalog with the features that it enables.
///
/// A feature belongs to a catalog if `default` lists it and it enables only [`RUNTIME_FEATURES`]. It
/// is removed together with its catalog. All other features belong to the user and are kept.
pub(super) fn update(manifest: &str, catalogs: &[(&str, &[&str])]) -> Result<String> {
    let mut document: DocumentMut = manifest.parse()?;
    let features = document
        .entry("features")
        .or_insert_with(|| Item::Table(Table::new()))
        .as_table_like_mut()
        .context("`features` is not a table")?;
    let default = features
        .entry("default")
        .or_insert_with(|| value(Array::new()));
    let default = default
        .as_array_mut()
        .context("`features.default` is not an array")?;
    let is_gone = |name: &str| !catalogs.iter().any(|(catalog, _)| *catalog == name);
    let gone: Vec<String> = default
        .iter()
        .filter_map(|name| name.as_str().filter(|name| is_gone(name)))
        .map(str::to_owned)
        .collect();
    let mut added = Vec::new();
    for (catalog, _) in catalogs {
        if !default.iter().any(|name| name.as_str() == Some(catalog)) {
            default.push(*catalog);
            added.push(*catalog);
        }
    }
    refuse_taken(features, &added)?;
    remove_gone(features, &gone);
    for (catalog, parts) in catalogs {
        let enabled = features.get(catalog).and_then(Item::as_array);
        let is_up_to_date = enabled.is_some_and(|list| {
            !is_of_catalog(list)
                || list
                    .iter()
                    .map(|part| part.as_str())
                    .eq(parts.iter().map(|part| Some(*part)))
        });
        if !is_up_to_date {
            features.insert(catalog, value(parts.iter().copied().collect::<Array>()));
        }
    }
    Ok(document.to_string())
}

/// Rejects new catalogs whose name is that of a user's feature.
fn refuse_taken(features: &dyn TableLike, added: &[&str]) -> Result<()> {
    for catalog in added {
        let enabled = features.get(catalog).and_then(Item::as_array);
        if enabled.is_some_and(|list| !is_of_catalog(list)) {
            bail!(
                "the catalog `{catalog}` has the name of an existing feature; rename one of the two"
            );
        }
    }
    Ok(())
}

/// Removes the features of removed catalogs, also from `default`.
fn remove_gone(features: &mut dyn TableLike, gone: &[String]) {
    let mut removed = Vec::new();
    for name in gone {
        let enabled = features.get(name).and_then(Item::as_array);
        if enabled.is_some_and(is_of_catalog) {
            features.remove(name);
            removed.push(name.as_str());
        }
    }
    if let Some(default) = features.get_mut("default").and_then(Item::as_array_mut) {
        default.retain(|name| !removed.contains(&name.as_str().unwrap_or_default()));
    }
}

/// Returns `true` if a feature enables only [`RUNTIME_FEATURES`].
fn is_of_catalog(enabled: &Array) -> bool {
    let mut parts = enabled.iter();
    parts.all(|part| {
        part.as_str()
            .is_some_and(|part| RUNTIME_FEATURES.contains(&part))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const MANIFEST: &str = "[package]\nname = \"generated\"   # ours\n\n[features]\n# One for each catalog.\ndefault = [\"a\"]\na = []\n\n[dependencies]\n";

    #[test]
    fn an_updated_manifest_is_unchanged() {
        assert_eq!(update(MANIFEST, &[("a", &[])]).unwrap(), MANIFEST);
    }

    #[test]
    fn adds_the_feature_of_a_new_catalog() {
        let expected = MANIFEST.replace("[\"a\"]\na = []\n", "[\"a\", \"b\"]\na = []\nb = []\n");
        assert_eq!(
            update(MANIFEST, &[("a", &[]), ("b", &[])]).unwrap(),
            expected
        );
    }

    #[test]
    fn removes_the_feature_of_a_removed_catalog_only() {
        let own = MANIFEST.replace("a = []\n", "a = []\nrig = [\"dep:rig\"]\n");
        let found = update(&own, &[("b", &[])]).unwrap();
        assert!(found.contains("default = [\"b\"]"), "{found}");
        assert!(found.contains("rig = [\"dep:rig\"]\nb = []\n"), "{found}");
        assert!(!found.contains("\na = "), "{found}");
    }

    #[test]
    fn a_catalog_of_an_mcp_server_enables_the_client() {
        let found = update(MANIFEST, &[("a", &[MCP])]).unwrap();
        assert!(
            found.contains("\na = [\"toolsmith-runtime/mcp-client\"]\n"),
            "{found}"
        );
        assert_eq!(update(&found, &[("a", &[])]).unwrap(), MANIFEST);
    }

    #[test]
    fn rejects_a_catalog_with_the_name_of_a_users_feature() {
        let own = MANIFEST.replace("a = []\n", "a = []\nrig = [\"dep:rig\"]\n");
        for name in ["rig", "default"] {
            let problem = update(&own, &[("a", &[]), (name, &[])]).unwrap_err();
            let expected = format!("the catalog `{name}` has the name of an existing feature");
            assert!(problem.to_string().starts_with(&expected), "{problem}");
        }
    }

    #[test]
    fn adds_features_to_a_manifest_without_any() {
        let found = update("[package]\nname = \"generated\"\n", &[("a", &[])]).unwrap();
        assert_eq!(
            found,
            "[package]\nname = \"generated\"\n\n[features]\ndefault = [\"a\"]\na = []\n"
        );
    }
}
