//! The reasons for which a pattern cannot be translated.

use std::fmt;

/// The reason for which a pattern cannot be translated.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum PatternError {
    /// The text is not a regular expression of ECMA-262.
    Syntax,
    /// Engines read an escape such as `\A` differently.
    Escape(char),
    /// A group has flags, such as `(?i)`.
    Flags,
    /// A look-behind, or a look-ahead that is not at the start of the pattern.
    LookAround,
    /// A reference to a group, such as `\1`.
    BackReference,
    /// A character property, such as `\p{L}`.
    Property,
    /// Groups are nested too deeply.
    TooDeep,
}

impl fmt::Display for PatternError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Syntax => formatter.write_str("it is not a regular expression of ECMA-262"),
            Self::Escape(letter) => {
                write!(
                    formatter,
                    "ECMA-262 does not define the escape `\\{letter}`"
                )
            }
            Self::Flags => formatter.write_str("it sets flags inside the pattern"),
            Self::LookAround => formatter.write_str("it uses look-around"),
            Self::BackReference => formatter.write_str("it uses a back-reference"),
            Self::Property => formatter.write_str("it uses character properties"),
            Self::TooDeep => formatter.write_str("its groups are nested too deeply"),
        }
    }
}

impl std::error::Error for PatternError {}
