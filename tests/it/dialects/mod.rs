//! Lists of tools in the dialects of model providers.

mod auth_api;
mod cases;
mod corpus;
