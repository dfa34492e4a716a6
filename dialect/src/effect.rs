//! The effect of a tool on the account.

use std::fmt;
use std::str::FromStr;

/// The effect of a call on the account.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
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
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Reads => "reads",
            Self::Writes => "writes",
            Self::Destroys => "destroys",
        }
    }

    /// Returns the effect as a part of a sentence: "it changes something".
    #[doc(hidden)]
    #[must_use]
    pub fn does(self) -> &'static str {
        match self {
            Self::Reads => "reads",
            Self::Writes => "changes something",
            Self::Destroys => "is destructive",
        }
    }
}

/// Writes the word: `reads`, `writes` or `destroys`.
impl fmt::Display for Effect {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(self.as_str())
    }
}

/// Parses the word, the inverse of `to_string`.
impl FromStr for Effect {
    type Err = ParseEffectError;

    fn from_str(word: &str) -> Result<Self, ParseEffectError> {
        let mut effects = [Self::Reads, Self::Writes, Self::Destroys].into_iter();
        effects
            .find(|effect| effect.as_str() == word)
            .ok_or_else(|| ParseEffectError {
                word: word.to_owned(),
            })
    }
}

/// The error of a word that names no [`Effect`].
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct ParseEffectError {
    word: String,
}

impl fmt::Display for ParseEffectError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let word = self.word.escape_debug();
        write!(
            formatter,
            "`{word}` is not an effect; write `reads`, `writes` or `destroys`"
        )
    }
}

impl std::error::Error for ParseEffectError {}
