//! Toolboxes of several catalogs.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::sync::Arc;

use crate::agent::tool_set::{JoinedEntry, Source, ToolEntry, ToolSet};
use crate::agent::toolbox::Toolbox;
use crate::agent::toolbox::clients::system_clock;
use crate::tools::renamed;

/// The error of toolboxes that cannot be joined, or of functions that cannot be tools.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum JoinError {
    /// Two tools would have one name, also with the names of their catalogs before them.
    SameName {
        /// The name.
        name: String,
        /// The one tool.
        first: JoinedTool,
        /// The other tool.
        second: JoinedTool,
    },
    /// A toolbox has a setting that would be lost: the joined toolbox has one policy, one output limit, one
    /// context and its own audits.
    Settings {
        /// The first catalog of the toolbox.
        catalog: String,
        /// The method that set it: `policy`, `audit`, `output`, `context` or `run`.
        setting: &'static str,
    },
    /// A function of the program cannot be a tool.
    Definition {
        /// The name of the function.
        tool: String,
        /// The reason.
        problem: String,
    },
}

/// A tool of a catalog.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct JoinedTool {
    /// The name of the catalog in the toolbox.
    pub catalog: String,
    /// The name of the tool in the catalog.
    pub name: String,
}

impl fmt::Display for JoinedTool {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { catalog, name } = self;
        write!(formatter, "`{name}` of the catalog `{catalog}`")
    }
}

impl fmt::Display for JoinError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::SameName {
                name,
                first,
                second,
            } => write!(
                formatter,
                "the tools {first} and {second} would both be called `{name}`; give one of the \
                 toolboxes another name with `named`, or a prefix with `prefixed`"
            ),
            Self::Definition { tool, problem } => {
                write!(formatter, "the function `{tool}`: {problem}")
            }
            Self::Settings { catalog, setting } => write!(
                formatter,
                "the toolbox of the catalog `{catalog}` has a `{setting}`, which joining would discard; \
                 call `{setting}` on the joined toolbox"
            ),
        }
    }
}

impl std::error::Error for JoinError {}

impl Toolbox {
    /// Joins toolboxes of any kind into one: accounts, MCP servers, functions, and tools of the program.
    ///
    /// The result has one policy, one output limit, one count of calls, one memory of identifiers and its
    /// own audits. Each toolbox keeps its [`filter`](Self::filter) and the access of its client.
    ///
    /// A tool keeps its name if no other toolbox has one of that name. Tools with the same name are all prefixed with
    /// the name of their catalog: `crm_search` and `files_search`. Names do not depend on the order of the toolboxes.
    ///
    /// ```
    /// use toolsmith_runtime::agent::{JoinError, Policy, Toolbox};
    /// use toolsmith_runtime::{Client, ToolFilter};
    ///
    /// /// Returns the tools of two accounts: the model reads in one and writes to the other.
    /// fn tools(source: &Client, target: &Client) -> Result<Toolbox, JoinError> {
    ///     let source = source.read_only().toolbox().named("source");
    ///     let tools = Toolbox::join([source, target.toolbox().named("target")])?;
    ///     Ok(tools.policy(Policy::new().require_approval(ToolFilter::catalog("target"))))
    /// }
    /// ```
    ///
    /// # Errors
    ///
    /// Two tools would have the same name, or a toolbox has a policy, an audit, an output limit, a context
    /// or a separate run.
    pub fn join(toolboxes: impl IntoIterator<Item = Self>) -> Result<Self, JoinError> {
        let toolboxes: Vec<Self> = toolboxes.into_iter().collect();
        for toolbox in &toolboxes {
            toolbox.check_settings()?;
        }
        let clock = toolboxes.first().map(|toolbox| Arc::clone(&toolbox.clock));
        let sources = toolboxes
            .iter()
            .flat_map(|toolbox| toolbox.decider.tools.sources().iter().cloned());
        let tools = ToolSet::of_joined(sources.collect(), join(&toolboxes)?);
        Ok(Self::of_tools(tools, clock.unwrap_or_else(system_clock)))
    }

    /// Sets the name of the catalog in this toolbox: in filters, in audits, and before the names of tools
    /// that another catalog has as well. The default is the name of the catalog. For a joined toolbox, the name
    /// applies to all catalogs.
    #[must_use]
    pub fn named(self, name: impl AsRef<str>) -> Self {
        let name: Arc<str> = name.as_ref().into();
        self.with_tools(|tools| tools, Some(&name))
    }

    /// Puts a prefix and an underscore before the names of all tools: `prefixed("eu")` renames `search` to
    /// `eu_search`.
    #[must_use]
    pub fn prefixed(self, prefix: impl AsRef<str>) -> Self {
        let prefix = prefix.as_ref();
        let add = |mut tool: JoinedEntry| {
            tool.spec = renamed(tool.own, &format!("{prefix}_{}", tool.spec.name));
            tool
        };
        self.with_tools(add, None)
    }

    /// Changes each tool, and the name of the catalogs.
    fn with_tools(
        mut self,
        change: impl Fn(JoinedEntry) -> JoinedEntry,
        name: Option<&Arc<str>>,
    ) -> Self {
        let tools = &self.decider.tools;
        let named = |source: &Source| {
            Arc::new(Source {
                name: Arc::clone(name.unwrap_or(&source.name)),
                backend: Arc::clone(&source.backend),
            })
        };
        let sources: Vec<_> = tools.sources().iter().map(|source| named(source)).collect();
        let entries = tools.iter().filter_map(|entry| {
            let known = tools.sources().iter();
            let mut known = known.zip(&sources);
            let (_, source) =
                known.find(|(known, _)| std::ptr::eq(Arc::as_ptr(known), entry.source))?;
            Some(change(entry.joined(Arc::clone(source), entry.is_available)))
        });
        let entries = entries.collect();
        self.decider.tools = ToolSet::of_joined(sources, entries);
        self
    }

    fn check_settings(&self) -> Result<(), JoinError> {
        match self.setting {
            None => Ok(()),
            Some(setting) => Err(JoinError::Settings {
                catalog: self.name().to_owned(),
                setting,
            }),
        }
    }
}

impl ToolEntry<'_> {
    fn joined(self, source: Arc<Source>, is_available: bool) -> JoinedEntry {
        JoinedEntry {
            spec: self.spec,
            own: self.own,
            source,
            is_available,
        }
    }
}

/// Returns the tools of all toolboxes under names that the joined toolbox can have.
///
/// # Errors
///
/// Two tools that can be called would have one name.
fn join(toolboxes: &[Toolbox]) -> Result<Vec<JoinedEntry>, JoinError> {
    let entries = toolboxes.iter().flat_map(|toolbox| {
        let tools = &toolbox.decider.tools;
        let decider = &toolbox.decider;
        tools.iter().filter_map(move |entry| {
            let mut sources = tools.sources().iter();
            let source = sources.find(|source| std::ptr::eq(Arc::as_ptr(source), entry.source))?;
            Some(entry.joined(Arc::clone(source), decider.offers(entry)))
        })
    });
    let (mut available, others): (Vec<_>, Vec<_>) = entries.partition(|entry| entry.is_available);
    let mut counts: BTreeMap<&'static str, usize> = BTreeMap::new();
    for entry in &available {
        *counts.entry(entry.spec.name).or_default() += 1;
    }
    for entry in &mut available {
        if counts.get(entry.spec.name).is_some_and(|count| *count > 1) {
            let name = format!("{}_{}", entry.source.name, entry.spec.name);
            entry.spec = renamed(entry.own, &name);
        }
    }
    check_names(&available)?;
    // A tool that was left out is known under its own name, so that the reply to a call is the reason.
    let mut taken: BTreeSet<&'static str> = available.iter().map(|entry| entry.spec.name).collect();
    let is_free = |entry: &JoinedEntry| taken.insert(entry.spec.name);
    available.extend(others.into_iter().filter(is_free));
    Ok(available)
}

fn check_names(tools: &[JoinedEntry]) -> Result<(), JoinError> {
    let mut by_name: BTreeMap<&'static str, &JoinedEntry> = BTreeMap::new();
    for second in tools {
        if let Some(first) = by_name.insert(second.spec.name, second) {
            let tool = |entry: &JoinedEntry| JoinedTool {
                catalog: entry.source.name.to_string(),
                name: entry.own.name.to_owned(),
            };
            return Err(JoinError::SameName {
                name: second.spec.name.to_owned(),
                first: tool(first),
                second: tool(second),
            });
        }
    }
    Ok(())
}
