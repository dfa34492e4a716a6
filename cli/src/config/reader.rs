//! Access to TOML values that reports errors with their line and column.

use std::ops::Range;

use toml::Spanned;
use toml::de::DeValue;
use toolsmith_codegen::{Diagnostic, Diagnostics, SourceLocation};

use crate::text::nearest::{all_listed, listed, nearest};

/// A TOML document and the errors found in it.
pub(crate) struct Reader<'a> {
    file: &'a str,
    text: &'a str,
    problems: Diagnostics,
}

impl<'a> Reader<'a> {
    /// Creates a reader without errors.
    pub(crate) fn new(file: &'a str, text: &'a str) -> Self {
        Self {
            file,
            text,
            problems: Diagnostics::default(),
        }
    }

    /// Returns all errors, if there are any.
    pub(crate) fn finish(self) -> Result<(), Diagnostics> {
        self.problems.finish()
    }

    /// Reports a diagnostic.
    pub(super) fn report_as(&mut self, diagnostic: Diagnostic) {
        self.problems.push(diagnostic);
    }

    /// Reports an error.
    pub(super) fn report(&mut self, span: Range<usize>, what: &str) {
        let diagnostic = Diagnostic::new(self.location(span), what);
        self.problems.push(diagnostic);
    }

    /// Creates a diagnostic, to be completed and reported.
    pub(super) fn at(&self, span: Range<usize>, what: impl Into<String>) -> Diagnostic {
        Diagnostic::new(self.location(span), what)
    }

    /// Reports an unknown key.
    pub(crate) fn unknown_key(&mut self, span: Range<usize>, key: &str, known: &[&str]) {
        let near = nearest(key, known.iter().copied());
        let help = match near.as_slice() {
            [] => format!("the keys here are {}", all_listed(known)),
            near => format!("did you mean {}?", listed(near)),
        };
        let diagnostic = self.at(span, format!("unknown key `{key}`")).help(help);
        self.problems.push(diagnostic);
    }

    /// Reports a value of the wrong type. The value is not shown, because it may be a secret.
    pub(super) fn wrong_type(&mut self, key: &str, value: &Spanned<DeValue<'_>>, expected: &str) {
        let what = format!(
            "`{key}` must be {expected}, not {}",
            with_article(value.get_ref().type_str())
        );
        self.report(value.span(), &what);
    }

    /// Returns a string that is not empty.
    pub(super) fn string(&mut self, key: &str, value: &Spanned<DeValue<'_>>) -> Option<String> {
        match value.get_ref().as_str() {
            Some("") => {
                self.report(value.span(), &format!("`{key}` is empty"));
                None
            }
            Some(text) => Some(text.to_owned()),
            None => {
                self.wrong_type(key, value, "a string");
                None
            }
        }
    }

    /// Returns a list of strings that are not empty.
    pub(super) fn strings(&mut self, key: &str, value: &Spanned<DeValue<'_>>) -> Vec<String> {
        let Some(items) = value.get_ref().as_array() else {
            self.wrong_type(key, value, "a list of strings");
            return Vec::new();
        };
        items
            .iter()
            .filter_map(|item| self.string(key, item))
            .collect()
    }

    fn location(&self, span: Range<usize>) -> SourceLocation {
        let before = self.text.get(..span.start).unwrap_or(self.text);
        let line = before.matches('\n').count() + 1;
        let start = before.rfind('\n').map_or(0, |end| end + 1);
        let column = before.get(start..).unwrap_or_default().chars().count() + 1;
        SourceLocation {
            file: self.file.to_owned(),
            pointer: format!("line {line}, column {column}"),
            tool: None,
        }
    }
}

fn with_article(kind: &str) -> String {
    match kind.chars().next() {
        Some('a' | 'e' | 'i' | 'o' | 'u') => format!("an {kind}"),
        _ => format!("a {kind}"),
    }
}
