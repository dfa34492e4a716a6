//! The `[features]` of catalogs.

use anyhow::{Context as _, Result, bail};
use toml_edit::{Array, DocumentMut, Item, Table, TableLike, value};

use super::{MCP, array, strings};
use crate::edit::{push, remove};

/// The comment on a table that a catalog added.
const ADDED: &str = " # toolsmith added this table";

/// The comment on a `default` that a catalog added to a table of a person.
const ADDED_DEFAULT: &str = " # toolsmith added this key";

/// The features of a catalog.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct CatalogFeatures {
    /// The name of the catalog and of its first feature.
    pub(crate) name: String,
    /// Each feature with those that it enables.
    pub(crate) features: Vec<(String, Vec<String>)>,
}

/// Updates the features of catalogs. `before` lists the catalogs for which the crate had code.
///
/// A new catalog joins `default` if all others are in it; otherwise `default` stays as it is. The
/// features of a removed catalog are removed. All other features, and entries that the user added
/// to the feature of a catalog, are kept.
///
/// # Errors
///
/// Returns an error if a new catalog has the name of another feature.
pub(crate) fn update_features(
    document: &mut DocumentMut,
    catalogs: &[CatalogFeatures],
    before: &[String],
) -> Result<()> {
    if catalogs.is_empty() && !document.contains_key("features") {
        return Ok(());
    }
    let is_of_person = document.contains_key("features") && !is_added_table(document);
    let features = document
        .entry("features")
        .or_insert_with(|| Item::Table(added_table()))
        .as_table_like_mut()
        .context("`features` is not a table")?;
    if features
        .get("default")
        .is_some_and(|default| default.as_array().is_none())
    {
        bail!("`features.default` is not an array");
    }
    refuse_taken(features, catalogs, before)?;
    let joined = joining(features, catalogs);
    let gone = obsolete(features, catalogs, before);
    for name in &gone {
        features.remove(name);
    }
    update_default(features, &gone, &joined, is_of_person);
    if !gone.is_empty() && features.get("default").is_some_and(is_unused_default) {
        features.remove("default");
    }
    for catalog in catalogs {
        for (name, enables) in &catalog.features {
            update_feature(features, catalog, name, enables);
        }
    }
    let is_empty = |(_, item): (&str, &Item)| item.as_array().is_some_and(Array::is_empty);
    let has_default = features.len() == 1 && features.contains_key("default");
    let is_unused = catalogs.is_empty() && has_default && features.iter().all(is_empty);
    if is_unused && is_added_table(document) {
        document.remove("features");
    }
    Ok(())
}

/// Returns a table with a comment that records that a person did not write it.
fn added_table() -> Table {
    let mut table = Table::new();
    table.decor_mut().set_suffix(ADDED);
    table
}

/// Returns `true` if a catalog added the table of features.
fn is_added_table(document: &DocumentMut) -> bool {
    let table = document.get("features").and_then(Item::as_table);
    let suffix = table.and_then(|table| table.decor().suffix()?.as_str());
    suffix == Some(ADDED)
}

/// Returns an empty `default` with a comment that records that a person did not write it.
fn added_default() -> Item {
    let mut default = Array::new();
    default.decor_mut().set_suffix(ADDED_DEFAULT);
    value(default)
}

/// Returns `true` if `default` is empty and a catalog added it.
fn is_unused_default(default: &Item) -> bool {
    let is_added = |list: &Array| {
        let suffix = list.decor().suffix();
        suffix.and_then(|suffix| suffix.as_str()) == Some(ADDED_DEFAULT)
    };
    default
        .as_array()
        .is_some_and(|list| list.is_empty() && is_added(list))
}

/// Rejects a new catalog whose features have the names of others.
fn refuse_taken(
    features: &dyn TableLike,
    catalogs: &[CatalogFeatures],
    before: &[String],
) -> Result<()> {
    let is_new = |catalog: &&CatalogFeatures| !before.contains(&catalog.name);
    for catalog in catalogs.iter().filter(is_new) {
        for (name, _) in &catalog.features {
            let enabled = strings(features.get(name));
            let is_taken = enabled.iter().any(|entry| !is_own(catalog, entry));
            if is_taken || name == "default" {
                bail!(
                    "the catalog `{}` has the name of an existing feature, `{name}`; rename one of the two",
                    catalog.name
                );
            }
        }
    }
    Ok(())
}

/// Returns `true` if an entry of a feature is one that the features of a catalog may have.
fn is_own(catalog: &CatalogFeatures, entry: &str) -> bool {
    entry == MCP || is_part(&catalog.name, entry)
}

fn is_part(catalog: &str, feature: &str) -> bool {
    let rest = feature.strip_prefix(catalog);
    rest.is_some_and(|rest| rest.starts_with('-'))
}

/// Returns the catalogs that are to be added to `default`.
fn joining(features: &dyn TableLike, catalogs: &[CatalogFeatures]) -> Vec<String> {
    let default = strings(features.get("default"));
    let (known, new): (Vec<_>, Vec<_>) = catalogs
        .iter()
        .map(|catalog| catalog.name.as_str())
        .partition(|name| features.contains_key(name));
    if known.iter().all(|name| default.contains(name)) {
        new.into_iter().map(str::to_owned).collect()
    } else {
        Vec::new()
    }
}

/// Returns the features of removed catalogs, and of parts of removed catalogs.
fn obsolete(
    features: &dyn TableLike,
    catalogs: &[CatalogFeatures],
    before: &[String],
) -> Vec<String> {
    let wanted = |name: &str| {
        let mut wanted = catalogs.iter().flat_map(|catalog| &catalog.features);
        wanted.any(|(wanted, _)| wanted == name)
    };
    let mut gone = Vec::new();
    for (name, item) in features.iter().filter(|(name, _)| !wanted(name)) {
        let enabled = strings(Some(item));
        let of_catalog = |catalog: &String| {
            let is_own = |entry: &&str| *entry == MCP || is_part(catalog, entry);
            let client = format!("{catalog}-client");
            let is_whole = name == catalog && enabled.iter().all(is_own);
            let is_client = name == client
                && strings(features.get(catalog)).contains(&client.as_str())
                && enabled.iter().all(|entry| *entry == MCP);
            is_whole || is_client || (is_part(catalog, name) && enabled == [client.as_str()])
        };
        if before.iter().any(of_catalog) {
            gone.push(name.to_owned());
        }
    }
    gone
}

/// Removes obsolete features from `default`, and adds those of new catalogs. `is_of_person` for a
/// table that a person wrote, in which a new `default` gets a comment.
fn update_default(
    features: &mut dyn TableLike,
    gone: &[String],
    joined: &[String],
    is_of_person: bool,
) {
    if joined.is_empty() && !features.contains_key("default") {
        return;
    }
    let default = features.entry("default");
    let default = default.or_insert_with(|| {
        if is_of_person {
            added_default()
        } else {
            value(Array::new())
        }
    });
    let Some(default) = default.as_array_mut() else {
        return;
    };
    let is_gone = |name: &str| gone.iter().any(|gone| gone == name);
    let mut replaced: Vec<String> = Vec::new();
    for name in default.iter().filter_map(|name| name.as_str()) {
        if let (true, Some((catalog, _))) = (is_gone(name), name.split_once('-')) {
            replaced.push(catalog.to_owned());
        }
    }
    for name in gone {
        remove(default, name);
    }
    // Without features for its resources, a catalog is enabled as a whole.
    replaced.retain(|catalog| features_kept(catalog, gone));
    for name in replaced.iter().chain(joined) {
        if !default.iter().any(|listed| listed.as_str() == Some(name)) {
            push(default, name);
        }
    }
}

/// Returns `true` if a catalog is still there, and no longer has features for its resources.
fn features_kept(catalog: &str, gone: &[String]) -> bool {
    let client = format!("{catalog}-client");
    gone.contains(&client) && !gone.iter().any(|gone| gone == catalog)
}

fn update_feature(
    features: &mut dyn TableLike,
    catalog: &CatalogFeatures,
    name: &str,
    enables: &[String],
) {
    let present = strings(features.get(name));
    let (own, added): (Vec<&str>, Vec<&str>) =
        present.iter().partition(|entry| is_own(catalog, entry));
    if own == enables && features.contains_key(name) {
        return;
    }
    let all = enables.iter().map(String::as_str).chain(added);
    let all = value(array(all));
    features.insert(name, all);
}

#[cfg(test)]
mod tests {
    use super::*;

    const MANIFEST: &str = "[package]\nname = \"generated\"   # ours\n\n[features]\n# One for each catalog.\ndefault = [\"a\"]\na = []\n\n[dependencies]\n";

    /// Returns the features of catalogs without features for their resources.
    fn whole(catalogs: &[(&str, &[&str])]) -> Vec<CatalogFeatures> {
        let features = |(name, enables): &(&str, &[&str])| CatalogFeatures {
            name: (*name).to_owned(),
            features: vec![(
                (*name).to_owned(),
                enables.iter().map(|name| (*name).to_owned()).collect(),
            )],
        };
        catalogs.iter().map(features).collect()
    }

    /// Returns the features of a catalog with these resources.
    fn with_parts(name: &str, parts: &[&str]) -> Vec<CatalogFeatures> {
        let client = format!("{name}-client");
        let parts: Vec<String> = parts.iter().map(|part| format!("{name}-{part}")).collect();
        let enabled = [client.clone()].into_iter().chain(parts.clone()).collect();
        let mut features = vec![(name.to_owned(), enabled), (client.clone(), Vec::new())];
        features.extend(parts.into_iter().map(|part| (part, vec![client.clone()])));
        vec![CatalogFeatures {
            name: name.to_owned(),
            features,
        }]
    }

    fn update(manifest: &str, catalogs: &[CatalogFeatures], before: &[&str]) -> Result<String> {
        let mut document: DocumentMut = manifest.parse().unwrap();
        let before: Vec<String> = before.iter().map(|name| (*name).to_owned()).collect();
        update_features(&mut document, catalogs, &before)?;
        let updated = document.to_string();
        let names: Vec<String> = catalogs.iter().map(|one| one.name.clone()).collect();
        update_features(&mut document, catalogs, &names).unwrap();
        assert_eq!(document.to_string(), updated, "a second update");
        Ok(updated)
    }

    #[test]
    fn an_updated_manifest_is_unchanged() {
        assert_eq!(
            update(MANIFEST, &whole(&[("a", &[])]), &["a"]).unwrap(),
            MANIFEST
        );
    }

    #[test]
    fn adds_the_feature_of_a_new_catalog() {
        let expected = MANIFEST.replace("[\"a\"]\na = []\n", "[\"a\", \"b\"]\na = []\nb = []\n");
        let catalogs = whole(&[("a", &[]), ("b", &[])]);
        assert_eq!(update(MANIFEST, &catalogs, &["a"]).unwrap(), expected);
    }

    #[test]
    fn keeps_the_default_that_the_user_chose() {
        let catalogs = whole(&[("a", &[]), ("b", &[])]);
        for default in ["[]", "[\"b\"]", "[\"std\"]"] {
            let chosen = MANIFEST.replace("[\"a\"]\n", &format!("{default}\n"));
            let chosen = chosen.replace("a = []\n", "a = []\nb = []\nstd = []\n");
            assert_eq!(update(&chosen, &catalogs, &["a", "b"]).unwrap(), chosen);
            let new = whole(&[("a", &[]), ("b", &[]), ("c", &[])]);
            let expected = chosen.replace("std = []\n", "std = []\nc = []\n");
            assert_eq!(update(&chosen, &new, &["a", "b"]).unwrap(), expected);
        }
        let none = MANIFEST.replace("default = [\"a\"]\n", "");
        assert_eq!(update(&none, &whole(&[("a", &[])]), &["a"]).unwrap(), none);
    }

    #[test]
    fn removes_the_feature_of_a_removed_catalog_only() {
        let own = MANIFEST.replace("a = []\n", "a = []\nrig = [\"dep:rig\"]\nplain = []\n");
        let own = own.replace("[\"a\"]", "[\"a\", \"plain\"]");
        let found = update(&own, &whole(&[("b", &[])]), &["a"]).unwrap();
        assert!(
            found.contains("default = [ \"plain\", \"b\"]")
                || found.contains("default = [\"plain\", \"b\"]"),
            "{found}"
        );
        assert!(
            found.contains("rig = [\"dep:rig\"]\nplain = []\nb = []\n"),
            "{found}"
        );
        assert!(!found.contains("\na = "), "{found}");
    }

    #[test]
    fn keeps_what_the_user_added_to_the_feature_of_a_catalog() {
        let own = MANIFEST.replace("a = []\n", "a = [\"dep:rig\"]\n");
        assert_eq!(update(&own, &whole(&[("a", &[])]), &["a"]).unwrap(), own);
        let found = update(&own, &whole(&[("a", &[MCP])]), &["a"]).unwrap();
        assert!(
            found.contains("a = [\"toolsmith-runtime/mcp-client\", \"dep:rig\"]\n"),
            "{found}"
        );
    }

    #[test]
    fn a_catalog_of_an_mcp_server_enables_the_client() {
        let found = update(MANIFEST, &whole(&[("a", &[MCP])]), &["a"]).unwrap();
        assert!(
            found.contains("\na = [\"toolsmith-runtime/mcp-client\"]\n"),
            "{found}"
        );
        assert_eq!(
            update(&found, &whole(&[("a", &[])]), &["a"]).unwrap(),
            MANIFEST
        );
    }

    #[test]
    fn a_default_that_a_catalog_added_goes_with_it() {
        let own = "[package]\nname = \"generated\"\n\n[features] # mine\nrig = []\n";
        let found = update(own, &whole(&[("a", &[])]), &[]).unwrap();
        assert!(
            found.contains("default = [\"a\"] # toolsmith added this key\n"),
            "{found}"
        );
        assert_eq!(update(&found, &[], &["a"]).unwrap(), own);
    }

    #[test]
    fn rejects_a_catalog_with_the_name_of_a_users_feature() {
        let own = MANIFEST.replace("a = []\n", "a = []\nrig = [\"dep:rig\"]\n");
        for name in ["rig", "default"] {
            let catalogs = whole(&[("a", &[]), (name, &[])]);
            let problem = update(&own, &catalogs, &["a"]).unwrap_err();
            let expected = format!("the catalog `{name}` has the name of an existing feature");
            assert!(problem.to_string().starts_with(&expected), "{problem}");
        }
    }

    #[test]
    fn adds_features_to_a_manifest_without_any() {
        let manifest = "[package]\nname = \"generated\"\n";
        let found = update(manifest, &whole(&[("a", &[])]), &[]).unwrap();
        assert_eq!(
            found,
            "[package]\nname = \"generated\"\n\n[features] # toolsmith added this table\ndefault = [\"a\"]\na = []\n"
        );
        assert_eq!(update(&found, &[], &["a"]).unwrap(), manifest);
        let empty = "[features]\ndefault = []\n";
        let added = update(empty, &whole(&[("a", &[])]), &[]).unwrap();
        assert_eq!(update(&added, &[], &["a"]).unwrap(), empty);
        let listed = "[features]\ndefault = [\n  \"own\", # mine\n]\nown = []\n";
        let added = update(listed, &whole(&[("a", &[])]), &[]).unwrap();
        assert!(added.contains("# mine\n  \"a\",\n]"), "{added}");
        assert_eq!(update(&added, &[], &["a"]).unwrap(), listed);
    }

    #[test]
    fn each_resource_has_a_feature_until_they_are_switched_off() {
        let found = update(MANIFEST, &with_parts("a", &["keys", "projects"]), &["a"]).unwrap();
        let expected = "default = [\"a\"]\na = [\"a-client\", \"a-keys\", \"a-projects\"]\na-client = []\na-keys = [\"a-client\"]\na-projects = [\"a-client\"]\n";
        assert!(found.contains(expected), "{found}");
        let fewer = update(&found, &with_parts("a", &["keys"]), &["a"]).unwrap();
        assert!(!fewer.contains("projects"), "{fewer}");
        let chosen = found.replace("default = [\"a\"]", "default = [\"a-keys\", \"own\"]");
        let chosen = chosen.replace("a-client = []", "a-own = []\na-client = []\nown = []");
        assert_eq!(
            update(&chosen, &with_parts("a", &["keys", "projects"]), &["a"]).unwrap(),
            chosen
        );
        let off = update(&chosen, &whole(&[("a", &[])]), &["a"]).unwrap();
        assert!(
            off.contains("\"own\", \"a\"]\na = []\na-own = []\nown = []\n"),
            "{off}"
        );
    }

    #[test]
    fn a_long_list_has_a_line_for_each_feature() {
        let parts = ["access_keys", "accounts", "invitations", "webhooks"];
        let found = update(MANIFEST, &with_parts("a", &parts), &["a"]).unwrap();
        assert!(
            found.contains("\na = [\n    \"a-client\",\n    \"a-access_keys\",\n"),
            "{found}"
        );
    }
}
