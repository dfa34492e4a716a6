//! JSON Schema: parsing of every draft, references, and the canonical order of keywords.

mod bounds;
mod branches;
mod items;
mod keyword;
mod layout;
mod node;
mod parse;
mod reference;
#[cfg(test)]
mod tests;
mod type_name;

pub(crate) use branches::merge;
pub(crate) use keyword::{Holds, holds};
pub(crate) use layout::{ordered, properties_layout, schema_layout};
pub(crate) use node::{Additional, Schema, SchemaForm, UnionKeyword};
pub(crate) use parse::{parse_properties, parse_required, parse_schema};
pub(crate) use reference::resolve_references;
pub(crate) use type_name::{is_null_alone, type_named};
