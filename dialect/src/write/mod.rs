//! The writer of schemas: from the nodes of a tool's schema to the schema of a dialect, with the
//! mapping of arguments between the two.

mod closed;
mod condition_words;
mod conditional_names;
mod definitions;
mod describe;
mod first_keys;
mod json_schema;
mod json_schema_object;
mod object_names;
mod overlap;
mod root;
#[cfg(test)]
mod tests;
mod words;
mod writer;

pub(super) use root::has_arguments;
pub(super) use writer::{Arguments, write};
