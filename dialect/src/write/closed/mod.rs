//! Schemas for providers that know only a few keywords: every object is closed, or the schema is of
//! `OpenAPI` 3.0.

mod array;
mod enumeration;
mod facets;
mod object;
mod types;
mod union;
