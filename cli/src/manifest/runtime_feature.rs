//! A feature of the runtime in the dependency on it. A comment on the line records that the feature was
//! added, so that the reverse removes nothing that a person wrote, and restores the form.

use toml_edit::{Array, Decor, DocumentMut, InlineTable, Item, TableLike, Value, value};

use crate::edit::{push, remove};
use crate::project::{RUNTIME, RUNTIME_CRATE};

/// The feature was added to a list.
const LISTED: &str = " # toolsmith added a feature";

/// The list was added to a table.
const LIST: &str = " # toolsmith added `features`";

/// The version became a table with the list.
const TABLE: &str = " # toolsmith added `features` to the version";

/// Adds a feature to a dependency.
pub(super) fn add(dependency: &mut Item, feature: &str) {
    if let Some(version) = dependency.as_value().filter(|value| value.is_str()) {
        let decor = version.decor().clone();
        let mut table = InlineTable::new();
        let mut bare = version.clone();
        bare.decor_mut().clear();
        table.insert("version", bare);
        table.insert("features", Value::from(Array::from_iter([feature])));
        table.fmt();
        *table.decor_mut() = decor;
        mark(table.decor_mut(), TABLE);
        *dependency = Item::Value(Value::InlineTable(table));
        return;
    }
    let marker = if let Some(features) = list(dependency) {
        push(features, feature);
        LISTED
    } else {
        insert_list(dependency, feature);
        LIST
    };
    if let Some(decor) = decor(dependency) {
        mark(decor, marker);
    }
}

/// Removes a feature that [`add`] added to the dependency on the runtime.
pub(crate) fn drop_runtime_feature(document: &mut DocumentMut, feature: &str) {
    for name in [RUNTIME, RUNTIME_CRATE] {
        let dependencies = document.get_mut("dependencies");
        let dependency = dependencies.and_then(|table| table.as_table_like_mut()?.get_mut(name));
        if let Some(dependency) = dependency {
            drop_feature(dependency, feature);
        }
    }
}

fn drop_feature(dependency: &mut Item, feature: &str) {
    let Some(marker) = decor(dependency).and_then(unmark) else {
        return;
    };
    let Some(features) = list(dependency) else {
        return;
    };
    remove(features, feature);
    if marker == LISTED || !features.is_empty() {
        return;
    }
    remove_list(dependency);
    let Some(table) = dependency.as_inline_table() else {
        return;
    };
    if let (TABLE, 1, Some(version)) = (marker, table.len(), table.get("version")) {
        let mut version = version.clone();
        *version.decor_mut() = table.decor().clone();
        *dependency = Item::Value(version);
    }
}

fn list(dependency: &mut Item) -> Option<&mut Array> {
    let features = dependency.as_table_like_mut()?.get_mut("features")?;
    features.as_array_mut()
}

/// Adds a list to a table, after its last key.
fn insert_list(dependency: &mut Item, feature: &str) {
    let mut features = Value::from(Array::from_iter([feature]));
    if let Some(table) = dependency.as_inline_table_mut() {
        // The space before the closing brace.
        let last = table.iter_mut().last();
        let end = last.and_then(|(_, last)| {
            let end = last.decor().suffix()?.as_str()?.to_owned();
            last.decor_mut().set_suffix("");
            Some(end)
        });
        *features.decor_mut() = Decor::new(" ", end.unwrap_or_default());
        table.insert("features", features);
    } else if let Some(table) = dependency.as_table_like_mut() {
        table.insert("features", value(features));
    }
}

/// Removes the list from a table.
fn remove_list(dependency: &mut Item) {
    let Some(table) = dependency.as_inline_table_mut() else {
        dependency
            .as_table_like_mut()
            .map(|table: &mut dyn TableLike| table.remove("features"));
        return;
    };
    let is_last = table
        .iter()
        .last()
        .is_some_and(|(key, _)| key == "features");
    let removed = table.remove("features");
    let end = removed.and_then(|it| Some(it.decor().suffix()?.as_str()?.to_owned()));
    let last = table.iter_mut().last().filter(|_| is_last);
    if let (Some((_, last)), Some(end)) = (last, end) {
        last.decor_mut().set_suffix(end);
    }
}

/// Returns the space and the comment after the dependency, or after its list of features.
fn decor(dependency: &mut Item) -> Option<&mut Decor> {
    if dependency.is_inline_table() {
        return Some(dependency.as_value_mut()?.decor_mut());
    }
    let features = dependency.as_table_like_mut()?.get_mut("features")?;
    Some(features.as_value_mut()?.decor_mut())
}

fn mark(decor: &mut Decor, marker: &str) {
    let suffix = decor.suffix().and_then(|it| it.as_str());
    let suffix = suffix.unwrap_or_default();
    decor.set_suffix(format!("{suffix}{marker}"));
}

/// Removes the marker, and returns it.
fn unmark(decor: &mut Decor) -> Option<&'static str> {
    let suffix = decor.suffix()?.as_str()?.to_owned();
    for marker in [LISTED, LIST, TABLE] {
        if let Some(suffix) = suffix.strip_suffix(marker) {
            decor.set_suffix(suffix);
            return Some(marker);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn add_to(manifest: &str) -> String {
        let mut document: DocumentMut = manifest.parse().unwrap();
        let dependencies = document["dependencies"].as_table_mut().unwrap();
        add(dependencies.iter_mut().next().unwrap().1, "mcp-client");
        document.to_string()
    }

    fn drop_from(manifest: &str) -> String {
        let mut document: DocumentMut = manifest.parse().unwrap();
        drop_runtime_feature(&mut document, "mcp-client");
        document.to_string()
    }

    #[test]
    fn dropping_an_added_feature_restores_every_byte() {
        for line in [
            "toolsmith-runtime = \"1\"",
            "toolsmith_runtime = '1' # mine",
            "toolsmith-runtime = { version = \"1\" }",
            "toolsmith-runtime={version='1'}  # mine",
            "toolsmith-runtime = { workspace = true, features = [] }",
            "toolsmith-runtime = { version = \"1\", features = [ \"gzip\" ] }",
            "toolsmith-runtime = { features = [\n  \"gzip\", # fast\n  # last\n], version = \"1\" }",
            "toolsmith-runtime.workspace = true",
            "[dependencies.toolsmith-runtime]\nversion = \"1\" # mine",
            "[dependencies.toolsmith-runtime]\nfeatures = [\"gzip\"] # mine\nversion = \"1\"",
        ] {
            let head = if line.starts_with('[') {
                ""
            } else {
                "[dependencies]\n"
            };
            let before = format!("{head}{line}\n\n[lints]\n");
            let added = add_to(&before);
            let count = added.matches("\"mcp-client\"").count();
            assert_eq!(count, 1, "{added}");
            assert_eq!(drop_from(&added), before, "{added}");
        }
    }

    #[test]
    fn keeps_a_feature_that_a_person_wrote() {
        for line in [
            "toolsmith-runtime = { version = \"1\", features = [\"mcp-client\"] }",
            "toolsmith-runtime = { version = \"1\", features = [\"mcp-client\"] } # mine",
        ] {
            let manifest = format!("[dependencies]\n{line}\n");
            assert_eq!(drop_from(&manifest), manifest);
        }
    }
}
