//! What is known of a catalog while the program runs.

use super::filter::ToolFilter;
use super::name_index::NameIndex;
use super::tool::ToolSpec;
use crate::codec;

/// One catalog, as a generated crate describes it.
#[derive(Debug)]
#[non_exhaustive]
pub struct CatalogSpec {
    /// Its name, as in `the_auth_api`.
    pub name: &'static str,
    /// The environment variables that a client is set up from.
    pub variables: Variables,
    /// The address of the API unless another is given.
    pub base_url: &'static str,
    /// The tools, sorted by name.
    pub tools: &'static [&'static ToolSpec],
    names: NameIndex,
}

/// Names of environment variables.
#[derive(Debug, Clone, Copy)]
pub struct Variables {
    /// Those that may hold the token; the first that is set counts.
    pub token: &'static [&'static str],
    /// The one that holds the account's identifier.
    pub account: &'static str,
    /// The one that overrides the address of the API.
    pub base_url: &'static str,
}

impl CatalogSpec {
    /// Creates a catalog that is not called over HTTP, from tools that are sorted by name.
    #[must_use]
    pub const fn of_tools(name: &'static str, tools: &'static [&'static ToolSpec]) -> Self {
        let variables = Variables {
            token: &[],
            account: "",
            base_url: "",
        };
        Self::of_account(name, "", variables, tools)
    }

    /// Creates the catalog of a connected account, from tools that are sorted by name.
    #[must_use]
    pub const fn of_account(
        name: &'static str,
        base_url: &'static str,
        variables: Variables,
        tools: &'static [&'static ToolSpec],
    ) -> Self {
        Self {
            name,
            variables,
            base_url,
            tools,
            names: NameIndex::new(),
        }
    }

    /// The tool of this name, in a time that does not depend on how many there are.
    #[must_use]
    pub fn tool(&self, name: &str) -> Option<&'static ToolSpec> {
        self.names.find(self.tools, name)
    }

    /// The tools that `filter` takes, sorted by name.
    pub fn filter<'a>(
        &self,
        filter: &'a ToolFilter,
    ) -> impl Iterator<Item = &'static ToolSpec> + use<'a> {
        let tools = self.tools.iter().copied();
        tools.filter(|tool| filter.matches(tool))
    }

    /// The name of a tool that `name` was probably meant to be.
    pub(crate) fn nearest_name(&self, name: &str) -> Option<&'static str> {
        codec::nearest(name, self.tools.iter().map(|tool| tool.name))
    }
}
