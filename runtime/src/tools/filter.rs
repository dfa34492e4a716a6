//! A filter of tools.

use std::collections::BTreeSet;
use std::ops::Not;

use super::effect::Effect;
use super::tool::ToolSpec;

/// A filter of the tools of a catalog.
///
/// ```
/// use toolsmith_runtime::ToolFilter;
///
/// // Tools that read, and one tool that writes, but no tool with the tag `billing`.
/// let filter = ToolFilter::reads()
///     .or(ToolFilter::by_name(["rotate_api_key"]))
///     .and(!ToolFilter::tag("billing"));
/// # let _ = filter;
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ToolFilter(Rule);

#[derive(Debug, Clone, PartialEq, Eq)]
enum Rule {
    All,
    Names(BTreeSet<String>),
    Tag(String),
    Resource(String),
    Effect(Effect),
    Every(Vec<Rule>),
    Any(Vec<Rule>),
    Not(Box<Rule>),
}

/// Matches every tool.
impl Default for ToolFilter {
    fn default() -> Self {
        Self::all()
    }
}

impl ToolFilter {
    /// Creates a filter that matches every tool.
    #[must_use]
    pub fn all() -> Self {
        Self(Rule::All)
    }

    /// Creates a filter that matches no tool.
    #[must_use]
    pub fn none() -> Self {
        Self(Rule::Any(Vec::new()))
    }

    /// Matches the tools of these names.
    #[must_use]
    pub fn by_name<S: Into<String>>(names: impl IntoIterator<Item = S>) -> Self {
        Self(Rule::Names(names.into_iter().map(Into::into).collect()))
    }

    /// Matches the tools with this tag of the catalog.
    #[must_use]
    pub fn tag(tag: impl Into<String>) -> Self {
        Self(Rule::Tag(tag.into()))
    }

    /// Matches the tools of this resource, as named in the catalog: `api_keys`.
    #[must_use]
    pub fn resource(resource: impl Into<String>) -> Self {
        Self(Rule::Resource(resource.into()))
    }

    /// Matches the tools with this effect.
    #[must_use]
    pub fn effect(effect: Effect) -> Self {
        Self(Rule::Effect(effect))
    }

    /// Matches the tools that read.
    #[must_use]
    pub fn reads() -> Self {
        Self::effect(Effect::Reads)
    }

    /// Matches the tools that change or destroy something.
    #[must_use]
    pub fn mutating() -> Self {
        !Self::reads()
    }

    /// Matches the tools that destroy something.
    #[must_use]
    pub fn destroys() -> Self {
        Self::effect(Effect::Destroys)
    }

    /// Matches the tools that match both filters.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        Self(Rule::Every(vec![self.0, other.0]))
    }

    /// Matches the tools that match either filter.
    #[must_use]
    pub fn or(self, other: Self) -> Self {
        Self(Rule::Any(vec![self.0, other.0]))
    }

    /// Returns `true` if the tool matches.
    #[must_use]
    pub fn matches(&self, tool: &ToolSpec) -> bool {
        self.0.matches(tool)
    }

    /// Returns the tools that match.
    pub fn of<'a, 't: 'a>(
        &'a self,
        tools: impl IntoIterator<Item = &'t ToolSpec> + 'a,
    ) -> impl Iterator<Item = &'t ToolSpec> + 'a {
        tools.into_iter().filter(|tool| self.matches(tool))
    }
}

/// Matches the tools that do not match the filter.
impl Not for ToolFilter {
    type Output = Self;

    fn not(self) -> Self {
        Self(Rule::Not(Box::new(self.0)))
    }
}

impl Rule {
    fn matches(&self, tool: &ToolSpec) -> bool {
        match self {
            Self::All => true,
            Self::Names(names) => names.contains(tool.name),
            Self::Tag(tag) => tool.tags.contains(&tag.as_str()),
            Self::Resource(resource) => tool.resource == resource,
            Self::Effect(effect) => tool.effect == *effect,
            Self::Every(rules) => rules.iter().all(|rule| rule.matches(tool)),
            Self::Any(rules) => rules.iter().any(|rule| rule.matches(tool)),
            Self::Not(rule) => !rule.matches(tool),
        }
    }
}
