//! The tools of a toolbox: those of one catalog, or of several.

pub(super) mod backend;
pub(super) mod offered;

use std::collections::BTreeMap;
use std::sync::Arc;

use self::backend::AnyClient;
use crate::scrubber::Scrubber;
use crate::tools::{ToolSpec, ToolView};

/// A catalog in a toolbox, and the client that carries out its calls.
pub(super) struct Source {
    /// The name of the catalog in the toolbox.
    pub(super) name: Arc<str>,
    pub(super) backend: Arc<dyn AnyClient>,
}

/// A tool in a toolbox.
#[derive(Clone, Copy)]
pub(super) struct ToolEntry<'a> {
    /// The tool under the name that the model sees.
    pub(super) spec: &'static ToolSpec,
    /// The same tool under the name in its catalog, by which it is called.
    pub(super) own: &'static ToolSpec,
    pub(super) source: &'a Source,
    /// `true` unless the toolbox that was joined left the tool out.
    pub(super) is_available: bool,
}

impl<'a> ToolEntry<'a> {
    /// Returns the account on which the tool acts, if its client has one.
    pub(super) fn account(self) -> Option<&'a str> {
        self.source.backend.account(self.own)
    }

    /// Returns the tool as filters see it.
    pub(super) fn view(self) -> ToolView<'a> {
        ToolView {
            tool: self.spec,
            own_name: self.own.name,
            catalog: [&self.source.name, self.source.backend.catalog().name],
        }
    }
}

/// The tools of a toolbox. Cheap to clone.
#[derive(Clone)]
pub(super) enum ToolSet {
    /// Those of one catalog, under their own names.
    One(Arc<Source>),
    /// Those of several catalogs, or under other names.
    Joined(Arc<JoinedTools>),
}

/// The tools of several catalogs.
pub(super) struct JoinedTools {
    sources: Vec<Arc<Source>>,
    /// The tools, sorted by the names that the model sees.
    tools: Vec<JoinedEntry>,
    by_name: BTreeMap<&'static str, usize>,
}

/// A tool among those of several catalogs.
#[derive(Clone)]
pub(super) struct JoinedEntry {
    pub(super) spec: &'static ToolSpec,
    pub(super) own: &'static ToolSpec,
    pub(super) source: Arc<Source>,
    pub(super) is_available: bool,
}

impl ToolSet {
    pub(super) fn of_source(name: &str, backend: Arc<dyn AnyClient>) -> Self {
        let name = name.into();
        Self::One(Arc::new(Source { name, backend }))
    }

    /// Creates the tools of several catalogs. No two tools may have one name.
    pub(super) fn of_joined(sources: Vec<Arc<Source>>, mut tools: Vec<JoinedEntry>) -> Self {
        tools.sort_by_key(|tool| tool.spec.name);
        let names = tools.iter().enumerate();
        let by_name = names.map(|(index, tool)| (tool.spec.name, index)).collect();
        Self::Joined(Arc::new(JoinedTools {
            sources,
            tools,
            by_name,
        }))
    }

    /// Returns the catalogs in the order in which they were joined.
    pub(super) fn sources(&self) -> &[Arc<Source>] {
        match self {
            Self::One(source) => std::slice::from_ref(source),
            Self::Joined(joined) => &joined.sources,
        }
    }

    /// Returns the tools, sorted by the names that the model sees.
    pub(super) fn iter(&self) -> impl Iterator<Item = ToolEntry<'_>> + '_ {
        let count = match self {
            Self::One(source) => source.backend.catalog().tools.len(),
            Self::Joined(joined) => joined.tools.len(),
        };
        (0..count).filter_map(|index| self.get(index))
    }

    /// Returns the tool that the model sees under this name.
    pub(super) fn find(&self, name: &str) -> Option<ToolEntry<'_>> {
        match self {
            Self::One(source) => source
                .backend
                .catalog()
                .tool(name)
                .map(|tool| source.own(tool)),
            Self::Joined(joined) => self.get(*joined.by_name.get(name)?),
        }
    }

    /// Returns the entry of a tool, in the form that the model sees or that of its catalog.
    pub(super) fn entry(&self, tool: &ToolSpec) -> Option<ToolEntry<'_>> {
        let is_tool =
            |entry: &ToolEntry<'_>| std::ptr::eq(entry.spec, tool) || std::ptr::eq(entry.own, tool);
        let named = self.find(tool.name).filter(is_tool);
        named.or_else(|| self.iter().find(is_tool))
    }

    /// Returns the scrubber of the secrets that the clients have now.
    pub(super) fn scrubber(&self) -> Scrubber {
        match self {
            Self::One(source) => source.backend.scrubber(),
            Self::Joined(joined) => {
                let sources = joined.sources.iter();
                Scrubber::of_all(sources.map(|source| source.backend.scrubber()))
            }
        }
    }

    fn get(&self, index: usize) -> Option<ToolEntry<'_>> {
        match self {
            Self::One(source) => {
                let tool = source.backend.catalog().tools.get(index)?;
                Some(source.own(tool))
            }
            Self::Joined(joined) => {
                let tool = joined.tools.get(index)?;
                Some(ToolEntry {
                    spec: tool.spec,
                    own: tool.own,
                    source: &tool.source,
                    is_available: tool.is_available,
                })
            }
        }
    }
}

impl Source {
    /// Returns the entry of a tool under its own name.
    fn own(&self, tool: &'static ToolSpec) -> ToolEntry<'_> {
        ToolEntry {
            spec: tool,
            own: tool,
            source: self,
            is_available: true,
        }
    }
}
