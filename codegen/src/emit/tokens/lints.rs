//! The lints that generated code allows.
//!
//! A crate may deny lints that the compiler and clippy allow by default. Code that follows a catalog
//! cannot follow all of them, and no one can edit it.

use crate::options::{Enums, Features, Layout, Options};

/// Lints that generated code does not follow. Of the group `restriction`, each lint is listed, because
/// the compiler refuses to allow a group with a lint that a project forbids, such as `unwrap_used`.
const LINTS: &[&str] = &[
    "unused_results",
    "clippy::all",
    "clippy::allow_attributes",
    "clippy::arbitrary_source_item_ordering",
    "clippy::cargo",
    "clippy::decimal_literal_representation",
    "clippy::doc_paragraphs_missing_punctuation",
    "clippy::empty_structs_with_brackets",
    "clippy::field_scoped_visibility_modifiers",
    "clippy::implicit_return",
    "clippy::impl_trait_in_params",
    "clippy::lossy_float_literal",
    "clippy::min_ident_chars",
    "clippy::missing_docs_in_private_items",
    "clippy::missing_inline_in_public_items",
    "clippy::missing_trait_methods",
    "clippy::mod_module_files",
    "clippy::module_name_repetitions",
    "clippy::multiple_inherent_impl",
    "clippy::non_ascii_literal",
    "clippy::nursery",
    "clippy::pedantic",
    "clippy::pub_use",
    "clippy::pub_with_shorthand",
    "clippy::single_char_lifetime_names",
    "clippy::std_instead_of_alloc",
    "clippy::unused_trait_names",
];

/// Lints of enums without `#[non_exhaustive]`.
const EXHAUSTIVE: [&str; 1] = ["clippy::exhaustive_enums"];

/// Lints of code of which a crate uses a part: a module of another crate, or features for each
/// resource.
const UNUSED: [&str; 2] = ["dead_code", "unused_imports"];

/// Lints of the items of a module that may be private.
const PRIVATE: [&str; 3] = [
    "redundant_imports",
    "unreachable_pub",
    "clippy::single_call_fn",
];

/// Emits the attributes of the root of the generated code.
pub(in crate::emit) fn emit_attributes(options: &Options) -> Vec<String> {
    let is_nested = matches!(options.layout, Layout::Nested(_));
    let has_parts = options.features == Features::Resources && options.layout != Layout::Root;
    let mut lints = LINTS.to_vec();
    if options.enums == Enums::Exhaustive {
        lints.extend(EXHAUSTIVE);
    }
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
