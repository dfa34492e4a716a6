//! Tools that a program defines at run time, with a JSON Schema.

mod closed;
mod explain;
mod intern;
mod schema;
mod union;

pub(crate) use intern::{OwnTool, catalog_of};
pub(crate) use schema::Decode;
