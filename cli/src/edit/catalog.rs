//! Catalogs in `toolsmith.toml`.

use std::ops::Range;

use anyhow::{Context as _, Result};
use toml_edit::{Document, DocumentMut, Item, Table};

use super::{append_block, keep_line_ends, line_after, line_start, splice};

/// The table of all catalogs.
const CATALOG: &str = "catalog";

/// Returns the configuration with a further catalog: at its end, or in the inline table of all catalogs.
///
/// # Errors
///
/// Returns an error if the configuration is not valid TOML.
pub(crate) fn append_catalog(config: &str, name: &str, keys: &Table) -> Result<String> {
    let document = Document::parse(config)?;
    if document.get(CATALOG).is_some_and(Item::is_inline_table) {
        return keep_line_ends(config, |config| insert_value(config, name, keys));
    }
    Ok(append_block(config, &format!("[{CATALOG}.{name}]\n{keys}")))
}

/// Adds a catalog to the inline table of all catalogs.
fn insert_value(config: &str, name: &str, keys: &Table) -> Result<String> {
    let mut document: DocumentMut = config.parse()?;
    let catalogs = document
        .get_mut(CATALOG)
        .and_then(Item::as_inline_table_mut);
    let catalogs = catalogs.context("`catalog` is not an inline table")?;
    let mut keys = keys.clone().into_inline_table();
    keys.fmt();
    catalogs.insert(name, toml_edit::Value::InlineTable(keys));
    Ok(document.to_string())
}

/// Returns the configuration without a catalog: its table, the comments directly above it and the
/// blank line before them are removed. Every other byte stays.
///
/// # Errors
///
/// Returns an error if the configuration is not valid TOML.
pub(crate) fn remove_catalog(config: &str, name: &str) -> Result<String> {
    let document = Document::parse(config)?;
    let catalogs = document.get(CATALOG).and_then(Item::as_table);
    let blocks = catalogs
        .and_then(|catalogs| catalogs.get(name))
        .and_then(Item::as_table)
        .and_then(|table| blocks(table, config));
    match blocks {
        Some(blocks) => Ok(without(config, blocks)),
        None => keep_line_ends(config, |config| remove_value(config, name)),
    }
}

/// Removes a catalog that is not a separate table, such as `catalog = { a = { … } }`.
fn remove_value(config: &str, name: &str) -> Result<String> {
    let mut document: DocumentMut = config.parse()?;
    let catalogs = document
        .get_mut(CATALOG)
        .and_then(Item::as_table_like_mut)
        .context("`catalog` is not a table")?;
    catalogs.remove(name);
    if catalogs.is_empty() {
        document.remove(CATALOG);
    }
    Ok(document.to_string())
}

/// Returns the lines of a table with a header, and those of its sub-tables. Returns `None` for a table
/// without a header.
fn blocks(table: &Table, text: &str) -> Option<Vec<Range<usize>>> {
    let header = table.span().filter(|span| !span.is_empty())?;
    let is_header = text.get(header.clone())?.starts_with('[');
    if table.is_dotted() || table.is_implicit() || !is_header {
        return None;
    }
    let mut end = header.end;
    let mut found = Vec::new();
    for (_, item) in table {
        match item {
            Item::Table(inner) if !inner.is_dotted() => found.extend(blocks(inner, text)?),
            Item::ArrayOfTables(_) => return None,
            item => end = end.max(end_of(item)?),
        }
    }
    found.push(line_start(text, header.start)..line_after(text, end));
    Some(found)
}

/// Returns the end of a value, or of the last value with a dotted key.
fn end_of(item: &Item) -> Option<usize> {
    match item {
        Item::Value(value) => Some(value.span()?.end),
        Item::Table(table) => {
            let ends: Option<Vec<usize>> = table.iter().map(|(_, item)| end_of(item)).collect();
            ends?.into_iter().max()
        }
        _ => None,
    }
}

/// Removes lines together with the comments directly above them and one blank line before those.
fn without(text: &str, mut blocks: Vec<Range<usize>>) -> String {
    blocks.sort_by_key(|block| std::cmp::Reverse(block.start));
    let had_line_end = text.ends_with('\n');
    let mut left = text.to_owned();
    for block in blocks {
        let mut start = block.start;
        while let Some(above) = line_above(&left, start) {
            if !left.get(above..start).is_some_and(is_comment) {
                break;
            }
            start = above;
        }
        let blank =
            line_above(&left, start).filter(|above| left.get(*above..start).is_some_and(is_blank));
        let is_last = block.end >= left.len();
        left = splice(&left, blank.unwrap_or(start)..block.end, "");
        // The first block of a file has no blank line before it, but one after it.
        if blank.is_none() && start == 0 && !is_last {
            let after = line_after(&left, 0);
            if left.get(..after).is_some_and(is_blank) {
                left = splice(&left, 0..after, "");
            }
        }
    }
    if !had_line_end {
        // The line end before the removed block was added with it.
        let kept = left.trim_end_matches('\n').trim_end_matches('\r').len();
        left.truncate(kept);
    }
    left
}

/// Returns the start of the line before one that starts at `start`.
fn line_above(text: &str, start: usize) -> Option<usize> {
    Some(line_start(text, start.checked_sub(1)?))
}

fn is_comment(line: &str) -> bool {
    line.trim_start().starts_with('#')
}

fn is_blank(line: &str) -> bool {
    line.trim().is_empty()
}

#[cfg(test)]
mod tests {
    use toml_edit::value;

    use super::*;

    fn keys() -> Table {
        let mut keys = Table::new();
        keys.insert("kind", value("mcp"));
        keys.insert("url", value("https://x.test/mcp"));
        keys
    }

    #[test]
    fn adding_and_removing_a_catalog_restores_every_byte() {
        for before in [
            "",
            "version = \"0.1.0\"\n",
            "version = \"0.1.0\"",
            "a = 1\n\n\n\n",
            "# Only a comment.\n",
            "a = 1\n\n# Examples:\n#\n# [catalog.other]\n# kind = \"mcp\"\n",
            "a = 1\r\n\r\n[catalog.first]  # mine\r\nkind = \"mcp\"\r\n# last\r\n",
            "[catalog.first]\nkind = \"mcp\"\nargs = [\n  \"a\", # one\n]\n",
            "[catalog.first]\nkind = \"mcp\"",
            "a = 1\ncatalog = { first = { kind = \"mcp\" } }\n",
        ] {
            let added = append_catalog(before, "echo", &keys()).unwrap();
            let document: DocumentMut = added.parse().unwrap();
            assert_eq!(
                document["catalog"]["echo"]["url"].as_str(),
                Some("https://x.test/mcp"),
                "{added}"
            );
            let removed = remove_catalog(&added, "echo").unwrap();
            assert_eq!(removed, before, "{added}");
        }
    }

    #[test]
    fn removes_a_catalog_between_others_with_its_comments() {
        let config = "# Head.\n\n[catalog.a]\nkind = \"mcp\"\n\n# About b.\n[catalog.b]\nkind = \"mcp\" # b\n# inside b\nurl.env = \"B\"\n\n[catalog.b.token]\nenv = \"T\"\n\n# About c.\n[catalog.c]\nkind = \"mcp\"\n";
        let expected =
            "# Head.\n\n[catalog.a]\nkind = \"mcp\"\n\n# About c.\n[catalog.c]\nkind = \"mcp\"\n";
        assert_eq!(remove_catalog(config, "b").unwrap(), expected);
        let first = "[catalog.a]\nkind = \"mcp\"\n\n[catalog.b]\nkind = \"mcp\"\n";
        let expected = "[catalog.b]\nkind = \"mcp\"\n";
        assert_eq!(remove_catalog(first, "a").unwrap(), expected);
    }

    #[test]
    fn removes_a_catalog_without_a_header() {
        for config in [
            "a = 1\ncatalog = { a = { kind = \"mcp\" }, b = { kind = \"mcp\" } }\n",
            "a = 1\ncatalog.a.kind = \"mcp\"\ncatalog.b.kind = \"mcp\"\n",
            "a = 1\r\n[catalog]\r\na = { kind = \"mcp\" }\r\nb.kind = \"mcp\"\r\n",
        ] {
            let removed = remove_catalog(config, "a").unwrap();
            let document: DocumentMut = removed.parse().unwrap();
            assert!(document["catalog"].get("a").is_none(), "{removed}");
            assert!(document["catalog"].get("b").is_some(), "{removed}");
            assert_eq!(removed.contains('\r'), config.contains('\r'), "{removed:?}");
            assert!(removed.starts_with("a = 1"), "{removed}");
        }
    }
}
