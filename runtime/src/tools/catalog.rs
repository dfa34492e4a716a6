//! A catalog as data.

use super::filter::{ToolFilter, ToolView};
use super::name_index::NameIndex;
use super::similar::SimilarTools;
use super::tool::ToolSpec;

/// A catalog, as described by a generated crate.
#[derive(Debug)]
#[non_exhaustive]
pub struct CatalogSpec {
    /// The name, for example `the_auth_api`.
    pub name: &'static str,
    /// The environment variables that configure a client.
    pub variables: Variables,
    /// The default base URL.
    pub base_url: &'static str,
    /// The tools, sorted by name.
    pub tools: &'static [&'static ToolSpec],
    /// The fields that the overlay marks as secrets, by their names on the wire. Logs, recordings and
    /// the redactor of a policy redact all fields with these names.
    pub secrets: &'static [&'static str],
    /// A line for each tool as the server listed it when the crate was generated: its hash and its
    /// escaped name.
    pub(crate) hashes: &'static str,
    /// The query of the request that lists the tools of an account.
    pub(crate) list_query: &'static str,
    names: NameIndex,
}

/// The names of environment variables.
#[derive(Debug, Clone, Copy)]
pub struct Variables {
    /// The variables for the token; the first one that is set applies.
    pub token: &'static [&'static str],
    /// The variable for the identifier of the account.
    pub account: &'static str,
    /// The variable for the base URL.
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
            secrets: &[],
            hashes: "",
            list_query: "has_description=false",
            names: NameIndex::new(),
        }
    }

    /// Sets the fields that are secrets.
    #[must_use]
    pub const fn with_secrets(mut self, secrets: &'static [&'static str]) -> Self {
        self.secrets = secrets;
        self
    }

    /// Sets the hashes of the tools as the server listed them, a line for each tool, sorted by name.
    #[doc(hidden)]
    #[must_use]
    pub const fn with_hashes(mut self, hashes: &'static str) -> Self {
        self.hashes = hashes;
        self
    }

    /// Sets the query of the request that lists the tools of an account.
    #[doc(hidden)]
    #[must_use]
    pub const fn with_list_query(mut self, query: &'static str) -> Self {
        self.list_query = query;
        self
    }

    /// Returns the tool of this name, in constant time.
    #[must_use]
    pub fn tool(&self, name: &str) -> Option<&'static ToolSpec> {
        self.names.find(self.tools, name)
    }

    /// Returns the tools that match `filter`, sorted by name.
    pub fn filter<'a>(
        &self,
        filter: &'a ToolFilter,
    ) -> impl Iterator<Item = &'static ToolSpec> + use<'a> {
        let tools = self.tools.iter().copied();
        let catalog = [self.name; 2];
        tools.filter(move |tool| {
            filter.selects(ToolView {
                catalog,
                ..ToolView::from(*tool)
            })
        })
    }

    /// Returns the name of the tool that `name` probably means.
    pub(crate) fn nearest_name(&self, name: &str) -> Option<&'static str> {
        SimilarTools::of(name, self.tools)
            .only()
            .map(|tool| tool.name)
    }
}
