//! The selection of the tools of a catalog.

use std::error::Error;
use std::fmt;

/// The tools of a catalog to generate code for. The default selects all tools.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Selection {
    /// The tools to include; empty for all.
    pub include: Vec<ToolPattern>,
    /// The tools to exclude, also from those that `include` matches.
    pub exclude: Vec<ToolPattern>,
}

impl Selection {
    /// Returns `true` if the selection has no patterns.
    #[must_use]
    pub fn selects_all(&self) -> bool {
        self.include.is_empty() && self.exclude.is_empty()
    }

    /// Returns `true` if a tool with this name and these resources is selected. Empty resources are
    /// ignored.
    #[must_use]
    pub fn selects(&self, name: &str, resources: &[&str]) -> bool {
        let matches = |patterns: &[ToolPattern]| {
            let mut patterns = patterns.iter();
            patterns.any(|pattern| pattern.matches(name, resources))
        };
        (self.include.is_empty() || matches(&self.include)) && !matches(&self.exclude)
    }
}

/// A pattern of the names of tools and resources: `list_all_projects`, `projects`, `*_api_keys_*`.
///
/// It matches a tool whose name or whose resource it matches as a whole. `*` matches any
/// characters, `?` for one character, and `[abc]` for one of several. Case matters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ToolPattern(glob::Pattern);

impl ToolPattern {
    /// Parses a pattern.
    ///
    /// # Errors
    ///
    /// Returns an error if a bracket has no end or the pattern is empty.
    pub fn parse(text: &str) -> Result<Self, PatternError> {
        if text.is_empty() {
            return Err(PatternError("the pattern is empty".to_owned()));
        }
        match glob::Pattern::new(text) {
            Ok(pattern) => Ok(Self(pattern)),
            Err(error) => Err(PatternError(format!(
                "{} at character {} of `{text}`",
                error.msg, error.pos
            ))),
        }
    }

    /// Returns `true` if the pattern matches a tool by its name or by one of its resources. Empty
    /// resources are ignored.
    #[must_use]
    pub fn matches(&self, name: &str, resources: &[&str]) -> bool {
        let names = [name].into_iter().chain(resources.iter().copied());
        let mut names = names.filter(|name| !name.is_empty());
        names.any(|name| self.0.matches(name))
    }

    /// Returns the pattern as written.
    #[must_use]
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }
}

/// The reason why a text is not a pattern.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PatternError(String);

impl fmt::Display for PatternError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

impl Error for PatternError {}

#[cfg(test)]
mod tests {
    use super::*;

    fn patterns(texts: &[&str]) -> Vec<ToolPattern> {
        let parse = |text: &&str| ToolPattern::parse(text).unwrap();
        texts.iter().map(parse).collect()
    }

    #[test]
    fn selects_by_name_by_resource_and_by_pattern() {
        let cases: &[(&[&str], &[&str], bool)] = &[
            (&[], &[], true),
            (&["list_all_keys"], &[], true),
            (&["keys"], &[], true),
            (&["list_*"], &[], true),
            (&["*_key?"], &[], true),
            (&["[kl]eys"], &[], true),
            (&["list"], &[], false),
            (&["Keys"], &[], false),
            (&[], &["keys"], false),
            (&["keys"], &["delete_*"], true),
            (&["keys"], &["list_*"], false),
        ];
        for (include, exclude, expected) in cases {
            let selection = Selection {
                include: patterns(include),
                exclude: patterns(exclude),
            };
            let found = selection.selects("list_all_keys", &["keys", ""]);
            assert_eq!(found, *expected, "{include:?} {exclude:?}");
        }
        assert!(!patterns(&["*"])[0].matches("", &[""]));
    }

    #[test]
    fn refuses_a_bracket_without_an_end() {
        let error = ToolPattern::parse("list_[ab").unwrap_err();
        assert!(error.to_string().contains("`list_[ab`"), "{error}");
        ToolPattern::parse("").unwrap_err();
    }
}
