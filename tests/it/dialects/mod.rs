//! Lists of tools in the dialects of model providers.

mod auth_api;
mod callable;
mod cases;
mod contradictions;
mod corpus;
mod limits;
mod order;
mod strict;
