//! The items that generated files define: types, their checks, constructors and setters.

pub(super) mod arguments;
pub(super) mod checks;
pub(super) mod choice;
pub(super) mod module_types;
pub(super) mod object;
pub(super) mod parameter;
pub(super) mod record;
pub(super) mod request;
pub(super) mod setters;
pub(super) mod ty;
pub(super) mod union;
