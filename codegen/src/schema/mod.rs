//! JSON Schema: parsing of every draft, references, and the canonical order of keywords.

mod bounds;
mod branches;
mod items;
mod keyword;
mod layout;
mod node;
mod null;
mod parse;
mod reference;
mod spelling;
#[cfg(test)]
mod tests;
mod types;

pub(crate) use bounds::{NoLimit, read_count, read_limit};
pub(crate) use branches::{excludes, merge};
pub(crate) use keyword::{Holds, holds, is_untyped};
pub(crate) use layout::{ordered, properties_layout, schema_layout};
pub(crate) use node::{Additional, Inherited, Schema, SchemaForm, UnionKeyword};
pub(crate) use null::{NullSchemas, NullVerdict, is_null_alone, is_unset, overrules_null_type};
pub(crate) use parse::{parse_properties, parse_required, parse_schema};
pub(crate) use reference::resolve_references;
pub(crate) use spelling::respell;
pub(crate) use toolsmith_dialect::json_type::type_named;
