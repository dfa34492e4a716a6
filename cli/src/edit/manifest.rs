//! Members and dependencies in manifests of Cargo.

use anyhow::{Context as _, Result};
use toml_edit::{Array, DocumentMut, InlineTable, Item, Table, value};

use super::array::push;
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
                "[workspace]\nmembers = [\n\t\"a\",\n\t\"b\",\n\t\"x\"\n]\n",
            ),
            (
                "[workspace]\nmembers = [\n  \"a\" # a\n]\n",
                "[workspace]\nmembers = [\n  \"a\", # a\n  \"x\"\n]\n",
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
