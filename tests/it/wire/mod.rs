//! Requests and responses, through an in-memory transport.

mod every_tool;
mod recorded;
mod records;
mod refusals;
