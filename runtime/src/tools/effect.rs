//! The effect of a tool on the account.

/// The effect of a call on the account.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Effect {
    /// It reads.
    Reads,
    /// It creates or changes something.
    Writes,
    /// It removes something permanently.
    Destroys,
}

impl Effect {
    /// Returns a stable word: `reads`, `writes` or `destroys`.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Reads => "reads",
            Self::Writes => "writes",
            Self::Destroys => "destroys",
        }
    }

    /// Returns the effect as a part of a sentence: "it changes something".
    pub(crate) fn does(self) -> &'static str {
        match self {
            Self::Reads => "reads",
            Self::Writes => "changes something",
            Self::Destroys => "destroys what it acts on",
        }
    }
}
