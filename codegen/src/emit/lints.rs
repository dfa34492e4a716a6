//! The lints that generated code allows.
//!
//! A crate may deny lints that the compiler and clippy allow by default. Code that follows a catalog
//! cannot follow all of them, and nobody can edit it.

use crate::options::{Features, Layout, Options};

/// Lints that generated code does not follow. Lints that projects forbid are not among them, because
/// the compiler refuses to allow a forbidden lint.
const LINTS: &[&str] = &[
    "missing_debug_implementations",
    "clippy::nursery",
    "clippy::pedantic",
];

/// Lints of code of which a crate uses a part: a module of another crate, or features for each
/// resource.
const UNUSED: [&str; 2] = ["dead_code", "unused_imports"];

/// Lints of the items of a module that may be private.
const PRIVATE: [&str; 1] = ["unreachable_pub"];

/// Emits the attributes of the root of the generated code.
pub(super) fn emit_attributes(options: &Options) -> Vec<String> {
    let is_nested = matches!(options.layout, Layout::Nested(_));
    let has_parts = options.features == Features::Resources && options.layout != Layout::Root;
    let mut lints = LINTS.to_vec();
    if is_nested || has_parts {
        lints.extend(UNUSED);
    }
    if is_nested {
        lints.extend(PRIVATE);
    }
    lints.sort_unstable_by_key(|lint| (lint.starts_with("clippy::"), *lint));
    let mut attributes = Vec::new();
    if options.layout == Layout::Modules && options.features != Features::None {
        attributes.push("#![cfg_attr(docsrs, feature(doc_cfg))]".to_owned());
    }
    attributes.push(format!(
        "#![allow(\n    {},\n    reason = \"the code follows the catalog\"\n)]",
        lints.join(",\n    ")
    ));
    attributes
}
