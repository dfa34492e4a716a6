//! Edits of the manifest of a crate with generated code. Everything else in it stays as it is.

mod dependency;
mod features;
mod runtime_feature;

use toml_edit::{Array, Item};

pub(crate) use self::dependency::{Dependency, update_dependency};
pub(crate) use self::features::{CatalogFeatures, update_features};
pub(crate) use self::runtime_feature::drop_runtime_feature;

/// The feature of the runtime for clients of MCP servers.
pub(crate) const MCP: &str = "toolsmith-runtime/mcp-client";

/// Returns the strings of an array.
fn strings(array: Option<&Item>) -> Vec<&str> {
    let array = array.and_then(Item::as_array);
    array
        .into_iter()
        .flatten()
        .filter_map(|item| item.as_str())
        .collect()
}

/// Returns an array: on one line if it is short, or else with a line for each string.
fn array<'a>(strings: impl IntoIterator<Item = &'a str>) -> Array {
    const MAX_WIDTH: usize = 60;
    let mut array: Array = strings.into_iter().collect();
    if array.to_string().len() > MAX_WIDTH {
        for item in array.iter_mut() {
            item.decor_mut().set_prefix("\n    ");
        }
        array.set_trailing("\n");
        array.set_trailing_comma(true);
    }
    array
}
