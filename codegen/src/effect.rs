//! The effect of calling a tool.

/// The effect of a tool on the account.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Effect {
    /// Reads without changing anything.
    Reads,
    /// Creates or changes something.
    Writes,
    /// Removes something permanently.
    Destroys,
}

impl Effect {
    /// Every effect.
    pub const ALL: [Self; 3] = [Self::Reads, Self::Writes, Self::Destroys];

    /// Returns the word for the effect, as overlays have it: `reads`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Reads => "reads",
            Self::Writes => "writes",
            Self::Destroys => "destroys",
        }
    }
}

/// The effect of calling a tool again with the same arguments.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Repetition {
    /// The second call has no further effect.
    Harmless,
    /// The second call may have a second effect.
    Unknown,
}
