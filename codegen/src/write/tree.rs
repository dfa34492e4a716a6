//! Files as values.

use std::collections::BTreeMap;

/// Files as values: their contents by path from the root of the generated crate, with `/`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct FileTree(pub BTreeMap<String, String>);
