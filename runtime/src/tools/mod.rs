//! Tools as data: the catalog, its tools, filters over them, and the access that a client has.

mod access;
mod catalog;
mod effect;
mod filter;
mod name_index;
mod similar;
mod tool;

pub use access::{Access, CanDestroy, CanWrite, Full, ReadOnly, ReadWrite};
pub use catalog::{CatalogSpec, Variables};
pub use effect::{Effect, ParseEffectError};
pub use filter::ToolFilter;
pub(crate) use similar::SimilarTools;
#[doc(hidden)]
pub use tool::check_as;
pub use tool::{HeaderArgument, IdArgument, IdField, IdKind, ToolSpec};
