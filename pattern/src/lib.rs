//! Regular expressions of JSON Schema, translated for the `regex` crate, and the
//! [characters](hidden) of catalogs that a reader does not see.
//!
//! JSON Schema takes its patterns from ECMA-262 (2020-12 core, section 6.4). Other engines read some
//! of them differently: `[a&&b]` is a class of three characters in ECMA-262 and an intersection in
//! the `regex` crate, and `\d` is a digit of any script in Python. This crate parses the syntax of
//! ECMA-262 and writes what it means without Unicode tables: `[0-9]` for `\d`. The features of
//! `regex` that the build enables have no influence on the result.
//!
//! Text that ECMA-262 rejects and that engines read differently, such as `\A` or `(?i)`, is an
//! error. Text that it rejects but that every engine reads alike, such as `\-`, is accepted.
//!
//! ```
//! use toolsmith_pattern::{Pattern, PatternTest};
//!
//! let pattern = Pattern::parse(r"^(?!0)\d{4}$")?;
//! assert_eq!(
//!     pattern.tests()?,
//!     [
//!         PatternTest::Excludes("^(?:0)".to_owned()),
//!         PatternTest::Matches("^[0-9]{4}$".to_owned()),
//!     ],
//! );
//! # Ok::<(), toolsmith_pattern::PatternError>(())
//! ```

mod class;
mod cursor;
mod error;
mod escape;
pub mod hidden;
mod node;
mod parse;
mod render;
#[cfg(test)]
mod tests;

pub use error::PatternError;
use node::Node;
pub use render::PatternTest;

/// A parsed pattern.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pattern {
    root: Node,
}

impl Pattern {
    /// Parses a pattern.
    ///
    /// # Errors
    ///
    /// The text is not a regular expression of ECMA-262, or has a part that the `regex` crate cannot
    /// express without backtracking or Unicode tables.
    pub fn parse(text: &str) -> Result<Self, PatternError> {
        parse::parse(text).map(|root| Self { root })
    }

    /// Returns the tests that express the pattern. There are several if the pattern begins with
    /// look-aheads.
    ///
    /// # Errors
    ///
    /// The pattern has a look-ahead elsewhere than at its start.
    pub fn tests(&self) -> Result<Vec<PatternTest>, PatternError> {
        render::tests(&self.root)
    }

    /// Returns the pattern in a form that ECMA-262, Python and the `regex` crate read alike, with and
    /// without Unicode: no look-aheads, no `\b`, and anchors only at the ends. Returns `None` if it
    /// has no such form.
    #[must_use]
    pub fn portable(&self) -> Option<String> {
        render::portable(&self.root)
    }
}
