//! The effect of a tool on the account.

/// What calling a tool does to the account.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Effect {
    /// Nothing: it only reads.
    Reads,
    /// It creates or changes something.
    Writes,
    /// It removes something for good.
    Destroys,
}

impl Effect {
    /// A word that does not change: `reads`, `writes` or `destroys`.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Reads => "reads",
            Self::Writes => "writes",
            Self::Destroys => "destroys",
        }
    }

    /// What the tool does, as a part of a sentence: "it changes something".
    pub(crate) fn does(self) -> &'static str {
        match self {
            Self::Reads => "reads",
            Self::Writes => "changes something",
            Self::Destroys => "destroys what it acts on",
        }
    }
}
