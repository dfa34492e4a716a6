//! What every generated crate needs while it runs.

mod access;
mod codec;
#[doc(hidden)]
pub mod codegen;
mod tool;

pub use access::{Access, CanDestroy, CanWrite, Full, ReadOnly, ReadWrite};
pub use codec::{ArgumentError, Date, DateTime, Extra, Json, Nullable, Open, Problem, ProblemKind};
pub use tool::{Effect, Tool, ToolSpec};
