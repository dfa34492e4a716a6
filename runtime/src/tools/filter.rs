//! A filter of tools.

use std::collections::BTreeSet;
use std::ops::Not;

use super::Effect;
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
    Catalog(String),
    Effect(Effect),
    Every(Vec<Rule>),
    Any(Vec<Rule>),
    Not(Box<Rule>),
}

/// A tool as a filter sees it: in a toolbox, it may have another name than in its catalog.
#[derive(Debug, Clone, Copy)]
pub(crate) struct ToolView<'a> {
    pub(crate) tool: &'a ToolSpec,
    /// The name of the tool in its catalog.
    pub(crate) own_name: &'a str,
    /// The names of the catalog: in the toolbox, and its own.
    pub(crate) catalog: [&'a str; 2],
}

impl<'a> From<&'a ToolSpec> for ToolView<'a> {
    fn from(tool: &'a ToolSpec) -> Self {
        Self {
            tool,
            own_name: tool.name,
            catalog: [""; 2],
        }
    }
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
    ///
    /// In a toolbox of several catalogs, a name is that of the tool in its catalog, or the one that the
    /// model sees. `ToolFilter::catalog("crm").and(ToolFilter::by_name(["search"]))` matches the tool of
    /// one catalog.
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

    /// Matches the tools of this catalog, by its name in the toolbox
    /// ([`Toolbox::named`](crate::agent::Toolbox::named)) or its own name.
    ///
    /// A [`ToolSpec`] alone has no catalog: [`matches`](Self::matches) compares it with none.
    ///
    /// ```
    /// use toolsmith_runtime::ToolFilter;
    /// use toolsmith_runtime::agent::Policy;
    ///
    /// // Everything that the functions of the program do, and what reads elsewhere.
    /// let policy = Policy::new().allow(ToolFilter::catalog("functions").or(ToolFilter::reads()));
    /// # let _ = policy;
    /// ```
    #[must_use]
    pub fn catalog(name: impl Into<String>) -> Self {
        Self(Rule::Catalog(name.into()))
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
        self.0.matches(tool.into())
    }

    /// Returns `true` if a tool of a catalog matches.
    pub(crate) fn selects(&self, tool: ToolView<'_>) -> bool {
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
    fn matches(&self, view: ToolView<'_>) -> bool {
        let tool = view.tool;
        match self {
            Self::All => true,
            Self::Names(names) => names.contains(tool.name) || names.contains(view.own_name),
            Self::Tag(tag) => tool.tags.contains(&tag.as_str()),
            Self::Resource(resource) => tool.resource == resource,
            Self::Catalog(name) => view.catalog.contains(&name.as_str()),
            Self::Effect(effect) => tool.effect == *effect,
            Self::Every(rules) => rules.iter().all(|rule| rule.matches(view)),
            Self::Any(rules) => rules.iter().any(|rule| rule.matches(view)),
            Self::Not(rule) => !rule.matches(view),
        }
    }
}
