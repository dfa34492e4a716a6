//! Lists of tools in the dialects of model providers.

mod auth_api;
mod callable;
mod cases;
mod conditions;
mod contradictions;
mod corpus;
mod limits;
mod order;
mod random;
mod strict;
