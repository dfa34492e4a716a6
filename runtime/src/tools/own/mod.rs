//! Tools that a program defines at run time, with a JSON Schema.

mod closed;
mod explain;
mod intern;
mod schema;

pub(crate) use intern::{OwnTool, catalog_of};
pub(crate) use schema::Decode;
