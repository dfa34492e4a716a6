//! The `[features]` of the generated crate: one for each catalog, on by default.

use anyhow::{Context, Result, bail};
use toml_edit::{Array, DocumentMut, Item, Table, TableLike, value};

/// What the feature of a catalog may turn on.
const RUNTIME_FEATURES: [&str; 1] = [MCP];

/// The part of the runtime that opens sessions with MCP servers.
pub(crate) const MCP: &str = "toolsmith-runtime/mcp";

/// The manifest with its features in step, every other byte as it was. Each catalog comes with
/// what its feature turns on.
///
/// A feature is a catalog's if it turns nothing but parts of the runtime on and `default` lists
/// it; one whose catalog has gone goes too. All others are somebody's own and stay.
pub(super) fn in_step(manifest: &str, catalogs: &[(&str, &[&str])]) -> Result<String> {
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
        let turns_on = features.get(catalog).and_then(Item::as_array);
        let is_in_step = turns_on.is_some_and(|list| {
            !is_of_catalog(list)
                || list
                    .iter()
                    .map(|part| part.as_str())
                    .eq(parts.iter().map(|part| Some(*part)))
        });
        if !is_in_step {
            features.insert(catalog, value(parts.iter().copied().collect::<Array>()));
        }
    }
    Ok(document.to_string())
}

/// Refuses new catalogs whose name is that of a feature which is no catalog's.
fn refuse_taken(features: &dyn TableLike, added: &[&str]) -> Result<()> {
    for catalog in added {
        let turns_on = features.get(catalog).and_then(Item::as_array);
        if turns_on.is_some_and(|list| !is_of_catalog(list)) {
            bail!(
                "the catalog `{catalog}` has the name of a feature that is no catalog's; give one \
                 of the two another name"
            );
        }
    }
    Ok(())
}

/// Removes the features of catalogs that have gone, there and among the defaults.
fn remove_gone(features: &mut dyn TableLike, gone: &[String]) {
    let mut removed = Vec::new();
    for name in gone {
        let turns_on = features.get(name).and_then(Item::as_array);
        if turns_on.is_some_and(is_of_catalog) {
            features.remove(name);
            removed.push(name.as_str());
        }
    }
    if let Some(default) = features.get_mut("default").and_then(Item::as_array_mut) {
        default.retain(|name| !removed.contains(&name.as_str().unwrap_or_default()));
    }
}

/// Whether a feature turns on nothing but what the generator may have written.
fn is_of_catalog(turns_on: &Array) -> bool {
    let mut parts = turns_on.iter();
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
    fn what_is_in_step_stays_byte_for_byte() {
        assert_eq!(in_step(MANIFEST, &[("a", &[])]).unwrap(), MANIFEST);
    }

    #[test]
    fn a_new_catalog_gets_its_feature() {
        let expected = MANIFEST.replace("[\"a\"]\na = []\n", "[\"a\", \"b\"]\na = []\nb = []\n");
        assert_eq!(
            in_step(MANIFEST, &[("a", &[]), ("b", &[])]).unwrap(),
            expected
        );
    }

    #[test]
    fn a_catalog_that_has_gone_takes_its_feature_along_and_no_other() {
        let own = MANIFEST.replace("a = []\n", "a = []\nrig = [\"dep:rig\"]\n");
        let found = in_step(&own, &[("b", &[])]).unwrap();
        assert!(found.contains("default = [\"b\"]"), "{found}");
        assert!(found.contains("rig = [\"dep:rig\"]\nb = []\n"), "{found}");
        assert!(!found.contains("\na = "), "{found}");
    }

    #[test]
    fn a_catalog_of_a_server_turns_on_what_speaks_to_it() {
        let found = in_step(MANIFEST, &[("a", &[MCP])]).unwrap();
        assert!(
            found.contains("\na = [\"toolsmith-runtime/mcp\"]\n"),
            "{found}"
        );
        assert_eq!(in_step(&found, &[("a", &[])]).unwrap(), MANIFEST);
    }

    #[test]
    fn a_catalog_takes_no_feature_that_is_somebodys_own() {
        let own = MANIFEST.replace("a = []\n", "a = []\nrig = [\"dep:rig\"]\n");
        for name in ["rig", "default"] {
            let problem = in_step(&own, &[("a", &[]), (name, &[])]).unwrap_err();
            let expected = format!("the catalog `{name}` has the name of a feature");
            assert!(problem.to_string().starts_with(&expected), "{problem}");
        }
    }

    #[test]
    fn a_manifest_without_features_gets_them() {
        let found = in_step("[package]\nname = \"generated\"\n", &[("a", &[])]).unwrap();
        assert_eq!(
            found,
            "[package]\nname = \"generated\"\n\n[features]\ndefault = [\"a\"]\na = []\n"
        );
    }
}
