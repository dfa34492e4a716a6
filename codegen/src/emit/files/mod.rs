//! The generated files: one module for each kind of file.

pub(super) mod client_method;
pub(super) mod ids;
pub(super) mod module;
pub(super) mod registry;
pub(super) mod resource;
pub(super) mod root;
pub(super) mod schemas;
pub(super) mod shared;
