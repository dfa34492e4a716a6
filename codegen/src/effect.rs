//! The effect of calling a tool.

pub use toolsmith_dialect::Effect;

/// The effect of calling a tool again with the same arguments.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Repetition {
    /// The second call has no further effect.
    Harmless,
    /// The second call may have a second effect.
    Unknown,
}
