//! Parsing and writing of JSON and YAML, and JSON pointers.

mod entries;
mod json;
mod members;
mod pointer;
mod print;
mod tree;
mod value;
mod yaml;

pub(crate) use entries::{BrokenEntry, ParsedEntries, parse_entries};
pub(crate) use json::parse_json;
pub(crate) use members::Members;
pub(crate) use pointer::{
    SchemaStep, SchemaSteps, child, escape, find, split, split_first, tokens,
};
pub(crate) use print::{Layout, compact, compact_json, pretty, quoted, shortened, shortened_to};
pub(crate) use value::Json;
pub(crate) use yaml::parse_embedded;
