//! What is wrong with an input: where, what, why, and what to do about it.
//!
//! Data only. How it is shown is the business of whoever calls this crate.

use std::fmt;

/// One thing that is wrong with an input.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diagnostic {
    /// Where it is.
    pub location: SourceLocation,
    /// What is wrong: lower case, no full stop, the offending value quoted.
    pub what: String,
    /// Why it is wrong, if that is not obvious.
    pub why: Option<String>,
    /// What to edit, with a suggestion where a name is close.
    pub help: Option<String>,
}

/// A place in an input file.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct SourceLocation {
    /// The file as the caller named it.
    pub file: String,
    /// A JSON pointer (RFC 6901) or a line such as `line 3, column 7`; empty for the whole file.
    pub pointer: String,
    /// The tool at that place.
    pub tool: Option<String>,
}

impl Diagnostic {
    /// A diagnostic without a reason or help.
    #[must_use]
    pub fn new(location: SourceLocation, what: impl Into<String>) -> Self {
        Self {
            location,
            what: what.into(),
            why: None,
            help: None,
        }
    }

    /// The same diagnostic with a reason.
    #[must_use]
    pub fn because(mut self, why: impl Into<String>) -> Self {
        self.why = Some(why.into());
        self
    }

    /// The same diagnostic with help.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// Adds help that suggests the candidate most similar to `wanted`, or `otherwise` if none is
    /// similar.
    pub(crate) fn suggest<'name>(
        self,
        wanted: &str,
        candidates: impl Iterator<Item = &'name str>,
        otherwise: impl Into<String>,
    ) -> Self {
        const MIN_SIMILARITY: f64 = 0.8;
        let nearest = candidates
            .map(|candidate| (strsim::jaro_winkler(wanted, candidate), candidate))
            .filter(|(similarity, _)| *similarity >= MIN_SIMILARITY)
            .max_by(|one, other| one.0.total_cmp(&other.0));
        match nearest {
            Some((_, nearest)) => self.help(format!("did you mean `{nearest}`?")),
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

/// Everything that is wrong with an input, collected until a stage ends.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Diagnostics(Vec<Diagnostic>);

impl Diagnostics {
    /// Adds one.
    pub fn push(&mut self, diagnostic: Diagnostic) {
        self.0.push(diagnostic);
    }

    /// Adds all of another collection.
    pub fn extend(&mut self, other: Self) {
        self.0.extend(other.0);
    }

    /// Whether nothing is wrong.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The diagnostics, in the order in which they were found.
    pub fn iter(&self) -> std::slice::Iter<'_, Diagnostic> {
        self.0.iter()
    }

    /// The barrier at the end of a stage.
    ///
    /// # Errors
    ///
    /// All that was collected, if anything was.
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
