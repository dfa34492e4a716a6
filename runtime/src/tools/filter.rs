//! Some of the tools of a catalog.

use std::collections::BTreeSet;
use std::ops::Not;

use super::effect::Effect;
use super::tool::ToolSpec;

/// Some of the tools of a catalog: which ones, not where they are.
///
/// ```
/// use toolsmith_runtime::ToolFilter;
///
/// // What reads, and the one tool that may write; nothing that is tagged `billing`.
/// let selection = ToolFilter::reads()
///     .or(ToolFilter::by_name(["rotate_api_key"]))
///     .and(!ToolFilter::tag("billing"));
/// # let _ = selection;
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

/// Every tool.
impl Default for ToolFilter {
    fn default() -> Self {
        Self::all()
    }
}

impl ToolFilter {
    /// Every tool.
    #[must_use]
    pub fn all() -> Self {
        Self(Rule::All)
    }

    /// No tool.
    #[must_use]
    pub fn none() -> Self {
        Self(Rule::Any(Vec::new()))
    }

    /// The tools of these names.
    #[must_use]
    pub fn by_name<S: Into<String>>(names: impl IntoIterator<Item = S>) -> Self {
        Self(Rule::Names(names.into_iter().map(Into::into).collect()))
    }

    /// The tools with this tag of the catalog.
    #[must_use]
    pub fn tag(tag: impl Into<String>) -> Self {
        Self(Rule::Tag(tag.into()))
    }

    /// The tools of this resource, as the catalog names it: `api_keys`.
    #[must_use]
    pub fn resource(resource: impl Into<String>) -> Self {
        Self(Rule::Resource(resource.into()))
    }

    /// The tools that do this to the account.
    #[must_use]
    pub fn effect(effect: Effect) -> Self {
        Self(Rule::Effect(effect))
    }

    /// The tools that only read.
    #[must_use]
    pub fn reads() -> Self {
        Self::effect(Effect::Reads)
    }

    /// The tools that change something: those that destroy as well.
    #[must_use]
    pub fn mutating() -> Self {
        !Self::reads()
    }

    /// The tools that destroy something.
    #[must_use]
    pub fn destroys() -> Self {
        Self::effect(Effect::Destroys)
    }

    /// The tools that both take.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        Self(Rule::Every(vec![self.0, other.0]))
    }

    /// The tools that either takes.
    #[must_use]
    pub fn or(self, other: Self) -> Self {
        Self(Rule::Any(vec![self.0, other.0]))
    }

    /// Whether it takes this tool.
    #[must_use]
    pub fn matches(&self, tool: &ToolSpec) -> bool {
        self.0.matches(tool)
    }

    /// Those of `tools` that it takes.
    pub fn of<'a, 't: 'a>(
        &'a self,
        tools: impl IntoIterator<Item = &'t ToolSpec> + 'a,
    ) -> impl Iterator<Item = &'t ToolSpec> + 'a {
        tools.into_iter().filter(|tool| self.matches(tool))
    }
}

/// The tools that it does not take.
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
