//! Diagnostics: errors in the input, each with its location, reason and remedy.
//!
//! They are plain data; the caller decides how to display them.

use std::fmt;

use toolsmith_dialect::suggest::similar_names;

/// An error in the input, or a remark on it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diagnostic {
    /// The location.
    pub location: SourceLocation,
    /// The message: lower case, no full stop, the offending value in quotes.
    pub what: String,
    /// The reason, if it is not obvious.
    pub why: Option<String>,
    /// The remedy, with a suggestion if a name is similar.
    pub help: Option<String>,
}

/// A location in an input file.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct SourceLocation {
    /// The name of the file.
    pub file: String,
    /// A JSON pointer (RFC 6901) or a line such as `line 3, column 7`, empty for the whole file.
    pub pointer: String,
    /// The tool at this location.
    pub tool: Option<String>,
}

impl Diagnostic {
    /// Creates a diagnostic without a reason or a remedy.
    #[must_use]
    pub fn new(location: SourceLocation, what: impl Into<String>) -> Self {
        Self {
            location,
            what: what.into(),
            why: None,
            help: None,
        }
    }

    /// Adds the reason.
    #[must_use]
    pub fn because(mut self, why: impl Into<String>) -> Self {
        self.why = Some(why.into());
        self
    }

    /// Adds the remedy.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// Adds a remedy that suggests the candidate most similar to `wanted`, or `otherwise` if none is
    /// similar.
    pub(crate) fn suggest<'name>(
        self,
        wanted: &str,
        candidates: impl Iterator<Item = &'name str>,
        otherwise: impl Into<String>,
    ) -> Self {
        const MIN_SIMILARITY: f64 = 0.8;
        match similar_names(wanted, candidates, MIN_SIMILARITY).first() {
            Some(nearest) => self.help(format!("did you mean `{nearest}`?")),
            None => self.help(otherwise),
        }
    }
}

impl fmt::Display for SourceLocation {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.file)?;
        match self.pointer.as_str() {
            "" => {}
            pointer if pointer.starts_with('/') => write!(formatter, "#{pointer}")?,
            line => write!(formatter, ", {line}")?,
        }
        match &self.tool {
            Some(tool) => write!(formatter, "  (tool `{tool}`)"),
            None => Ok(()),
        }
    }
}

impl fmt::Display for Diagnostic {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}\n  --> {}", self.what, self.location)?;
        if let Some(why) = &self.why {
            write!(formatter, "\n  because: {why}")?;
        }
        match &self.help {
            Some(help) => write!(formatter, "\n  help: {help}"),
            None => Ok(()),
        }
    }
}

/// The errors in an input, collected until the end of a stage.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Diagnostics(Vec<Diagnostic>);

impl Diagnostics {
    /// Adds a diagnostic.
    pub fn push(&mut self, diagnostic: Diagnostic) {
        self.0.push(diagnostic);
    }

    /// Adds all diagnostics of another collection.
    pub fn extend(&mut self, other: Self) {
        self.0.extend(other.0);
    }

    /// Returns `true` if there are no diagnostics.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Returns the diagnostics in the order in which they were found.
    pub fn iter(&self) -> std::slice::Iter<'_, Diagnostic> {
        self.0.iter()
    }

    /// Ends a stage.
    ///
    /// # Errors
    ///
    /// Returns the diagnostics, if there are any.
    pub fn finish(self) -> Result<(), Self> {
        if self.is_empty() { Ok(()) } else { Err(self) }
    }
}

impl From<Diagnostic> for Diagnostics {
    fn from(diagnostic: Diagnostic) -> Self {
        Self(vec![diagnostic])
    }
}

impl<'a> IntoIterator for &'a Diagnostics {
    type Item = &'a Diagnostic;
    type IntoIter = std::slice::Iter<'a, Diagnostic>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

impl fmt::Display for Diagnostics {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, diagnostic) in self.0.iter().enumerate() {
            if index > 0 {
                formatter.write_str("\n\n")?;
            }
            write!(formatter, "error: {diagnostic}")?;
        }
        Ok(())
    }
}

impl std::error::Error for Diagnostics {}
