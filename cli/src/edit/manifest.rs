//! Members and dependencies in manifests of Cargo.

use anyhow::{Context as _, Result};
use toml_edit::{Array, DocumentMut, InlineTable, Item, Table, value};

use super::keep_line_ends;

/// Returns the manifest with a further member of its workspace. A manifest without `[workspace]` gets
/// one.
///
/// # Errors
///
/// Returns an error if the manifest is not valid TOML, or if `workspace.members` is not a list.
pub(crate) fn add_member(manifest: &str, member: &str) -> Result<String> {
    if manifest.parse::<DocumentMut>()?.get("workspace").is_none() {
        let block = format!("[workspace]\nmembers = [{}]\n", value(member));
        return Ok(super::append_block(manifest, &block));
    }
    keep_line_ends(manifest, |manifest| {
        let mut document: DocumentMut = manifest.parse()?;
        let workspace = document
            .get_mut("workspace")
            .and_then(Item::as_table_like_mut)
            .context("`workspace` is not a table")?;
        let members = workspace
            .entry("members")
            .or_insert_with(|| value(Array::new()))
            .as_array_mut()
            .context("`workspace.members` is not a list")?;
        push(members, member);
        Ok(document.to_string())
    })
}

/// Returns the manifest with a dependency, or `None` if it has a dependency of this name.
///
/// # Errors
///
/// Returns an error if the manifest is not valid TOML, or if `dependencies` is not a table.
pub(crate) fn add_dependency(
    manifest: &str,
    name: &str,
    dependency: &InlineTable,
) -> Result<Option<String>> {
    let document: DocumentMut = manifest.parse()?;
    let existing = document.get("dependencies");
    if existing.is_some_and(|table| table.get(name).is_some()) {
        return Ok(None);
    }
    let edited = keep_line_ends(manifest, |manifest| -> Result<String> {
        let mut document: DocumentMut = manifest.parse()?;
        let dependencies = document
            .entry("dependencies")
            .or_insert_with(|| Item::Table(Table::new()))
            .as_table_like_mut()
            .context("`dependencies` is not a table")?;
        dependencies.insert(name, value(dependency.clone()));
        Ok(document.to_string())
    })?;
    Ok(Some(edited))
}

/// Returns the manifest without a feature of a dependency. A table with nothing but a version becomes
/// a string.
///
/// # Errors
///
/// Returns an error if the manifest is not valid TOML.
pub(crate) fn drop_feature(manifest: &str, name: &str, feature: &str) -> Result<String> {
    keep_line_ends(manifest, |manifest| {
        let mut document: DocumentMut = manifest.parse()?;
        let dependencies = document.get_mut("dependencies");
        let dependency = dependencies.and_then(|table| table.get_mut(name));
        let Some(dependency) = dependency else {
            return Ok(manifest.to_owned());
        };
        let features = dependency.get_mut("features").and_then(Item::as_array_mut);
        let Some(features) = features else {
            return Ok(manifest.to_owned());
        };
        features.retain(|found| found.as_str() != Some(feature));
        if !features.is_empty() {
            return Ok(document.to_string());
        }
        if let Some(table) = dependency.as_inline_table_mut() {
            table.remove("features");
            table.fmt();
            let version = table
                .get("version")
                .and_then(|it| it.as_str())
                .map(str::to_owned);
            if let (Some(version), 1) = (version, table.len()) {
                *dependency = value(version);
            }
        } else if let Some(table) = dependency.as_table_like_mut() {
            table.remove("features");
        }
        Ok(document.to_string())
    })
}

/// Appends an element in the format of the last one.
fn push(list: &mut Array, element: &str) {
    let is_multiline = list.iter().any(|element| {
        let prefix = element.decor().prefix().and_then(|prefix| prefix.as_str());
        prefix.is_some_and(|prefix| prefix.contains('\n'))
    });
    if !is_multiline {
        list.push(element);
        return;
    }
    let decor = list.iter().last().map(|element| element.decor().clone());
    let indent = decor.as_ref().and_then(|decor| decor.prefix()?.as_str());
    let indent = indent.and_then(|prefix| prefix.rsplit('\n').next());
    // A comment after the last element belongs to the line before, with and without a comma.
    let suffix = decor.as_ref().and_then(|decor| decor.suffix()?.as_str());
    let suffix = suffix.unwrap_or_default().trim_end();
    let trailing = list.trailing().as_str().unwrap_or_default().trim_end();
    let prefix = format!("{suffix}{trailing}\n{}", indent.unwrap_or("    "));
    if let Some(last) = list.iter_mut().last() {
        last.decor_mut().set_suffix("");
    }
    let mut element = toml_edit::Value::from(element);
    element.decor_mut().set_prefix(prefix);
    list.push_formatted(element);
    list.set_trailing_comma(true);
    list.set_trailing("\n");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn adds_a_member_in_the_format_of_the_others() {
        for (manifest, expected) in [
            (
                "[workspace]\nmembers = [\"a\"] # all\nresolver = \"3\"\n",
                "[workspace]\nmembers = [\"a\", \"x\"] # all\nresolver = \"3\"\n",
            ),
            (
                "[workspace]\r\nmembers = [\r\n  \"a\",\r\n  \"b\", # b\r\n]\r\n",
                "[workspace]\r\nmembers = [\r\n  \"a\",\r\n  \"b\", # b\r\n  \"x\",\r\n]\r\n",
            ),
            (
                "[workspace]\nmembers = [\n\t\"a\",\n\t\"b\"\n]\n",
                "[workspace]\nmembers = [\n\t\"a\",\n\t\"b\",\n\t\"x\",\n]\n",
            ),
            (
                "[workspace]\nmembers = [\n  \"a\" # a\n]\n",
                "[workspace]\nmembers = [\n  \"a\", # a\n  \"x\",\n]\n",
            ),
            (
                "[package]\nname = \"p\"\n\n[workspace]\n",
                "[package]\nname = \"p\"\n\n[workspace]\nmembers = [\"x\"]\n",
            ),
            (
                "[package]\nname = \"p\"\n",
                "[package]\nname = \"p\"\n\n[workspace]\nmembers = [\"x\"]\n",
            ),
        ] {
            assert_eq!(add_member(manifest, "x").unwrap(), expected);
        }
    }

    #[test]
    fn drops_a_feature() {
        for (before, after) in [
            ("{ version = \"1\", features = [\"x\"] }", "\"1\""),
            ("{ path = \"p\", features = [\"x\"] }", "{ path = \"p\" }"),
            (
                "{ version = \"1\", features = [\"a\", \"x\"] }",
                "{ version = \"1\", features = [\"a\"] }",
            ),
            ("\"1\" # one", "\"1\" # one"),
        ] {
            let manifest = format!("[dependencies]\nr = {before}\n");
            let expected = format!("[dependencies]\nr = {after}\n");
            assert_eq!(drop_feature(&manifest, "r", "x").unwrap(), expected);
        }
    }

    #[test]
    fn adds_a_dependency_once() {
        let path = || {
            let mut path = InlineTable::new();
            path.insert("path", "tools".into());
            path
        };
        let manifest = "[package]\nname = \"p\"\n\n[dependencies]\nserde = \"1\" # s\n";
        let added = add_dependency(manifest, "tools", &path()).unwrap().unwrap();
        assert_eq!(added, format!("{manifest}tools = {{ path = \"tools\" }}\n"));
        assert_eq!(add_dependency(&added, "tools", &path()).unwrap(), None);
        let without = "[package]\r\nname = \"p\"\r\n";
        let added = add_dependency(without, "tools", &path()).unwrap().unwrap();
        let expected = "\r\n[dependencies]\r\ntools = { path = \"tools\" }\r\n";
        assert_eq!(added, format!("{without}{expected}"));
    }
}
