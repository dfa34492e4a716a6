//! Tools as data: the catalog, its tools, filters over them, and the access that a client has.

mod access;
mod catalog;
mod definition;
mod filter;
mod name_index;
#[cfg(feature = "own-functions")]
mod own;
mod renamed;
mod similar;
mod tool;

pub use access::{Access, CanDestroy, CanWrite, Full, ReadOnly, ReadWrite};
pub use catalog::{CatalogSpec, Variables};
pub use filter::ToolFilter;
pub(crate) use filter::ToolView;
#[cfg(feature = "own-functions")]
pub(crate) use own::{Decode, OwnTool, catalog_of};
pub(crate) use renamed::renamed;
pub(crate) use similar::SimilarTools;
#[doc(hidden)]
pub use tool::ArgumentCheck;
#[doc(hidden)]
pub use tool::check_as;
pub use tool::{HeaderArgument, IdArgument, IdField, IdKind, Removal, ToolSpec};
#[doc(inline)]
pub use toolsmith_dialect::{Effect, ParseEffectError};
